"""The learner's own runs: found again, compared, named, shared, deleted."""

import streamlit as st

from core.errors import InputError
from pages.ui.runs.actions import runs_actions
from pages.ui.runs.compare import runs_compare
from pages.ui.runs.table import runs_table


def runs() -> None:
    """The table; below it, what can be done with the ticked runs and how they compare."""
    st.markdown("### Your runs")
    st.caption(
        "Every run that you started from this browser is kept here, also after a restart of the "
        "server. Tick one to open, name or share it; tick up to eight, on any of the table's "
        "pages, to compare them."
    )
    try:
        ticked = runs_table()
        if ticked:
            runs_actions(ticked)
            runs_compare(ticked)
    except InputError as error:
        st.error(str(error))


runs()
