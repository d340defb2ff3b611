"""The sweep: many runs at once, and a map of their outcomes."""

import streamlit as st

from core.errors import InputError
from core.sweep.spec import SweepSpec
from pages.ui.state import restore_sweep_in_link
from pages.ui.sweep.form import sweep_form
from pages.ui.sweep.list import sweep_list
from pages.ui.sweep.view import sweep_view


def page() -> None:
    """The form on the left, the map on the right."""
    restore_sweep_in_link()
    st.title("Which settings converge, and which explode?", anchor=False)
    left, right = st.columns([4, 11], gap="medium")
    sweep: SweepSpec | None = None
    with left:
        try:
            with st.container(border=True, gap="small"):
                sweep = sweep_form()
            problem = ""
        except InputError as error:
            problem = str(error)
    with right:
        sweep_view(sweep, problem)
        sweep_list()


page()
