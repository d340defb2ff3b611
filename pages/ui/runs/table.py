"""The learner's runs as a table: searched, sorted, paged; ticked rows are the selection."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pandas as pd
import streamlit as st

from core.differences import differing, settings_of, shown
from core.store import OUTCOMES, SORTS, Listed, Query, Run, store
from pages.ui.learner import learner
from pages.ui.runs.selection import keep_ticks, rows_of, ticked_runs
from pages.ui.table_titles import own_uploads, titled

ALWAYS = ("table", "optimizer", "learning rate", "scaling")  # settings shown even if all agree
NUMBER = "%.4g"
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
    "rate / critical": st.column_config.NumberColumn(
        format=NUMBER, help="As predicted: above 1 the loss grows."
    ),
    "finding": st.column_config.TextColumn(
        width="medium", help="The root cause, once the lab or the comparison below looked for it."
    ),
    "seconds": st.column_config.NumberColumn(format="%.2f", help="Of training."),
    "started": st.column_config.DatetimeColumn(format="distance"),
}


def runs_table() -> list[Run]:
    """The filters, the table, and what is ticked in it.

    Returns:
        The ticked runs, those on other pages of the table too.
    """
    query = _query()
    found = store().list_runs(learner(), query)
    key = _key(found.runs)
    if found.kept == 0:
        st.info("No runs yet: press **Train** in the lab, and each run will be listed here.")
    elif found.found == 0:
        st.info(f"None of your {found.kept:,} runs fits these filters.")
    else:
        ticked = st.dataframe(
            table_of(found.runs, st.context.timezone),
            key=key,
            on_select="rerun",
            selection_mode="multi-row",
            selection_default={"selection": {"rows": rows_of(found.runs)}},
            hide_index=True,
            height=min(38 + 35 * len(found.runs), 430),
            column_config=COLUMNS,
            placeholder="–",
            alt="Your runs, one a row",
        )
        keep_ticks(found.runs, ticked.selection.rows)
        _pages(found, query)
    return ticked_runs(found.runs, key)


def table_of(runs: Sequence[Run], timezone: str | None) -> pd.DataFrame:
    """Runs as rows; of their settings, those that differ between them.

    Args:
        runs: As the store lists them.
        timezone: The learner's; None for the world's.
    """
    every = [settings_of(titled(orjson.loads(run.spec))) for run in runs]
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
        "rate / critical": pd.array([run.critical_ratio for run in runs], "Float64"),
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
    """Another search begins at its first page."""
    return f"runs_page_{zlib.crc32(repr(replace(query, page=1)).encode())}"


def _pages(found: Listed, query: Query) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        of_all = "" if found.found == found.kept else f" of your {found.kept:,}"
        st.caption(f"{found.found:,} run{'s' if found.found != 1 else ''}{of_all}.")
        if found.pages > 1:
            st.pagination(found.pages, key=_page_key(query))


def _key(runs: Sequence[Run]) -> str:
    """Ticks are kept by row number, so that other rows are another table."""
    return f"runs_table_{zlib.crc32(' '.join(run.token for run in runs).encode())}"


def _column(name: str, values: list[Any]) -> list[Any]:
    """A setting of every run: numbers stay numbers where all are, else words."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    return values if numbers else [shown(name, value) for value in values]


def _finding(run: Run) -> str:
    if run.verdict is None:
        return "" if run.outcome is None else "not looked for"
    return run.cause or run.verdict
