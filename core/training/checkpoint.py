"""The state of a run at an epoch's end, as text: another process continues the run from it.

At an epoch's end the sums over its batches begin anew, so the variables of the program, the
schedule's memory and the epochs that thinning has not passed on are all of a run's state.
"""

import base64
from dataclasses import dataclass
from typing import Self

import numpy as np
import orjson

from ..events import Event, from_number, number


@dataclass(frozen=True)
class Checkpoint:
    """A run at the end of an epoch.

    Attributes:
        taken: Steps taken so far.
        full_loss: Loss of the whole table after them.
        seconds: Since the run began.
        state: Every variable of the program, in its order.
        rates: Memory of a schedule that follows the run; empty for any other.
        thinning: The epochs that thinning has not passed on yet, see `Thinning.held`.
    """

    taken: int
    full_loss: float
    seconds: float
    state: list[np.ndarray]
    rates: dict[str, float]
    thinning: list[list[Event]]

    @classmethod
    def from_bytes(cls, text: bytes) -> Self:
        """The checkpoint behind `to_bytes`."""
        known = orjson.loads(text)
        return cls(
            known["taken"],
            from_number(known["full_loss"]),
            known["seconds"],
            [_unpacked(*part) for part in known["state"]],
            {name: from_number(value) for name, value in known["rates"].items()},
            known["thinning"],
        )

    def to_bytes(self) -> bytes:
        """The checkpoint as it is stored: JSON; NaN and infinity as strings, arrays in base64."""
        return orjson.dumps(
            {
                "taken": self.taken,
                "full_loss": number(self.full_loss),
                "seconds": self.seconds,
                "state": [_packed(value) for value in self.state],
                "rates": {name: number(value) for name, value in self.rates.items()},
                "thinning": self.thinning,
            }
        )


def _packed(array: np.ndarray) -> tuple[str, tuple[int, ...], str]:
    return array.dtype.str, array.shape, base64.b64encode(array.tobytes()).decode()


def _unpacked(kind: str, shape: list[int], text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind).reshape(shape).copy()
