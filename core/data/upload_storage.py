"""Where uploaded tables lie: a folder each, for so long, and together no larger than so much."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from ..errors import InputError
from ..settings import settings

PREFIX = "upload-"
ID = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{22}}")
ABOUT = "about.json"  # written last; its time is that of the last use
GONE = (
    "`data.source` names an uploaded table that is not here: it was never uploaded to this "
    "server, or is no longer kept. Upload it again, or choose a sample table."
)
FULL = (
    "All uploaded tables together may take {limit:,} MB on this server, and no more can be cleared "
    "away just now. Received: {size:,.1f} MB. Delete a table of yours, use a smaller one, or try "
    "again later."
)


def folder_of(source: str) -> Path:
    """The folder of an uploaded table, there or not."""
    return settings().tables / source


def kept_folder(source: str) -> Path:
    """The same for one that is there; it counts as used now.

    Raises:
        InputError: If it is not here, or no longer kept.
    """
    if not is_kept(source):
        raise InputError(GONE)
    with suppress(OSError):
        os.utime(folder_of(source) / ABOUT)
    return folder_of(source)


def is_kept(source: str) -> bool:
    """Whether a source can be found: always for a sample's, while it is kept for an upload's."""
    if not source.startswith(PREFIX):
        return True
    if not ID.fullmatch(source) or not (folder_of(source) / ABOUT).exists():
        return False
    return _age(folder_of(source)) <= settings().table_hours * 3600


def kept_sources() -> list[str]:
    """The ids of all uploaded tables, the one uploaded first first."""
    folders = sorted(settings().tables.glob(f"{PREFIX}*"), key=_age, reverse=True)
    return [folder.name for folder in folders if is_kept(folder.name)]


def new_folder(in_use: Collection[str] = ()) -> tuple[str, Path]:
    """A new id and its folder; what has been kept for long enough goes, unless it is in use."""
    tables = settings().tables
    tables.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in tables.glob(f"{PREFIX}*"):
        if _age(old) > settings().table_hours * 3600 and old.name not in in_use:
            shutil.rmtree(old, ignore_errors=True)
    source = PREFIX + secrets.token_urlsafe(16)
    folder = folder_of(source)
    folder.mkdir(mode=0o700)
    return source, folder


def make_room(source: str, in_use: Collection[str] = ()) -> None:
    """Deletes the tables that were used longest ago until all together are small enough.

    Args:
        source: The one that has come; it stays.
        in_use: What live runs read; it stays too.

    Raises:
        InputError: If that is not enough.
    """
    limit = settings().tables_megabytes
    sizes = {folder: _size(folder) for folder in settings().tables.glob(f"{PREFIX}*")}
    others = [folder for folder in sizes if folder.name not in {source, *in_use}]
    for folder in sorted(others, key=_last_use):
        if sum(sizes.values()) <= limit * 1e6:
            break
        shutil.rmtree(folder, ignore_errors=True)
        del sizes[folder]
    if sum(sizes.values()) > limit * 1e6:
        size = sizes.get(folder_of(source), 0.0) / 1e6
        raise InputError(FULL.format(limit=limit, size=size))


def _size(folder: Path) -> float:
    """Bytes on the disk; a file that two tables share counts half for each."""
    size = 0.0
    with suppress(OSError):
        for file in folder.iterdir():
            told = file.stat()
            size += told.st_size / max(1, told.st_nlink)
    return size


def _last_use(folder: Path) -> float:
    """Seconds since 1970; now for one that is just being read."""
    try:
        return (folder / ABOUT).stat().st_mtime
    except OSError:
        return time.time()


def _age(folder: Path) -> float:
    """Seconds since the upload; infinite if it is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return float("inf")
