"""The workers of a service: started, selected for a job, replaced when one exits."""

import logging
from collections import Counter
from collections.abc import Callable, Collection

import orjson

from ..spec import Spec
from .worker_handle import WorkerHandle

LOGGER = logging.getLogger("uphill.workers")
HANG_SECONDS = 10.0  # without an answer to a ping; a turn takes some tenths of a second
AFFINITY = 8  # jobs more than others' that a worker which has compiled the structure may have


class WorkerPool:
    """A fixed number of workers.

    Args:
        size: How many.
        start_worker: Starts one.

    Attributes:
        workers: Those that run now.
    """

    def __init__(self, size: int, start_worker: Callable[[], WorkerHandle]):
        self._start_worker = start_worker
        self.workers = [start_worker() for _ in range(size)]

    @property
    def ready(self) -> bool:
        """Whether at least one has imported TensorFlow."""
        return any(worker.ready.is_set() for worker in self.workers)

    def has_compiled(self, structure: str) -> bool:
        """Whether a worker has compiled such a structure, or is compiling it."""
        return any(structure in worker.compiled for worker in self.workers)

    def select(
        self, structure: str, load: Counter[int], avoid: Collection[WorkerHandle] = ()
    ) -> WorkerHandle:
        """The least loaded worker, or one that has compiled the structure if not far busier.

        Args:
            structure: Of the job; counts as compiled by that worker from now on.
            load: How many jobs each worker has, by its `id`.
            avoid: Workers to be taken last: they have other shards of the same sweep.
        """
        worker = min(
            self.workers,
            key=lambda worker: (
                not worker.ready.is_set() and self.ready,
                worker in avoid,
                load[id(worker)] - AFFINITY * (structure in worker.compiled),
            ),
        )
        worker.note_compiled(structure)
        return worker

    def replace(self, worker: WorkerHandle) -> None:
        """Starts a worker in the place of one that has exited."""
        self.workers[self.workers.index(worker)] = self._start_worker()

    def kill_hung(self, now: float) -> None:
        """Pings every worker, and kills those that have left a ping unanswered for too long.

        Args:
            now: Clock time, in seconds.
        """
        for worker in self.workers:
            if worker.pinged_at is not None and now - worker.pinged_at > HANG_SECONDS:
                LOGGER.warning("A worker does not answer: it is replaced.")
                worker.kill()
            elif worker.pinged_at is None and worker.ready.is_set():
                worker.pinged_at = now
                worker.send(do="ping")

    def terminate(self) -> None:
        """Ends every worker."""
        for worker in self.workers:
            worker.terminate()


def structure_key(spec: Spec) -> str:
    """What a worker compiles for a spec, as text; close enough to select a worker by."""
    values = spec.model_dump(mode="json", exclude={"schedule", "scaling"})
    values["optimizer"]["learning_rate"] = values["model"]["initializer"] = None
    values["model"]["initial_weights"] = None
    values["training"] = values["training"]["batch_size"]
    return orjson.dumps(values).decode()
