"""The sweep: many runs at once, and a map of their outcomes."""

from typing import Any

import streamlit as st

from core.errors import InputError
from core.sweep.spec import SweepSpec
from pages.ui.address import open_address
from pages.ui.notices import notices_view
from pages.ui.sweep.address import open_sweep_address, write_sweep_address
from pages.ui.sweep.form import sweep_form
from pages.ui.sweep.list import sweep_list
from pages.ui.sweep.view import sweep_view


def page() -> None:
    """The form on the left, the map on the right."""
    open_address()
    open_sweep_address()
    st.title("Which settings converge, and which explode?", anchor=False)
    left, right = st.columns([4, 11], gap="medium")
    sweep: SweepSpec | None = None
    defaults: dict[str, Any] = {}
    with left:
        try:
            with st.container(border=True, gap="small"):
                sweep = sweep_form(defaults)
            problem = ""
        except InputError as error:
            problem = str(error)
    with right:
        sweep_view(sweep, problem)
        sweep_list()
    notices_view()
    write_sweep_address(defaults)


page()
