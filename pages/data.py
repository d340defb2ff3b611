"""The data page: bring a table, look at it from all sides, prepare it, take it to the lab."""

import streamlit as st

from core.data.columns import warnings
from core.data.uploads import PREFIX, find_upload
from core.errors import InputError
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.cached import explored, profiled, table
from pages.ui.data.explore import explore_view
from pages.ui.data.upload import upload_view
from pages.ui.data.steps import steps_view
from pages.ui.data_form import columns_form, table_form
from pages.ui.state import aim_at_lab, keep_run_in_link, leave_for_lab, link_notices, session


def data_page() -> None:
    """Choices on the left, in the order they are made; what they show on the right."""
    leave_for_lab()
    for notice in link_notices():
        st.warning(notice)
    keep_run_in_link()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("### Look at the data before you train on it")
        go = st.container(width="content")
    left, right = st.columns([4, 9], gap="medium")
    with left:
        spec = _choices()
    go.button(
        "Use in the lab",
        icon=":material/science:",
        type="primary",
        disabled=not spec,
        on_click=_use,
        args=(spec,),
    )
    with right:
        if spec:
            _explore(spec)
        else:
            st.info("What the table shows stands here once the choices on the left fit it.")


def _choices() -> Spec | None:
    """The form; None where what it says cannot be, which it then says."""
    default = LESSONS[0].spec
    try:
        with st.container(border=True, gap="small"):
            st.markdown("**1 · Table**")
            source, target = table_form(default)
            if source.startswith(PREFIX):
                upload_view(find_upload(source))
        profile = profiled(source)
        with st.container(border=True, gap="small"):
            st.markdown(f"**2 · Columns and rows** · {profile.rows:,} rows")
            data = columns_form(profile, source, target, default)
            for sentence in warnings(table(source), data):
                st.caption(f":material/info: {sentence}")
        spec = default.patched({"data": data.model_dump(), "bug": None} | _of_the_lab(default))
        with st.container(border=True, gap="small"):
            st.markdown("**3 · Steps**")
            steps_view(data, explored(spec), profile.rows)
    except InputError as error:
        st.error(str(error))
        return None
    return spec


def _use(spec: Spec | None) -> None:
    """Takes the choices to the lab; its other knobs stay as they are."""
    if spec:
        lab = session().spec or LESSONS[0].spec
        aim_at_lab(lab.patched({"data": spec.data.model_dump()}))


def _of_the_lab(default: Spec) -> dict:
    """What the lab's own knobs say that matters here: the learning rate, and the split's seed."""
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
