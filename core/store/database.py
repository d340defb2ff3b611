"""The database: SQLite in a file, or PostgreSQL, with tables that Alembic keeps up to date."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from ..errors import InputError, UnavailableError, is_full

LOCK_TIMEOUT = 1.0  # seconds that a statement waits for a lock that another process holds
POSTGRESQL_TIMEOUTS = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 5000,  # milliseconds without an answer from the machine
    "options": f"-c lock_timeout={LOCK_TIMEOUT * 1000:.0f}",
}
UNREACHABLE = "The database of runs cannot be reached just now. Try again in a moment."
NO_ROOM = (
    "The disk of the server's database is full, so this cannot be kept. Runs go on, and what was "
    "kept is not lost: tell whoever runs the server, and try again."
)
POSTGRESQL_FULL = "53100"  # SQLSTATE disk_full
SQLITE_HEADER = b"SQLite format 3\0"
HEADERS = (b"", SQLITE_HEADER)  # of a file that SQLite can open
UNNAMED = (
    "`UPHILL_DATABASE_URL` must name a database: `sqlite:///folder/file` or "
    "`postgresql://user@host/name`. Received none behind the slashes."
)
BACKENDS = ("sqlite", "postgresql")


class Database:
    """One database.

    Args:
        url: As for SQLAlchemy: `sqlite:///folder/file`, `postgresql://user@host/name`.

    Raises:
        InputError: If the URL cannot be parsed, or is of another backend.
    """

    def __init__(self, url: str):
        self._url = _parse_url(url)
        if self._url.get_backend_name() == "sqlite":
            self._engine = create_engine(
                self._url, hide_parameters=True, connect_args={"timeout": LOCK_TIMEOUT}
            )
            event.listen(self._engine, "connect", _configure_sqlite)
        else:
            self._engine = create_engine(
                self._url,
                hide_parameters=True,
                pool_pre_ping=True,
                connect_args=POSTGRESQL_TIMEOUTS,
            )

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, with its pool of connections."""
        return self._engine

    def migrate(self) -> None:
        """Creates the tables, or upgrades them to the newest migration.

        Raises:
            SQLAlchemyError: If the database cannot be reached or is locked.
            OSError: If the folder of the file cannot be created.
        """
        if path := self._file:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # SQLite's own files beside it get the same mode
            path.chmod(0o600)
        config = Config()
        migrations = str(Path(__file__).parent / "migrations")
        config.set_main_option("script_location", migrations.replace("%", "%%"))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check_format(self) -> None:
        """Checks that SQLite's file, if there is one, is a database.

        Raises:
            InputError: If it is something else, or cannot be read.
        """
        path = self._file
        try:
            if path and path.exists() and _head(path) not in HEADERS:
                raise InputError(
                    "`UPHILL_DATABASE_URL` must name a database of SQLite, or a file that does not "
                    f"exist yet. Received: {str(path)!r}, which is something else."
                )
        except OSError as error:
            raise InputError(
                "`UPHILL_DATABASE_URL` must name a file that this server can read. "
                f"Received: {str(path)!r}: {error.strerror}."
            ) from error

    def check_file(self) -> None:
        """Checks that SQLite's file exists: SQLite itself goes on writing to a deleted one.

        Raises:
            OSError: If it does not exist.
        """
        if path := self._file:
            path.stat()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session in one transaction, for pages and routes.

        Raises:
            UnavailableError: One sentence, if the database cannot be reached or has no room.
        """
        try:
            self.check_file()
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (SQLAlchemyError, OSError) as error:
            raise UnavailableError(NO_ROOM if is_disk_full(error) else UNREACHABLE) from error

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    @property
    def _file(self) -> Path | None:
        """SQLite's file; None for PostgreSQL and for a database in memory."""
        name = self._url.database
        return Path(name) if self._url.get_backend_name() == "sqlite" and name else None


def is_disk_full(error: Exception) -> bool:
    """Whether the database could not be written for want of room."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorcode", None)
    return (
        code == sqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == POSTGRESQL_FULL
        or (isinstance(cause, OSError) and is_full(cause))
    )


def _parse_url(text: str) -> URL:
    try:
        url = make_url(re.sub(r"^postgres(ql)?:", "postgresql+psycopg:", text))
        if url.get_backend_name() in BACKENDS:
            url.get_dialect()
            if url.database in (None, "", ":memory:"):
                raise InputError(UNNAMED)
            return url
    except (ArgumentError, NoSuchModuleError):
        pass
    raise InputError(
        "`UPHILL_DATABASE_URL` must begin with `sqlite:///` or `postgresql://`. "
        f"Received: {text.partition(':')[0][:40]!r} before the colon."
    )


def _configure_sqlite(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # survives a killed process; faster than FULL
    connection.execute("PRAGMA foreign_keys=ON")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(SQLITE_HEADER))
