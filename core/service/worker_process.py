"""A worker that is a process of this machine."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import orjson

from .worker_handle import QUIET, THREADS, Listener, RemoteWorker

ROOT = Path(__file__).parents[2]


class WorkerProcess(RemoteWorker):
    """One worker process."""

    def __init__(self, listener: Listener):
        super().__init__(listener)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.worker.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | THREADS | QUIET,
        )
        self.pid = self._process.pid
        self._orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._send, daemon=True).start()

    def order(self, **order: Any) -> None:
        self._orders.put(orjson.dumps(order) + b"\n")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self) -> None:
        """Sends the orders from a thread of its own: a worker that is busy importing reads none."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # ValueError: the pipe has been closed
            while line := self._orders.get():
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # cut off by its death
            self._hear(line[:-1])
        self._process.wait()
        self._process.stdout.close()
        self._orders.put(b"")
        with contextlib.suppress(OSError):  # an order that did not reach the process
            self._process.stdin.close()
        self._listener.died(self)
