"""One worker process, as the service sees it: orders in, events out."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Protocol

import orjson

from core.training.run_log import HALTED

ROOT = Path(__file__).parents[2]
THREADS = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


class Listener(Protocol):
    """Who hears what a worker says; called from the worker's own thread."""

    def told(self, token: str, line: bytes) -> None:
        """An event of a run."""

    def kept(self, token: str, checkpoint: bytes) -> None:
        """What a run can go on from."""

    def halted(self, token: str) -> None:
        """A paused run stands still."""

    def died(self, worker: "WorkerProcess") -> None:
        """The worker is gone."""


class WorkerProcess:
    """One worker.

    Args:
        listener: Who hears it.

    Attributes:
        ready: Set once it has imported TensorFlow.
        structures: Specs without their numbers that it has compiled already.
    """

    def __init__(self, listener: Listener):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.training.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | THREADS | QUIET,
        )
        self.pid = self._process.pid
        self.ready = threading.Event()
        self.structures: set[str] = set()
        self._listener = listener
        threading.Thread(target=self._listen, daemon=True).start()

    def order(self, **order: Any) -> None:
        """Sends an order; a worker that has died is found out by its listener."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(order) + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # ValueError: its listener has closed the pipe
            return

    def end(self) -> None:
        """Ends the process and waits for it."""
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # cut off by its death
            token, _, said = line.rstrip(b"\n").partition(b" ")
            if said.startswith(b"!"):
                self._listener.kept(token.decode(), said[1:])
            elif said == HALTED:
                self._listener.halted(token.decode())
            elif said:
                self._listener.told(token.decode(), said)
            else:
                self.ready.set()
        self._process.wait()
        self._process.stdout.close()
        with contextlib.suppress(OSError):  # an order that did not reach the process
            self._process.stdin.close()
        self._listener.died(self)
