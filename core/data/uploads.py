"""Uploaded tables: each kept under an id that cannot be guessed, readable by every process."""

import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
from pyarrow import feather

from core.data.apart import read_apart
from core.data.cells import ColumnReading, settle
from core.data.datasets import load_table
from core.data.dialect import Dialect
from core.data.names import clean_text
from core.data.read import write_table
from core.errors import InputError
from core.settings import settings

PREFIX = "upload-"
ID = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{22}}")
ORIGINAL, TABLE, ABOUT = "original", "table.arrow", "about.json"
PREVIEWED = 100_000  # bytes of a text file that a preview reads
TableFinder = Callable[[str], pd.DataFrame]  # from a spec's `data.source`


class Upload:
    """What is known of an uploaded table beside its cells.

    Attributes:
        source: Its id.
        name: The file's name, cleaned.
        rows: Number of rows.
        kind: Of file: a key of `core.data.read.TITLES`, or "table".
        dialect: How it was read.
        columns: How each column was read.
        left_out: Columns that hold no single values.
        sheets: Of a workbook, all of them.
    """

    def __init__(self, source: str, told: dict[str, Any]):
        self.source = source
        self.name: str = told["name"]
        self.rows: int = told["rows"]
        self.kind: str = told["kind"]
        self.dialect = Dialect(**told["dialect"])
        self.columns = tuple(ColumnReading(**column) for column in told["columns"])
        self.left_out: tuple[str, ...] = tuple(told["left_out"])
        self.sheets: tuple[str, ...] = tuple(told["sheets"])


def keep_file(pieces: Iterable[bytes], name: str, dialect: Dialect | None = None) -> Upload:
    """Reads a file in a process of its own and keeps its table.

    Args:
        pieces: The file's bytes, in order.
        name: What the learner calls it.
        dialect: What is known of how it is written; the rest is found.

    Raises:
        InputError: One clear sentence if it cannot be read; nothing of it is kept then.
    """
    source, folder = _new_folder()
    try:
        with (folder / ORIGINAL).open("wb") as file:
            file.writelines(pieces)
        return _read(source, folder, name, dialect or Dialect())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def read_again(source: str, dialect: Dialect) -> Upload:
    """Reads an uploaded file otherwise, as a table of its own: runs of the first keep theirs.

    Raises:
        InputError: If it is no longer kept, or cannot be read that way.
    """
    old = find_upload(source)
    new, folder = _new_folder()
    try:
        (folder / ORIGINAL).hardlink_to(_folder(source) / ORIGINAL)
        return _read(new, folder, old.name, dialect)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def preview(source: str, dialect: Dialect, rows: int = 8) -> pd.DataFrame:
    """The first rows of an uploaded file as they would be read.

    Raises:
        InputError: As `read_again` does.
    """
    old = find_upload(source)
    new, folder = _new_folder()
    try:
        with (_folder(source) / ORIGINAL).open("rb") as file:
            whole = old.kind != "text" or dialect.encoding in ("utf-16", "utf-32")
            head = file.read() if whole else file.read(PREVIEWED)
        if not whole and len(head) == PREVIEWED and b"\n" in head:
            head = head[: head.rindex(b"\n") + 1]
        (folder / ORIGINAL).write_bytes(head)
        _read(new, folder, old.name, dialect)
        return _load(folder).head(rows).copy()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_table(table: pd.DataFrame) -> str:
    """Keeps a table that is one already; returns the id that a spec's `data.source` names it by."""
    source, folder = _new_folder()
    pairs = [
        settle(str(name), pa.array(column, from_pandas=True), Dialect(decimal=".", thousands=""))
        for name, column in table.items()
    ]
    settled = pa.table([pair[0] for pair in pairs], [pair[1].name for pair in pairs])
    write_table(settled, folder / TABLE)
    told = {"kind": "table", "dialect": {}, "columns": [vars(pair[1]) for pair in pairs]}
    _tell(folder, told | {"name": "table", "rows": len(table), "left_out": [], "sheets": []})
    return source


def find_table(source: str) -> pd.DataFrame:
    """The table behind a spec's `data.source`: a sample, a generated or an uploaded one.

    Raises:
        InputError: If there is no such table, or it is no longer kept.
    """
    if not source.startswith(PREFIX):
        return load_table(source)
    return _load(_kept(source))


def table_bytes(source: str) -> pa.Buffer:
    """An uploaded table for a process that cannot read it here; raises as `find_table` does."""
    return pa.memory_map(str(_kept(source) / TABLE)).read_buffer()


def table_from(content: pa.Buffer) -> pd.DataFrame:
    """The table in what `table_bytes` gave, without a copy where a column allows."""
    return _framed(feather.read_table(pa.BufferReader(content)))


def find_upload(source: str) -> Upload:
    """What is known of an uploaded table; raises `InputError` as `find_table` does."""
    return Upload(source, orjson.loads((_kept(source) / ABOUT).read_bytes()))


def is_kept(source: str) -> bool:
    """Whether a source can be found: always for a sample's, while it is kept for an upload's."""
    return not source.startswith(PREFIX) or _is_kept(source)


def delete_table(source: str) -> None:
    """Deletes an uploaded table, with the file it came from; nothing if it is gone already."""
    if ID.fullmatch(source):
        shutil.rmtree(_folder(source), ignore_errors=True)


def _read(source: str, folder: Path, name: str, dialect: Dialect) -> Upload:
    clean = clean_text(Path(name).name)[:80] or "the file"
    told = read_apart(folder / ORIGINAL, clean, dialect.model_dump(), folder / TABLE)
    told["name"] = clean
    _tell(folder, told)
    return Upload(source, told)


def _tell(folder: Path, told: dict[str, Any]) -> None:
    (folder / ABOUT).write_bytes(orjson.dumps(told))


def _load(folder: Path) -> pd.DataFrame:
    """The table as it lies in its file, of which all processes share one copy in memory."""
    return _framed(feather.read_table(folder / TABLE, memory_map=True))


def _framed(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(split_blocks=True, ignore_metadata=True)


def _new_folder() -> tuple[str, Path]:
    """A new id and its folder; what has been kept for long enough goes."""
    tables = settings().tables
    tables.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in tables.glob(f"{PREFIX}*"):
        if _age(old) > settings().table_hours * 3600:
            shutil.rmtree(old, ignore_errors=True)
    source = PREFIX + secrets.token_urlsafe(16)
    folder = _folder(source)
    folder.mkdir(mode=0o700)
    return source, folder


def _kept(source: str) -> Path:
    if not _is_kept(source):
        raise InputError(
            "`data.source` names an uploaded table that is not here: it was never uploaded to "
            "this server, or is no longer kept. Upload it again, or choose a sample table."
        )
    return _folder(source)


def _is_kept(source: str) -> bool:
    if not ID.fullmatch(source) or not (_folder(source) / ABOUT).exists():
        return False
    return _age(_folder(source)) <= settings().table_hours * 3600


def _age(folder: Path) -> float:
    """Seconds since the upload; infinite if it is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return float("inf")


def _folder(source: str) -> Path:
    return settings().tables / source
