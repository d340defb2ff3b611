"""A run as one HTML file: what was run, what was predicted, what came, why, and what cures it.

The file needs nothing else: no network, no script. Every word in it that a user typed passes the
template's escaping.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..charts import CHART_BY_KEY, Frame, filled
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.ended import nothing_in_words
from ..diagnosis.remedies.wording import attempt_in_words, remedy_in_words
from ..events import Event, numbers
from ..package import NAME
from ..record import Record
from ..spec import Spec
from ..theory.facts import facts
from ..theory.prediction import Prediction
from ..theory.wording import figure
from .picture import picture
from .program import Section, sections
from .public import public, table_name
from .words import in_words

SHOWN_LINES = 12  # of a table that stands in the program
OUTCOMES = {
    "completed": "Completed",
    "diverged": "Diverged",
    "stopped": "Stopped by hand",
    "failed": "Failed",
    None: "Still running",
}


def report(
    spec: Spec,
    table: pd.DataFrame,
    events: Sequence[Event],
    prediction: Prediction,
    diagnosis: Diagnosis,
) -> str:
    """The report's HTML.

    Args:
        spec: What was run, its bug included.
        table: The table that the spec's columns are taken from.
        events: What the run told; it begins with `run_started`.
        prediction: What the theory said of it.
        diagnosis: What was found, its remedies as far as they were looked for.
    """
    record, shown = Record.of(events), public(spec)
    frame = Frame(record.started, numbers(prediction.certain_loss))
    chart = CHART_BY_KEY["loss"]
    return _template().render(
        package=NAME,
        outcome=OUTCOMES[record.outcome],
        reason=(record.ended or {}).get("reason") or "",
        spec=spec,
        table=table_name(spec),
        uploaded=shown != spec,
        words=in_words(spec),
        spec_json=orjson.dumps(shown.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode(),
        prediction=prediction,
        facts=facts(prediction),
        picture=picture(filled(chart.draw(frame), events)),
        chart=chart,
        curve=_curve(record),
        diagnosis=diagnosis,
        nothing=nothing_in_words(diagnosis.verdict),
        remedies=_remedies(spec, diagnosis),
        attempt=attempt_in_words,
        program=_program(sections(spec, table)),
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")


def _curve(record: Record) -> list[tuple[int, str, str]]:
    """Epoch, loss and validation loss: first, lowest, highest and last."""
    if not len(record.epoch):
        return []
    finite = np.flatnonzero(np.isfinite(record.loss))
    losses = record.loss[finite]
    extremes = {int(finite[losses.argmin()]), int(finite[losses.argmax()])} if len(finite) else ()
    chosen = sorted({0, *extremes, len(record.epoch) - 1})
    return [
        (int(record.epoch[i]), figure(record.loss[i]), _measured(record.val_loss[i], record))
        for i in chosen
    ]


def _measured(value: float, record: Record) -> str:
    return figure(value) if record.started.get("validation_rows") else "–"


def _remedies(spec: Spec, diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """What helps, each with what running it gave."""
    return [
        (each.title, remedy_in_words(each, epochs, diagnosis.diverged))
        for each in diagnosis.remedies
        for epochs in (spec.patched(each.patch).training.epochs,)
    ]


def _program(parts: list[Section]) -> str:
    """The program, with the table in it cut short."""
    return "\n\n".join(_cut(part) for part in parts)


def _cut(part: Section) -> str:
    lines = part.code.splitlines()
    if part.title != "The table" or len(lines) <= SHOWN_LINES:
        return part.code
    left_out = len(lines) - SHOWN_LINES
    told = f"# … {left_out:,} more rows of the table: they are in the script and the notebook"
    return "\n".join([*lines[: SHOWN_LINES - 1], told, lines[-1]])
