"""A worker that is an actor of a Ray cluster.

Ray finds a node for it, waits for one where none has room, and gets one where it can. Nothing else
here or in Ray knows of runs: the same `Worker` as everywhere trains them.
"""

import logging
import signal
import socket
import threading
from collections import deque
from typing import Any

import orjson

from ..data.uploads import PREFIX, table_buffer
from ..errors import InputError
from ..events import encode, failed
from ..package import NAME, ROOT
from ..settings import settings
from ..worker.messages import Command
from .worker_handle import ENVIRONMENT, WorkerHandle, WorkerListener

try:
    import ray
    from ray.exceptions import RayError

    from ..worker.ray_actor import OUTPUT, WorkerActor
except ImportError as error:
    raise RuntimeError(
        "UPHILL_ENGINE=ray needs Ray here: pip install -r requirements-ray.txt"
    ) from error

LOGGER = logging.getLogger("uphill.ray")
CONNECT_SECONDS = 5.0  # for the head of the cluster to take a connection
TERMINATE_SECONDS = 10.0  # for a worker to end
NEED_TABLE = ("start", "diagnose", "search", "theory")  # commands that carry an uploaded table
RETRY_SECONDS = 2.0  # until Ray is asked again for an actor that could not start
ACTOR_OPTIONS: dict[str, Any] = {
    "num_cpus": 1,
    "scheduling_strategy": "SPREAD",
    "concurrency_groups": {OUTPUT: 1},  # the output streams while commands come in
}
EXCLUDES = ["/*", "!.", f"!/{NAME}", "!/sample_data", "__pycache__"]  # of the project: the rest


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
    on_sigterm = signal.getsignal(signal.SIGTERM)
    try:
        if address != "auto":  # Ray itself would go on trying for minutes, and then exit
            host, _, port = address.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
        ray.init(
            address,
            runtime_env={
                "working_dir": str(ROOT),
                "excludes": EXCLUDES,
                "env_vars": ENVIRONMENT | env,
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
        signal.signal(signal.SIGTERM, on_sigterm)  # Ray's would end the server without closing it
    if "workers" in settings().model_fields_set:
        return settings().workers
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


class RayWorker(WorkerHandle):
    """One worker in the cluster. Until Ray has placed it, its commands wait here.

    Attributes:
        node: Ray's name of the machine it is on; empty until it is placed.
    """

    def __init__(self, listener: WorkerListener):
        super().__init__(listener)
        self.node = ""
        self._placed = self._ended = False
        self._commands: deque[Command] = deque()
        self._changed = threading.Condition()
        self._actor: Any = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, **command: Any) -> None:
        if command["do"] == "precompile" and command["spec"]["data"]["source"].startswith(PREFIX):
            return  # an uploaded table comes with its run
        with self._changed:
            self._commands.append(command)
            self._changed.notify_all()

    def revoke(self, token: str) -> bool:
        with self._changed:
            if self._placed:
                return False
            self._commands = deque(c for c in self._commands if c.get("token") != token)
            return True

    def terminate(self) -> None:
        self.kill()
        self._reader.join(TERMINATE_SECONDS)

    def _read(self) -> None:
        while not self._place():
            with self._changed:
                self._changed.wait_for(lambda: self._ended, RETRY_SECONDS)
        try:
            for lines in self._actor.output.remote() if self._placed else ():
                written: Any = ray.get(lines)
                for line in written.splitlines():
                    self._on_line(line)
        except RayError as error:
            self._log_error(error)
        self.kill()
        self._listener.on_exit(self)

    def _place(self) -> bool:
        """Waits until Ray has placed an actor; False if that actor could not start."""
        with self._changed:
            if self._ended:
                return True
            self._actor = ray.remote(**ACTOR_OPTIONS)(WorkerActor).remote()
        try:
            self.node = ray.get(self._actor.node.remote())
        except RayError as error:
            self._log_error(error)
            return False
        with self._changed:
            self._placed = True
            self._changed.notify_all()
        return True

    def kill(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            if self._actor:
                ray.kill(self._actor)

    def _log_error(self, error: RayError) -> None:
        if not self._ended:
            why = str(error).strip().splitlines()[-1]
            LOGGER.warning("Worker on node %s is gone: %s", self.node or "(none yet)", why)

    def _write(self) -> None:
        """Sends the commands from a thread of its own: a large table takes its time."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or (self._placed and self._commands))
                if self._ended:
                    return
                command = self._commands.popleft()
            try:
                self._actor.command.remote(command, self._tables_of(command))
            except InputError as error:
                self._refuse(command, error)
            except RayError as error:
                self._log_error(error)
                self.kill()

    def _refuse(self, command: Command, error: InputError) -> None:
        """Replies in the worker's place to a command whose table is gone."""
        if command["do"] != "start":
            self._listener.on_answer(command["token"], orjson.dumps({"error": str(error)}))
        else:
            self._listener.on_event(command["token"], encode(failed(str(error))))

    def _tables_of(self, command: Command) -> list[Any]:
        """A reference to the uploaded table that a command is about, readable on every node."""
        source = command["spec"]["data"]["source"] if command["do"] in NEED_TABLE else ""
        return [ray.put(table_buffer(source))] if source.startswith(PREFIX) else []
