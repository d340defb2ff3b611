"""Gives the jobs of runs to workers: queued, started, restarted elsewhere, suspended and woken."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..spec import Spec
from .admission import Admission
from .run_log import RunLog, RunLogs
from .worker_handle import WorkerHandle
from .worker_pool import WorkerPool, structure_key

MAX_DEATHS = 2  # workers that may exit with one job before the job is held to be the reason


class Scheduler:
    """Which run trains where. Its caller sees to it that one thread at a time is in here.

    Args:
        logs: The runs in memory, by token.
        pool: The workers.
        admission: The queue in front of them.
    """

    def __init__(self, logs: RunLogs, pool: WorkerPool, admission: Admission):
        self._logs, self._pool, self._admission = logs, pool, admission

    def enqueue(self, token: str) -> None:
        """Starts a run, or queues it."""
        self._admission.enqueue(token, self._logs[token].learner)
        self._start_admitted()

    def release(self, token: str) -> None:
        """Gives a run's place, or its position in the queue, to others."""
        self._admission.release(token)
        self._start_admitted()

    def precompile(self, spec: Spec) -> None:
        """Lets a worker compile the program of a spec, if one is ready and none has done so."""
        structure = structure_key(spec)
        if self._pool.ready and not self._pool.has_compiled(structure):
            worker = self._pool.select(structure, self._load)
            worker.send(do="precompile", spec=spec.model_dump(mode="json"))

    def send(self, log: RunLog, do: str, **details: Any) -> None:
        """Sends a command about every job of a run."""
        for job, worker in log.workers.items():
            worker.send(do=do, token=job, **details)

    def drop(self, log: RunLog) -> None:
        """Takes a run's jobs off their workers."""
        self.send(log, "drop")
        log.workers = {}

    def pause_idle(self, log: RunLog) -> None:
        """Pauses a run that nobody watches."""
        log.idle = True
        if not log.paused:
            self.send(log, "pause")

    def suspend(self, token: str, log: RunLog) -> None:
        """Takes a run off its workers, so that others get its place."""
        log.suspended = True
        self.drop(log)
        self.release(token)

    def wake(self, token: str, log: RunLog) -> None:
        """Lets an idle or suspended run go on where it was."""
        suspended, log.idle, log.suspended = log.suspended, False, False
        if log.ended:
            return
        if suspended:
            self.enqueue(token)
        elif not log.paused:
            self.send(log, "resume")

    def restart_jobs_of(self, exited: WorkerHandle) -> Iterator[tuple[str, RunLog]]:
        """Lets others restore the runs of an exited worker from their checkpoints.

        Yields:
            Token and log of runs that do not restart: they were told to stop, or too many workers
            have exited with a job of theirs.
        """
        for token, log in list(self._logs.items()):
            for job in [job for job, worker in log.workers.items() if worker is exited]:
                log.deaths[job] += 1
                if log.deaths[job] < MAX_DEATHS and not log.stop_reason:
                    self._start(token, log, job)
                elif not log.ended:
                    yield token, log

    def move_unplaced(self) -> None:
        """Gives jobs whose worker has not got them yet to a worker that is ready."""
        if self._pool.ready:
            for token, log in self._logs.items():
                for job, worker in list(log.workers.items()):
                    if worker.revoke(job):
                        self._start(token, log, job)

    def _start_admitted(self) -> None:
        while token := self._admission.admit():
            self._start(token, self._logs[token])

    def _start(self, token: str, log: RunLog, lost_job: str | None = None) -> None:
        """Gives a run's jobs to workers, from its checkpoint; or only the one that was lost."""
        structure = structure_key(log.trained)
        log.expect_replay()
        for job, command in log.start_commands(token, len(self._pool.workers)).items():
            if lost_job in (None, job):
                log.workers.pop(job, None)
                worker = self._pool.select(structure, self._load, log.workers.values())
                log.workers[job] = worker
                worker.send(do="start", token=job, **command)
                if (log.paused and not log.advance) or log.idle:
                    worker.send(do="pause", token=job)

    @property
    def _load(self) -> Counter[int]:
        """How many jobs each worker has, by its `id`."""
        return Counter(id(its) for log in self._logs.values() for its in log.workers.values())
