"""The learner's runs as a table: searched, sorted, paged; ticked rows are the selection."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pandas as pd
import streamlit as st

from core.diagnosis.causes import CAUSE_BY_KEY
from core.differences import differing, settings_of_each, shown
from core.store import OUTCOMES, SORTS, Query, Run, RunPage, store
from pages.ui.counted import counted
from pages.ui.learner import learner_id
from pages.ui.runs.selection import selected_rows, selected_runs, update_selection
from pages.ui.table_titles import own_uploads, with_table_title

ALWAYS = ("table", "optimizer", "learning rate", "scaling")  # settings shown even if all agree
NUMBER = "%.3g"
COLUMNS = {
    "★": st.column_config.TextColumn(width=30, help="Starred by you.", pinned=True),
    "name": st.column_config.TextColumn(width="small", pinned=True),
    "outcome": st.column_config.TextColumn(width="small"),
    "final loss": st.column_config.NumberColumn(
        format=NUMBER, help="Of the whole training set, at the end; empty where it is NaN."
    ),
    "optimal loss": st.column_config.NumberColumn(
        format=NUMBER, help="Of least squares on the training rows: no line does better."
    ),
    "rate / largest stable": st.column_config.NumberColumn(
        format=NUMBER, help="As predicted: above 1 the loss grows."
    ),
    "finding": st.column_config.TextColumn(
        width="medium", help="The root cause, once the lab or the comparison below looked for it."
    ),
    "seconds": st.column_config.NumberColumn(format="%.2f", help="Of training."),
    "started": st.column_config.DatetimeColumn(format="distance"),
}


def runs_table() -> list[Run]:
    """The filters, the table and the list of ticked runs.

    Returns:
        The ticked runs, also those on other pages of the table.
    """
    query = _query()
    page = store().list_runs(learner_id(), query)
    key = _table_key(page.runs)
    if page.total == 0:
        st.info("No runs yet: press **Train** in the lab, and each run will be listed here.")
    elif page.matches == 0:
        st.info(f"None of your {counted(page.total, 'run')} fits these filters.")
    else:
        listed = table_of(page.runs, st.context.timezone)
        numbers = listed.select_dtypes("float").columns.difference([*COLUMNS])
        table = st.dataframe(
            listed,
            key=key,
            on_select="rerun",
            selection_mode="multi-row",
            selection_default={"selection": {"rows": selected_rows(page.runs)}},
            hide_index=True,
            height=min(38 + 35 * len(page.runs), 430),
            column_config=COLUMNS
            | {name: st.column_config.NumberColumn(format=NUMBER) for name in numbers},
            placeholder="–",
            alt="Your runs, one a row",
        )
        update_selection(page.runs, table.selection.rows)
        _pagination(page, query)
    return selected_runs(page.runs, key)


def table_of(runs: Sequence[Run], timezone: str | None) -> pd.DataFrame:
    """Runs as rows; of their settings, those that differ between them.

    Args:
        runs: As the store lists them.
        timezone: The learner's; None for UTC.
    """
    every = settings_of_each(with_table_title(orjson.loads(run.spec)) for run in runs)
    different = differing(every)
    names = [name for name in every[0] if name in ALWAYS and name not in different] + different
    started = pd.to_datetime([run.started_at for run in runs], unit="s", utc=True)
    columns: dict[str, Any] = {
        "★": ["★" if run.starred else "" for run in runs],
        "name": [run.name for run in runs],
        "outcome": [run.outcome or "running" for run in runs],
        **{name: _column(name, [settings.get(name) for settings in every]) for name in names},
        "final loss": pd.array([run.final_loss for run in runs], "Float64"),
        "optimal loss": pd.array([run.optimal_loss for run in runs], "Float64"),
        "rate / largest stable": pd.array([run.critical_ratio for run in runs], "Float64"),
        "finding": [_finding(run) for run in runs],
        "seconds": pd.array([run.seconds for run in runs], "Float64"),
        "started": started.tz_convert(timezone or "UTC"),
    }
    return pd.DataFrame(columns)


def _query() -> Query:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key="runs_search",
            placeholder="name, table, optimizer, finding …",
            persist_state="session",
            width=280,
        )
        outcomes = st.multiselect(
            "Outcome", OUTCOMES, key="runs_outcomes", persist_state="session", width=240
        )
        sort = st.selectbox(
            "Sort", list(SORTS), key="runs_sort", persist_state="session", width=200
        )
        starred = st.toggle("Starred only", key="runs_starred", persist_state="session")
    titles = tuple((upload.source, upload.title) for upload in own_uploads()) if text else ()
    query = Query(text, tuple(outcomes), starred, sort, titles=titles)
    return replace(query, page=st.session_state.get(_page_key(query), 1))


def _page_key(query: Query) -> str:
    """A key for each query, so that a new query starts at its first page."""
    return f"runs_page_{zlib.crc32(repr(replace(query, page=1)).encode())}"


def _pagination(page: RunPage, query: Query) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        of_all = "" if page.matches == page.total else f" of your {page.total:,}"
        st.caption(f"{counted(page.matches, 'run')}{of_all}.")
        if page.page_count > 1:
            st.pagination(page.page_count, key=_page_key(query))


def _table_key(runs: Sequence[Run]) -> str:
    """A key for each set of rows: Streamlit keeps ticks by row number."""
    return f"runs_table_{zlib.crc32(' '.join(run.token for run in runs).encode())}"


def _column(name: str, values: list[Any]) -> list[Any]:
    """The values of one setting: numbers where all are, else texts."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    return values if numbers else [shown(name, value) for value in values]


def _finding(run: Run) -> str:
    if run.verdict is None:
        return "" if run.outcome is None else "not looked for"
    cause = CAUSE_BY_KEY.get(run.cause or "")  # a run may be of another version
    return cause.title if cause else run.cause or run.verdict
