"""Uploaded tables: each kept under an id that cannot be guessed, readable by every process."""

import re
import secrets
import time
from pathlib import Path

import pandas as pd

from core.data.datasets import load_table
from core.errors import InputError
from core.settings import settings

PREFIX = "upload-"
KEPT_SECONDS = 24 * 3600.0
ID = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{22}}")


def keep_table(table: pd.DataFrame) -> str:
    """Keeps a table for a day; returns the id that a spec's `data.source` names it by."""
    folder = settings().tables
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob(f"{PREFIX}*.parquet"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    source = PREFIX + secrets.token_urlsafe(16)
    table.to_parquet(_path(source), index=False)
    return source


def find_table(source: str) -> pd.DataFrame:
    """The table behind a spec's `data.source`: a sample, a generated or an uploaded one.

    Raises:
        InputError: If there is no such table, or it is no longer kept.
    """
    if not source.startswith(PREFIX):
        return load_table(source)
    if not ID.fullmatch(source) or not _path(source).exists():
        raise InputError(
            "`data.source` names an uploaded table that is not here: it was never uploaded to "
            "this server, or is no longer kept. Upload it again, or choose a sample table."
        )
    return pd.read_parquet(_path(source))


def _path(source: str) -> Path:
    return settings().tables / f"{source}.parquet"
