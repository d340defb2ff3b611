"""Which servers live: each counts up a number in the database, and watches the others' numbers.

A server is gone once its number has stood still for some beats of ours, or at once where it was a
process of this machine that has ended. No clock is read, and while the database is out of reach
nobody is held to be gone.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .database import Database
from .tables import Order, Server

BEAT_SECONDS = 1.0
MISSED = 8  # beats of ours in which another's number stands still, until that server is gone
PROCESSES = Path("/proc/self/ns/pid")  # a container counts its processes by itself


class Heartbeat:
    """This server's sign of life, and what it knows of the others'.

    Args:
        database: That the servers share.

    Attributes:
        server_id: A name of this process, other than that of any process before it.
        on_command: Is told what other servers want done with a run, by its token.
    """

    def __init__(self, database: Database):
        self.server_id = f"{_machine()}/{os.getpid()}/{secrets.token_hex(4)}"
        self.on_command: Callable[[str, dict[str, Any]], None] = lambda token, order: None
        self._database = database
        self._others: dict[str, tuple[int, int]] = {}  # number, and beats that it stands still
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Beats from now on, in a thread."""
        self._thread.start()

    def is_alive(self, server: str) -> bool:
        """Whether a server lives, for all that is known."""
        return server == self.server_id or server in self._others

    def update(self, session: Session) -> None:
        """Counts this server's number up, and strikes out those that are gone."""
        own = update(Server).where(Server.name == self.server_id).values(beats=Server.beats + 1)
        if session.scalar(own.returning(Server.beats)) is None:
            session.execute(insert(Server).values(name=self.server_id, beats=0))
        others = {}
        for name, beats in session.execute(select(Server.name, Server.beats)):
            before, still = self._others.get(name, (None, 0))
            still = still + 1 if beats == before else 0
            if still >= MISSED or has_ended(name, self.server_id):
                gone = delete(Server).where(Server.name == name, Server.beats == beats)
                session.execute(gone)
            elif name != self.server_id:
                others[name] = beats, still
        self._others = others

    def beat(self) -> None:
        """Signs, and takes the orders that other servers left."""
        self._database.check()
        with Session(self._database.engine) as session, session.begin():
            self.update(session)
            left = delete(Order).where(Order.server == self.server_id)
            orders = sorted(session.execute(left.returning(Order.number, Order.token, Order.told)))
        for _, token, told in orders:
            self.on_command(token, orjson.loads(told))

    def close(self) -> None:
        """Strikes this server out, so that others need not wait to be sure."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()  # else a last beat could sign behind this
        try:
            self._database.check()
            with Session(self._database.engine) as session, session.begin():
                session.execute(delete(Server).where(Server.name == self.server_id))
        except (SQLAlchemyError, OSError):
            return  # the others find out

    def _run(self) -> None:
        while not self._closing.wait(BEAT_SECONDS):
            try:
                self.beat()
            except (SQLAlchemyError, OSError):
                continue  # the writer says so


def has_ended(server: str, own: str) -> bool:
    """Whether a server was a process of the same machine that has ended; False if not known."""
    machine, pid, _ = server.split("/")
    if server == own or machine != own.split("/", 1)[0]:
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    try:
        processes = PROCESSES.readlink()
    except OSError:
        processes = ""
    return f"{socket.gethostname()} {processes}"
