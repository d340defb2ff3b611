"""The versions of other packages that this project bounds, as its files say it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "requirements-library.txt"


def requirements(file: Path) -> list[Requirement]:
    """The requirements of a file itself, without those that it includes by `-r`."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def bounds() -> Iterator[tuple[str, str]]:
    """Each package that is bounded, and the file that does it."""
    for file in sorted(ROOT.glob("requirements*.txt")):
        for requirement in requirements(file):
            if requirement.specifier:
                yield canonicalize_name(requirement.name), file.name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    static = project["project"].get("dependencies", [])
    extras = project["project"].get("optional-dependencies", {})
    groups = [project["build-system"]["requires"], static, *extras.values()]
    for text in (text for group in groups for text in group):
        yield canonicalize_name(Requirement(text).name), "pyproject.toml"


def lowest(requirement: Requirement) -> str:
    """A constraint of pip: the lowest release that a requirement allows, and no other."""
    (version,) = (bound.version for bound in requirement.specifier if bound.operator == ">=")
    return f"{requirement.name}=={version}"
