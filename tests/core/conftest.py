"""Fixtures that several folders of tests share."""

from collections.abc import Iterator
from itertools import count

import pytest

from core.service.process_launcher import ForkServer
from core.settings import settings
from tests.core.clock import Clock

MEGABYTES = 650  # of a worker's runs


class SharedForkServer(ForkServer):
    """Outlives the services that use it."""

    def close(self) -> None:
        pass

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="session")
def fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedForkServer]:
    """Imports TensorFlow once for the workers of all tests of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPHILL_TABLES", str(tmp_path_factory.mktemp("tables")))
        patch.setenv("UPHILL_WORKER_MEGABYTES", str(MEGABYTES))
        settings.cache_clear()
        server = SharedForkServer()
        yield server
        server.end()
        settings.cache_clear()


@pytest.fixture
def forked(fork_server: SharedForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services fork their workers from that server."""
    monkeypatch.setattr("core.service.service.launcher", lambda: fork_server)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is a server on a machine of its own, and beats only when a test calls `beat`."""
    numbers = count()
    monkeypatch.setattr("core.store.heartbeat._host_id", lambda: f"machine-{next(numbers)}")
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 3600.0)
