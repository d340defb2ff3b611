"""Several web processes behind one port: who goes where, and what becomes of a connection."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from core.errors import InputError
from core.web import processes
from core.web.front import Places, Relay, Visitor, for_the_process, who_asks
from core.web.processes import Process, front_command, serve

PORTS = [8001, 8002, 8003]
END = b"\r\n\r\n"


def head(cookie: str = "", *lines: str) -> bytes:
    told = [f"Cookie: theme=dark; uphill_learner={cookie}"] if cookie else []
    return "\r\n".join(["GET / HTTP/1.1", "Host: here", *told, *lines, "", ""]).encode()


def place(places: Places, who: bytes, ports: list[int] = PORTS) -> int:
    """Where a learner is who comes and stays."""
    return places.open(who, ports)


def test_a_learner_is_known_by_the_cookie_whatever_they_ask_for():
    asked = [head("anna.1", "Accept: a"), head("anna.1").replace(b"GET /", b"PUT /_stcore/upload")]
    assert {who_asks(each, address) for each in asked for address in ("a", "b")} == {b"anna.1"}
    assert {who_asks(head("", f"Accept: {n}"), "192.0.2.7") for n in range(9)} == {b"192.0.2.7"}


def test_learners_are_shared_out_evenly_and_stay_where_they_are():
    places = Places()
    at = {b"%d" % n: place(places, b"%d" % n) for n in range(300)}
    assert {*Counter(at.values()).values()} == {100}
    for who, port in at.items():
        assert place(places, who) == port
        places.closed(who, port)
        places.closed(who, port)
        assert places.choose(who, PORTS) == port  # a reload


def test_where_one_is_gone_its_learners_alone_go_elsewhere_and_stay_there():
    places = Places()
    at = {b"%d" % n: place(places, b"%d" % n) for n in range(30)}
    for who, port in at.items():
        if port == PORTS[2]:
            places.closed(who, port)
            assert place(places, who, PORTS[:2]) == places.choose(who, PORTS) != port
        else:
            assert places.choose(who, PORTS[:2]) == port


def test_who_has_left_is_forgotten_in_the_end_and_nobody_who_is_here():
    places = Places(most=2)
    here = place(places, b"here")
    for n in range(9):
        places.closed(b"%d" % n, place(places, b"%d" % n))
    assert places.choose(b"here", PORTS) == here
    assert len(places._left) == 2 and len(places._here) == 1


@pytest.mark.parametrize(
    ("asked", "is_for_one"),
    [
        (head("anna.1"), False),
        (head(), True),  # the next request may have a cookie
        (head("", "Connection: keep-alive"), True),
        (head("anna.1", "X-Forwarded-Proto: https"), True),  # a proxy's: the next is another's
        (head("", "Connection: Upgrade", "Upgrade: websocket"), False),
    ],
)
def test_a_connection_that_others_may_use_is_for_one_request(asked, is_for_one):
    told = for_the_process(asked)
    assert (b"\r\nConnection: close\r\n" in told) == is_for_one
    assert told.endswith(END) and told.startswith(b"GET / HTTP/1.1\r\n")
    assert b"keep-alive" not in told
    assert is_for_one or told == asked


async def answer_as(name: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    """A process that says its name before whatever it is sent, connection by connection."""
    while data := await reader.read(100_000):
        writer.write(name + data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def front(count: int) -> AsyncIterator[tuple[int, list[asyncio.Server]]]:
    """A front before so many processes; its port, and they."""
    loop = asyncio.get_running_loop()
    names = [b"%d:" % number for number in range(count)]
    behind = [
        await asyncio.start_server(partial(answer_as, name), "127.0.0.1", 0) for name in names
    ]
    ports = [server.sockets[0].getsockname()[1] for server in behind]
    places = Places()
    server = await loop.create_server(lambda: Visitor(lambda: ports, places), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], behind
    finally:
        for each in (server, *behind):
            each.close()
        await everything_closed()


async def everything_closed() -> None:
    """Lets transports end that were told to."""
    for _ in range(10):
        await asyncio.sleep(0)


async def ask(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await reader.read(100)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return answer


def test_bytes_pass_in_both_directions_from_the_first_on():
    async def check() -> None:
        async with front(2) as (port, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head("anna.1")[:20])
            writer.write(head("anna.1")[20:] + b"body")
            assert (await reader.readuntil(b"body"))[2:] == head("anna.1") + b"body"
            big = b"x" * 3_000_000  # more than any buffer: each side waits for the other
            writer.write(big)
            got = 0
            while got < len(big):
                got += (await reader.read(1_000_000)).count(b"x")
            writer.close()
            await writer.wait_closed()

    asyncio.run(check())


def test_a_process_that_does_not_answer_is_passed_over_and_with_none_that_is_said():
    async def check() -> None:
        async with front(2) as (port, behind):
            first = (await ask(port, head("anna.1")))[:1]
            gone = behind.pop(int(first))
            gone.close()
            await gone.wait_closed()
            assert (await ask(port, head("anna.1")))[:1] not in (first, b"")
            behind.pop().close()
            assert (await ask(port, head("anna.1"))).startswith(b"HTTP/1.1 503 ")

    asyncio.run(check())


def test_what_a_new_browser_opens_at_once_comes_to_one_process(monkeypatch):
    async def check() -> None:
        loop, connecting, may_connect = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        connect = loop.create_connection

        async def connect_slowly_at_first(protocol, *address):
            if protocol is Relay and not connecting.is_set():
                connecting.set()
                await may_connect.wait()
            return await connect(protocol, *address)

        monkeypatch.setattr(loop, "create_connection", connect_slowly_at_first)
        async with front(2) as (port, behind):
            ports = [server.sockets[0].getsockname()[1] for server in behind]
            at = Places().choose(b"anna.1", ports)
            other = next(n for n in range(99) if Places().choose(b"bert.%d" % n, ports) == at)
            first = asyncio.create_task(ask(port, head("anna.1")))
            await connecting.wait()
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head(f"bert.{other}"))
            second = await ask(port, head("anna.1"))
            may_connect.set()
            assert second == await first
            writer.close()

    asyncio.run(check())


def test_what_is_no_request_is_not_kept():
    async def check() -> None:
        async with front(1) as (port, _):
            assert await ask(port, b"x" * 70_000) == b""

    asyncio.run(check())


def test_a_long_head_may_come_in_parts():
    async def check() -> None:
        long = head("anna.1", "X-Long: " + "x" * 60_000)
        async with front(1) as (port, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(long[:50_000])
            await everything_closed()  # the first part has come
            writer.write(long[50_000:])
            assert await reader.readexactly(6) == b"0:GET "
            writer.close()
            await writer.wait_closed()

    asyncio.run(check())


SERVER = """
import socket, sys, time
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = listening.accept()
    data = connection.recv(1000)
    if b"/end" in data:
        sys.exit(3)
    if b"/hang" in data:
        time.sleep(1e6)
    connection.sendall(b"hello" if data else b"")
    connection.close()
