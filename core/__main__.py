"""The command line: the same core, no browser.

JSON on standard output, messages on standard error; exit 0 when the run ran, diverging included,
and 2 with one clear line for bad input.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NoReturn

import orjson
import pandas as pd
from pyarrow import feather

from .bugs.mystery import ELSEWHERE, Mystery
from .data.dialect import Dialect
from .data.overrides import add_options, dialect_of
from .data.prepare import Prepared, prepare
from .data.reader_subprocess import read_in_subprocess
from .data.uploads import find_table
from .errors import InputError
from .events import encode
from .export.notebook import notebook
from .export.script import script
from .package import NAME
from .spec import Spec
from .system import write_utf8
from .training.failure import NO_MEMORY

EXPORTS = {"script": script, "notebook": notebook}
DESCRIPTION = "Why is my TensorFlow linear regression loss going up instead of down?"


def main(arguments: list[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: Words of the command line, default this process' own.

    Returns:
        The exit code.
    """
    write_utf8(sys.stdout, sys.stderr)
    words = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    try:
        if "script" in words:
            words.run(words)
            sys.stdout.flush()
            return 0
        spec = _spec(words.spec, words.set)
        words.run(words, spec, _table(words.data, spec, dialect_of(words)))
        sys.stdout.flush()
    except InputError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse(NO_MEMORY)
    except OSError as error:  # of a file, or of what reads the output
        return _refuse(f"{str(error.filename or 'Standard output')[:100]}: {error.strerror}.")
    return 0


