"""One port for several web processes: whoever has come to one of them stays at it.

A page's uploads and downloads are in the memory of the process that has its WebSocket. So the head
of the first request on a connection decides, and then bytes pass in both directions unread, which
costs a small part of what they cost to make. A connection that may carry other learners' requests,
or this one's once they are known, is for one request.
"""

import asyncio
import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import cast

from .learner import COOKIE

LONGEST_HEAD = 64 * 1024  # bytes; uvicorn's own limit
PATIENCE = 30.0  # seconds for a head to come
MOST_REMEMBERED = 10_000  # learners; some 2 MB
HEAD_END = b"\r\n\r\n"
LEARNER = re.compile(rb"[;\s]" + COOKIE.encode() + rb"=([^;\r]+)")
CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
FORWARDED = re.compile(rb"\r\nx-forwarded-", re.IGNORECASE)
NOBODY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


def who_asks(head: bytes, address: str) -> bytes:
    """The learner's cookie in a request's head, else the address that it comes from."""
    found = LEARNER.search(head)
    return found[1] if found else address.encode()


class Places:
    """Which process serves whom: who is new goes where the fewest connections are.

    Shared out by chance alone, of a hundred learners sixty would often be at one of two processes.
    Where a process is gone, its learners alone go to others.

    Args:
        most: Learners without a connection who are remembered, at most.
    """

    def __init__(self, most: int = MOST_REMEMBERED):
        self._most = most
        self._here: dict[bytes, tuple[int, int]] = {}  # port and open connections
        self._left: OrderedDict[bytes, int] = OrderedDict()  # without an open connection: port
        self._open: Counter[int] = Counter()  # connections, by port

    def choose(self, who: bytes, ports: Sequence[int]) -> int:
        """The process for a learner; `ports` are those that answer, at least one."""
        known = self._here[who][0] if who in self._here else self._left.get(who)
        if known is not None and known in ports:
            return known
        return min(ports, key=lambda port: (self._open[port], _mixed(who, port)))

    def open(self, who: bytes, ports: Sequence[int]) -> int:
        """The process for a connection that counts from now on, until it is `closed`.

        Chosen and counted at once: a browser that is new opens several connections together, and
        all of them must come to one process.
        """
        port = self.choose(who, ports)
        self._left.pop(who, None)
        self._here[who] = port, self._here.get(who, (port, 0))[1] + 1
        self._open[port] += 1
        return port

    def closed(self, who: bytes, port: int) -> None:
        """Notes that one is not open any more."""
        self._open[port] -= 1
        at, connections = self._here.pop(who)
        if connections > 1:
            self._here[who] = at, connections - 1
            return
        self._left[who] = at
        if len(self._left) > self._most:
            self._left.popitem(last=False)


def _mixed(who: bytes, port: int) -> bytes:
    return hashlib.sha256(b"%s/%d" % (who, port)).digest()


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
        places: Who is where.
    """

    def __init__(self, ports: Callable[[], Sequence[int]], places: Places):
        super().__init__()
        self._ports, self._places, self._head = ports, places, b""
        self._place: tuple[bytes, int] | None = None  # what this connection counts as
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
        if self._place:
            self._places.closed(*self._place)
        self._place = None
        super().connection_lost(exc)

    async def _join(self) -> None:
        assert self.transport is not None
        head, end, body = self._head.partition(HEAD_END)
        address = (self.transport.get_extra_info("peername") or ("",))[0]
        who, left = who_asks(head + end, address), [*self._ports()]
        while left:
            port = self._places.open(who, left)
            try:
                _, process = await asyncio.get_running_loop().create_connection(
                    Relay, "127.0.0.1", port
                )
            except OSError:
                self._places.closed(who, port)
                left.remove(port)  # it has just ended
                continue
            process.other, self.other = self, process
            if self.transport.is_closing():
                self._places.closed(who, port)
                process.connection_lost(None)
                cast(asyncio.Transport, process.transport).close()
                return
            self._place = who, port
            cast(asyncio.Transport, process.transport).write(for_the_process(head + end) + body)
            self.transport.resume_reading()
            return
        self.transport.write(NOBODY)
        self.transport.close()
