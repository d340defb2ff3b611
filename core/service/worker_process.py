"""A worker that is a process of this machine."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from ..worker.messages import encode_command
from .worker_handle import ENVIRONMENT, WorkerHandle, WorkerListener

ROOT = Path(__file__).parents[2]  # the folder that the package is imported from
MODULE = f"{__name__.partition('.')[0]}.worker.process"


class WorkerProcess(WorkerHandle):
    """One worker process; commands are written and replies are read by threads of their own.

    Attributes:
        pid: Of the process.
    """

    def __init__(self, listener: WorkerListener):
        super().__init__(listener)
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
        )
        self.pid = self._process.pid
        self._commands: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, **command: Any) -> None:
        self._commands.put(encode_command(command))

    def terminate(self) -> None:
        self._process.kill()
        self._process.wait()

    def _write(self) -> None:
        """Writes commands: a worker that is importing reads none, and a full pipe blocks."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # ValueError: the pipe has been closed
            while line := self._commands.get():
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # cut off by the process' end
            self._on_line(line[:-1])
        self._process.wait()
        self._process.stdout.close()
        self._commands.put(b"")  # ends `_write`
        with contextlib.suppress(OSError):  # a command that did not reach the process
            self._process.stdin.close()
        self._listener.on_exit(self)
