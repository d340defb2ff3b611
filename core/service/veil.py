"""What of a mystery's run anybody may read: its curve; and what each bought piece adds.

Two steps. *Sealing* takes out what never has to be known again: the spec that was trained, what an
error says of itself, how long the work took. The sealed events are kept. *Veiling* leaves of those
what a reader gets who has bought nothing. A field that is not named here does not go out.
"""

import re
from collections.abc import Sequence
from typing import Any

from ..classroom.play import PIECES
from ..errors import InputError
from ..events import Event, decode, encode
from ..spec import Spec

KEPT = {  # fields that go out as they are, by kind of event
    "run_started": {"event", "spec", "rows", "validation_rows", "features", "target", "epochs"}
    | {"steps_per_epoch", "baseline_loss", "full_loss", "val_loss"},
    "epoch_ended": {"event", "epoch", "step", "loss", "val_loss", "full_loss"},
    "probe": {"event", "epoch", "step", "why"},
    "run_ended": {"event", "outcome", "epoch", "step", "reason", "non_finite", "seconds"},
}
SEALED = ("run_started", "run_ended")  # of these, nothing else is ever needed
EMPTY: dict[str, dict[str, Any]] = {  # fields that readers expect, without what they held
    "run_started": {"weights": [], "optimal_loss": None},  # whose last digits tell the scaling
    "epoch_ended": {
        "learning_rate": None,
        "gradient_norm": None,
        "update_norm": None,
        "weight_norm": None,
        "weights": [],
    },
    "probe": {"learning_rate": None, "loss": None, "brief": True},
}
EPOCH_ENDED = b'{"event":"epoch_ended"'
PROBE, WHOLE = b'{"event":"probe"', b'"weights_after"'
LAST = 4  # probes of whose outputs one is handed out
FIRST, OTHERS = 4, 8  # probes of a stage that are handed out, at most
NORMS = ("gradient_norm", "update_norm", "weight_norm")
FAILED = "The program stopped with an error. What it said is part of the mystery."
NOT_BOUGHT = "This evidence was not bought."
AT = re.compile(r"At step \d+ \(epoch \d+\)")  # how a reason begins that says in which values
NOT_FINITE = "some value became infinite or not a number."
ROSE = "The loss ended at "  # how the other reason of a run that has diverged begins


def sealed(line: bytes, spec: Spec) -> bytes:
    """An event of a mystery's run as it is kept.

    Args:
        line: The event, as a worker told it.
        spec: What was asked for: with the mystery, and without what it hides.
    """
    event = decode(line)
    if event["event"] not in SEALED:
        return line
    event = {name: value for name, value in event.items() if name in KEPT[event["event"]]}
    if "spec" in event:
        event["spec"] = spec.model_dump(mode="json")
    if event["event"] == "run_ended":
        reason = FAILED if event["outcome"] == "failed" else _without_place(event)
        event |= {"reason": reason, "non_finite": None, "seconds": None}
    return encode(event)


def veiled(line: bytes) -> bytes:
    """An event of a mystery's run as everybody reads it.

    Args:
        line: The event, sealed.
    """
    event = decode(line)
    kind = event["event"]
    kept = {name: value for name, value in event.items() if name in KEPT[kind]}
    if kind == "run_ended":
        kept["reason"] = _without_place(event)
    return encode(kept | EMPTY.get(kind, {}))


def evidence(lines: Sequence[bytes], piece: str) -> list[Event]:
    """The events that a piece of evidence is drawn from.

    Args:
        lines: All of the run, sealed.
        piece: One of `core.classroom.play.PIECES`. `norms`: the norms of each epoch. `values`: the
            weights after the last epoch, and targets and outputs of the last probe. A stage: some
            of the probes, the first ones among them.

    Raises:
        InputError: If there is no such piece.
    """
    if piece not in PIECES:
        raise InputError(NOT_BOUGHT)
    told = [decode(veiled(line)) for line in lines[:1]]
    if piece == "norms":
        told += [_with(line, NORMS) for line in lines if line.startswith(EPOCH_ENDED)]
        return told
    probes = [line for line in lines if line.startswith(PROBE) and WHOLE in line]
    if piece == "values":
        epochs = [line for line in lines if line.startswith(EPOCH_ENDED)]
        told += [_with(line, ("weights",)) for line in epochs[-1:]]
        last = max(probes[-LAST:], key=len, default=None)  # the one with the most rows
        return told + [_with(x, ("rows", "targets", "outputs")) for x in (last,) if x]
    return told + [decode(line) for line in _some(probes)]


def _without_place(ended: Event) -> str:
    """Why a run ended, without in which of its values: that is a stage."""
    reason = ended["reason"] or ""
    if ended["outcome"] != "diverged" or reason.startswith(ROSE):
        return reason
    at = AT.match(reason)
    return f"{at[0]} {NOT_FINITE}" if at else f"At some step {NOT_FINITE}"


def _with(line: bytes, fields: Sequence[str]) -> Event:
    """A veiled event with some more of its fields."""
    event = decode(line)
    return decode(veiled(line)) | {name: event[name] for name in fields}


def _some(probes: list[bytes]) -> list[bytes]:
    """The first probes and some of the others, the last one among them."""
    others = probes[FIRST:]
    stride = max(1, -(-len(others) // OTHERS))
    return probes[:FIRST] + others[::-1][::stride][::-1]
