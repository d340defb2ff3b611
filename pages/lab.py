"""The lab: choose a table, configure the run, press Train, watch the loss."""

import streamlit as st

from core.errors import InputError
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.address import open_address
from pages.ui.code_view import code_view
from pages.ui.lab.lesson_card import lesson_card, lesson_picker
from pages.ui.lab.rate_slider import apply_slider_rate, clear_slider_rate
from pages.ui.lab.run_view import run_view
from pages.ui.lab.spec_form import spec_form
from pages.ui.share import share_view
from pages.ui.state import apply_pending_spec, session


def lab() -> None:
    """Knobs on the left, in the order the data flows; the run on the right."""
    apply_slider_rate()
    open_address()
    apply_pending_spec()
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        st.markdown("### Why is my TensorFlow linear regression loss going up?")
        share = st.container(width="content")
    lesson = lesson_picker()
    left, right = st.columns([4, 9], gap="medium")
    spec: Spec | None = None
    with left:
        try:
            spec = session().lab_spec = spec_form(LESSONS[0].spec)
            problem = ""
        except InputError as error:
            problem = str(error)
    clear_slider_rate()
    with share:
        share_view(spec)
    with right:
        for notice in session().notices:
            st.warning(notice)
        lesson_card(lesson, spec)
        run_view(spec, problem)
        if spec:
            code_view(spec)


lab()
