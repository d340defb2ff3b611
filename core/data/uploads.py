"""Uploaded tables: each its owner's, under an id that cannot be guessed, read by every process."""

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
from pyarrow import feather

from ..errors import DISK_FULL, InputError, is_full
from .datasets import load_table
from .dialect import Dialect
from .read import write_table
from .reader_subprocess import read_in_subprocess
from .sanitize import clean_text
from .type_inference import ColumnReading, settle
from .upload_storage import (
    ABOUT,
    ID,
    PREFIX,
    folder_of,
    is_kept,
    kept_folder,
    kept_sources,
    make_room,
    new_folder,
)

ORIGINAL, TABLE = "original", "table.arrow"
PREVIEWED = 100_000  # bytes of a text file that a preview reads
TableFinder = Callable[[str], pd.DataFrame]  # from a spec's `data.source`
NOBODY = ""  # owns what the command line and tests keep
FOREIGN = (
    "`data.source` names a table that another learner has uploaded: it is theirs alone. Upload "
    "your own, or choose a sample table."
)


class Upload:
    """What is known of an uploaded table beside its cells.

    Attributes:
        source: Its id.
        owner: Whose it is, as `core.web.learner` names them.
        file: The file's name, cleaned.
        name: The same, with a number where its owner has kept another of that name.
        rows: Number of rows.
        kind: Of file: a key of `core.data.read.TITLES`, or "table".
        dialect: How it was read.
        columns: How each column was read.
        left_out: Columns that hold no single values.
        sheets: Of a workbook, all of them.
    """

    def __init__(self, source: str, told: dict[str, Any]):
        self.source = source
        self.owner: str = told.get("owner", NOBODY)
        self.file: str = told.get("file", told["name"])
        self.name: str = told["name"]
        self.rows: int = told["rows"]
        self.kind: str = told["kind"]
        self.dialect = Dialect(**told["dialect"])
        self.columns = tuple(ColumnReading(**column) for column in told["columns"])
        self.left_out: tuple[str, ...] = tuple(told["left_out"])
        self.sheets: tuple[str, ...] = tuple(told["sheets"])

    @property
    def title(self) -> str:
        """Its name and its size, as menus show it."""
        return f"{self.name} · {self.rows:,} × {len(self.columns):,}"


def keep_file(
    pieces: Iterable[bytes],
    name: str,
    owner: str = NOBODY,
    dialect: Dialect | None = None,
    in_use: Collection[str] = (),
) -> Upload:
    """Reads a file in a process of its own and keeps its table.

    Args:
        pieces: The file's bytes, in order.
        name: What the learner calls it.
        owner: Whose it is.
        dialect: What is known of how it is written; the rest is found.
        in_use: Sources that live runs read: they do not make room for it.

    Raises:
        InputError: One clear sentence if it cannot be read, or there is no room; nothing of it is
            kept then.
    """
    source, folder = new_folder(in_use)
    with _all_or_nothing(folder):
        with (folder / ORIGINAL).open("wb") as file:
            file.writelines(pieces)
        return _read(source, name, owner, dialect or Dialect(), in_use)


def read_again(source: str, dialect: Dialect, in_use: Collection[str] = ()) -> Upload:
    """Reads an uploaded file otherwise, as a table of its own: runs of the first keep theirs.

    Raises:
        InputError: If it is no longer kept, or cannot be read that way.
    """
    old = find_upload(source)
    new, folder = new_folder(in_use)
    with _all_or_nothing(folder):
        (folder / ORIGINAL).hardlink_to(folder_of(source) / ORIGINAL)
        return _read(new, old.file, old.owner, dialect, in_use)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Keeps nothing of a table that cannot be read, or that the disk has no room for."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and is_full(error):
            raise InputError(DISK_FULL) from error
        raise


