"""The storage of uploaded tables: a folder for each, with expiry and a quota for all together."""

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
METADATA = "about.json"  # written last; its modification time is the time of the last use
NOT_AVAILABLE = (
    "`data.source` names an uploaded table that is not here: it was never uploaded to this "
    "server, or is no longer kept. Upload it again, or choose a sample table."
)
STORAGE_FULL = (
    "All uploaded tables together may take {limit:,} MB on this server, and no more can be cleared "
    "away just now. Received: {size:,.1f} MB. Delete a table of yours, use a smaller one, or try "
    "again later."
)


def upload_folder(source: str) -> Path:
    """The folder of an uploaded table, whether it exists or not."""
    return settings().tables / source


def touch_folder(source: str) -> Path:
    """The folder of an available upload; sets the time of its last use to now.

    Raises:
        InputError: If there is no such upload, or it has expired.
    """
    if not is_available(source):
        raise InputError(NOT_AVAILABLE)
    with suppress(OSError):
        os.utime(upload_folder(source) / METADATA)
    return upload_folder(source)


def is_available(source: str) -> bool:
    """Whether a source can be loaded: always for a sample, until it expires for an upload."""
    if not source.startswith(PREFIX):
        return True
    if not ID.fullmatch(source) or not (upload_folder(source) / METADATA).exists():
        return False
    return _age(upload_folder(source)) <= settings().table_hours * 3600


def upload_ids() -> list[str]:
    """The ids of all available uploads, the oldest first."""
    folders = sorted(settings().tables.glob(f"{PREFIX}*"), key=_age, reverse=True)
    return [folder.name for folder in folders if is_available(folder.name)]


def create_folder(in_use: Collection[str] = ()) -> tuple[str, Path]:
    """A new id and its folder; deletes expired uploads, except those in use.

    Args:
        in_use: Ids that live runs read.
    """
    tables = settings().tables
    tables.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in tables.glob(f"{PREFIX}*"):
        if _age(folder) > settings().table_hours * 3600 and folder.name not in in_use:
            shutil.rmtree(folder, ignore_errors=True)
    source = PREFIX + secrets.token_urlsafe(16)
    folder = upload_folder(source)
    folder.mkdir(mode=0o700)
    return source, folder


def evict_least_recently_used(source: str, in_use: Collection[str] = ()) -> None:
    """Deletes the least recently used uploads until the rest is within the quota.

    Args:
        source: Id of the new upload, which is not evicted.
        in_use: Ids that live runs read, which are not evicted either.

    Raises:
        InputError: If the quota is exceeded nevertheless.
    """
    limit = settings().tables_megabytes
    sizes = {folder: _size(folder) for folder in settings().tables.glob(f"{PREFIX}*")}
    evictable = [folder for folder in sizes if folder.name not in {source, *in_use}]
    for folder in sorted(evictable, key=_last_use):
        if sum(sizes.values()) <= limit * 1e6:
            break
        shutil.rmtree(folder, ignore_errors=True)
        del sizes[folder]
    if sum(sizes.values()) > limit * 1e6:
        size = sizes.get(upload_folder(source), 0.0) / 1e6
        raise InputError(STORAGE_FULL.format(limit=limit, size=size))


def _size(folder: Path) -> float:
    """Bytes on the disk; a file that is hard-linked in two folders counts half for each."""
    size = 0.0
    with suppress(OSError):
        for file in folder.iterdir():
            status = file.stat()
            size += status.st_size / max(1, status.st_nlink)
    return size


def _last_use(folder: Path) -> float:
    """Seconds since 1970; now for an upload that is still being read."""
    try:
        return (folder / METADATA).stat().st_mtime
    except OSError:
        return time.time()


def _age(folder: Path) -> float:
    """Seconds since the upload; infinite if there is no such folder."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return float("inf")
