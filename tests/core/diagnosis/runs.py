"""Runs to diagnose, trained once."""

from functools import cache

from core.data.prepare import Prepared
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.events import Event
from core.spec import Spec
from tests.conftest import data_of


@cache
def run_of(spec: Spec) -> tuple[Prepared, tuple[Event, ...]]:
    """The data and the events of a spec."""
    from core.training.trainer import train

    data = data_of(spec)
    return data, tuple(train(spec, data))


def diagnosis_of(spec: Spec) -> Diagnosis:
    """The diagnosis of a spec's run."""
    data, events = run_of(spec)
    return diagnose(spec, data, list(events))


def above_note(diagnosis: Diagnosis) -> list[str]:
    """The causes that are more than a note."""
    return [f.cause for f in diagnosis.findings if f.severity != "note"]


def begun(events: tuple[Event, ...], epochs: int) -> list[Event]:
    """The events up to the end of an epoch."""
    ends = [i for i, event in enumerate(events) if event["event"] == "epoch_ended"]
    return list(events[: ends[min(epochs, len(ends)) - 1] + 1])
