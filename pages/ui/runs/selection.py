"""The runs that are ticked, on whichever page of the table and whatever its filters show now."""

from collections.abc import Sequence

import streamlit as st

from core.charts.comparison import MOST
from core.store import Run, store
from pages.ui.learner import learner
from pages.ui.runs.compare import label_of, labels_of
from pages.ui.state import session

KEY = "runs_ticked"


def rows_of(shown: Sequence[Run]) -> list[int]:
    """The rows of the table that are to be ticked when it comes on screen."""
    ticked = session().ticked
    return [row for row, run in enumerate(shown) if run.token in ticked]


def keep_ticks(shown: Sequence[Run], rows: Sequence[int]) -> None:
    """Takes over the table's ticks; those of runs that it does not show stay as they are."""
    here = session()
    now = [shown[row].token for row in rows if row < len(shown)]
    off = {run.token for run in shown}.difference(now)
    here.ticked = [token for token in dict.fromkeys([*here.ticked, *now]) if token not in off]


def ticked_runs(shown: Sequence[Run], table: str) -> list[Run]:
    """The list of what is ticked; taking a run out of it unticks the run.

    Args:
        shown: The runs of the table as it stands.
        table: The table's key in the session's state.

    Returns:
        The ticked runs in the order in which they were ticked, without those that are gone.
    """
    here = session()
    runs = store().get_runs(learner(), here.ticked)
    here.ticked = [run.token for run in runs]
    if runs:
        compared = labels_of(runs[:MOST])
        names = dict(zip(here.ticked, [*compared, *map(label_of, runs[MOST:])], strict=True))
        st.session_state[KEY] = here.ticked
        st.multiselect(
            f"Ticked: {len(runs)}",
            here.ticked,
            format_func=names.__getitem__,
            key=KEY,
            on_change=_untick,
            args=(shown, table),
            help="Ticks stay while you turn the pages or search for others. × unticks a run.",
        )
    return runs


def _untick(shown: Sequence[Run], table: str) -> None:
    session().ticked = list(st.session_state[KEY])
    if shown:
        selection = {"rows": rows_of(shown), "columns": [], "cells": []}
        st.session_state[table] = {"selection": selection}
