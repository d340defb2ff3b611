"""A disk that is full: the system refuses to write a file beyond a size."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from core.store import Store


@contextmanager
def full_database(store: Store) -> Iterator[None]:
    """SQLite finds no room for what this store would write; it reads what is there."""
    engine, kinds = store.database.engine, ("do_execute", "do_executemany")

    def refuse(_cursor, statement: str, *_) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    for kind in kinds:
        event.listen(engine, kind, refuse)
    try:
        yield
    finally:
        for kind in kinds:
            event.remove(engine, kind, refuse)


@contextmanager
def full_disk(beyond: int = 0) -> Iterator[None]:
    """No file of this process, nor of those that it starts, grows beyond so many bytes."""
    resource = pytest.importorskip("resource", reason="a system that can limit files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (beyond, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
