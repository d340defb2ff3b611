"""What a worker does beside its runs: it compiles ahead, and looks for causes."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from ..data.prepare import prepare
from ..data.uploads import TableFinder
from ..diagnosis.diagnosis import diagnose
from ..events import decode
from ..service.run_log import ANSWER
from ..spec import Spec
from ..training.failure import in_words
from .run_job import Job

REHEARSALS = 4  # that wait; with more, learners only play with their knobs


class Beside:
    """Rehearsals and diagnoses, one of each at a time.

    Args:
        say: Takes a line of the worker's; from any thread.
        find_table: Gives the table behind a source.
    """

    def __init__(self, say: Callable[[bytes], Any], find_table: TableFinder):
        self._say, self._find_table = say, find_table
        self._rehearsing, self._diagnosing = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._rehearsals = threading.BoundedSemaphore(REHEARSALS)

    def rehearse(self, spec: Spec) -> None:
        """Compiles a spec's program before its run is asked for."""
        if self._rehearsals.acquire(blocking=False):
            self._rehearsing.submit(self._compile, spec)

    def diagnose(self, token: str, spec: Spec, lines: Sequence[str]) -> None:
        """Looks for the cause of what a run shows, and says what was found.

        Args:
            token: Of the question.
            spec: What is run.
            lines: The run's events so far, each as JSON.
        """
        self._diagnosing.submit(self._answer, token, spec, lines)

    def _compile(self, spec: Spec) -> None:
        try:
            job = Job("", spec, None, 0.0)
            with contextlib.suppress(Exception):  # its run will say what is wrong
                job.prepare(self._find_table)
                if job.pace.cold:
                    job.turn()
        finally:
            self._rehearsals.release()

    def _answer(self, token: str, spec: Spec, lines: Sequence[str]) -> None:
        try:
            table = self._find_table(spec.data.source)
            data = prepare(table, spec.data, spec.scaling, spec.training.seed)
            told = diagnose(spec, data, [decode(line) for line in lines], table).to_json()
        except Exception as error:
            told = {"error": in_words(error, f"The diagnosis failed: {type(error).__name__}.")}
        self._say(token.encode() + b" " + ANSWER + orjson.dumps(told))
