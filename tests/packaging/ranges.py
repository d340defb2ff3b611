"""The library with the lowest and the highest releases that it allows, beside the checkout.

`make full` runs it. It needs a network: each of the two environments takes some 700 MB.
"""

import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from tests.packaging.environment import Environment, build_wheel
from tests.packaging.versions import LIBRARY, ROOT, lowest, requirements

TABLE = {
    "hours": list(range(60)),
    "group": ["=a", "b", "c"] * 20,
    "score": [2 * i + 1 + i % 3 for i in range(60)],
}
ENCODED = ["--set", 'data.encode={"group": "ordinal"}']
SPEC = {"data": {"target": "score"}, "training": {"epochs": 5}}
COMMANDS = [
    ["predict"],
    ["predict", "--data", "table.parquet", *ENCODED],
    ["train", "--set", "optimizer.learning_rate=0.0005"],
    ["train", "--set", "optimizer.key=nadam", "--set", "scaling.features=standard"],
    ["diagnose"],
    ["diagnose", "--set", "bug.key=gradient-ascent", "--set", "scaling.features=standard"],
    ["sweep", "--over", "optimizer.learning_rate=0.0001,0.0005,1"],
    ["export", *ENCODED],
]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
RELATIVE = 1e-3  # float32, which each release of TensorFlow rounds in its own places
ABSOLUTE = 1e-6


def main() -> int:
    """Prints a table of what was tried; 1 if anything failed or differs."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pd.DataFrame(TABLE).to_csv(folder / "table.csv", index=False)
        pd.DataFrame(TABLE).to_parquet(folder / "table.parquet")
        (folder / "spec.json").write_bytes(orjson.dumps(SPEC))
        expected = [_in_checkout(_words("core", *command), folder) for command in COMMANDS]
        wheel = build_wheel(ROOT, folder)
        constraints = folder / "lowest.txt"
        constraints.write_text("\n".join(map(lowest, requirements(LIBRARY))), encoding="utf-8")
        for end, options in (("lowest", ["--constraint", str(constraints)]), ("highest", [])):
            environment = Environment(folder / end)
            environment.install(str(wheel), *options)
            print(f"{end}: {_versions(environment)}")
            for command, right in zip(COMMANDS, expected, strict=True):
                done = environment.run(*_words("uphill_doctor", *command), home=folder)
                problem = done.stderr if done.returncode else difference(done.stdout, right)
                failed += bool(problem)
                print(f"  {' '.join(command)}: {problem or 'as the checkout'}", flush=True)
    return int(failed > 0)


def difference(found: str, expected: str) -> str:
    """What differs between two outputs of the command line; empty if nothing does."""
    if found == expected:
        return ""
    left, right = found.splitlines(), expected.splitlines()
    if len(left) != len(right):
        return f"{len(left)} lines, not {len(right)}"
    try:
        pairs = [(orjson.loads(a), orjson.loads(b)) for a, b in zip(left, right, strict=True)]
    except orjson.JSONDecodeError:
        return "another text"
    return next(filter(None, (_differs(a, b, f"line {i}") for i, (a, b) in enumerate(pairs))), "")


def _differs(a: Any, b: Any, where: str) -> str:
    parts: Iterator[tuple[Any, Any, str]] = iter(())
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        parts = ((a[name], b[name], f"{where}.{name}") for name in a if name != "seconds")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        parts = ((x, y, f"{where}[{i}]") for i, (x, y) in enumerate(zip(a, b, strict=True)))
    elif isinstance(a, str) and isinstance(b, str) and NUMBER.sub("", a) == NUMBER.sub("", b):
        numbers = zip(NUMBER.findall(a), NUMBER.findall(b), strict=True)
        parts = ((float(x), float(y), where) for x, y in numbers)
    elif not _equal(a, b):
        return f"{where}: {a}, not {b}"
    return next(filter(None, (_differs(*part) for part in parts)), "")


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return a == b


def _words(package: str, command: str, *options: str) -> list[str]:
    return ["-m", package, command, "spec.json", "--data", "table.csv", *options]


def _in_checkout(words: list[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def _versions(environment: Environment) -> str:
    names = {requirement.name for requirement in requirements(LIBRARY)}
    found = distributions(path=[str(environment.packages)])
    return ", ".join(sorted(f"{d.name} {d.version}" for d in found if d.name in names))


if __name__ == "__main__":
    sys.exit(main())
