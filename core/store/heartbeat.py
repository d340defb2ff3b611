"""Heartbeats: which of the servers that share a database are alive.

Each server increments a counter in the database at every beat, and reads the counters of the
others. A server is gone once its counter has not changed for `MAX_MISSED_BEATS` of our own beats,
or at once if it was a process of this machine that has ended. No clocks are compared, and while the
database cannot be reached no server is taken for gone.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ..system import pid_exists, pid_namespace
from .database import Database
from .tables import Command, Server

BEAT_SECONDS = 1.0
MAX_MISSED_BEATS = 8


class Heartbeat:
    """This server's heartbeat, and what it knows of the other servers.

    Args:
        database: Shared by the servers.

    Attributes:
        server_id: Host, process id and a random part: unique to this process.
        on_command: Called with a run's token and a command that another server sent for it.
    """

    def __init__(self, database: Database):
        self.server_id = f"{_host_id()}/{os.getpid()}/{secrets.token_hex(4)}"
        self.on_command: Callable[[str, dict[str, Any]], None] = lambda token, command: None
        self._database = database
        self._others: dict[str, tuple[int, int]] = {}  # by id: counter, successive missed beats
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Starts the thread that beats."""
        self._thread.start()

    def is_alive(self, server_id: str) -> bool:
        """Whether a server was alive at the last beat."""
        return server_id == self.server_id or server_id in self._others

    def update(self, session: Session) -> None:
        """Increments this server's counter, and deletes the rows of servers that are gone."""
        own = update(Server).where(Server.name == self.server_id).values(beats=Server.beats + 1)
        if session.scalar(own.returning(Server.beats)) is None:
            session.execute(insert(Server).values(name=self.server_id, beats=0))
        others = {}
        for server_id, beats in session.execute(select(Server.name, Server.beats)):
            before, missed = self._others.get(server_id, (None, 0))
            missed = missed + 1 if beats == before else 0
            if missed >= MAX_MISSED_BEATS or has_ended(server_id, self.server_id):
                gone = delete(Server).where(Server.name == server_id, Server.beats == beats)
                session.execute(gone)
            elif server_id != self.server_id:
                others[server_id] = beats, missed
        self._others = others

    def beat(self) -> None:
        """Does one beat: updates the servers, and hands on the commands sent to this one."""
        self._database.check_file()
        with Session(self._database.engine) as session, session.begin():
            self.update(session)
            sent = delete(Command).where(Command.server == self.server_id)
            returned = sent.returning(Command.number, Command.token, Command.told)
            commands = sorted(session.execute(returned))
        for _, token, command in commands:
            self.on_command(token, orjson.loads(command))

    def close(self) -> None:
        """Stops beating and deletes this server's row, so that the others know at once."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()  # a beat after the deletion would insert the row again
        try:
            self._database.check_file()
            with Session(self._database.engine) as session, session.begin():
                session.execute(delete(Server).where(Server.name == self.server_id))
        except (SQLAlchemyError, OSError):
            return  # the others miss its beats

    def _run(self) -> None:
        while not self._closing.wait(BEAT_SECONDS):
            try:
                self.beat()
            except (SQLAlchemyError, OSError):
                continue  # the writer logs that the database cannot be reached


def has_ended(server_id: str, own_id: str) -> bool:
    """Whether a server was a process of this machine that has ended; False if that is unknown."""
    host, pid, _ = server_id.split("/")
    if server_id == own_id or host != own_id.split("/", 1)[0]:
        return False
    return int(pid) == os.getpid() or pid_exists(int(pid)) is False


def _host_id() -> str:
    """The host's name, and in a container on Linux the identity of its process ids."""
    return f"{socket.gethostname()} {pid_namespace()}"
