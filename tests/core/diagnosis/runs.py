"""Runs to diagnose, trained once."""

from functools import cache

import pandas as pd

from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.diagnosis.finding import Search
from core.diagnosis.remedies.search import search
from core.events import Event
from core.spec import Spec
from tests.conftest import data_of
from tests.evaluate.sentences.check import Sentences


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


def sentences_of(spec: Spec, diagnosis: Diagnosis) -> list[str]:
    """What is said of a spec's run and is not so."""
    data, events = run_of(spec)
    sentences = Sentences()
    sentences.check(spec, find_table(spec.data.source), data, list(events), diagnosis)
    return sentences.wrong


def searched(spec: Spec, table: pd.DataFrame | None = None) -> tuple[Diagnosis, Search]:
    """The diagnosis of a spec's run, and what a search for remedies comes to.

    Args:
        spec: On a table that `data_of` finds, unless one is given.
        table: The table.
    """
    from core.training.trainer import train

    if table is None:
        table, (data, events) = find_table(spec.data.source), run_of(spec)
    else:
        data = prepare(table, spec.data, spec.scaling, spec.training.seed)
        events = tuple(train(spec, data))
    found = diagnose(spec, data, list(events))
    return found, search(spec, table, data, list(events), found, train)


def above_note(diagnosis: Diagnosis) -> list[str]:
    """The causes that are more than a note."""
    return [f.cause for f in diagnosis.findings if f.severity != "note"]


def begun(events: tuple[Event, ...], epochs: int) -> list[Event]:
    """The events up to the end of an epoch."""
    ends = [i for i, event in enumerate(events) if event["event"] == "epoch_ended"]
    return list(events[: ends[min(epochs, len(ends)) - 1] + 1])
