"""A tab that sends thousands of messages is listened to at a rate; none is lost."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.web import message_rate
from core.web.learner import COOKIE, sign
from core.web.message_rate import BURST_SECONDS, MessageRate
from tests.conftest import finished
from tests.core.clock import Clock

RATE = 10.0
SENT = 200


@pytest.fixture
def paced(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., float]:
    """Sends messages over connections with these cookies one after the other: how long it takes."""
    buckets = partial(message_rate.TokenBuckets, clock=clock)
    monkeypatch.setattr(message_rate, "TokenBuckets", buckets)

    async def app(_: Scope, receive: Receive, __: Send) -> None:
        heard = [(await receive())["text"] for _number in range(SENT)]
        assert heard == [str(number) for number in range(SENT)]

    async def send(_: Any) -> None: ...

    async def sleep(waited: float) -> None:
        clock.now += waited

    limited = MessageRate(app, RATE, sleep)

    def seconds(kind: str, *cookies: str) -> float:
        began = clock.now
        for cookie in cookies:
            numbers = iter(range(SENT))

            async def receive(numbers: Iterator[int] = numbers) -> Message:
                return {"type": "websocket.receive", "text": str(next(numbers))}

            headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
            finished(limited({"type": kind, "headers": headers}, receive, send))
        return clock.now - began

    return seconds


def test_messages_of_one_learner_come_at_a_rate_and_none_is_lost(paced):
    alone = SENT / RATE - BURST_SECONDS
    assert paced("websocket", sign("a" * 22)) == pytest.approx(alone, abs=0.2)
    assert paced("websocket", sign("b" * 22), sign("b" * 22)) == pytest.approx(
        2 * SENT / RATE - BURST_SECONDS, abs=0.2
    )


def test_without_a_cookie_of_ours_each_connection_is_counted(paced):
    alone = SENT / RATE - BURST_SECONDS
    assert paced("websocket", "", "made-up") == pytest.approx(2 * alone, abs=0.2)


def test_requests_are_not_held_up(paced):
    assert paced("http", "") == 0.0
