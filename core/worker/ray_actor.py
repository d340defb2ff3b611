"""A `Worker` as an actor of a Ray cluster."""

import os
import queue
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

import ray

from ..data.uploads import find_table, table_from_buffer
from .messages import Command
from .worker import Worker

OUTPUT = "output"  # the concurrency group of the method that streams replies


class WorkerActor:
    """A `Worker` in a process of the cluster. Commands come one by one, in their order."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._tables: defaultdict[str, deque[Any]] = defaultdict(deque)
        self._worker = Worker(self._lines.put, self._find_table)

    def node(self) -> str:
        """Ray's name of the machine that it was given."""
        return ray.get_runtime_context().get_node_id()

    @ray.method(concurrency_group=OUTPUT, num_returns="streaming")
    def output(self) -> Iterator[bytes]:
        """Runs the worker, and yields its replies as whole lines as soon as there are some."""
        threading.Thread(target=self._run, daemon=True).start()
        while True:
            lines = [self._lines.get()]
            while not self._lines.empty():
                lines.append(self._lines.get())
            yield b"".join(lines)

    @ray.method(num_returns=0)
    def command(self, command: Command, tables: list[Any]) -> None:
        """Takes a command, with a reference to its table if it carries one."""
        for table in tables:
            self._tables[command["spec"]["data"]["source"]].append(table)
        self._worker.commands.put(command)

    def _run(self) -> None:
        try:
            self._worker.serve()
        finally:
            os._exit(1)  # the actor is of no use without its worker

    def _find_table(self, source: str) -> Any:
        """Each command that carried its table takes it once."""
        if not self._tables[source]:
            return find_table(source)
        return table_from_buffer(ray.get(self._tables[source].popleft()))
