"""A worker's background threads: they precompile programs and diagnose runs."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from ..data.uploads import TableFinder
from ..diagnosis.diagnosis import diagnose
from ..events import decode
from ..spec import Spec
from ..training.failure import in_words
from .messages import Reply
from .run_job import RunJob
from .tables import prepared

MAX_PRECOMPILES = 4  # waiting; requests beyond are dropped


class BackgroundTasks:
    """One thread that precompiles, and one that diagnoses.

    Args:
        send: Takes a reply; from any thread.
        find_table: Gives the table behind a source.
    """

    def __init__(self, send: Callable[[Reply], Any], find_table: TableFinder):
        self._send, self._find_table = send, find_table
        self._compile_thread, self._diagnosis_thread = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._pending = threading.BoundedSemaphore(MAX_PRECOMPILES)

    def precompile(self, spec: Spec) -> None:
        """Compiles the program of a run that has not been submitted yet."""
        if self._pending.acquire(blocking=False):
            self._compile_thread.submit(self._precompile, spec)

    def diagnose(self, token: str, spec: Spec, events: Sequence[str]) -> None:
        """Diagnoses a run and sends the answer.

        Args:
            token: Of the request.
            spec: Of the run.
            events: The run's events so far, each as JSON.
        """
        self._diagnosis_thread.submit(self._diagnose, token, spec, events)

    def _precompile(self, spec: Spec) -> None:
        try:
            job = RunJob("", spec, None, 0.0)
            with contextlib.suppress(Exception):  # the run itself reports what is wrong
                job.prepare(self._find_table)
                if job.pace.cold:
                    job.turn()
        finally:
            self._pending.release()

    def _diagnose(self, token: str, spec: Spec, events: Sequence[str]) -> None:
        try:
            data = prepared(spec, self._find_table(spec.data.source))
            answer = diagnose(spec, data, [decode(event) for event in events]).to_json()
        except Exception as error:
            answer = {"error": in_words(error, f"The diagnosis failed: {type(error).__name__}.")}
        self._send(Reply("answer", token, orjson.dumps(answer)))
