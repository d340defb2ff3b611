"""The preparation as a list of steps, most of which can be undone."""

from typing import Any

import streamlit as st

from core.explore.exploration import Exploration
from core.spec import DataSpec
from pages.ui.counted import counted
from pages.ui.knob_values import row_text

DEFAULTS: dict[str, Any] = {
    "features": [],
    "one_hot": [],
    "ordinal": [],
    "days": [],
    "degree": 1,
    "exclude_rows": "",
    "missing": "drop",
    "validation": 0.0,
}


def steps_view(data: DataSpec, explored: Exploration, rows: int) -> None:
    """Shows the steps of the preparation, in order.

    Args:
        data: The settings.
        explored: The rows that they select.
        rows: Number of rows of the table.
    """
    steps = _steps(data, explored)
    for number, (text, knobs) in enumerate(steps, start=1):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.markdown(f"{number}. {text}")
        if knobs:
            right.button(
                "Take back",
                icon=":material/undo:",
                key=f"undo-{knobs[0]}",
                type="tertiary",
                help="Take this step back",
                on_click=_undo,
                args=(knobs,),
            )
    st.caption(
        f"{counted(rows, 'row')} in the table → **{explored.trained:,}** to train on, "
        f"**{explored.held_out:,}** held out, **{len(explored.features)}** "
        f"feature{'s' * (len(explored.features) != 1)}. "
        "These steps are part of the link and of the exported script."
    )


def _steps(data: DataSpec, explored: Exploration) -> list[tuple[str, tuple[str, ...]]]:
    """Each step in words, and the knobs that are reset to undo it."""
    steps: list[tuple[str, tuple[str, ...]]] = [(f"Predict **{data.target}**", ())]
    if data.features is None:
        steps.append(("Use every column of numbers", ()))
    else:
        shown = ", ".join(data.features[:6]) + (" …" if len(data.features) > 6 else "")
        steps.append((f"Use {len(data.features)} of the columns: {shown}", ("features",)))
    knobs = {"one-hot": "one_hot", "ordinal": "ordinal", "days": "days"}
    for kind, knob in knobs.items():
        names = [name for name, how in data.encode.items() if how == kind]
        if names:
            steps.append((f"Make {kind} features of {', '.join(names)}", (knob,)))
    if data.degree > 1:
        steps.append((f"Add the powers of each number, up to {data.degree}", ("degree",)))
    if data.exclude_rows:
        count = len(data.exclude_rows)
        text = row_text(data.exclude_rows)
        shown = text if len(text) < 60 else text[:57] + "…"
        steps.append((f"Leave out {counted(count, 'row')}: {shown}", ("exclude_rows",)))
    if data.missing == "drop":
        steps.append((f"Drop rows with missing values: {explored.dropped:,}", ()))
    elif data.missing == "mean":
        text = f"Fill {explored.filled:,} missing cells with the training rows' mean"
        steps.append((text, ("missing",)))
    else:
        steps.append(("Keep missing values: the loss will be NaN", ("missing",)))
    if data.validation_fraction:
        text = f"Hold out {data.validation_fraction:.3g} of the rows"
        steps.append((text, ("validation",)))
    return steps


def _undo(knobs: tuple[str, ...]) -> None:
    for knob in knobs:
        st.session_state[knob] = DEFAULTS[knob]
