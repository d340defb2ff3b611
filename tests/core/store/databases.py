"""The databases that the tests run on: SQLite always, PostgreSQL where the system has it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

FOLDERS = [*Path("/usr/lib/postgresql").glob("*/bin"), *map(Path, os.get_exec_path())]
BINARIES = next((folder for folder in FOLDERS if (folder / "initdb").exists()), None)
BACKENDS = ("sqlite", "postgresql") if BINARIES else ("sqlite",)
USER = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root


class PostgreSQL:
    """A server of its own, reached by a socket in its folder, that can be stopped and started."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self._do("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._do("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def reset(self) -> str:
        """The URL, with nothing left behind it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self.url

    def stop(self) -> None:
        self._do("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def _do(self, program: str, *arguments: str) -> None:
        assert BINARIES
        subprocess.run(
            [BINARIES / program, *arguments],
            cwd=self.folder,
            user=USER,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A running server, gone with everything in it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="uphill-pg-", dir="/tmp"))  # a socket's path is short
    try:
        if USER:
            shutil.chown(folder, USER)
        server = PostgreSQL(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
