"""Uploaded tables: each has an owner and an unguessable id; any process can load them."""

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
from ..points import is_points, title_of
from ..system import link_or_copy
from .charset import first_lines
from .datasets import load_table
from .decompress import is_archive
from .dialect import Dialect
from .read import write_table
from .reader_subprocess import prepare_reader, read_in_subprocess
from .sanitize import clean_text
from .type_inference import infer_type
from .upload import NO_OWNER, Upload
from .upload_storage import (
    ID,
    METADATA,
    PREFIX,
    create_folder,
    evict_least_recently_used,
    is_available,
    touch_folder,
    upload_folder,
    upload_ids,
)

ORIGINAL, TABLE = "original", "table.arrow"
PREVIEW_BYTES = 100_000  # that a preview reads of a text file
TableFinder = Callable[[str], pd.DataFrame]  # gives the table behind a spec's `data.source`
NOT_OWNER = (
    "`data.source` names a table that another learner has uploaded: it is theirs alone. Upload "
    "your own, or choose a sample table."
)


def save_file(
    chunks: Iterable[bytes],
    name: str,
    owner: str = NO_OWNER,
    dialect: Dialect | None = None,
    in_use: Collection[str] = (),
) -> Upload:
    """Saves a file and its table, which a subprocess reads.

    Args:
        chunks: The file's bytes, in order.
        name: The learner's name for it.
        owner: Key of the learner it belongs to.
        dialect: The parts that are known; the rest is detected.
        in_use: Ids that live runs read: they are not evicted.

    Raises:
        InputError: One clear sentence if it cannot be read, or the quota is exceeded; nothing is
            saved then.
    """
    source, folder = create_folder(in_use)
    with _remove_on_error(folder):
        prepare_reader()
        with (folder / ORIGINAL).open("wb") as file:
            file.writelines(chunks)
        upload = _parse(source, name, owner, dialect or Dialect(), in_use)
    if owner != NO_OWNER:
        prepare_reader()  # learners look at a file in several ways, and upload several
    return upload


def reparse_file(source: str, dialect: Dialect, in_use: Collection[str] = ()) -> Upload:
    """Reads an uploaded file with another dialect, as a new upload; runs of the old one keep it.

    Args:
        source: Id of the upload.
        dialect: The parts that are known; the rest is detected.
        in_use: Ids that live runs read: they are not evicted.

    Raises:
        InputError: If the upload has expired, or cannot be read with this dialect.
    """
    old = get_upload(source)
    new, folder = create_folder(in_use)
    with _remove_on_error(folder):
        link_or_copy(upload_folder(source) / ORIGINAL, folder / ORIGINAL)
        return _parse(new, old.file, old.owner, dialect, in_use)


@contextmanager
def _remove_on_error(folder: Path) -> Iterator[None]:
    """Removes the folder of an upload that cannot be read, or that fills the disk."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and is_full(error):
            raise InputError(DISK_FULL) from error
        raise


def preview_file(source: str, dialect: Dialect, rows: int = 8) -> pd.DataFrame:
    """The first rows of an uploaded file, read with another dialect.

    Raises:
        InputError: As `reparse_file` does.
    """
    old = get_upload(source)
    _, folder = create_folder()
    try:
        with (upload_folder(source) / ORIGINAL).open("rb") as file:
            head = file.read(PREVIEW_BYTES)
            text = old.kind == "text" and not old.decisions.form and not is_archive(head)
            head += b"" if text else file.read()
        if text and len(head) == PREVIEW_BYTES:
            encoding = dialect.encoding or old.dialect.encoding or "utf-8"
            head = first_lines(head, encoding).encode("utf-8", "replace")
            dialect = dialect.model_copy(update={"encoding": "utf-8"})
        (folder / ORIGINAL).write_bytes(head)
        read_in_subprocess(folder / ORIGINAL, old.file, dialect.model_dump(), folder / TABLE)
        return _load(folder).head(rows).copy()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def save_table(table: pd.DataFrame, owner: str = NO_OWNER) -> str:
    """Saves a data frame as an upload; returns its id, a spec's `data.source`."""
    source, folder = create_folder()
    pairs = [
        infer_type(
            str(name), pa.array(column, from_pandas=True), Dialect(decimal=".", thousands="")
        )
        for name, column in table.items()
    ]
    arrow_table = pa.table([pair[0] for pair in pairs], [pair[1].name for pair in pairs])
    write_table(arrow_table, folder / TABLE)
    metadata = {"kind": "table", "dialect": {}, "columns": [vars(pair[1]) for pair in pairs]}
    metadata |= {"rows": len(table), "left_out": [], "sheets": []}
    _write_metadata(source, metadata, "table", owner)
    return source


