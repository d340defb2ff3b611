"""A table of the columns: type, missing values, range, spread, distribution, collinearity.

The most important fields come first: a narrow screen shows them without scrolling.
"""

import pandas as pd
import streamlit as st

from core.charts.data import distribution
from core.data.profile import ColumnProfile, Profile
from core.explore.exploration import Exploration
from pages.ui.state import session


def columns_view(table: pd.DataFrame, profile: Profile, explored: Exploration) -> None:
    """The columns; a click selects one and shows its distribution."""
    selection = session().selection
    rows = pd.DataFrame([_row(column, explored) for column in profile.columns])
    names = [column.name for column in profile.columns]

    def select() -> None:
        if rows := st.session_state["columns-table"]["selection"]["rows"]:
            selection.feature = names[rows[0]]

    st.dataframe(
        rows,
        hide_index=True,
        height=min(38 + 35 * len(rows), 430),
        on_select=select,
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
    column = profile.of(selection.feature if selection.feature in names else explored.target)
    st.markdown(f"**{distribution.TITLE}: {column.name}** · {_describe(column)}")
    if not column.counts:
        st.caption("It holds no value.")
        return
    st.plotly_chart(
        distribution.draw(column, _value(table, column, selection.row)),
        key="distribution",
        alt=f"How the values of {column.name} are spread: {_describe(column)}",
    )
    if column.kind == "category" and (column.distinct or 0) > len(column.categories):
        st.caption(f"The {len(column.categories)} most frequent of {column.distinct:,} categories.")


def _row(column: ColumnProfile, explored: Exploration) -> dict[str, object]:
    name, features = column.name, explored.features
    feature = features.index(name) if name in features else None
    role = "target" if name == explored.target else "–" if feature is None else "feature"
    collinearity = explored.collinearity
    return {
        "column": name,
        "role": role,
        "spread": column.standard_deviation,
        "distribution": list(column.counts),
        "r": None if feature is None else float(explored.correlation[-1, feature]),
        "VIF": None if feature is None or collinearity is None else collinearity.inflation[feature],
        "type": column.kind,
        "missing": column.missing,
        "range": _range(column),
        "mean": column.mean,
    }


def _describe(column: ColumnProfile) -> str:
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
        return " … ".join(_format(value or 0.0) for value in (column.minimum, column.maximum))
    return f"{column.first} … {column.last}" if column.first else f"{column.distinct:,} different"


def _format(value: float) -> str:
    """A number; thousands are separated from 10,000 on, so that years are not."""
    return f"{value:,.6g}" if abs(value) >= 1e4 else f"{value:.6g}"


def _value(table: pd.DataFrame, column: ColumnProfile, row: int | None) -> float | None:
    if row is None or column.kind != "number" or row > len(table):
        return None
    value = table[column.name].iloc[row - 1]
    return None if pd.isna(value) else float(value)
