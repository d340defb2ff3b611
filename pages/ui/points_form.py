"""The exact values of points that a learner has drawn, as a grid."""

from typing import Any

import pandas as pd
import streamlit as st

from core.data.datasets import load_table
from core.points import FEWEST, MOST, Point, points_of, source_of

KEY = "points_grid"


def points_form(source: str) -> None:
    """Shows them; a change selects the table of the changed points."""
    points = drawn_points(source)
    with st.popover("Exact values", icon=":material/edit:", width="stretch"):
        st.caption(f"From {FEWEST} to {MOST} points. They can be moved in the fit, too.")
        key = f"{KEY} {source}"  # another table, another grid
        column = st.column_config.NumberColumn(required=True)
        st.data_editor(
            pd.DataFrame(points, columns=["x", "y"]),
            num_rows="dynamic",
            hide_index=True,
            height=300,
            column_config={"x": column, "y": column},
            key=key,
            on_change=_take_over,
            args=(key, points),
        )


def drawn_points(source: str) -> list[Point]:
    """The points of a source that is made of them."""
    return [(float(x), float(y)) for x, y in load_table(source).to_numpy()]


def _take_over(key: str, points: list[Point]) -> None:
    select_points(edited(points, st.session_state[key]))


def edited(points: list[Point], changes: dict[str, Any]) -> list[Point]:
    """Points after the changes of a grid, without rows that are not filled in.

    Args:
        points: As they were.
        changes: As `st.data_editor` keeps them.
    """
    rows: list[dict[str, Any]] = [{"x": x, "y": y} for x, y in points]
    for row, change in changes["edited_rows"].items():
        rows[int(row)] |= change
    gone = set(changes["deleted_rows"])
    rows = [row for i, row in enumerate(rows) if i not in gone] + changes["added_rows"]
    return [(row["x"], row["y"]) for row in rows if None not in (row.get("x"), row.get("y"))]


def select_points(points: list[Point]) -> bool:
    """Selects the table of these points; in a callback. False where they make none."""
    source = source_of(points)
    try:
        points_of(source)
    except ValueError:
        return False
    st.session_state["source"] = source
    return True
