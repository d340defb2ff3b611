"""What a script says: its faults, what is not known, and line by line which knob it sets."""

from typing import Any

import pandas as pd
import streamlit as st

from core.script.result import ScriptReading
from pages.ui.plain_text import plain

FEW = 12  # lines of a list that is shown at once
WIDTHS = {"Line": 50, "It says": 260, "Knob": 250, "Your script": 250}  # of columns, pixels


def reading_view(reading: ScriptReading) -> None:
    """Faults first, then what is not known, then the table of what is."""
    for fault in reading.faults:
        place = _where(reading, fault.line)
        st.error(f"**{place}.** {plain(fault.why)}", icon=":material/report:")
    missed = [gap for gap in reading.gaps if gap.knob]
    if missed:
        with st.container(border=True, gap="small"):
            st.markdown(":material/help: **Not understood, and left at the lab's default**")
            for gap in missed[:FEW]:
                st.markdown(f"- {_place(reading, gap.line)}{plain(gap.why)} → {_knob(gap.knob)}")
    for said in reading.said:
        if not said.exact:
            instead = f"{_knob(said.knob)} stands in for it."
            st.caption(f":material/info: {_place(reading, said.line)}{plain(said.says)}: {instead}")
    says, marked = st.tabs(["What it says", "Your script, marked"])
    with says:
        widths: dict[str, Any] = {n: st.column_config.Column(width=w) for n, w in WIDTHS.items()}
        st.dataframe(_table(reading), hide_index=True, height="content", column_config=widths)
    with marked:
        st.caption("✗ is wrong · ? was not understood · ▸ sets a knob")
        st.code(_marked(reading), language=None, height=460)


def _where(reading: ScriptReading, line: int) -> str:
    """`Line 12`; in a notebook also its code cell and the line there."""
    cell = reading.cell_of(line)
    if not cell:
        return f"Line {line}"
    return f"Line {line} (code cell {cell}, line {line - reading.cells[cell - 1] + 1})"


def _place(reading: ScriptReading, line: int) -> str:
    return f"**{_where(reading, line)}:** " if line else ""


def _knob(knob: str) -> str:
    return f"`{knob}`"


def _table(reading: ScriptReading) -> pd.DataFrame:
    """A row for each setting, in the order of the script; defaults last."""
    rows = [
        (
            str(said.line or "–"),
            said.says.replace("`", ""),
            f"{said.knob} = {said.value}",
            said.text,
        )
        for said in reading.said
    ]
    return pd.DataFrame(rows, columns=list(WIDTHS))


def _marked(reading: ScriptReading) -> str:
    """The script with a mark before each line that is wrong, not understood, or sets a knob."""
    marks = {said.line: "▸" for said in reading.said}
    marks |= {gap.line: "?" for gap in reading.gaps}
    marks |= {fault.line: "✗" for fault in reading.faults}
    cells = {line: f"\n── code cell {cell} ──\n" for cell, line in enumerate(reading.cells, 1)}
    return "\n".join(
        f"{cells.get(number, '')}{marks.get(number, ' ')} {number:>3}  {line}"
        for number, line in enumerate(reading.lines, 1)
    ).lstrip("\n")
