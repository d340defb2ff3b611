"""Read a learner's CSV file into a table that the app can show and train on."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any

import pandas as pd

from core.data.profile import numeric_columns
from core.errors import InputError

MAX_BYTES = 200_000_000
MAX_ROWS = 2_000_000
MAX_COLUMNS = 500
MAX_NAME = 60
SAMPLE_BYTES = 65_536

DELIMITERS = ",;\t"
NEWLINE = b"\n"
MARKUP = set("<>[]{}`*$\\|~#&^:")
SIGNATURES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
}
HTML = re.compile(r"\s*<(!doctype|!--|\?xml|html|head|body|table|svg)\b", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"(?m)(^|;)\s*-?\d+,\d+\s*(;|$)")
FIELD_COUNT = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


def read_csv(content: bytes, name: str) -> pd.DataFrame:
    """The table in a CSV file: comma, semicolon or tab, with or without a header row.

    UTF-8 and UTF-16 are recognised, anything else is read as Windows-1252. Columns of numbers with
    blanks become floats with NaN, columns of true and false become 0 and 1.

    Args:
        content: The file's bytes.
        name: The file's name, for messages.

    Raises:
        InputError: When it is empty, too large, not a table, has fewer than two columns or rows, or
            no numeric column.
    """
    file = clean_text(name) or "the file"
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{file} must be at most {MAX_BYTES / 1e6:.0f} MB. "
            f"Received: {len(content) / 1e6:.1f} MB."
        )
    encoding = _encoding(content)
    sample = content[:SAMPLE_BYTES].decode(encoding, errors="ignore")
    _check_text(content, sample, encoding, file)
    table = _parse(content, encoding, sample, file)
    if len(table) > MAX_ROWS:
        raise InputError(
            f"{file} must have at most {MAX_ROWS:,} rows. "
            f"Received: about {content.count(NEWLINE):,}."
        )
    if len(table) < 2:
        raise InputError(f"{file} must have at least 2 rows of data. Received: {len(table)}.")
    table = pd.DataFrame({name: _as_numbers(column) for name, column in table.items()})
    if not numeric_columns(table):
        raise InputError(
            f"{file} must have at least one column of numbers. "
            f"Received: {len(table.columns)} columns of text."
        )
    return table


def clean_names(names: Iterable[Any]) -> list[str]:
    """Column names that are safe to show: no markup, at most 60 characters, none empty or repeated.

    Example:
        >>> clean_names(["x", "x", "", "**mass** <kg>"])
        ['x', 'x (2)', 'column 3', 'mass kg']
    """
    cleaned: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names, start=1):
        base = clean_text(str(name))[:MAX_NAME].rstrip() or f"column {position}"
        unique, copy = base, 1
        while unique in taken:
            copy += 1
            suffix = f" ({copy})"
            unique = base[: MAX_NAME - len(suffix)].rstrip() + suffix
        taken.add(unique)
        cleaned.append(unique)
    return cleaned


def clean_text(text: str) -> str:
    """Text without what Markdown, HTML or LaTeX could interpret and without invisible characters.

    Letters of every script, accents, digits, underscores and ordinary punctuation stay; runs of
    whitespace become one space.
    """
    spaced = " ".join(text.split())
    visible = (c for c in spaced if c not in MARKUP and unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", "".join(visible)).split())


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _check_text(content: bytes, sample: str, encoding: str, file: str) -> None:
    """Reject what is not delimited text at all."""
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            raise _not_a_table(file, kind)
    if not sample.strip():
        raise InputError(f"{file} must hold a table. Received: an empty file.")
    control = sum(unicodedata.category(c) == "Cc" and not c.isspace() for c in sample)
    if control > len(sample) / 100 or (encoding != "utf-16" and b"\0" in content):
        raise _not_a_table(file, "binary data")
    if HTML.match(sample):
        raise _not_a_table(file, "a web page or an XML document")


def _not_a_table(file: str, kind: str) -> InputError:
    return InputError(f"{file} must be a CSV file. Received: {kind}.")


def _parse(content: bytes, encoding: str, sample: str, file: str) -> pd.DataFrame:
    delimiter = _delimiter(sample)
    european = delimiter == ";" and DECIMAL_COMMA.search(sample)
    options: dict[str, Any] = {
        "sep": delimiter,
        "decimal": "," if european else ".",
        "encoding": encoding,
        "skipinitialspace": True,
    }
    try:
        top = pd.read_csv(
            BytesIO(content), header=None, nrows=2, dtype=str, keep_default_na=False, **options
        )
        _check_width(len(top.columns), file)
        header = [str(cell) for cell in top.iloc[0]]
        table = pd.read_csv(
            BytesIO(content),
            header=None if all(map(_is_number, header)) else 0,
            nrows=MAX_ROWS + 1,
            na_values=["?"],
            low_memory=False,
            **options,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeError) as error:
        raise InputError(f"{file} must be a CSV file. Received: {_reason(error)}.") from error
    named = [bool(cell.strip()) for cell in header]
    table.columns = clean_names([""] * len(named) if all(map(_is_number, header)) else header)
    keep = [has_name or table.iloc[:, j].notna().any() for j, has_name in enumerate(named)]
    table = table.loc[:, keep]
    _check_width(len(table.columns), file)
    return table


def _check_width(columns: int, file: str) -> None:
    if columns > MAX_COLUMNS:
        raise InputError(f"{file} must have at most {MAX_COLUMNS} columns. Received: {columns:,}.")
    if columns < 2:
        raise InputError(
            f"{file} must have at least 2 columns, separated by commas, semicolons or tabs. "
            f"Received: {columns}."
        )


def _delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most fields, equally many in each line."""
    lines = [line for line in sample.splitlines()[:20] if line.strip()]

    def fields(delimiter: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(StringIO("\n".join(lines)), delimiter=delimiter)]
        return len(set(counts)) == 1 and counts[0] > 1, counts[0]

    return max(DELIMITERS, key=fields)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _reason(error: Exception) -> str:
    """What pandas stumbled over, in the learner's words."""
    message = str(error)
    if match := FIELD_COUNT.search(message):
        expected, line, seen = match.groups()
        return f"{seen} fields in line {line} where {expected} were expected"
    if "inside string" in message:
        return "a quotation mark that is never closed"
    return "text that cannot be cut into columns"


def _as_numbers(column: pd.Series) -> pd.Series:
    """Booleans as 0 and 1, numbers too large for an integer as floats, text as it is."""
    if pd.api.types.is_bool_dtype(column):
        return column.astype("int64")
    if pd.api.types.is_numeric_dtype(column):
        return column
    try:
        return pd.Series(pd.to_numeric(column)).astype("float64")
    except (ValueError, TypeError, OverflowError):
        return column.astype("str")
