"""The state of a run at an epoch's end, as text: from it another process goes on as if it were one.

At an epoch's end the sums over its batches are told and begin anew, so that the variables of the
program, the schedule's memory and the epochs held back are all there is to keep.
"""

import base64
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from ..events import from_number, number

if TYPE_CHECKING:
    from .trainer import Trainer


def checkpoint_of(trainer: "Trainer") -> bytes:
    """The run's state as JSON; empty in the middle of an epoch, or behind the run's end."""
    taken = trainer.pace.taken
    if trainer.over or taken % trainer.feed.steps_per_epoch:
        return b""
    return orjson.dumps(
        {
            "taken": taken,
            "full_loss": number(trainer.full_loss),
            "seconds": trainer.seconds,
            "state": [_packed(np.asarray(value)) for value in trainer.progress.state],
            "rates": {name: number(value) for name, value in trainer.rates.memory().items()},
            "thinning": trainer.thinning.held,
        }
    )


def go_on_from(checkpoint: bytes, trainer: "Trainer") -> None:
    """Puts a started run into the state that was kept."""
    kept = orjson.loads(checkpoint)
    state = [_unpacked(*part) for part in kept["state"]]
    zero = np.float32(0)
    trainer.progress = trainer.progress._replace(state=state, total=zero, count=zero)
    trainer.pace.taken = kept["taken"]
    trainer.full_loss = from_number(kept["full_loss"])
    trainer.began = time.monotonic() - kept["seconds"]
    trainer.rates.remember({name: from_number(value) for name, value in kept["rates"].items()})
    trainer.thinning.held = kept["thinning"]


def _packed(array: np.ndarray) -> tuple[str, tuple[int, ...], str]:
    return array.dtype.str, array.shape, base64.b64encode(array.tobytes()).decode()


def _unpacked(kind: str, shape: list[int], text: str) -> Any:
    return np.frombuffer(base64.b64decode(text), kind).reshape(shape).copy()
