"""A virtual environment outside the checkout, with what `pip install .` puts there."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.versions import LIBRARY, ROOT, requirements

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def build_wheel(source: Path, folder: Path) -> Path:
    """Builds the wheel of a checkout or of a source archive, with this environment's hatchling."""
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    _run([*PIP, "wheel", *offline, "--wheel-dir", str(folder), str(source)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def build_archive(folder: Path) -> Path:
    """Builds the source archive of this checkout."""
    code = "import sys; from hatchling.build import build_sdist; build_sdist(sys.argv[1])"
    _run([sys.executable, "-c", code, str(folder)], cwd=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    return archive


class Environment:
    """A new virtual environment with the wheel in it, and nothing of the checkout.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        venv.create(folder, with_pip=False)
        base, names = str(folder), ("scripts", "purelib")
        scripts, packages = (
            Path(sysconfig.get_path(name, "venv", {"base": base, "platbase": base}))
            for name in names
        )
        self.python = str(scripts / ("python.exe" if os.name == "nt" else "python"))
        self.packages = packages

    def install(self, *words: str) -> None:
        """What `pip install` does with these words."""
        _run([*PIP, "--python", self.python, "install", *words])

    def link(self, names: Sequence[str]) -> None:
        """Takes packages, and all that they depend on, from the environment of the tests."""
        for found in closure(names):
            for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
                link = self.packages / top
                if not link.exists():
                    link.symlink_to(Path(str(found.locate_file(top))))

    def run(self, *words: str, home: Path, **options: str) -> subprocess.CompletedProcess[str]:
        """Runs its Python in a folder outside the checkout.

        Args:
            words: Of the command line, behind `python`.
            home: The folder, and the user's home.
            options: More environment variables.
        """
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("UPHILL_", "PYTHON"))
        }
        return subprocess.run(
            [self.python, *words],
            cwd=home,
            env=outside | {"HOME": str(home), "USERPROFILE": str(home)} | options,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


def closure(names: Sequence[str]) -> list[Distribution]:
    """The installed packages of these names, and all that they require."""
    found: dict[str, Distribution] = {}
    wanted = [Requirement(name) for name in names]
    while wanted:
        requirement = wanted.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in found:
            found[name] = distribution(name)
            wanted += [Requirement(text) for text in found[name].requires or ()]
    return list(found.values())


def library() -> list[str]:
    """The names of what the library requires."""
    return [requirement.name for requirement in requirements(LIBRARY)]


def _run(words: Sequence[str], cwd: Path | None = None) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
