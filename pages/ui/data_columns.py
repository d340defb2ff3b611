"""Every column in a table: type, missing values, range, spread, distribution, collinearity."""

import pandas as pd
import streamlit as st

from core.charts.data import distribution
from core.data.profile import ColumnProfile, Profile
from core.explore.explored import Explored
from pages.ui.state import session

KINDS = {"number": "number", "date": "date", "category": "category"}


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
            "distribution": st.column_config.BarChartColumn(
                "distribution", help="How many rows have small to large values.", y_min=0
            ),
            "mean": st.column_config.NumberColumn(format="%.5g"),
            "spread": st.column_config.NumberColumn(
                format="%.4g", help="Standard deviation, in the column's own unit."
            ),
            "r": st.column_config.NumberColumn(
                "r with target", format="%.2f", help="Correlation with the target."
            ),
            "VIF": st.column_config.NumberColumn(
                format="%.3g",
                help="Variance inflation: 1 where no other feature tells the same, above 10 where "
                "the others nearly do.",
            ),
        },
    )
    column = profile.of(picked.feature if picked.feature in names else explored.target)
    st.markdown(f"**{distribution.TITLE}: {column.name}**")
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
    found = explored.collinearity
    return {
        "column": name,
        "type": KINDS[column.kind],
        "role": "target" if name == explored.target else "feature" if feature is not None else "–",
        "missing": column.missing,
        "range": _range(column),
        "mean": column.mean,
        "spread": column.standard_deviation,
        "distribution": list(column.counts),
        "r": None if feature is None else float(explored.correlation[-1, feature]),
        "VIF": None if feature is None or found is None else found.inflation[feature],
    }


def _range(column: ColumnProfile) -> str:
    if column.kind == "number":
        if column.minimum is None:
            return "–"
        return f"{column.minimum:,.6g} … {column.maximum:,.6g}"
    return f"{column.first} … {column.last}" if column.first else f"{column.distinct:,} different"


def _value(table: pd.DataFrame, column: ColumnProfile, row: int | None) -> float | None:
    if row is None or column.kind != "number" or row > len(table):
        return None
    value = table[column.name].iloc[row - 1]
    return None if pd.isna(value) else float(value)