def find_table(source: str) -> pd.DataFrame:
    """The table behind a spec's `data.source`: a sample, a synthetic or an uploaded one.

    Does not check the owner: call `check_owner` first where a learner asks.

    Raises:
        InputError: If there is no such table, or it has expired.
    """
    if not source.startswith(PREFIX):
        return load_table(source)
    return _load(touch_folder(source))


def table_buffer(source: str) -> pa.Buffer:
    """An uploaded table as an Arrow buffer, to send to another machine.

    Raises:
        InputError: As `find_table` does.
    """
    return pa.memory_map(str(touch_folder(source) / TABLE)).read_buffer()


def table_from_buffer(buffer: pa.Buffer) -> pd.DataFrame:
    """The inverse of `table_buffer`, zero-copy where a column allows."""
    return _to_pandas(feather.read_table(pa.BufferReader(buffer)))


def get_upload(source: str) -> Upload:
    """The metadata of an uploaded table; raises `InputError` as `find_table` does."""
    return _read_metadata(touch_folder(source))


def source_name(source: str) -> str:
    """The name of a table as its owner knows it: an upload's file name, points as such, else the
    source itself.

    Raises:
        InputError: As `get_upload` does.
    """
    if source.startswith(PREFIX):
        return get_upload(source).name
    return title_of(source) if is_points(source) else source


def check_owner(source: str, owner: str) -> None:
    """Refuses an uploaded table to everybody but its owner.

    Raises:
        InputError: If it belongs to another learner, or does not exist.
    """
    if source.startswith(PREFIX) and get_upload(source).owner != owner:
        raise InputError(NOT_OWNER)


def list_uploads(owner: str) -> list[Upload]:
    """A learner's uploads, the oldest first."""
    uploads = []
    for source in upload_ids():
        with suppress(OSError):  # deleted at this moment
            uploads.append(_read_metadata(upload_folder(source)))
    return [upload for upload in uploads if upload.owner == owner]


def delete_upload(source: str, owner: str = NO_OWNER) -> None:
    """Deletes a learner's own upload, table and file; does nothing if it does not exist."""
    if ID.fullmatch(source) and is_available(source) and get_upload(source).owner == owner:
        shutil.rmtree(upload_folder(source), ignore_errors=True)


def _parse(source: str, name: str, owner: str, dialect: Dialect, in_use: Collection[str]) -> Upload:
    file, folder = clean_text(Path(name).name)[:80] or "the file", upload_folder(source)
    metadata = read_in_subprocess(folder / ORIGINAL, file, dialect.model_dump(), folder / TABLE)
    evict_least_recently_used(source, in_use)
    return _write_metadata(source, metadata, file, owner)


def _write_metadata(source: str, metadata: dict[str, Any], file: str, owner: str) -> Upload:
    """Gives the upload a name and writes its metadata, which makes it available."""
    taken = {upload.name for upload in list_uploads(owner)}
    names = (file if number == 1 else f"{file} ({number})" for number in range(1, len(taken) + 2))
    name = next(name for name in names if name not in taken)
    metadata |= {"file": file, "name": name, "owner": owner}
    (upload_folder(source) / METADATA).write_bytes(orjson.dumps(metadata))
    return Upload(source, metadata)


@lru_cache(1024)
def _read_metadata(folder: Path) -> Upload:
    return Upload(folder.name, orjson.loads((folder / METADATA).read_bytes()))


def _load(folder: Path) -> pd.DataFrame:
    """The table, memory-mapped: all processes share one copy."""
    return _to_pandas(feather.read_table(folder / TABLE, memory_map=True))


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(split_blocks=True, ignore_metadata=True)
