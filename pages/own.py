"""Your own: a script or a loss curve from elsewhere, read as far as it says something."""

import streamlit as st

from pages.ui.curve_view import curve_view
from pages.ui.own.script_view import script_view

SCRIPT, CURVE = "Your script", "Your loss curve"


def own() -> None:
    """One of the two, by a switch in the title's line."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Your own training, read and explained", anchor=False, width="content")
        what = st.segmented_control(
            "What you bring",
            (SCRIPT, CURVE),
            default=SCRIPT,
            required=True,
            key="own_what",
            label_visibility="collapsed",
            persist_state="session",
        )
    if what == CURVE:
        curve_view()
    else:
        script_view()


own()
