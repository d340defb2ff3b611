"""A run or a sweep of another learner: who is not its owner watches, and may take its settings."""

import streamlit as st

from core.lessons import LESSONS
from core.service.public_events import is_upload
from core.service.run_log import RunLog
from core.spec import Spec
from pages.ui.state import hide_run, load_spec, session

WATCHING = "You are watching another learner's run: only they can pause or stop it."
PRIVATE = (
    "You are watching another learner's run. Its table is an upload and stays theirs alone: you "
    "see its losses and its learning rate."
)
OWN_TABLE = (
    "The settings are those of the run you watched; its table is its owner's, so these are on "
    "your own choice of table."
)


def foreign_run(log: RunLog) -> None:
    """Says whose run it is, with a button that takes its settings over."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = PRIVATE if is_upload(log.spec) else WATCHING
        st.markdown(f":material/visibility: {text}", width="stretch")
        st.button(
            "Open in the lab",
            icon=":material/science:",
            key="open_foreign",
            on_click=_take_over_settings,
            args=(log.spec,),
            help="Sets the knobs as this run has them, for a run of your own.",
        )


def with_own_table(spec: Spec) -> Spec:
    """A spec of another learner on this one's table: the lab's, or the first lesson's."""
    lab = session().lab_spec
    own = lab if lab and lab.data.source != spec.data.source else LESSONS[0].spec
    return spec.patched({"data": own.data.model_dump()})


def _take_over_settings(spec: Spec) -> None:
    if is_upload(spec):
        spec = with_own_table(spec)
        session().notices = [OWN_TABLE]
    load_spec(spec)
    hide_run()
    st.rerun()  # the button is in a fragment, the knobs are not
