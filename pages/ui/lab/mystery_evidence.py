"""A piece of evidence of a mystery's run, drawn by the server from what was bought."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import CHART_BY_KEY, Frame, filled
from core.diagnosis.case import Case
from core.diagnosis.compared import Compared, compared
from core.diagnosis.spec_run import declared_by
from core.events import Event, from_number
from core.record import Record
from core.service.run_log import RunLog
from core.theory.spectrum import spectrum_of
from pages.ui.cached import is_wide, prepared
from pages.ui.plain_text import plain

NOTHING = "The run has told nothing of it: it ended before its first step, or has not taken one."
MOST_ROWS = 8
UNKNOWN = "–"


def evidence_view(log: RunLog, piece: str, events: Sequence[Event]) -> None:
    """Shows a piece.

    Args:
        log: Of the run.
        piece: As `core.classroom.play.PIECES` names it.
        events: What `Service.evidence` gives for it.
    """
    if len(events) < 2 or "spec" not in events[0]:
        st.caption(NOTHING)
    elif piece == "norms":
        figure = CHART_BY_KEY["norms"].draw(Frame(events[0]))
        shows = "Euclidean norms of the gradient and of the update, epoch by epoch"
        st.plotly_chart(filled(figure, events), key="evidence_norms", alt=shows)
    elif piece == "values":
        _values(log, events)
    else:
        _stage(log, piece, events)


def _values(log: RunLog, events: Sequence[Event]) -> None:
    data, bias = prepared(log.spec), log.spec.model.use_bias
    spectrum = None if is_wide(log.spec) else spectrum_of(data, bias)
    best: list[Any] = [] if spectrum is None else spectrum.best_weights.tolist()
    learnt = next((e["weights"] for e in events if e["event"] == "epoch_ended"), [])
    names = [*data.features, "bias"] if bias else [*data.features]
    if len(learnt) != len(names):
        names = [f"weight {n + 1}" for n in range(len(learnt))]
    left, right = st.columns(2)
    with left:
        st.caption("Weights after the last epoch, as the layer holds them, and the best line's.")
        rows = {
            plain(name): (_text(own), _text(best[n]) if n < len(best) else UNKNOWN)
            for n, (name, own) in enumerate(zip(names, learnt, strict=False))
        }
        _table(rows, ("learnt", "best"))
    probe = next((e for e in events if e["event"] == "probe"), None)
    if probe:
        with right:
            st.caption(f"What the layer gave at step {probe['step']}, and the targets.")
            told = zip(probe["rows"], probe["outputs"], probe["targets"], strict=False)
            _table(
                {f"row {r + 1}": (_text(o), _text(t)) for r, o, t in [*told][:MOST_ROWS]},
                ("output", "target"),
            )


def _stage(log: RunLog, stage: str, events: Sequence[Event]) -> None:
    case = Case(declared_by(log.spec, prepared(log.spec)), Record.of(events))
    if not case.snapshots:
        st.caption(NOTHING)
        return
    steps = [shot.step for shot in case.snapshots]
    step = steps[0]
    if stage != "initialization" and len(steps) > 1:
        step = st.select_slider("Step", steps, key=f"evidence_step_{log.spec.training.seed}")
    shot = next(shot for shot in case.snapshots if shot.step == step)
    _compared(compared(case, stage, shot))


def _compared(found: Compared) -> None:
    if found.why_not:
        st.caption(found.why_not)
        return
    rows = {
        plain(line.name): (
            f"{line.actual:.6g}",
            f"{line.reference:.6g}",
            "≠" if line.differs else "=",
        )
        for line in found.lines
    }
    _table(rows, ("the program has", "it should have", "same?"))
    if found.differing:
        st.caption(f"{found.differing:,} of {found.total:,} numbers of this step differ.")
    else:
        st.caption(f"All {found.total:,} numbers of this step are as they should be.")


def _table(rows: dict[str, tuple[str, ...]], columns: tuple[str, ...]) -> None:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(columns))
    table.index.name = "what"
    if len(table) > MOST_ROWS + 4:
        st.dataframe(table, height=280)
    else:
        st.table(table)


def _text(value: Any) -> str:
    return f"{from_number(value):.5g}"
