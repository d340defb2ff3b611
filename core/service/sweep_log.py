"""What the service knows of a sweep, whose parts several workers train."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

from ..events import Event, decode, encode
from ..sweep.shard import Part
from .run_log import PART, RunLog

CELLS = b'{"event":"cells"'


@dataclass
class SweepLog(RunLog):
    """A sweep's events, as if one worker told them.

    What a part goes on from are the cells that were told: a checkpoint is not needed.

    Attributes:
        parts: How many jobs it is; 0 before it is started.
        kinds: How the events begin that are there.
        done: Places of the cells whose runs have ended.
        ends: How the parts ended that have.
    """

    parts: int = 0
    kinds: set[bytes] = field(default_factory=set)
    done: set[tuple[int, ...]] = field(default_factory=set)
    ends: list[Event] = field(default_factory=list)

    def jobs(self, token: str, workers: int) -> dict[str, dict[str, Any]]:
        self.parts = self.parts or min(workers, prod(len(axis.points) for axis in self.axes))
        order = {
            "spec": self.spec.model_dump(mode="json"),
            "axes": [axis.model_dump(mode="json") for axis in self.axes],
        }
        done = frozenset(self.done)
        return {
            f"{token}{PART}{index}": order
            | {"part": Part(index=index, of=self.parts, done=done).model_dump(mode="json")}
            for index in range(self.parts)
        }

    def heard(self, job: str, line: bytes) -> bytes | None:
        event = decode(line)
        if event["event"] == "run_ended":
            return self._ended(job, event)
        if event["event"] != "cells":
            return None if _kind(line) in self.kinds else line
        cells = [cell for cell in event["cells"] if tuple(cell["at"]) not in self.done]
        if any(cell["final"] for cell in cells):
            del self.deaths[job]
        return encode(event | {"cells": cells}) if cells else None

    def add(self, line: bytes) -> bool:
        self.kinds.add(_kind(line))
        if line.startswith(CELLS):
            self.done |= {tuple(cell["at"]) for cell in decode(line)["cells"] if cell["final"]}
        return super().add(line)

    def begin_again(self) -> None:
        """Nothing comes twice: a part is told which cells are done."""

    def _ended(self, job: str, event: Event) -> bytes | None:
        """The sweep's end, if this was the end of its last part, or a part that failed."""
        self.workers.pop(job, None)
        self.ends.append(event)
        if event["outcome"] != "failed" and self.workers:
            return None
        stopped = [end for end in self.ends if end["outcome"] == "stopped"]
        seconds = max(end["seconds"] for end in self.ends)
        return encode((stopped or [event])[0] | {"seconds": seconds})


def _kind(line: bytes) -> bytes:
    return line.partition(b",")[0]
