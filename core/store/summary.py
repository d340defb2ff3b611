"""What a list shows of a run: values of columns, computed from its spec, events and diagnosis."""

import math
from collections.abc import Iterable
from typing import Any

import orjson

from ..differences import in_words, unusual
from ..events import Event, decode, from_number
from ..spec import Spec

EPOCH_ENDED, RUN_STARTED = b'{"event":"epoch_ended"', b'{"event":"run_started"'


def columns_of_start(spec: Spec) -> dict[str, Any]:
    """The columns that are known before a run's first event."""
    values = spec.model_dump(mode="json")
    return {"spec": orjson.dumps(values).decode(), "words": in_words(unusual(values))}


def columns_of_end(events: list[bytes]) -> dict[str, Any]:
    """The columns that are known after a run's last event; decodes three events at most.

    Args:
        events: All of the run, as JSON, with its `run_ended` last.
    """
    ended = decode(events[-1])
    started = _first_of_kind(events, RUN_STARTED)
    last_epoch = _first_of_kind(reversed(events), EPOCH_ENDED)
    loss = last_epoch.get("full_loss")
    return {
        "outcome": ended["outcome"],
        "reason": ended["reason"],
        "events": len(events),
        "epochs": last_epoch["epoch"] + 1 if last_epoch else 0,
        "final_loss": _without_nan(last_epoch.get("loss") if loss is None else loss),
        "optimal_loss": _without_nan(started.get("optimal_loss")),
        "seconds": ended["seconds"],
    }


def columns_of_diagnosis(diagnosis: dict[str, Any]) -> dict[str, Any]:
    """The verdict and the root cause: the first finding that is more than a note.

    Args:
        diagnosis: As `core.diagnosis.diagnosis.Diagnosis.to_json` returns it.
    """
    root = next((f for f in diagnosis["findings"] if f["severity"] != "note"), None)
    return {
        "verdict": diagnosis["verdict"],
        "cause": root["cause"] if root else "",
        "summary": root["summary"] if root else "",
    }


def _first_of_kind(events: Iterable[bytes], prefix: bytes) -> Event:
    """The first event that begins so, decoded; empty if there is none."""
    return next((decode(event) for event in events if event.startswith(prefix)), {})


def _without_nan(value: float | str | None) -> float | None:
    number = from_number(value)
    return None if math.isnan(number) else number
