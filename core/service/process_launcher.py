"""Starts worker processes: forked from one that has imported TensorFlow, or each by itself."""

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import Protocol

from ..package import NAME, ROOT
from ..system import can_fork
from ..worker.messages import FORK, PID
from .worker_handle import ENVIRONMENT

LOGGER = logging.getLogger("uphill.workers")
START_SECONDS = 120.0  # for the fork server to import TensorFlow, on a busy machine
STOP_SECONDS = 1.0  # for the fork server to end by itself: it may be importing still
ATTEMPTS = 2  # a fork server that has died is started again once


class Process(Protocol):
    """A worker's process, as `subprocess.Popen` has it."""

    pid: int

    def kill(self) -> None:
        """Ends it at once; no effect if it has ended."""

    def wait(self) -> object:
        """Waits until it has ended."""


class Launcher(Protocol):
    """Starts workers, each on two pipes."""

    def launch(self, commands: int, replies: int) -> Process:
        """Starts a worker.

        Args:
            commands: File descriptor that it reads.
            replies: File descriptor that it writes to. The caller closes both.

        Raises:
            OSError: If it cannot be started.
        """
        ...

    def close(self) -> None:
        """Ends what serves to start workers; the workers go on."""


def launcher() -> Launcher:
    """The best one that this system has."""
    return ForkServer() if can_fork() else SubprocessLauncher()


class SubprocessLauncher:
    """Each worker is a new interpreter, which imports TensorFlow by itself."""

    def launch(self, commands: int, replies: int) -> Process:
        return _start("process", commands, replies)

    def close(self) -> None:
        pass


class ForkServer:
    """Workers are forked from one process, which the first launch starts.

    See `core.worker.fork_server`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the server; None while it does not run."""
        return self._process.pid if self._process else None

    def launch(self, commands: int, replies: int) -> Process:
        with self._lock:
            for _ in range(ATTEMPTS):
                if self._closed:
                    raise OSError("The fork server is closed.")
                try:
                    return self._fork(commands, replies)
                except (OSError, EOFError):
                    self._stop()
        LOGGER.warning(
            "No worker can be forked: each imports TensorFlow by itself, which takes more."
        )
        return _start("process", commands, replies)

    def close(self) -> None:
        self._closed = True
        if requests := self._requests:  # also wakes a launch that waits for the server
            with contextlib.suppress(OSError):
                requests.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._stop()

    def _fork(self, commands: int, replies: int) -> Process:
        if self._requests is None:
            self._requests, other = socket.socketpair()
            self._requests.settimeout(START_SECONDS)
            with other:
                self._process = _start("fork_server", other.fileno(), subprocess.DEVNULL)
        socket.send_fds(self._requests, [FORK], [commands, replies])
        answer, descriptors, *_ = socket.recv_fds(self._requests, PID.size, 1)
        if len(answer) < PID.size:
            raise EOFError("The fork server has ended.")
        (pid,) = PID.unpack(answer)
        return ForkedProcess(pid, descriptors[0])

    def _stop(self) -> None:
        """Ends the server, which waits for its ended children first if it can."""
        if self._requests:
            self._requests.close()
        if self._process:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._requests = self._process = None


class ForkedProcess:
    """A process that is no child of this one, held by a pidfd: its id may be another's later.

    Args:
        pid: Of the process.
        pidfd: Refers to it until it is closed.
    """

    def __init__(self, pid: int, pidfd: int):
        self.pid, self._pidfd = pid, pidfd

    def kill(self) -> None:
        try:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        except ProcessLookupError:
            return

    def wait(self) -> None:
        select.select([self._pidfd], [], [])

    def __del__(self) -> None:
        os.close(self._pidfd)


def _start(module: str, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    """Runs a module of `core.worker` in a new interpreter."""
    return subprocess.Popen(
        [sys.executable, "-m", f"{NAME}.worker.{module}"],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
    )
