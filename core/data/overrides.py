"""How the command line says in what way a file is to be read, where that is not to be detected."""

import argparse
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, explain
from .dialect import DELIMITERS, Dialect

NAMES = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "bar": "|",
    "pipe": "|",
    "space": " ",
    "colon": ":",
    "point": ".",
    "dot": ".",
}
ANSWERS = {"yes": True, "true": True, "no": False, "false": False, "none": False}
OPTIONS = ("header", "delimiter", "decimal", "sheet", "skip", "codes")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options to a command that takes a file."""
    group = parser.add_argument_group("how the file is read, where that is not to be detected")
    group.add_argument(
        "--header",
        nargs="?",
        const="yes",
        metavar="yes|no",
        help="whether the table's first row has the names",
    )
    group.add_argument("--no-header", dest="header", action="store_const", const="no")
    group.add_argument(
        "--delimiter", metavar="MARK", help="between cells: , ; tab | space : by sign or by name"
    )
    group.add_argument("--decimal", metavar="MARK", help="before a fraction: . or ,")
    group.add_argument(
        "--sheet",
        metavar="NAME",
        help="of a workbook, or the name of one of several tables in a text",
    )
    group.add_argument(
        "--skip", metavar="LINES", help="lines, or rows of a sheet, above the table's first row"
    )
    group.add_argument(
        "--codes",
        metavar="yes|no",
        help="whether codes as -999 are missing values, where they are far from all other numbers",
    )


def dialect_of(words: argparse.Namespace) -> Dialect:
    """The dialect that the options give.

    Raises:
        InputError: One line for the first option that is wrong, or that comes without a file.
    """
    told: dict[str, Any] = {
        name: getattr(words, name) for name in OPTIONS if getattr(words, name) is not None
    }
    if told and words.data is None:
        name, value = next(iter(told.items()))
        raise InputError(f"`--{name}` must come with `--data`. Received: {value!r} without a file.")
    for name in ("header", "codes"):
        if name in told:
            told[name] = _one_of(name, told[name], ANSWERS, "yes or no")
    for name, marks in (("delimiter", DELIMITERS), ("decimal", (".", ","))):
        if name in told:
            known = {mark: mark for mark in marks} | {
                word: mark for word, mark in NAMES.items() if mark in marks
            }
            shown = "one of , ; tab | space :" if name == "delimiter" else "point or comma"
            told[name] = _one_of(name, told[name], known, shown)
    if "skip" in told:
        if not told["skip"].isdecimal() or len(told["skip"]) > 9:
            raise InputError(f"`--skip` must be a number of lines. Received: {told['skip']!r}.")
        told["skip"] = int(told["skip"])
    try:
        return Dialect(**told)
    except ValidationError as error:
        raise InputError(explain(error)) from error


def _one_of(name: str, value: str, known: dict[str, Any], shown: str) -> Any:
    if value.lower() not in known:
        raise InputError(f"`--{name}` must be {shown}. Received: {value!r}.")
    return known[value.lower()]
