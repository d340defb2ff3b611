"""The workers of a service: hired, chosen for a job, replaced when one dies."""

from collections import Counter
from collections.abc import Callable, Collection

import orjson

from ..spec import Spec
from .worker_handle import RemoteWorker

AFFINITY = 8  # runs more than elsewhere that a worker which knows the structure may have


class Staff:
    """So many workers, always.

    Args:
        count: How many.
        hire: Starts one.
    """

    def __init__(self, count: int, hire: Callable[[], RemoteWorker]):
        self._hire = hire
        self.workers = [hire() for _ in range(count)]

    @property
    def ready(self) -> bool:
        """Whether at least one has imported TensorFlow."""
        return any(worker.ready.is_set() for worker in self.workers)

    def knows(self, structure: str) -> bool:
        """Whether one has compiled such a structure, or does now."""
        return any(structure in worker.structures for worker in self.workers)

    def choose(
        self, structure: str, live: Counter[int], beside: Collection[RemoteWorker] = ()
    ) -> RemoteWorker:
        """The worker with the fewest live jobs, or one that knows the structure if not far off.

        Args:
            structure: Of the job, which that worker knows from now on.
            live: How many jobs each has, by its `id`.
            beside: Workers that have other jobs of the same sweep, which had better be elsewhere.
        """
        worker = min(
            self.workers,
            key=lambda worker: (
                not worker.ready.is_set() and self.ready,
                worker in beside,
                live[id(worker)] - AFFINITY * (structure in worker.structures),
            ),
        )
        worker.structures.add(structure)
        return worker

    def replace(self, worker: RemoteWorker) -> None:
        """Hires another in the place of one that is gone."""
        self.workers[self.workers.index(worker)] = self._hire()

    def end(self) -> None:
        """Ends every worker."""
        for worker in self.workers:
            worker.end()


def structure_of(spec: Spec) -> str:
    """A name for what a worker compiles for a spec; close enough to choose a worker by."""
    values = spec.model_dump(mode="json", exclude={"schedule", "scaling"})
    values["optimizer"]["learning_rate"] = values["model"]["initializer"] = None
    values["training"] = values["training"]["batch_size"]
    return orjson.dumps(values).decode()
