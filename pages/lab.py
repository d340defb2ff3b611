"""The lab: choose a table, configure the run, press Train, watch the loss."""

import streamlit as st

from core.errors import InputError
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.address import open_address
from pages.ui.class_follow import rerun_if_strip_is_behind
from pages.ui.lab.lesson_card import lesson_picker, section_of, what_to_do, why_view
from pages.ui.lab.rate_slider import apply_slider_rate, clear_slider_rate
from pages.ui.lab.run_view import run_view
from pages.ui.lab.screen import lab_screen
from pages.ui.lab.spec_form import spec_form
from pages.ui.lab.view import hidden_controls, hide_button, is_presented, present_button
from pages.ui.notices import notices_view
from pages.ui.share import share_view
from pages.ui.state import apply_pending_spec, session

TITLE = "Why is my TensorFlow linear regression loss going up?"


def lab() -> None:
    """The knobs in the sidebar, in the order the data flows; the run on the page."""
    st.html(f"<h1>{TITLE}</h1>")  # for who cannot see that this is the lab: others have no room
    apply_slider_rate()
    open_address()
    apply_pending_spec()
    with st.container(key="lesson_row", horizontal=True, vertical_alignment="center", gap="small"):
        lesson = lesson_picker()
        line = st.container(key="what_to_do")
        why = st.container(width="content")
        share, present = st.container(width="content"), st.container(width="content")
    spec: Spec | None = None
    lab_screen(is_presented(), hidden_controls(), section_of(lesson))
    with st.sidebar:
        try:
            spec = session().lab_spec = spec_form(LESSONS[0].spec)
            problem = ""
        except InputError as error:
            problem = str(error)
    clear_slider_rate()
    with line:
        what_to_do(lesson, spec)
    with why:
        why_view(lesson, spec)
    with share:
        share_view(spec, more=hide_button)
    with present:
        present_button()
    run_view(spec, problem)
    notices_view()  # also of what is not here any more
    rerun_if_strip_is_behind()  # at the end: before, a press of Train would be lost


lab()