def _refuse(sentence: str) -> int:
    """Prints what was wrong; nothing more of the output is tried to be written at the exit."""
    print(sentence, file=sys.stderr)
    with open_null() as null, suppress(OSError, ValueError):
        os.dup2(null.fileno(), sys.stdout.fileno())
    return 2


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Lets nothing through to standard error: TensorFlow greets there while it is imported."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open_null() as null:
            os.dup2(null.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def open_null() -> BinaryIO:
    """What is written to it is gone."""
    return Path(os.devnull).open("wb")


def _train(words: argparse.Namespace, spec: Spec, table: pd.DataFrame) -> None:
    with silent_stderr():
        from .training.trainer import train

    for event in train(spec, _prepared(table, spec)):
        print(encode(event).decode(), flush=True)


def _predict(words: argparse.Namespace, spec: Spec, table: pd.DataFrame) -> None:
    from .theory.predict import predict

    print(encode(predict(spec, _prepared(table, spec)).to_json()).decode())


def _diagnose(words: argparse.Namespace, spec: Spec, table: pd.DataFrame) -> None:
    with silent_stderr():
        from .diagnosis.diagnosis import diagnose
        from .diagnosis.remedies.search import search
        from .training.trainer import train

    data = _prepared(table, spec)
    events = list(train(spec, data))
    found = diagnose(spec, data, events)
    searched = search(spec, table, data, events, found, train)
    print(encode(replace(found, search=searched).to_json()).decode())


def _sweep(words: argparse.Namespace, spec: Spec, table: pd.DataFrame) -> None:
    from .sweep.spec import SweepSpec

    axes = [_axis(text) for text in words.over or ()]
    sweep = SweepSpec.of({"spec": spec.model_dump(), "axes": axes})
    with silent_stderr():  # loads TensorFlow, which bad input need not wait for
        from .sweep.run import sweep_events

    for event in sweep_events(sweep, table):
        for cell in event.get("cells", ()):
            if cell["final"]:
                print(encode(cell).decode(), flush=True)


def _export(words: argparse.Namespace, spec: Spec, table: pd.DataFrame) -> None:
    _prepared(table, spec)  # says in one line what cannot be prepared
    print(EXPORTS[words.format](spec, table), end="")


def _script(words: argparse.Namespace) -> None:
    from .script.reader_subprocess import read_in_subprocess
    from .script.text import decoded

    path = Path(words.script)
    if not path.is_file():
        raise InputError(f"`FILE.py` must be a file. Received: {words.script!r}.")
    reading = read_in_subprocess(decoded(path.read_bytes()))
    if words.table and reading.table is not None:
        pd.DataFrame(reading.table).to_csv(words.table, index=False, lineterminator="\n")
    answer = reading.to_json()
    if words.spec_to:
        Path(words.spec_to).write_bytes(orjson.dumps(answer["spec"]))
    print(encode(answer).decode())


def _prepared(table: pd.DataFrame, spec: Spec) -> Prepared:
    data = prepare(table, spec.data, spec.scaling, spec.training.seed)
    spec.model.check_features(len(data.features))
    return data


class _Parser(argparse.ArgumentParser):
    """A parser whose refusal is one line; argparse's own puts the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(f"python -m {NAME}", description=DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument("spec", metavar="SPEC.json", help="a spec; {} is the default one")
        added.add_argument("--data", metavar="FILE", help="a table: CSV, Excel, Parquet or JSON")
        add_options(added)
        added.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="change a setting: optimizer.learning_rate=0.5",
        )
        added.set_defaults(run=run)
        return added

    command("train", _train, "Train, and print one event a line.")
    command("predict", _predict, "Print what theory says of the run, without running it.")
    command("diagnose", _diagnose, "Train, name the root cause, and verify each remedy.")
    sweep = command("sweep", _sweep, "Train one run for every value, and print one cell a line.")
    sweep.add_argument(
        "--over",
        action="append",
        metavar="NAME=VALUES",
        help="a knob and its values, once or twice: optimizer.momentum=0,0.5,0.9, or 32 values by "
        "equal factors, optimizer.learning_rate=0.001..1/32, or equal steps, 0..0.9/10/linear",
    )
    script_words = "Read a script or a notebook, and print the spec that it says."
    reader = commands.add_parser("script", help=script_words, description=script_words)
    reader.add_argument("script", metavar="FILE.py", help="a Python script, or a notebook")
    reader.add_argument("--table", metavar="FILE.csv", help="write the script's own numbers there")
    reader.add_argument("--spec", metavar="SPEC.json", dest="spec_to", help="write the spec there")
    reader.set_defaults(run=_script)
    export = command("export", _export, "Print the spec as plain Keras.")
    export.add_argument("--format", choices=EXPORTS, default="script")
    return parser


def _spec(file: str, changes: list[str]) -> Spec:
    path = Path(file)
    if not path.is_file():
        raise InputError(f"`SPEC.json` must be a file. Received: {file!r}.")
    spec = Spec.from_json(path.read_bytes())
    patch: dict[str, object] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        section, dot, field = name.partition(".")
        if not equals or (not dot and section != "bug"):
            raise InputError(
                f"`--set` must be like optimizer.learning_rate=0.5. Received: {change!r}."
            )
        value = _column_names(name, text, _value(text))
        if not dot:
            patch[section] = value
            continue
        part = patch.setdefault(section, {})
        if isinstance(part, dict):
            part[field] = value
    spec = spec.patched(patch)
    if isinstance(spec.bug, Mystery):
        raise InputError(ELSEWHERE)
    return spec


def _axis(text: str) -> dict[str, object]:
    """An axis of a sweep, from NAME=VALUE,VALUE… or NAME=LOW..HIGH/COUNT[/linear]."""
    path, equals, values = text.partition("=")
    if not equals:
        raise InputError(f"`--over` must be like optimizer.momentum=0,0.9. Received: {text!r}.")
    if ".." not in values:
        return {"path": path, "values": [_value(value) for value in values.split(",")]}
    ends, *options = values.split("/")
    low, _, high = ends.partition("..")
    named = dict(zip(("count", "scale"), map(_value, options), strict=False))
    return {"path": path, "low": _value(low), "high": _value(high), **named}


def _value(text: str) -> object:
    """A JSON value, or else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _column_names(setting: str, text: str, value: object) -> object:
    """The value of a setting; columns may be called by numbers, as 0, 1 and 2."""
    if setting == "data.target" and not isinstance(value, str):
        return text
    if setting == "data.features" and isinstance(value, list):
        return [str(name) for name in value]
    return value


def _table(file: str | None, spec: Spec, dialect: Dialect) -> pd.DataFrame:
    if file is None:
        return find_table(spec.data.source)
    path = Path(file)
    if not path.is_file():
        raise InputError(f"`--data` must be a file. Received: {file!r}.")
    with TemporaryDirectory() as folder:
        table = Path(folder) / "table.arrow"
        read_in_subprocess(path, path.name, dialect.model_dump(), table)
        return feather.read_table(table, memory_map=False).to_pandas(ignore_metadata=True)


if __name__ == "__main__":
    sys.exit(main())
