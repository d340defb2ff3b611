"""Views of the table; what is clicked in one chart is highlighted in the others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.data import against_target, correlation, pair, rates, rows, scales
from core.data.profile import Profile
from core.explore.exploration import Exploration
from core.spec import Spec
from core.theory.spectrum import MOST_FEATURES_AT_ONCE
from pages.ui.address import write_address
from pages.ui.data.columns import columns_view
from pages.ui.knob_values import row_text, rows_of
from pages.ui.knobs import PERSISTED
from pages.ui.render_queue import with_render_slot
from pages.ui.state import Selection, session

VIEWS = ("columns", "scales", "target", "pairs", "rows")
MAX_ROWS = 12
NAMES = 12  # that the name of a chart tells
NEEDS_FINITE = (
    "This needs values that are all there, and not too large to be squared: drop the rows with "
    f"missing values, or fill them. It needs no more than {MOST_FEATURES_AT_ONCE:,} features, too."
)


@st.fragment
@with_render_slot
def explore_view(spec: Spec, table: pd.DataFrame, profile: Profile, explored: Exploration) -> None:
    """One view at a time, chosen above it."""
    view = st.segmented_control(
        "Look at",
        VIEWS,
        default="columns",
        key="view",
        required=True,
        label_visibility="collapsed",
        **PERSISTED,
    )
    write_address("view")
    _selection_bar(explored)
    if view == "columns":
        columns_view(table, profile, explored)
    elif view == "scales":
        _scales(spec, profile, explored)
    elif view == "target":
        _target(explored)
    elif view == "pairs":
        _pairs(explored)
    else:
        _rows(table, explored)


def _selection_bar(explored: Exploration) -> None:
    """What is selected, and buttons to leave it out of the training."""
    selection = session().selection
    if selection.needs_rerun:
        selection.needs_rerun = False
        st.rerun()
    if selection.row is not None and not explored.trains_on(selection.row):
        selection.row = None
    if not selection.feature and selection.row is None:
        st.caption(":material/touch_app: Click a column, a point or a square: it shows everywhere.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts = [f"**{selection.feature}**"] if selection.feature else []
        parts += [f"**row {selection.row}**"] if selection.row is not None else []
        st.markdown("Picked: " + " and ".join(parts), width="content")
        if selection.feature in explored.features and len(explored.features) > 1:
            st.button(
                "Leave out the column",
                icon=":material/visibility_off:",
                on_click=_leave_out_column,
                args=(explored.features, selection.feature),
            )
        if selection.row is not None:
            st.button(
                "Leave out the row",
                icon=":material/visibility_off:",
                on_click=_leave_out_row,
                args=(selection.row,),
            )
        st.button("Clear", icon=":material/close:", type="tertiary", on_click=_clear_selection)


def _scales(spec: Spec, profile: Profile, explored: Exploration) -> None:
    numeric = [name for name in explored.features if name in profile.numeric]
    st.markdown(f"**{scales.TITLE}.** {scales.SHOWS}")
    _chart(
        "scales",
        scales.draw(profile, numeric, session().selection.feature),
        _named(scales.TITLE, numeric),
    )
    st.markdown(f"**{rates.TITLE}.** {rates.SHOWS}")
    if not explored.rates:
        st.info(NEEDS_FINITE)
        return
    figure = rates.draw(explored.rates, spec.optimizer.learning_rate)
    st.plotly_chart(
        figure,
        key="rates",
        alt=_named(
            rates.TITLE, [f"{r.scaling} {r.critical_learning_rate:.3g}" for r in explored.rates]
        ),
    )
    st.dataframe(
        pd.DataFrame(
            {
                "scaling": [rate.scaling for rate in explored.rates],
                "largest stable rate": [
                    f"{rate.critical_learning_rate:.4g}" for rate in explored.rates
                ],
                "condition number": [f"{rate.condition_number:.3g}" for rate in explored.rates],
            }
        ),
        hide_index=True,
    )
    if explored.collinearity:
        st.caption(
            "Condition number of the standardized features alone: "
            f"{explored.collinearity.condition_number:.4g}. "
            "The larger it is, the more epochs the last of the way takes."
        )


def _target(explored: Exploration) -> None:
    st.markdown(f"**{against_target.TITLE}.** {against_target.SHOWS}")
    order = sorted(explored.features, key=lambda name: -np.nan_to_num(explored.lines[name][2]))
    shown = order[: against_target.MOST]
    selection = session().selection
    sample = explored.subsample(against_target.ROWS)
    figure = against_target.draw(
        {name: explored.values(name)[sample] for name in shown},
        explored.values(explored.target)[sample],
        explored.rows[sample],
        explored.lines,
        selection.feature,
        selection.row,
    )
    _chart(
        "target-grid",
        figure,
        _named(against_target.TITLE, [f"{name} {explored.lines[name][2]:.2g}" for name in shown]),
    )
    if len(order) > len(shown):
        st.caption(f"The {len(shown)} features that explain most, of {len(order)}.")
    _sample_note(explored, len(sample))


def _pairs(explored: Exploration) -> None:
    selection, names = session().selection, list(explored.names)
    st.markdown(f"**{correlation.TITLE}.** {correlation.SHOWS}")
    x = selection.feature if selection.feature in names else names[0]
    y = selection.against if selection.against in names else explored.target
    _chart(
        "squares",
        correlation.draw(names, explored.correlation, (x, y)),
        _named(
            correlation.TITLE,
            [f"{x} and {y}", f"{explored.correlation[names.index(x), names.index(y)]:.2f}"],
        ),
    )
    if len(names) > correlation.MOST:
        st.caption(f"The first {correlation.MOST} of {len(names)} columns.")
    st.markdown(f"**{x} and {y}.** {pair.SHOWS}")
    left, right = st.columns(2)
    keys = f"across-{x}-{y}", f"up-{x}-{y}"

    def select() -> None:
        selection.feature, selection.against = (st.session_state[key] for key in keys)

    left.selectbox("Across", names, names.index(x), key=keys[0], on_change=select)
    right.selectbox("Up", names, names.index(y), key=keys[1], on_change=select)
    figure = pair.draw((x, y), explored.values(x), explored.values(y), explored.rows, selection.row)
    _chart("pair", figure, f"{x} and {y}, row by row")
    _sample_note(explored, len(explored.rows))


def _rows(table: pd.DataFrame, explored: Exploration) -> None:
    influence = explored.influence
    st.markdown(f"**{rows.TITLE}.** {rows.SHOWS}")
    if influence is None:
        st.info(NEEDS_FINITE)
        return
    _chart(
        "rows-chart",
        rows.draw(influence, session().selection.row),
        _named(rows.TITLE, [str(row) for row in influence.rows[influence.top(rows.NAMED)]]),
    )
    most = influence.top(MAX_ROWS)
    shown = pd.DataFrame(
        {
            "row": influence.rows[most],
            "Cook's distance": influence.distance[most],
            "leverage": influence.leverage[most],
            "residual": influence.residual[most],
        }
    )
    own = table.iloc[influence.rows[most] - 1].reset_index(drop=True)

    def select() -> None:
        if selected := st.session_state["rows-table"]["selection"]["rows"]:
            session().selection.row = int(influence.rows[most[selected[0]]])

    st.dataframe(
        pd.concat([shown, own.drop(columns=[c for c in own if c in shown])], axis=1),
        hide_index=True,
        height=38 + 35 * len(most),
        on_select=select,
        selection_mode="single-row",
        key="rows-table",
        column_config={
            name: st.column_config.NumberColumn(format="%.3g") for name in list(shown.columns)[1:]
        },
    )
    st.caption(f"The {len(most)} rows that move the line most, of {explored.trained:,}.")
    _sample_note(explored, len(explored.rows))


def _sample_note(explored: Exploration, drawn: int) -> None:
    if drawn < explored.trained:
        st.caption(
            f"{drawn:,} of {explored.trained:,} rows are drawn: a "
            "random sample, and the most influential ones. Lines and numbers are of all rows."
        )


def _chart(key: str, figure: Any, alt: str) -> None:
    """A chart whose points can be selected."""
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: _select(st.session_state[key]),
        selection_mode="points",
        alt=alt,
    )


def _named(title: str, shown: Sequence[str]) -> str:
    """A chart's name, for who cannot see it: what it is, and what it shows now."""
    more = f" and {len(shown) - NAMES} more" if len(shown) > NAMES else ""
    return f"{title}: {', '.join(shown[:NAMES])}{more}."


def _select(event: Any) -> None:
    selection = session().selection
    for point in event["selection"]["points"]:
        kind, value, *more = point.get("customdata") or ("", "")
        if kind == "feature":
            selection.feature = value
        elif kind == "pair":
            selection.feature, selection.against = value, more[0]
        elif kind == "row":
            selection.row = int(value)
            if more and isinstance(more[0], str):
                selection.feature = more[0]


def _leave_out_column(features: tuple[str, ...], name: str) -> None:
    st.session_state["features"] = [other for other in features if other != name]
    session().selection = Selection(row=session().selection.row, needs_rerun=True)


def _leave_out_row(row: int) -> None:
    rows_left_out = {*rows_of(st.session_state.get("exclude_rows") or ""), row}
    st.session_state["exclude_rows"] = row_text(tuple(sorted(rows_left_out)))
    session().selection = Selection(feature=session().selection.feature, needs_rerun=True)


def _clear_selection() -> None:
    session().selection = Selection()
