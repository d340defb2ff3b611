"""The learner's own runs: searched, compared, named, shared, deleted."""

import streamlit as st

from core.errors import InputError
from pages.ui.plain_text import plain
from pages.ui.runs.actions import runs_actions
from pages.ui.runs.compare import runs_compare
from pages.ui.runs.table import runs_table


def page() -> None:
    """The table; below it the buttons for the ticked runs, and their comparison."""
    st.title("Your runs", anchor=False)
    st.caption(
        "Every run that you started from this browser is kept here, also after a restart of the "
        "server. Tick one to open, name or share it; tick up to eight, on any of the table's "
        "pages, to compare them."
    )
    try:
        runs = runs_table()
        if runs:
            runs_actions(runs)
            runs_compare(runs)
    except InputError as error:
        st.error(plain(error))


page()
