"""The database: SQLite in a file, or PostgreSQL; brought up to date before its first use."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from ..errors import InputError

BUSY_SECONDS = 1.0  # that a statement waits for a database that another process has locked
POSTGRESQL_PATIENCE = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 5000,  # milliseconds, of a machine that has vanished
    "options": f"-c lock_timeout={BUSY_SECONDS * 1000:.0f}",
}
UNREACHABLE = "The database of runs cannot be reached just now. Try again in a moment."
KINDS = ("sqlite", "postgresql")


class Database:
    """One database, by its URL.

    Args:
        url: As SQLAlchemy has it: `sqlite:///folder/file`, `postgresql://user@host/name`.

    Raises:
        InputError: If the URL is none, or of another kind of database.
    """

    def __init__(self, url: str):
        self._url = _parsed(url)
        if self._url.get_backend_name() == "sqlite":
            self._engine = create_engine(self._url, connect_args={"timeout": BUSY_SECONDS})
            event.listen(self._engine, "connect", _set_up_sqlite)
        else:
            self._engine = create_engine(
                self._url, pool_pre_ping=True, connect_args=POSTGRESQL_PATIENCE
            )

    @property
    def engine(self) -> Engine:
        return self._engine

    def open(self) -> None:
        """Makes the tables, or brings them up to date. Raises SQLAlchemy's errors."""
        if path := self._file:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check(self) -> None:
        """Raises OSError if the file is gone: SQLite itself would write on, to nowhere."""
        if path := self._file:
            path.stat()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction, for pages and routes.

        Raises:
            InputError: One sentence, if the database cannot be reached.
        """
        try:
            self.check()
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (SQLAlchemyError, OSError) as error:
            raise InputError(UNREACHABLE) from error

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    @property
    def _file(self) -> Path | None:
        name = self._url.database
        return Path(name) if self._url.get_backend_name() == "sqlite" and name else None


def _parsed(text: str) -> URL:
    try:
        url = make_url(re.sub(r"^postgres(ql)?:", "postgresql+psycopg:", text))
        if url.get_backend_name() in KINDS:
            url.get_dialect()
            return url
    except (ArgumentError, NoSuchModuleError):
        pass
    raise InputError(
        "`UPHILL_DATABASE_URL` must begin with `sqlite:///` or `postgresql://`. "
        f"Received: {text.partition(':')[0][:40]!r} before the colon."
    )


def _set_up_sqlite(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # safe from a killed process; quick
    connection.execute("PRAGMA foreign_keys=ON")
