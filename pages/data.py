"""The data page: bring a table, look at it from all sides, prepare it, take it to the lab."""

import streamlit as st

from core.data.columns import warnings
from core.data.uploads import PREFIX, get_upload
from core.errors import InputError
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.address import in_field_words, look_for_problems, open_address, write_address
from pages.ui.cached import explored, profiled, table
from pages.ui.counted import counted
from pages.ui.data.explore import explore_view
from pages.ui.data.steps import steps_view
from pages.ui.data.upload import upload_view
from pages.ui.data_form import columns_form
from pages.ui.notices import notices_view
from pages.ui.plain_text import plain
from pages.ui.state import (
    request_lab,
    session,
    switch_to_requested_lab,
)
from pages.ui.table_form import table_form


def data_page() -> None:
    """The form on the left; charts of the data as it selects them on the right."""
    switch_to_requested_lab()
    open_address()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Look at the data before you train on it", anchor=False)
        go = st.container(width="content")
    left, right = st.columns([4, 9], gap="medium")
    with left:
        spec = _form()
    write_address("view")
    go.button(
        "Use in the lab",
        icon=":material/science:",
        type="primary",
        disabled=not spec,
        on_click=_use_in_lab,
        args=(spec,),
    )
    with right:
        if spec:
            _explore(spec)
        else:
            st.info("What the table shows stands here once the choices on the left fit it.")
    notices_view()


def _form() -> Spec | None:
    """Shows the form; returns its spec, or None after an error message where it is invalid."""
    default = LESSONS[0].spec
    look_for_problems()
    try:
        with st.container(border=True, gap="small"):
            st.header("1 · Table", anchor=False)
            source, target = table_form(default)
            if source.startswith(PREFIX):
                upload_view(get_upload(source))
        profile = profiled(source)
        with st.container(border=True, gap="small"):
            st.header(f"2 · Columns and rows · {counted(profile.rows, 'row')}", anchor=False)
            data = columns_form(profile, source, target, default)
            for sentence in warnings(table(source), data):
                st.caption(f":material/info: {sentence}")
        spec = default.patched({"data": data.model_dump(), "bug": None} | _lab_settings(default))
        with st.container(border=True, gap="small"):
            st.header("3 · Steps", anchor=False)
            steps_view(data, explored(spec), profile.rows)
    except InputError as error:
        text, is_at_field = in_field_words(error)
        if not is_at_field:
            st.error(plain(text))
        return None
    return spec


def _use_in_lab(spec: Spec | None) -> None:
    """Opens the lab with these data; its other knobs stay as they are."""
    if spec:
        lab = session().lab_spec or LESSONS[0].spec
        request_lab(lab.patched({"data": spec.data.model_dump()}))


def _lab_settings(default: Spec) -> dict:
    """What the lab's knobs add to the spec of this page: learning rate and seed of the split."""
    rate = st.session_state.get("learning_rate")
    seed = st.session_state.get("seed")
    return {
        "optimizer": {"learning_rate": default.optimizer.learning_rate if rate is None else rate},
        "scaling": {"features": "none", "target": "none"},
        "training": {"seed": default.training.seed if seed is None else seed},
    }


def _explore(spec: Spec) -> None:
    source = spec.data.source
    explore_view(spec, table(source), profiled(source), explored(spec))


data_page()
