"""What the service knows of one run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..events import Event, decode, encode
from ..spec import Spec
from ..sweep.spec import Axis

if TYPE_CHECKING:
    from .worker_handle import RemoteWorker

HALTED = b"="  # what a worker says of a paused run once it stands still
ANSWER = b"?"  # what its answer to a question begins with
END = b'{"event":"run_ended"'
PART = "."  # between a sweep's token and the number of its part; no token has one
BULKY = ("rows", "features", "targets", "outputs", "gradients", "weights_before", "weights_after")


@dataclass
class RunLog:
    """What is known of one run: its events, as they go out, and where it stands.

    Attributes:
        spec: What it runs.
        pace: Epochs a second, None for as fast as it goes.
        axes: Of a sweep; none for a run.
        learner: Whose run it is, None where nobody says.
        workers: Where its jobs are done, by their tokens: a run is one job, a sweep has several.
            Empty while it waits for a place, or sleeps, and behind its end.
        events: One JSON text per event.
        brief: The same without the probes' arrays, which charts do not need.
        paused: Whether the learner has paused it.
        halted: Whether its worker has said that it stands still.
        away: Whether it is paused because nobody has watched it for a while.
        asleep: Whether it has given up its place for the same reason, until somebody looks.
        seen: Clock time of the last time that somebody asked for it.
        seconds: How long it has trained, about.
        checkpoint: What another worker can go on from; empty if it must begin anew.
        held: How many events the checkpoint holds.
        again: Events behind the checkpoint, which will come once more; they are not told twice.
        deaths: Workers that died while they had a job of it, since its last checkpoint.
        size: Bytes of its events.
    """

    spec: Spec
    pace: float | None
    workers: dict[str, "RemoteWorker"] = field(default_factory=dict)
    axes: Sequence[Axis] = ()
    learner: str | None = None
    events: list[bytes] = field(default_factory=list)
    brief: list[bytes] = field(default_factory=list)
    paused: bool = False
    halted: bool = False
    ended: bool = False
    away: bool = False
    asleep: bool = False
    seen: float = 0.0
    seconds: float = 0.0
    checkpoint: bytes = b""
    held: int = 0
    again: set[bytes] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)
    size: int = 0

    @property
    def worker(self) -> "RemoteWorker | None":
        """Where it runs; None while it does not."""
        return next(iter(self.workers.values()), None)

    @property
    def state(self) -> str:
        """`waiting` (for a worker), `running`, `pausing`, `paused` or `ended`."""
        if self.ended:
            return "ended"
        if self.paused:
            return "paused" if self.halted or not self.worker else "pausing"
        return "running" if self.events else "waiting"

    def decoded(self) -> list[Event]:
        """All events so far."""
        return [decode(line) for line in self.events]

    def jobs(self, token: str, workers: int) -> dict[str, dict[str, Any]]:
        """What is to be done, by the jobs' tokens, with what a worker is told of each.

        Args:
            token: The run's.
            workers: How many there are.
        """
        order = {
            "spec": self.spec.model_dump(mode="json"),
            "pace": self.pace,
            "checkpoint": self.checkpoint.decode(),
        }
        return {token: order}

    def heard(self, job: str, line: bytes) -> bytes | None:
        """What a job's event tells of the run; None if it tells nothing new."""
        if line.startswith(END):
            self.workers.pop(job, None)
        return line

    def add(self, line: bytes) -> bool:
        """Adds one event as its worker told it; False if it was told before, elsewhere."""
        if line in self.again:
            self.again.remove(line)
            return False
        brief = line
        if line.startswith(b'{"event":"probe"'):
            event = decode(line)
            brief = encode({k: v for k, v in event.items() if k not in BULKY})
        self.brief.append(brief)
        self.events.append(line)
        self.size += len(line) + len(brief)
        self.ended = self.ended or line.startswith(END)
        return True

    def keep(self, checkpoint: bytes) -> bool:
        """Keeps what the run can go on from, if it holds every event that was told."""
        if any(b'"why":"stepped"' not in line for line in self.again):  # those do not come again
            return False
        self.checkpoint, self.held = checkpoint, len(self.events)
        self.deaths.clear()
        return True

    def begin_again(self) -> None:
        """What was told behind the checkpoint will be told once more."""
        self.again = set(self.events[self.held :])
