"""A worker that is a process of this machine."""

import contextlib
import logging
import os
import queue
import threading
from typing import Any, BinaryIO

from ..worker.messages import encode_command
from .process_launcher import Launcher, Process
from .worker_handle import WorkerHandle, WorkerListener

LOGGER = logging.getLogger("uphill.workers")
RETRY_SECONDS = 5.0  # until a process that could not be started is tried again


class WorkerProcess(WorkerHandle):
    """One worker process; threads start it, write commands and read replies.

    Args:
        listener: Gets its replies.
        launcher: Starts the process.
    """

    def __init__(self, listener: WorkerListener, launcher: Launcher):
        super().__init__(listener)
        self._launcher = launcher
        self._process: Process | None = None
        self._terminated = threading.Event()
        self._commands: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Of the process; None until it is started."""
        return self._process.pid if self._process else None

    def send(self, **command: Any) -> None:
        self._commands.put(encode_command(command))

    def kill(self) -> None:
        self._terminated.set()
        if self._process:
            self._process.kill()

    def terminate(self) -> None:
        self.kill()
        if self._process:
            self._process.wait()

    def _run(self) -> None:
        commands, replies = self._launch()
        threading.Thread(target=self._write, args=(commands,), daemon=True).start()
        with replies:
            for line in replies:
                if not line.endswith(b"\n"):
                    break  # cut off by the process' end
                self._on_line(line[:-1])
        if self._process:
            self._process.wait()
        self._commands.put(b"")  # ends `_write`
        self._listener.on_exit(self)

    def _launch(self) -> tuple[BinaryIO, BinaryIO]:
        """Starts the process; returns our ends of its pipes."""
        worker_commands, commands = os.pipe()
        replies, worker_replies = os.pipe()
        while not (self._process or self._terminated.is_set()):
            try:
                self._process = self._launcher.launch(worker_commands, worker_replies)
            except OSError as error:
                LOGGER.warning("A worker cannot be started: %s.", error.strerror)
                self._terminated.wait(RETRY_SECONDS)
        os.close(worker_commands)
        os.close(worker_replies)
        if self._process and self._terminated.is_set():
            self._process.kill()  # it was killed before there was a process
        return os.fdopen(commands, "wb"), os.fdopen(replies, "rb")

    def _write(self, commands: BinaryIO) -> None:
        """Writes commands: a worker that is importing reads none, and a full pipe blocks."""
        with contextlib.suppress(OSError), commands:
            while line := self._commands.get():
                commands.write(line)
                commands.flush()
