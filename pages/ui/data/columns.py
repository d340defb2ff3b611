"""Every column in a table: type, missing values, range, spread, distribution, collinearity.

What matters most comes first, so that it is there on a narrow screen before one scrolls.
"""

import pandas as pd
import streamlit as st

from core.charts.data import distribution
from core.data.profile import ColumnProfile, Profile
from core.explore.exploration import Explored
from pages.ui.state import session


def columns_view(table: pd.DataFrame, profile: Profile, explored: Explored) -> None:
    """The columns; a click on one picks it, and shows how its values are spread."""
    picked = session().picked
    rows = pd.DataFrame([_row(column, explored) for column in profile.columns])
    names = [column.name for column in profile.columns]

    def pick() -> None:
        if selected := st.session_state["columns-table"]["selection"]["rows"]:
            picked.feature = names[selected[0]]

    st.dataframe(
        rows,
        hide_index=True,
        height=min(38 + 35 * len(rows), 430),
        on_select=pick,
        selection_mode="single-row",
        key="columns-table",
        placeholder="–",
        column_config={
            "column": st.column_config.TextColumn(width=122, pinned=True),
            "role": st.column_config.TextColumn(width=72),
            "spread": st.column_config.NumberColumn(
                width=66, format="%.4g", help="Standard deviation, in the column's own unit."
            ),
            "distribution": st.column_config.BarChartColumn(
                width=108, help="How many rows have small to large values.", y_min=0
            ),
            "r": st.column_config.NumberColumn(
                width=52, format="%.2f", help="Correlation with the target."
            ),
            "VIF": st.column_config.NumberColumn(
                width=58,
                format="%.3g",
                help="Variance inflation: 1 where no other feature tells the same, above 10 where "
                "the others nearly do.",
            ),
            "missing": st.column_config.NumberColumn(help="Cells without a finite value."),
            "mean": st.column_config.NumberColumn(format="%.5g"),
        },
    )
    column = profile.of(picked.feature if picked.feature in names else explored.target)
    st.markdown(f"**{distribution.TITLE}: {column.name}** · {_told(column)}")
    if not column.counts:
        st.caption("It holds no value.")
        return
    st.plotly_chart(
        distribution.draw(column, _value(table, column, picked.row)),
        key="distribution",
        alt=f"How the values of {column.name} are spread",
    )
    if column.kind == "category" and (column.distinct or 0) > len(column.categories):
        st.caption(f"The {len(column.categories)} most frequent of {column.distinct:,} categories.")


def _row(column: ColumnProfile, explored: Explored) -> dict[str, object]:
    name, features = column.name, explored.features
    feature = features.index(name) if name in features else None
    role = "target" if name == explored.target else "–" if feature is None else "feature"
    found = explored.collinearity
    return {
        "column": name,
        "role": role,
        "spread": column.standard_deviation,
        "distribution": list(column.counts),
        "r": None if feature is None else float(explored.correlation[-1, feature]),
        "VIF": None if feature is None or found is None else found.inflation[feature],
        "type": column.kind,
        "missing": column.missing,
        "range": _range(column),
        "mean": column.mean,
    }


def _told(column: ColumnProfile) -> str:
    """A column in one line."""
    numbers = {
        "mean": column.mean,
        "median": column.median,
        "spread": column.standard_deviation,
    }
    parts = [f"{name} {value:.5g}" for name, value in numbers.items() if value is not None]
    return " · ".join([column.kind, _range(column), *parts, f"{column.missing:,} missing"])


def _range(column: ColumnProfile) -> str:
    if column.kind == "number":
        if column.minimum is None:
            return "–"
        return " … ".join(_figure(value or 0.0) for value in (column.minimum, column.maximum))
    return f"{column.first} … {column.last}" if column.first else f"{column.distinct:,} different"


def _figure(value: float) -> str:
    """A number; thousands are marked where there are many, years stay years."""
    return f"{value:,.6g}" if abs(value) >= 1e4 else f"{value:.6g}"


def _value(table: pd.DataFrame, column: ColumnProfile, row: int | None) -> float | None:
    if row is None or column.kind != "number" or row > len(table):
        return None
    value = table[column.name].iloc[row - 1]
    return None if pd.isna(value) else float(value)