def preview(source: str, dialect: Dialect, rows: int = 8) -> pd.DataFrame:
    """The first rows of an uploaded file as they would be read.

    Raises:
        InputError: As `read_again` does.
    """
    old = find_upload(source)
    _, folder = new_folder()
    try:
        with (folder_of(source) / ORIGINAL).open("rb") as file:
            whole = old.kind != "text" or dialect.encoding in ("utf-16", "utf-32")
            head = file.read() if whole else file.read(PREVIEWED)
        if not whole and len(head) == PREVIEWED and b"\n" in head:
            head = head[: head.rindex(b"\n") + 1]
        (folder / ORIGINAL).write_bytes(head)
        read_in_subprocess(folder / ORIGINAL, old.file, dialect.model_dump(), folder / TABLE)
        return _load(folder).head(rows).copy()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_table(table: pd.DataFrame, owner: str = NOBODY) -> str:
    """Keeps a table that is one already; returns the id that a spec's `data.source` names it by."""
    source, folder = new_folder()
    pairs = [
        settle(str(name), pa.array(column, from_pandas=True), Dialect(decimal=".", thousands=""))
        for name, column in table.items()
    ]
    settled = pa.table([pair[0] for pair in pairs], [pair[1].name for pair in pairs])
    write_table(settled, folder / TABLE)
    told = {"kind": "table", "dialect": {}, "columns": [vars(pair[1]) for pair in pairs]}
    told |= {"rows": len(table), "left_out": [], "sheets": []}
    _tell(source, told, "table", owner)
    return source


def find_table(source: str) -> pd.DataFrame:
    """The table behind a spec's `data.source`: a sample, a generated or an uploaded one.

    Whoever asks for a learner asks `check_owner` first.

    Raises:
        InputError: If there is no such table, or it is no longer kept.
    """
    if not source.startswith(PREFIX):
        return load_table(source)
    return _load(kept_folder(source))


def table_bytes(source: str) -> pa.Buffer:
    """An uploaded table for a process that cannot read it here; raises as `find_table` does."""
    return pa.memory_map(str(kept_folder(source) / TABLE)).read_buffer()


def table_from(content: pa.Buffer) -> pd.DataFrame:
    """The table in what `table_bytes` gave, without a copy where a column allows."""
    return _framed(feather.read_table(pa.BufferReader(content)))


def find_upload(source: str) -> Upload:
    """What is known of an uploaded table; raises `InputError` as `find_table` does."""
    return _about(kept_folder(source))


def name_of(source: str) -> str:
    """What a table's owner calls it: an upload by its file, any other as specs name it.

    Raises:
        InputError: As `find_upload` does.
    """
    return find_upload(source).name if source.startswith(PREFIX) else source


def check_owner(source: str, owner: str) -> None:
    """Refuses an uploaded table to everybody but its owner.

    Raises:
        InputError: If it is another's, or not here.
    """
    if source.startswith(PREFIX) and find_upload(source).owner != owner:
        raise InputError(FOREIGN)


def uploads_of(owner: str) -> list[Upload]:
    """A learner's tables, the first first."""
    found = []
    for source in kept_sources():
        with suppress(OSError):  # deleted at this moment
            found.append(_about(folder_of(source)))
    return [upload for upload in found if upload.owner == owner]


def delete_table(source: str, owner: str = NOBODY) -> None:
    """Deletes a learner's own table, with the file it came from; nothing if it is gone."""
    if ID.fullmatch(source) and is_kept(source) and find_upload(source).owner == owner:
        shutil.rmtree(folder_of(source), ignore_errors=True)


def _read(source: str, name: str, owner: str, dialect: Dialect, in_use: Collection[str]) -> Upload:
    file, folder = clean_text(Path(name).name)[:80] or "the file", folder_of(source)
    told = read_in_subprocess(folder / ORIGINAL, file, dialect.model_dump(), folder / TABLE)
    make_room(source, in_use)
    return _tell(source, told, file, owner)


def _tell(source: str, told: dict[str, Any], file: str, owner: str) -> Upload:
    """Writes what is known of a table, from when on it is one of its owner's."""
    taken = {upload.name for upload in uploads_of(owner)}
    names = (file if number == 1 else f"{file} ({number})" for number in range(1, len(taken) + 2))
    name = next(name for name in names if name not in taken)
    told |= {"file": file, "name": name, "owner": owner}
    (folder_of(source) / ABOUT).write_bytes(orjson.dumps(told))
    return Upload(source, told)


@lru_cache(1024)
def _about(folder: Path) -> Upload:
    return Upload(folder.name, orjson.loads((folder / ABOUT).read_bytes()))


def _load(folder: Path) -> pd.DataFrame:
    """The table as it lies in its file, of which all processes share one copy in memory."""
    return _framed(feather.read_table(folder / TABLE, memory_map=True))


def _framed(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(split_blocks=True, ignore_metadata=True)
