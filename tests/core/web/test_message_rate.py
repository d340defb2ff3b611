"""A tab that sends thousands of messages is listened to at a rate; none is lost."""

from functools import partial
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.web import message_rate
from core.web.message_rate import BURST_SECONDS, MessageRate
from tests.conftest import finished
from tests.core.clock import Clock

RATE = 10.0
SENT = 200


@pytest.mark.parametrize(("kind", "seconds"), [("websocket", SENT / RATE), ("http", 0.0)])
def test_messages_of_one_connection_come_at_a_rate(kind, seconds, clock: Clock, monkeypatch):
    buckets = partial(message_rate.TokenBuckets, clock=clock)
    monkeypatch.setattr(message_rate, "TokenBuckets", buckets)
    numbers, heard = iter(range(SENT)), []

    async def receive() -> Message:
        return {"type": "websocket.receive", "text": str(next(numbers))}

    async def app(_: Scope, receive: Receive, __: Send) -> None:
        for _number in range(SENT):
            heard.append((await receive())["text"])

    async def send(_: Any) -> None: ...

    async def sleep(waited: float) -> None:
        clock.now += waited

    began = clock.now
    finished(MessageRate(app, RATE, sleep)({"type": kind}, receive, send))
    assert heard == [str(number) for number in range(SENT)]
    burst = BURST_SECONDS if seconds else 0.0
    assert clock.now - began == pytest.approx(seconds - burst, abs=0.2)
