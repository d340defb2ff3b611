"""The ticked runs, on all pages of the table and under all of its filters."""

from collections.abc import Sequence

import streamlit as st

from core.store import Run, store
from pages.ui.learner import learner_id
from pages.ui.runs.compare import labels_of
from pages.ui.state import session

KEY = "runs_ticked"


def selected_rows(shown: Sequence[Run]) -> list[int]:
    """The rows of the table that are ticked when it is drawn."""
    selected = session().selected_runs
    return [row for row, run in enumerate(shown) if run.token in selected]


def update_selection(shown: Sequence[Run], rows: Sequence[int]) -> None:
    """Takes over the ticks of the table; runs that it does not show stay as they are."""
    tab = session()
    ticked = [shown[row].token for row in rows if row < len(shown)]
    unticked = {run.token for run in shown}.difference(ticked)
    every = dict.fromkeys([*tab.selected_runs, *ticked])
    tab.selected_runs = [token for token in every if token not in unticked]


def selected_runs(shown: Sequence[Run], table: str) -> list[Run]:
    """Shows the list of ticked runs, from which they can be removed.

    Args:
        shown: The runs that the table shows.
        table: The table's key in the session's state.

    Returns:
        The ticked runs in order of ticking, without deleted ones.
    """
    tab = session()
    runs = store().get_runs(learner_id(), tab.selected_runs)
    tab.selected_runs = [run.token for run in runs]
    if runs:
        names = dict(zip(tab.selected_runs, labels_of(runs), strict=True))
        st.session_state[KEY] = tab.selected_runs
        st.multiselect(
            f"Ticked: {len(runs)}",
            tab.selected_runs,
            format_func=names.__getitem__,
            key=KEY,
            on_change=_deselect,
            args=(shown, table),
            help="Ticks stay while you turn the pages or search for others. × unticks a run.",
        )
    return runs


def _deselect(shown: Sequence[Run], table: str) -> None:
    session().selected_runs = list(st.session_state[KEY])
    if shown:
        selection = {"rows": selected_rows(shown), "columns": [], "cells": []}
        st.session_state[table] = {"selection": selection}
