"""What each line of a learner's own method gives at a step, beside the correct method's lines."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from core.bugs.own import Own
from core.errors import InputError
from core.events import Event, decode
from core.line_values import (
    LineValues,
    Moment,
    at_probe,
    before_the_run,
    line_values,
    numbers_of,
)
from core.spec import Spec
from pages.ui.cached import prepared
from pages.ui.lab.controls import find_log
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.state import session

FIRST_PROBES, LAST_PROBES = 20, 5
PROBE = b'{"event":"probe"'
MOST_LINES = 60
STYLE = """<style>
.own-lines { border-collapse: collapse; width: 100%; font-size: 13px; }
.own-lines td, .own-lines th { padding: 2px 10px; text-align: left; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.own-lines td:nth-child(2) { font-family: var(--st-code-font, monospace); white-space: pre-wrap; }
.own-lines td:nth-child(n+3) { white-space: nowrap; font-variant-numeric: tabular-nums; }
.own-lines tr.off { background: color-mix(in srgb, #D55E00 16%, transparent); }
.own-lines-box { overflow-x: auto; }
</style>"""


def own_lines_view(spec: Spec) -> None:
    """A table of the lines, and the first that departs; nothing without an own method."""
    if not isinstance(spec.bug, Own):
        return
    try:
        data = prepared(spec)
    except InputError:  # said elsewhere
        return
    probes = _probes(spec)
    st.markdown("**What each line gives**")
    moment = _moment(spec, probes) if probes else before_the_run(spec, data)
    told = line_values(spec, spec.bug, moment, data)
    if told.problem:
        st.markdown(f":red[:material/error: {plain(told.problem)}]")
    elif told.sentence:
        st.markdown(f":orange[:material/call_split: {plain(told.sentence)}]")
    else:
        st.markdown(":material/check: Every line gives what the correct method gives.")
    st.html(f'{STYLE}<div class="own-lines-box">{_table(told)}</div>')
    rows = len(moment.features)
    of_all = "" if rows == moment.batch_rows else f", its first {rows:,} of {moment.batch_rows:,}"
    when = "before the run: its first batch" if moment.step < 0 else f"at step {moment.step:,}"
    st.caption(f"Shapes are (rows, columns), {when}{of_all}; rows are counted from 0.")


def _probes(spec: Spec) -> list[Event]:
    """The steps that the run on screen tells of, if it is a run of this method."""
    log = find_log(session().token)
    if log is None or log.is_private_from(learner_id()) or log.spec.bug != spec.bug:
        return []
    lines = [line for line in log.events if line.startswith(PROBE)]
    if len(lines) > FIRST_PROBES + LAST_PROBES:
        lines = lines[:FIRST_PROBES] + lines[-LAST_PROBES:]
    found = {event["step"]: event for event in map(decode, lines)}
    return [event for event in found.values() if event["features"]]


def _moment(spec: Spec, probes: list[Event]) -> Moment:
    by_step = {event["step"]: event for event in probes}
    step = st.selectbox(
        "At step", list(by_step), key="own_lines_step", format_func=lambda n: f"{n:,}", width=160
    )
    return at_probe(by_step[step])


def _table(told: LineValues) -> str:
    rows = [
        "<tr><th>Line</th><th>Code</th><th>Shape</th><th>Values</th><th></th></tr>",
    ]
    for index, step in enumerate(told.steps[:MOST_LINES]):
        marks = []
        if index == told.departs:
            marks.append("departs here")
        if index == told.first_non_finite:
            marks.append("first value that is not finite")
        shapes, values = _described(step.value)
        cells = (step.line or "", step.code or step.name, shapes, values, ", ".join(marks))
        inner = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        rows.append(f'<tr class="{"off" if marks else ""}">{inner}</tr>')
    return f'<table class="own-lines">{"".join(rows)}</table>'


def _described(value: Any) -> tuple[str, str]:
    """Shapes and values of what a line gives, in a few characters."""
    arrays = numbers_of(value)[:4]
    shapes = " · ".join(str(array.shape) for array in arrays)
    return shapes, " · ".join(map(_range, arrays))


def _range(array: np.ndarray) -> str:
    if array.size == 0:
        return "empty"
    if array.size == 1:
        return f"{array.item():.4g}"
    finite = array[np.isfinite(array)]
    odd = array.size - finite.size
    told = f"{finite.min():.4g} … {finite.max():.4g}" if finite.size else ""
    return f"{told} {odd:,} not finite".strip() if odd else told
