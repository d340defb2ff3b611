"""One port for several web processes: whoever is known by a cookie stays at one of them.

A page's uploads and downloads are in the memory of the process that has its WebSocket. So the head
of the first request on a connection decides, and then bytes pass in both directions unread, which
costs a small part of what they cost to make. A connection that may carry other learners' requests,
or this one's once they are known, is for one request.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import cast

from .learner import COOKIE

LONGEST_HEAD = 64 * 1024  # bytes; uvicorn's own limit
PATIENCE = 30.0  # seconds for a head to come
HEAD_END = b"\r\n\r\n"
LEARNER = re.compile(rb"[;\s]" + COOKIE.encode() + rb"=([^;\r]+)")
CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
FORWARDED = re.compile(rb"\r\nx-forwarded-", re.IGNORECASE)
NOBODY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


def choose(head: bytes, address: str, ports: Sequence[int]) -> int:
    """The process for a request: by the learner's cookie, else by the address that it comes from.

    Where one process is gone, its learners alone go to others.

    Args:
        head: Of the request.
        address: Where it comes from.
        ports: Of the processes that answer; at least one.
    """
    found = LEARNER.search(head)
    who = found[1] if found else address.encode()
    return max(ports, key=lambda port: hashlib.sha256(b"%s/%d" % (who, port)).digest())


def for_the_process(head: bytes) -> bytes:
    """A request's head as it is passed on: with word whether its connection is for one request."""
    is_one_learners = LEARNER.search(head) and not FORWARDED.search(head)
    if is_one_learners or UPGRADE.search(head):
        return head
    first, _, rest = CONNECTION.sub(b"", head).partition(b"\r\n")
    return first + b"\r\nConnection: close\r\n" + rest


class Relay(asyncio.Protocol):
    """One side of a connection: what it receives, the other side sends."""

    def __init__(self, other: "Relay | None" = None):
        self.other = other
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)

    def pause_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other and self.other.transport:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other and self.other.transport:
            self.other.transport.close()
        self.other = None  # they hold each other


class Visitor(Relay):
    """The browser's side: finds its process when the head of its first request is here.

    Args:
        ports: Returns those of the processes that answer.
    """

    def __init__(self, ports: Callable[[], Sequence[int]]):
        super().__init__()
        self._ports, self._head = ports, b""
        self._joining: asyncio.Task | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(PATIENCE, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.other:
            super().data_received(data)
            return
        self._head += data
        if self._joining or self.transport is None:
            return
        if HEAD_END in self._head:
            self._patience.cancel()
            self.transport.pause_reading()
            self._joining = asyncio.create_task(self._join())
        elif len(self._head) > LONGEST_HEAD:
            self.transport.close()

    def close(self) -> None:
        """Ends the connection, if there is one."""
        if self.transport:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    async def _join(self) -> None:
        assert self.transport is not None
        head, end, body = self._head.partition(HEAD_END)
        address = (self.transport.get_extra_info("peername") or ("",))[0]
        left = [*self._ports()]
        while left:
            port = choose(head + end, address, left)
            try:
                _, process = await asyncio.get_running_loop().create_connection(
                    Relay, "127.0.0.1", port
                )
            except OSError:
                left.remove(port)  # it has just ended
                continue
            process.other, self.other = self, process
            if self.transport.is_closing():
                process.connection_lost(None)
                cast(asyncio.Transport, process.transport).close()
                return
            cast(asyncio.Transport, process.transport).write(for_the_process(head + end) + body)
            self.transport.resume_reading()
            return
        self.transport.write(NOBODY)
        self.transport.close()
