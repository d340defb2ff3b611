"""What a list of runs shows of one: columns, from its spec and from its events."""

import math
from typing import Any

import orjson

from ..differences import in_words, unusual
from ..events import Event, decode, from_number
from ..spec import Spec

EPOCH, STARTED = b'{"event":"epoch_ended"', b'{"event":"run_started"'


def columns_of_start(spec: Spec) -> dict[str, Any]:
    """What is known of a run before its first event."""
    values = spec.model_dump(mode="json")
    return {"spec": orjson.dumps(values).decode(), "words": in_words(unusual(values))}


def columns_of_end(lines: list[bytes]) -> dict[str, Any]:
    """What is known of a run behind its last event; decodes three of them."""
    ended = decode(lines[-1])
    started = _first(lines, STARTED)
    last = _first(reversed(lines), EPOCH)
    loss = last.get("full_loss")
    return {
        "outcome": ended["outcome"],
        "reason": ended["reason"],
        "events": len(lines),
        "epochs": last["epoch"] + 1 if last else 0,
        "final_loss": _number(last.get("loss") if loss is None else loss),
        "optimal_loss": _number(started.get("optimal_loss")),
        "seconds": ended["seconds"],
    }


def columns_of_diagnosis(told: dict[str, Any]) -> dict[str, Any]:
    """The verdict and the root cause; a note is no cause of anything.

    Args:
        told: A diagnosis as `core.diagnosis.diagnosis.Diagnosis.to_json` gives it.
    """
    first = next((f for f in told["findings"] if f["severity"] != "note"), None)
    return {
        "verdict": told["verdict"],
        "cause": first["cause"] if first else "",
        "summary": first["summary"] if first else "",
    }


def _first(lines: Any, kind: bytes) -> Event:
    return next((decode(line) for line in lines if line.startswith(kind)), {})


def _number(value: float | str | None) -> float | None:
    number = from_number(value)
    return None if math.isnan(number) else number
