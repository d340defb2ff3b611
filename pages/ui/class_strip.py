"""The strip above every page of who is in a class: what the teacher asks, and the way back."""

from contextlib import suppress

import streamlit as st

from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store.classes import ClassView
from pages.ui.class_poll import class_poll
from pages.ui.class_push import teacher_strip
from pages.ui.class_question import answered_line, asked, question_form
from pages.ui.classes import (
    class_tab,
    current_class,
    joined_class,
    leave_class,
    pushed_spec,
)
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.state import hide_run, request_lab, session, switch_to_requested_lab

CLASS_PAGE = "Class"
PREDICT_FIRST = """<style>.st-key-sentence_place, .st-key-first_charts, .st-key-rate_slider,
.st-key-below {visibility: hidden}</style>"""  # what theory predicts, until the learner has
ENDED = "The class has ended. Your runs stay yours."


def class_strip(page: str) -> None:
    """Shows it, and takes over what the teacher has pushed; nothing for who is in no class.

    Args:
        page: Title of the page that is drawn below.
    """
    view = current_class()
    if view is None or (page == CLASS_PAGE and class_tab().role == "teacher"):
        return
    with st.container(key="class_strip"):
        class_poll(view)
        if class_tab().role == "teacher":
            teacher_strip(view)
        elif view.state.ended:
            _ended()
        else:
            _follow(view, page)
            _learner_strip(view, page)


def _follow(view: ClassView, page: str) -> None:
    """Takes over a new push, and goes to the lab where everybody trains."""
    tab, state = class_tab(), view.state
    together = state.pace == "together"
    if state.push and state.push.number > tab.pushed and (together or tab.pushed == 0):
        take_over(view)
        if page != "Lab" and together:
            switch_to_requested_lab()
    elif state.train > tab.trained and page != "Lab":
        st.switch_page("lab.py")


def take_over(view: ClassView) -> None:
    """Sets the knobs as the teacher has pushed them; the learner's own are kept."""
    tab, spec = class_tab(), pushed_spec(view)
    if spec is None or view.state.push is None:
        return
    own = session().lab_spec
    if own and own != spec and tab.pushed:
        tab.mine = own
    tab.pushed = view.state.push.number
    _stop_own_run()
    hide_run()
    request_lab(spec)


def _stop_own_run() -> None:
    with suppress(InputError):
        token = session().token
        if token and service().log(token).is_owned_by(learner_id()):
            service().send_command(token, "stop")


def _learner_strip(view: ClassView, page: str) -> None:
    with st.container(key="class_row", horizontal=True, vertical_alignment="center", gap="small"):
        tab, push = class_tab(), view.state.push
        title = plain(view.state.title) or "Class"
        st.markdown(f":material/groups: **{title}** · {plain(tab.name)}", width="content")
        question = asked(view)
        if question and not question.awaits and not view.state.paused:
            answered_line(question)
        else:
            st.markdown(_status(view), width="stretch")
        if push and push.number > tab.pushed:
            _button("Open the teacher's set-up", "download", _take_over_now, (), primary=True)
        elif push and _has_moved(view):
            _button("Back to the teacher's set-up", "undo", _take_over_now, ())
        if tab.mine and not (push and push.locked):
            _button("Back to mine", "history", _back_to_mine, (tab.mine,))
        if page != "Lab":
            st.page_link("lab.py", label="To the lab", icon=":material/science:")
    if question and question.awaits:
        question_form(question)
        if question.question.gate:
            st.html(PREDICT_FIRST)


def _status(view: ClassView) -> str:
    state, tab = view.state, class_tab()
    if state.paused:
        return ":material/pause: :orange[**Paused** by the teacher.]"
    if state.push and state.push.number > tab.pushed:
        return "The teacher has a set-up for you."
    if state.push and state.push.locked:
        return ":material/lock: The teacher's set-up: train it as it is."
    return (
        ":material/tune: Change what you like." if state.push else "Wait for the teacher, or try."
    )


def _has_moved(view: ClassView) -> bool:
    lab = session().lab_spec
    return lab is not None and lab != pushed_spec(view)


def _button(label: str, icon: str, act, args: tuple, primary: bool = False) -> None:
    kind = "primary" if primary else "secondary"
    st.button(label, icon=f":material/{icon}:", on_click=act, args=args, type=kind)


def _take_over_now() -> None:
    if view := joined_class():
        take_over(view)


def _back_to_mine(spec: Spec) -> None:
    hide_run()
    class_tab().mine = None
    request_lab(spec)


def _ended() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/groups: {ENDED}", width="stretch")
        st.button("Close", icon=":material/close:", on_click=leave_class, key="leave_ended")
