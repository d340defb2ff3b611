"""One service with two real workers for every test of this folder that needs one."""

from collections.abc import Iterator

import pytest

from tests.core.conftest import SharedForkServer
from tests.core.service.watched import LIMIT, LONG, SLOW, Watched


@pytest.fixture(scope="session")
def real(fork_server: SharedForkServer) -> Iterator[Watched]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.service.service.launcher", lambda: fork_server)
        service = Watched(2)
    try:
        for worker in service.workers:
            assert worker.ready.wait(LIMIT)
        yield service
    finally:
        service.close()


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
