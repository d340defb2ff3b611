"""Turns are shared by time: counted with runs that say themselves what a turn costs."""

import io

from core.events import Event
from core.training.worker import Worker


class Costly:
    """A run whose every turn takes `cost` seconds of work."""

    ready, paused, due = True, False, 0.0

    def __init__(self, worker: Worker, token: str, cost: float):
        self.worker, self.token, self.cost = worker, token, cost
        self.used, self.turns = 0.0, 0

    def checkpoint(self) -> bytes:
        return b""

    def turn(self, tick: float) -> list[Event]:
        self.used += self.cost
        self.turns += 1
        if sum(job.turns for job in self.worker.jobs.values()) == 220:
            self.worker.orders.put(None)
        return []


def test_a_large_run_does_not_starve_small_ones():
    worker = Worker(io.BytesIO())
    jobs = [Costly(worker, name, cost) for name, cost in (("large", 10.0), ("a", 1.0), ("b", 1.0))]
    worker.jobs = {job.token: job for job in jobs}
    worker.run()
    large, *small = (job.turns for job in jobs)
    assert all(9 * large <= turns <= 11 * large for turns in small)