"""


@pytest.mark.parametrize("path", [b"GET /end", b"GET /hang"])
def test_a_process_that_ends_or_hangs_is_replaced_and_all_end_together(monkeypatch, path):
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.0)
    monkeypatch.setattr(processes, "PING_SECONDS", 0.05)
    monkeypatch.setattr(processes, "HANG_SECONDS", 0.5)

    async def check() -> None:
        process = Process([sys.executable, "-c", SERVER, "{port}"], {})
        port = processes.free_port()
        serving = asyncio.create_task(serve([process], port, "127.0.0.1"))
        await until_answered(port, serving)
        assert await ask(port, head("anna.1").replace(b"GET /", path)) == b""
        await until_answered(port, serving)
        serving.cancel()
        await asyncio.wait([serving])
        await everything_closed()
        with pytest.raises(OSError):
            await ask(process.port, head())

    async def until_answered(port: int, serving: asyncio.Task[None]) -> None:
        while True:
            try:
                if await ask(port, head("anna.1")) == b"hello":
                    return
            except OSError:
                pass
            await asyncio.wait([serving], timeout=0.02)
            assert not serving.done()

    asyncio.run(asyncio.wait_for(check(), 60))


def test_the_options_of_the_command_go_to_each_process():
    options = {"server.port": 80, "server.address": None, "server.baseUrlPath": "up"}
    assert front_command(options)[1:] == [
        *("-m", "core.web.processes", "80", ""),
        *("--server.baseUrlPath", "up"),
    ]


def test_certificates_are_a_proxys():
    with pytest.raises(InputError, match="TLS"):
        front_command({"server.port": 443, "server.sslCertFile": "a.crt"})


def test_workers_are_shared_out_and_secrets_are_shared(monkeypatch):
    monkeypatch.setenv("UPHILL_WORKERS", "3")
    processes.settings.cache_clear()
    told = processes.environment_of_process(2)
    processes.settings.cache_clear()
    assert (told["UPHILL_WORKERS"], told["UPHILL_WEB_PROCESSES"]) == ("2", "1")
    assert len(told["STREAMLIT_SERVER_COOKIE_SECRET"]) >= 32
