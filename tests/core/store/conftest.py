"""Each test of the store runs on every backend that is installed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.store import Store
from core.store.database import POSTGRESQL_TIMEOUTS
from tests.core.store.databases import BACKENDS, PostgreSQL, postgresql
from tests.core.store.runs import CHECKPOINT_EVENTS, EVENTS, LIMIT, TOKEN, record_run


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    with postgresql() as server:
        yield server


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer does not pause between transactions."""
    monkeypatch.setattr("core.store.writer.COMMIT_SECONDS", 0.0)
    monkeypatch.setattr("core.store.writer.RETRY_SECONDS", 0.02)


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement waits only briefly for a lock."""
    monkeypatch.setattr("core.store.database.LOCK_TIMEOUT", 0.1)
    monkeypatch.setitem(POSTGRESQL_TIMEOUTS, "options", "-c lock_timeout=100")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path}/folder/runs.sqlite"
    return request.getfixturevalue("postgresql_server").reset()


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[[], Store]]:
    """Opens stores on one database, and closes them."""
    stores: list[Store] = []

    def open_one() -> Store:
        stores.append(Store(url))
        assert stores[-1].writer.ready.wait(LIMIT)
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def servers(machines: None, open_store: Callable[[], Store]) -> tuple[Store, Store]:
    """Two servers that know each other; the first trains a run."""
    first, second = open_store(), open_store()
    record_run(first, TOKEN, EVENTS[:6])
    first.save_checkpoint(TOKEN, CHECKPOINT_EVENTS, b"state")
    assert first.writer.flush(LIMIT)
    second.heartbeat.beat()
    return first, second
