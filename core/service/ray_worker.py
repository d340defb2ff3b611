"""A worker that is an actor of a Ray cluster.

Ray finds a node for it, waits for one where none has room, and gets one where it can. Nothing else
here or in Ray knows of runs: the same `Worker` as everywhere trains them.
"""

import logging
import os
import queue
import signal
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

import orjson

from ..data.uploads import PREFIX, find_table, table_bytes, table_from
from ..errors import InputError
from ..events import encode, failed
from ..settings import settings
from .worker_handle import QUIET, THREADS, Listener, RemoteWorker
from .worker_process import ROOT

try:
    import ray
    from ray.exceptions import RayError
except ImportError as error:
    raise RuntimeError(
        "UPHILL_ENGINE=ray needs Ray here: pip install -r requirements-ray.txt"
    ) from error

LOGGER = logging.getLogger("uphill.ray")
ANSWER_SECONDS = 5.0  # for the head of the cluster to take a connection
END_SECONDS = 10.0  # for a worker to end
BRING = ("start", "diagnose")  # orders that bring their table, if it is an uploaded one
RETRY_SECONDS = 2.0  # until Ray is asked again for an actor that could not begin
PLACE: dict[str, Any] = {
    "num_cpus": 1,
    "scheduling_strategy": "SPREAD",
    "concurrency_groups": {"telling": 1},  # beside the orders
}
LEFT_OUT = ["/*", "!.", "!/core", "!/sample_data", "__pycache__"]  # of the project: the rest


def join_cluster() -> int:
    """Joins the Ray cluster of the settings, which brings the project's code to its nodes.

    Returns:
        How many workers to keep: as the settings say, else one a CPU of the cluster.

    Raises:
        RuntimeError: If no cluster answers at the address.
    """
    address = settings().ray_address
    limits = settings().model_dump(mode="json", include={"cells", "worker_megabytes"})
    env = {f"UPHILL_{name.upper()}": str(value) for name, value in limits.items()}
    on_end = signal.getsignal(signal.SIGTERM)
    try:
        if address != "auto":  # Ray itself would go on trying for minutes, and then exit
            host, _, port = address.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
        ray.init(
            address,
            runtime_env={
                "working_dir": str(ROOT),
                "excludes": LEFT_OUT,
                "env_vars": THREADS | QUIET | env,
            },
            configure_logging=False,
            log_to_driver=False,
        )
    except (OSError, RuntimeError, ValueError, RayError) as error:
        raise RuntimeError(
            f"UPHILL_ENGINE=ray: no Ray cluster answers at UPHILL_RAY_ADDRESS={address}. Start one "
            f"by `ray start`, on this machine too: see deploy/ray.md. Ray says: {error}"
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, on_end)  # Ray's would end the server without closing it
    if "workers" in settings().model_fields_set:
        return settings().workers
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


class Actor:
    """A `Worker` in a process of the cluster. Orders are taken one by one, in their order."""

    def __init__(self) -> None:
        from ..worker.worker import Worker

        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._tables: defaultdict[str, deque[Any]] = defaultdict(deque)
        self._worker = Worker(self._said.put, self._find_table)

    def node(self) -> str:
        """Ray's name of the machine that it was given."""
        return ray.get_runtime_context().get_node_id()

    @ray.method(concurrency_group="telling", num_returns="streaming")
    def tell(self) -> Iterator[bytes]:
        """Works, and gives what the worker says in whole lines, as soon as there are some."""
        threading.Thread(target=self._work, daemon=True).start()
        while True:
            lines = [self._said.get()]
            while not self._said.empty():
                lines.append(self._said.get())
            yield b"".join(lines)

    @ray.method(num_returns=0)
    def order(self, order: dict[str, Any], tables: list[Any]) -> None:
        """Takes an order, with a reference to its table if it is of those that bring one."""
        for table in tables:
            self._tables[order["spec"]["data"]["source"]].append(table)
        self._worker.orders.put(order)

    def _work(self) -> None:
        try:
            self._worker.serve()
        finally:
            os._exit(1)  # a worker that does not work is none

    def _find_table(self, source: str) -> Any:
        """Each order that brought its table takes it once."""
        if not self._tables[source]:
            return find_table(source)
        return table_from(ray.get(self._tables[source].popleft()))


class RayWorker(RemoteWorker):
    """One worker in the cluster. Until Ray has placed it, it keeps its orders to itself.

    Attributes:
        node: Ray's name of the machine it is on; empty until it is placed.
    """

    def __init__(self, listener: Listener):
        super().__init__(listener)
        self.node = ""
        self._placed = self._over = False
        self._orders: deque[dict[str, Any]] = deque()
        self._changed = threading.Condition()
        self._actor: Any = None
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        threading.Thread(target=self._send, daemon=True).start()

    def order(self, **order: Any) -> None:
        if order["do"] == "rehearse" and order["spec"]["data"]["source"].startswith(PREFIX):
            return  # its table comes with its run
        with self._changed:
            self._orders.append(order)
            self._changed.notify_all()

    def take_back(self, token: str) -> bool:
        with self._changed:
            if self._placed:
                return False
            self._orders = deque(order for order in self._orders if order.get("token") != token)
            return True

    def end(self) -> None:
        self._let_go()
        self._listening.join(END_SECONDS)

    def _listen(self) -> None:
        while not self._place():
            with self._changed:
                self._changed.wait_for(lambda: self._over, RETRY_SECONDS)
        try:
            for lines in self._actor.tell.remote() if self._placed else ():
                said: Any = ray.get(lines)
                for line in said.splitlines():
                    self._hear(line)
        except RayError as error:
            self._say_why(error)
        self._let_go()
        self._listener.died(self)

    def _place(self) -> bool:
        """Waits until Ray has placed an actor; False if that actor could not begin."""
        with self._changed:
            if self._over:
                return True
            self._actor = ray.remote(**PLACE)(Actor).remote()
        try:
            self.node = ray.get(self._actor.node.remote())
        except RayError as error:
            self._say_why(error)
            return False
        with self._changed:
            self._placed = True
            self._changed.notify_all()
        return True

    def _let_go(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
            if self._actor:
                ray.kill(self._actor)

    def _say_why(self, error: RayError) -> None:
        if not self._over:
            why = str(error).strip().splitlines()[-1]
            LOGGER.warning("Worker on node %s is gone: %s", self.node or "(none yet)", why)

    def _send(self) -> None:
        """Sends the orders from a thread of its own: a large table takes its time."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or (self._placed and self._orders))
                if self._over:
                    return
                order = self._orders.popleft()
            try:
                self._actor.order.remote(order, self._tables_of(order))
            except InputError as error:
                self._refuse(order, error)
            except RayError as error:
                self._say_why(error)
                self._let_go()

    def _refuse(self, order: dict[str, Any], error: InputError) -> None:
        """Says why an order cannot be sent: its table is gone."""
        if order["do"] == "diagnose":
            self._listener.answered(order["token"], orjson.dumps({"error": str(error)}))
        else:
            self._listener.told(order["token"], encode(failed(str(error))))

    def _tables_of(self, order: dict[str, Any]) -> list[Any]:
        """A reference to the uploaded table that an order is about, for whichever node."""
        source = order["spec"]["data"]["source"] if order["do"] in BRING else ""
        return [ray.put(table_bytes(source))] if source.startswith(PREFIX) else []
