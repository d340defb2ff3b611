"""What the service knows of one run: its events as JSON lines, its state, and where it trains."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..classroom.mystery import is_mystery
from ..events import PROBE_ARRAYS, Event, decode, encode, failed
from ..spec import Spec
from ..sweep.spec import Axis
from ..worker.messages import Command
from .public_events import is_upload, public_event
from .veil import sealed, veiled
from .worker_handle import WorkerHandle

RUN_ENDED = b'{"event":"run_ended"'
PROBE = b'{"event":"probe"'
SHARD = "."  # between a sweep's token and the index of its shard; no token contains one


@dataclass
class RunLog:
    """One run.

    Attributes:
        spec: What it runs.
        pace: Epochs a second, None for as fast as it goes.
        axes: Of a sweep; none for a run.
        learner: Whose run it is, None where that is not known.
        workers: Where its jobs run, by their tokens: a run is one job, a sweep has several. Empty
            while it is queued or suspended, and behind its end.
        events: One JSON text per event.
        brief: The same without the probes' arrays, which charts do not need.
        paused: Whether the learner has paused it.
        advance: `steps` or `epochs` behind which it pauses, if it was submitted so, until it has.
        pause_confirmed: Whether its worker has replied that it stands still.
        ended: Whether its last event is there.
        idle: Whether the service has paused it, because nobody watches it.
        suspended: Whether it has given up its place for the same reason, until somebody watches.
        watched_at: Clock time at which somebody last asked for it.
        trained_seconds: How long it has trained, about.
        checkpoint: What another worker restores; empty if it must begin anew.
        checkpoint_events: How many events the checkpoint holds.
        replayed: Events behind the checkpoint that a restored run sends again, and that are dropped
            then.
        stop_reason: Why it is to stop; empty while it is not.
        stop_at: Clock time at which it was told to.
        deaths: Workers that exited while they had a job of it, since its last checkpoint, by job.
        size: Bytes of its events.
        shown: How many of its events somebody has seen, be they durable or not: a page that is
            loaded again while the database is slow shows no fewer.
        hidden: Of a mystery, what is trained in place of `spec`; None for a spec without one, and
            where no worker needs it any more. It is told to workers alone.
        whole: Of a mystery, all that the run has told; `events` and `brief` are veiled.
    """

    spec: Spec
    pace: float | None
    workers: dict[str, WorkerHandle] = field(default_factory=dict)
    axes: Sequence[Axis] = ()
    learner: str | None = None
    events: list[bytes] = field(default_factory=list)
    brief: list[bytes] = field(default_factory=list)
    paused: bool = False
    advance: dict[str, int] | None = None
    pause_confirmed: bool = False
    ended: bool = False
    idle: bool = False
    suspended: bool = False
    watched_at: float = 0.0
    trained_seconds: float = 0.0
    checkpoint: bytes = b""
    checkpoint_events: int = 0
    replayed: set[bytes] = field(default_factory=set)
    stop_reason: str = ""
    stop_at: float = 0.0
    deaths: Counter[str] = field(default_factory=Counter)
    size: int = 0
    shown: int = 0
    hidden: Spec | None = field(default=None, repr=False)
    whole: list[bytes] = field(default_factory=list, repr=False)
    _public: list[bytes] = field(default_factory=list, repr=False)

    @property
    def is_mystery(self) -> bool:
        """Whether something of it is not told."""
        return is_mystery(self.spec)

    @property
    def trained(self) -> Spec:
        """What workers run."""
        return self.hidden or self.spec

    @property
    def kept(self) -> list[bytes]:
        """The events as they are kept: of a mystery, before they are veiled."""
        return self.whole if self.is_mystery else self.events

    @property
    def worker(self) -> WorkerHandle | None:
        """Where it trains; None while it does not."""
        return next(iter(self.workers.values()), None)

    @property
    def state(self) -> str:
        """`waiting` (for a worker), `running`, `pausing`, `paused` or `ended`."""
        if self.ended:
            return "ended"
        if self.paused:
            return "paused" if self.pause_confirmed or not self.worker else "pausing"
        return "running" if self.events else "waiting"

    def decoded(self) -> list[Event]:
        """All events so far."""
        return [decode(line) for line in self.events]

    def is_owned_by(self, learner: str) -> bool:
        """Whether a learner may command the run; one that nobody owns, whoever has its token."""
        return self.learner in (None, learner)

    def is_private_from(self, learner: str) -> bool:
        """Whether a learner may not see what its table holds: an upload is its owner's alone."""
        return is_upload(self.spec) and self.learner != learner

    def public(self) -> list[bytes]:
        """The events as those read them from whom the run is private."""
        self._public += map(public_event, self.events[len(self._public) :])
        return self._public

    def stopped_event(self) -> Event:
        """The `run_ended` of a run that the service stops, because no worker does."""
        last = decode(self.events[-1]) if self.events else {}
        place = {name: last.get(name) for name in ("epoch", "step")}
        return failed(self.stop_reason) | {"outcome": "stopped"} | place

    def start_commands(self, token: str, workers: int) -> dict[str, Command]:
        """What a `start` command holds, for each job of the run, by the jobs' tokens.

        Args:
            token: The run's.
            workers: How many workers there are.
        """
        last_step = decode(self.events[-1]).get("step") if self.events else None
        command = {
            "spec": self.trained.model_dump(mode="json"),
            "pace": self.pace,
            "checkpoint": self.checkpoint.decode(),
            "replay_steps": 0 if last_step is None else last_step + 1,
            "even": self.is_mystery,
            "advance": self.advance,
        }
        return {token: command}

    def merge(self, job: str, line: bytes) -> bytes | None:
        """The run's event that follows from a job's event; None if none does."""
        if line.startswith(RUN_ENDED):
            self.workers.pop(job, None)
        return sealed(line, self.spec) if self.is_mystery else line

    def append(self, line: bytes) -> bool:
        """Appends an event; False if it is a replayed one, which is dropped."""
        if line in self.replayed:
            self.replayed.remove(line)
            return False
        if self.is_mystery:
            self.whole.append(line)
            self.size += len(line)
            line = veiled(line)
        brief = line
        if line.startswith(PROBE):
            event = decode(line)
            brief = encode({k: v for k, v in event.items() if k not in PROBE_ARRAYS})
        self.brief.append(brief)
        self.events.append(line)
        self.size += len(line) + len(brief)
        self.ended = self.ended or line.startswith(RUN_ENDED)
        return True

    def save_checkpoint(self, checkpoint: bytes) -> bool:
        """Takes a checkpoint over, unless some of the run's events are still to be replayed."""
        if any(b'"why":"stepped"' not in line for line in self.replayed):  # those never come again
            return False
        self.checkpoint, self.checkpoint_events = checkpoint, len(self.events)
        self.deaths.clear()
        return True

    def expect_replay(self) -> None:
        """Prepares for a restart: what lies behind the checkpoint comes once more."""
        self.replayed = set(self.kept[self.checkpoint_events :])


class RunLogs(OrderedDict[str, RunLog]):
    """The logs in memory by token, the oldest first."""

    @property
    def size(self) -> int:
        """Bytes of their events."""
        return sum(log.size for log in self.values())

    def evict(self, limit: int) -> None:
        """Removes the oldest ended or suspended ones until `limit` bytes are kept."""
        size = self.size
        for token, log in list(self.items()):
            if size <= limit:
                return
            if log.ended or log.suspended:
                size -= log.size
                del self[token]


def poll_answer(lines: list[bytes], until: int, ended: bool, state: str, position: int) -> bytes:
    """What a poll is answered with, as JSON.

    Args:
        lines: The events that were asked for.
        until: The number of the event behind them.
        ended: Whether no more can come.
        state: As `RunLog.state`, or `warming` where no worker is ready yet.
        position: In the queue; 0 for a run that does not wait.
    """
    return b'{"events":[%b],"next":%d,"ended":%b,"state":"%b"%b}' % (
        b",".join(lines),
        until,
        b"true" if ended else b"false",
        state.encode(),
        b',"queue":%d' % position if position else b"",
    )
