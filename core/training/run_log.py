"""What the service knows of one run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.events import Event, decode, encode
from core.spec import Spec
from core.sweep.spec import Axis

if TYPE_CHECKING:
    from core.training.remote_worker import RemoteWorker

HALTED = b"="  # what a worker says of a paused run once it stands still
BULKY = ("rows", "features", "targets", "outputs", "gradients", "weights_before", "weights_after")


@dataclass
class RunLog:
    """What is known of one run: its events, as they go out, and where it stands.

    Attributes:
        spec: What it runs.
        pace: Epochs a second, None for as fast as it goes.
        axes: Of a sweep; none for a run.
        learner: Whose run it is, None where nobody says.
        worker: Where it runs; None while it waits for a place, or sleeps.
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
        deaths: Workers that died while they had it, since its last checkpoint.
        size: Bytes of its events.
    """

    spec: Spec
    pace: float | None
    worker: "RemoteWorker | None" = None
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
    deaths: int = 0
    size: int = 0

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
        self.ended = self.ended or line.startswith(b'{"event":"run_ended"')
        return True

    def keep(self, checkpoint: bytes) -> bool:
        """Keeps what the run can go on from, if it holds every event that was told."""
        if any(b'"why":"stepped"' not in line for line in self.again):  # those do not come again
            return False
        self.checkpoint, self.deaths = checkpoint, 0
        self.held = len(self.events)
        return True

    def begin_again(self) -> None:
        """What was told behind the checkpoint will be told once more."""
        self.again = set(self.events[self.held :])
