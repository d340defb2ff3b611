"""The service's end of one worker, wherever it runs: commands in, replies out."""

import threading
from collections import OrderedDict
from typing import Any, Protocol

from ..worker.messages import Reply

COMPILED = 64  # structures that a worker is held to have compiled: it keeps 32 programs itself
ENVIRONMENT = {  # of a worker's process
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}


class WorkerListener(Protocol):
    """Gets a worker's replies, called from the handle's own thread."""

    def on_event(self, token: str, event: bytes) -> None:
        """A job has sent an event, as JSON."""

    def on_checkpoint(self, token: str, checkpoint: bytes) -> None:
        """A run can be restored from here; it holds every event sent before."""

    def on_paused(self, token: str) -> None:
        """A paused job stands still: no event of it follows."""

    def on_answer(self, token: str, answer: bytes) -> None:
        """The answer to a request, as JSON."""

    def on_exit(self, worker: "WorkerHandle") -> None:
        """The worker has exited."""


class WorkerHandle:
    """One worker.

    Args:
        listener: Gets its replies.

    Attributes:
        ready: Set once it has imported TensorFlow.
        compiled: Structures that it has compiled, as `worker_pool.structure_key` has them; the one
            used last is the last.
        pinged_at: Clock time of a ping that it has not answered; None if there is none.
    """

    def __init__(self, listener: WorkerListener):
        self.ready = threading.Event()
        self.compiled: OrderedDict[str, None] = OrderedDict()
        self.pinged_at: float | None = None
        self._listener = listener

    def note_compiled(self, structure: str) -> None:
        """Notes that it compiles a structure, or uses what it has compiled."""
        self.compiled[structure] = None
        self.compiled.move_to_end(structure)
        if len(self.compiled) > COMPILED:
            self.compiled.popitem(last=False)

    def send(self, **command: Any) -> None:
        """Sends a command, see `core.worker.messages`, and does not wait.

        To a worker that has exited it has no effect: `on_exit` reports that.
        """
        raise NotImplementedError

    def revoke(self, token: str) -> bool:
        """Takes back a job's commands; False if the worker may have got them already."""
        return False

    def kill(self) -> None:
        """Ends the worker at once, without waiting: `on_exit` follows."""
        raise NotImplementedError

    def terminate(self) -> None:
        """Ends the worker and waits for its end."""
        raise NotImplementedError

    def _on_line(self, line: bytes) -> None:
        """Passes on one reply, as a line without its end."""
        reply = Reply.from_line(line)
        match reply.kind:
            case "ready":
                self.ready.set()
            case "event":
                self._listener.on_event(reply.token, reply.body)
            case "checkpoint":
                self._listener.on_checkpoint(reply.token, reply.body)
            case "paused":
                self._listener.on_paused(reply.token)
            case "pong":
                self.pinged_at = None
            case "answer":
                self._listener.on_answer(reply.token, reply.body)
