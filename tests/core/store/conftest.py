"""Each test of the store runs on every kind of database that there is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.store import Store
from core.store.database import POSTGRESQL_TIMEOUTS
from tests.core.store.databases import KINDS, PostgreSQL, postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as server:
        yield server


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses that only many learners need."""
    monkeypatch.setattr("core.store.writer.COMMIT_SECONDS", 0.0)
    monkeypatch.setattr("core.store.writer.RETRY_SECONDS", 0.02)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long where another holds the database."""
    monkeypatch.setattr("core.store.database.LOCK_TIMEOUT", 0.1)
    monkeypatch.setitem(POSTGRESQL_TIMEOUTS, "options", "-c lock_timeout=100")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/folder/runs.sqlite"
    return request.getfixturevalue("server").emptied()


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], Store]]:
    """Opens stores on one database, and closes them."""
    stores: list[Store] = []

    def one_more() -> Store:
        stores.append(Store(url))
        assert stores[-1].writer.ready.wait(20)
        return stores[-1]

    yield one_more
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
