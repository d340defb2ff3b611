"""One learner's work, beside what was pushed."""

from contextlib import suppress

import streamlit as st

from core.data.uploads import check_owner
from core.errors import InputError
from core.events import decode
from core.service.public_events import is_upload
from core.service.service import service
from core.store import store
from core.store.classes import ClassView
from core.store.tables import Member
from pages.ui.class_changes import describe
from pages.ui.classes import class_tab, pushed_spec
from pages.ui.kept_charts import kept_charts
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain


def learner_view(view: ClassView, number: int) -> None:
    """Their set-up beside the pushed one, their curve, what was found; nothing for 0."""
    members = store().members.members(view.id) if number else []
    member = next((member for member in members if member.number == number), None)
    if member is None:
        return
    with st.container(border=True, key="learner_view"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(plain(member.name), anchor=False, width="stretch")
            label = "Show the nickname" if member.blanked else "Blank the nickname"
            st.button(
                label,
                icon=":material/visibility_off:",
                key="blank",
                on_click=_blank,
                args=(view.id, member),
            )
            st.button("Close", icon=":material/close:", key="close_learner", on_click=_close)
        _work(view, member)


def _work(view: ClassView, member: Member) -> None:
    log = None
    with suppress(InputError):
        log = service().log(member.run) if member.run else None
    if log is None:
        st.caption("No run yet.")
        return
    pushed = pushed_spec(view)
    if is_upload(log.spec) and log.spec.data.source not in view.state.shared:
        st.caption("On a table of their own, which stays theirs: you see losses and rates.")
        private = True
    else:
        changes = describe(pushed, log.spec) if pushed else ""
        st.markdown(f"**Changed:** {changes}" if changes else "As it was pushed.")
        private = not _may_see(log.spec.data.source)
    (row,) = store().runs_by_token([str(member.run)]) or [None]
    if row and row.summary and not private:
        st.markdown(f"**Why?** {plain(row.summary)}")
    events = [*map(decode, log.public())] if private else log.decoded()
    if events and events[0]["event"] == "run_started":
        kept_charts(events, log.spec, (), private)


def _may_see(source: str) -> bool:
    """Whether the rows of a table that the class shares are this teacher's to see."""
    try:
        check_owner(source, learner_id())
    except InputError:  # another teacher's, or it is gone
        return False
    return True


def _blank(class_id: str, member: Member) -> None:
    with suppress(InputError):
        store().members.blank(class_id, member.number, not member.blanked)


def _close() -> None:
    class_tab().chosen = 0
