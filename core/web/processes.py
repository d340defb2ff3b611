"""Several web processes on one machine behind one port: `UPHILL_WEB_PROCESSES`.

A web process is one Python process and uses one core at most. `python -m core.web.processes` starts
so many servers, each on a port of its own, restarts one that ends, and passes each connection on to
the server of its learner (`front.py`). They share the database, as servers on several machines do.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from weakref import WeakSet

from ..errors import InputError
from ..settings import PREFIX, settings
from .front import Places, Visitor

LOGGER = logging.getLogger("uphill.front")
ROOT = Path(__file__).parents[2]
BEHIND_FRONT = "_UPHILL_BEHIND_FRONT"  # variable of a server that the front has started
CHECK_SECONDS = 0.1  # between two looks whether a server answers
RESTART_SECONDS = 1.0  # behind the end of one, before it is started again
PING_SECONDS = 5.0  # between two questions whether it still answers
HANG_SECONDS = 60.0  # without an answer to one: far more than any page holds it up
PING = b"GET /_stcore/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
NO_TLS = (
    "`UPHILL_WEB_PROCESSES` above 1 cannot pass on what is encrypted: leave TLS to a proxy, such "
    "as the nginx of deploy/, or set it to 1."
)


def front_command(options: Mapping[str, object]) -> list[str]:
    """What to run in place of one server, for the options that Streamlit was started with.

    Args:
        options: By their names, such as `server.port`; those that were set by hand, and the port
            and the address in any case.

    Raises:
        InputError: For a certificate.
    """
    if options.get("server.sslCertFile"):
        raise InputError(NO_TLS)
    given = {name: value for name, value in options.items() if value is not None}
    port, address = given.pop("server.port"), given.pop("server.address", "")
    given.pop("server.headless", None)  # each of them is
    told = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "core.web.processes", str(port), str(address), *told]


def is_behind_front() -> bool:
    """Whether this server was started by the front."""
    return BEHIND_FRONT in os.environ


def end_with_front() -> None:
    """Ends this server when the front is gone, however that ended: its pipe is closed then."""

    def wait() -> None:
        sys.stdin.buffer.read()
        signal.raise_signal(signal.SIGTERM)

    Thread(target=wait, daemon=True).start()


class Process:
    """One server on a port of its own, started again whenever it ends.

    Args:
        command: What is run, for a port.
        environment: Of it.

    Attributes:
        port: Where it listens.
        answers: Whether it does.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]):
        self._command, self._environment = command, environment
        self.port, self.answers = free_port(), False
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keeps it running, until cancelled."""
        while True:
            self._process = await asyncio.create_subprocess_exec(
                *(part.format(port=self.port) for part in self._command),
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.PIPE,
            )
            watching = asyncio.create_task(self._watch(self._process))
            code = await self._process.wait()
            watching.cancel()
            self.answers = False
            LOGGER.warning("A web process has ended with %s and is started again.", code)
            await asyncio.sleep(RESTART_SECONDS)

    async def end(self) -> None:
        """Ends it, and waits for that."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Notices when it begins to answer, and ends it when it hangs: it does not any more."""
        while not self.answers:
            await asyncio.sleep(CHECK_SECONDS)
            with suppress(OSError):
                await self._ask(b"")
                self.answers = True
        while True:
            await asyncio.sleep(PING_SECONDS)
            try:
                await asyncio.wait_for(self._ask(PING), HANG_SECONDS)
            except TimeoutError:
                LOGGER.warning("A web process does not answer: it is replaced.")
                self.answers = False
                process.kill()
                return
            except OSError:
                continue  # it is ending

    async def _ask(self, request: bytes) -> None:
        """Connects, and waits for the first byte of an answer where there is a request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            if request:
                writer.write(request)
                await reader.read(1)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def serve(processes: Sequence[Process], port: int, address: str = "") -> None:
    """Listens on the port once all of them answer, and passes on what comes, until cancelled."""
    visitors: WeakSet[Visitor] = WeakSet()
    places = Places()
    keeping = [asyncio.create_task(process.run()) for process in processes]
    try:
        while not all(process.answers for process in processes):
            await asyncio.sleep(CHECK_SECONDS)

        def ports() -> list[int]:
            return [process.port for process in processes if process.answers]

        def visitor() -> Visitor:
            visitors.add(came := Visitor(ports, places))
            return came

        server = await asyncio.get_running_loop().create_server(visitor, address or None, port)
        async with server:
            await server.serve_forever()
    finally:
        for visitor_left in [*visitors]:
            visitor_left.close()
        for task in keeping:
            task.cancel()
        await asyncio.gather(*(process.end() for process in processes))


def environment_of_process(count: int) -> dict[str, str]:
    """Variables of each of so many servers: the workers are shared out, secrets are shared."""
    workers = max(1, -(-settings().workers // count))
    secret = os.environ.get("STREAMLIT_SERVER_COOKIE_SECRET") or secrets.token_hex(32)
    return os.environ | {
        f"{PREFIX}WEB_PROCESSES": "1",
        f"{PREFIX}WORKERS": str(workers),
        "STREAMLIT_SERVER_COOKIE_SECRET": secret,
        BEHIND_FRONT: "1",
    }


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The event loop that Streamlit's server runs on where the system has it; else Python's own."""
    try:
        return import_module("uvloop").new_event_loop
    except ImportError:
        return None


async def main(port: int, address: str, options: Sequence[str]) -> None:
    """Serves until this process is told to end."""
    streamlit = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "{port}"]
    command = [*streamlit, "--server.address", "127.0.0.1", "--server.headless", "true", *options]
    count = settings().web_processes
    environment = environment_of_process(count)
    processes = [Process(command, environment) for _ in range(count)]
    serving = asyncio.ensure_future(serve(processes, port, address))
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: loop.call_soon_threadsafe(serving.cancel))
    with suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    os.closerange(3, 1024)  # the listening socket of the server in whose place this one is
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
