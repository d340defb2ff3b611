"""One service with two real workers for every test of this folder that needs one."""

from collections.abc import Iterator

import pytest

from core.settings import settings
from tests.core.service.watched import LIMIT, LONG, SLOW, Watched

MEGABYTES = 650  # of a worker's runs


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPHILL_TABLES", str(tmp_path_factory.mktemp("tables")))
        patch.setenv("UPHILL_WORKER_MEGABYTES", str(MEGABYTES))
        settings.cache_clear()
        service = Watched(2)
        try:
            for worker in service.workers:
                assert worker.ready.wait(LIMIT)
            yield service
        finally:
            service.close()
            settings.cache_clear()


@pytest.fixture
def service(real: Watched) -> Iterator[Watched]:
    """The service; its workers are idle again behind each test."""
    yield real
    for token, log in list(real._logs.items()):
        if not log.ended:
            real.send_command(token, "stop")
            real.ended(token)


@pytest.fixture
def running(service: Watched) -> str:
    """A slow run that has begun to move."""
    token = service.submit(LONG, pace=SLOW)
    service.until(lambda: service.count(token) >= 2)
    return token
