"""What the service knows of a sweep, whose shards several workers train."""

from dataclasses import dataclass, field
from math import prod

from ..events import Event, decode, encode
from ..sweep.shard import Shard
from ..worker.messages import Command
from .run_log import SHARD, RunLog

CELLS = b'{"event":"cells"'


@dataclass
class SweepLog(RunLog):
    """A sweep's events, as if one worker sent them.

    A restarted shard is told which cells are final: a checkpoint is not needed.

    Attributes:
        shards: How many jobs it is; 0 before it is started.
        kinds: How the events begin that are in the log.
        final: Places of the cells whose runs have ended.
        ends: The `run_ended` events of the shards that have ended.
    """

    shards: int = 0
    kinds: set[bytes] = field(default_factory=set)
    final: set[tuple[int, ...]] = field(default_factory=set)
    ends: list[Event] = field(default_factory=list)

    def start_commands(self, token: str, workers: int) -> dict[str, Command]:
        self.shards = self.shards or min(workers, prod(len(axis.points) for axis in self.axes))
        command = {
            "spec": self.spec.model_dump(mode="json"),
            "axes": [axis.model_dump(mode="json") for axis in self.axes],
        }
        whole = Shard(count=self.shards, completed=frozenset(self.final))
        shards = [whole.model_copy(update={"index": index}) for index in range(self.shards)]
        return {
            f"{token}{SHARD}{shard.index}": command | {"shard": shard.model_dump(mode="json")}
            for shard in shards
        }

    def merge(self, job: str, line: bytes) -> bytes | None:
        event = decode(line)
        if event["event"] == "run_ended":
            return self._end(job, event)
        if event["event"] != "cells":
            return None if _kind(line) in self.kinds else line
        cells = [cell for cell in event["cells"] if tuple(cell["at"]) not in self.final]
        if any(cell["final"] for cell in cells):
            del self.deaths[job]
        return encode(event | {"cells": cells}) if cells else None

    def append(self, line: bytes) -> bool:
        self.kinds.add(_kind(line))
        if line.startswith(CELLS):
            self.final |= {tuple(cell["at"]) for cell in decode(line)["cells"] if cell["final"]}
        return super().append(line)

    def expect_replay(self) -> None:
        """Nothing is replayed: a shard is told which cells are final."""

    def _end(self, job: str, event: Event) -> bytes | None:
        """The sweep's end, where the last shard has ended, or one has failed."""
        self.workers.pop(job, None)
        self.ends.append(event)
        if event["outcome"] != "failed" and self.workers:
            return None
        stopped = [end for end in self.ends if end["outcome"] == "stopped"]
        seconds = max(end["seconds"] for end in self.ends)
        return encode((stopped or [event])[0] | {"seconds": seconds})


def _kind(line: bytes) -> bytes:
    return line.partition(b",")[0]
