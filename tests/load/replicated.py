"""Two servers under load, behind the nginx that is shipped, on one PostgreSQL."""

import json
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.browser.replicas import THERE, replicas
from tests.load.server import Server, Use


class ReplicatedServers(Server):
    """As `Server`, for the two of them: what they use is added up.

    Raises:
        RuntimeError: nginx or PostgreSQL is missing.
    """

    def __init__(self) -> None:
        if not THERE:
            raise RuntimeError("nginx or PostgreSQL is missing: install them, as `make test` says.")
        self.used: list[Use] = []
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._replicas = self._stack.enter_context(replicas(folder))
        self.address = self._replicas.address
        self.database = self._replicas.database
        self._webs = [psutil.Process(each.pid) for each in self._replicas.servers.values()]

    def wait(self) -> None:
        for address in self._replicas.servers:
            while not _is_ready(address):
                time.sleep(0.2)

    def end(self) -> None:
        self._stack.close()

    def _pages(self) -> list[psutil.Process]:
        return self._webs

    def _workers(self) -> list[psutil.Process]:
        return [child for web in self._webs for child in web.children(recursive=True)]


def _is_ready(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:
        health = json.load(answer)
    return health["workers_ready"] == health["workers"]
