"""The strip above every page of who is in a class: what the teacher asks, and the way back."""

from collections.abc import Callable

import streamlit as st

from core.store.classes import ClassView
from pages.ui.class_follow import LAB, back_to_mine, follow, has_moved, take_over_now
from pages.ui.class_poll import class_poll, wait_for_database
from pages.ui.class_push import teacher_strip
from pages.ui.class_question import Asked, answered_line, asked, question_form
from pages.ui.classes import class_tab, current_class, is_out_of_reach, leave_class, note_run
from pages.ui.plain_text import plain
from pages.ui.style_sheet import style_sheet

CLASS_PAGE = "Class"
PREDICT_FIRST = """.st-key-sentence_place, .st-key-first_charts, .st-key-rate_slider,
.st-key-below {visibility: hidden}"""  # what theory predicts, until the learner has
OUT_OF_REACH = (
    "The database cannot be reached just now. If you are in a class, you are back in it soon."
)
ENDED = "The class has ended. Your runs stay yours."


def class_strip(page: str) -> None:
    """Shows it, and takes over what the teacher has pushed; nothing for who is in no class.

    Args:
        page: Title of the page that is drawn below.
    """
    view = current_class()
    if view is None and is_out_of_reach():
        with st.container(key="class_strip"):
            st.caption(OUT_OF_REACH)
            wait_for_database()
    if view is None or (page == CLASS_PAGE and class_tab().role == "teacher"):
        return
    with st.container(key="class_strip"):
        class_poll(view)
        if class_tab().role == "teacher":
            teacher_strip(view)
        elif view.state.ended:
            _ended()
        else:
            follow(view, page)
            note_run()
            _learner_strip(view, page)


def _learner_strip(view: ClassView, page: str) -> None:
    with st.container(key="class_row", horizontal=True, vertical_alignment="center", gap="small"):
        tab, push = class_tab(), view.state.push
        tab.moved = push is not None and has_moved(view)
        title = plain(view.state.title) or "Class"
        st.markdown(f":material/groups: **{title}** · {plain(tab.name)}", width="content")
        question = asked(view)
        if question and not question.awaits and not view.state.paused:
            answered_line(question)
        else:
            st.markdown(_status(view, question), width="stretch")
        if push and push.number > tab.pushed:
            _button("Open the teacher's set-up", "download", take_over_now, primary=True)
        elif tab.moved:
            _button("Back to the teacher's set-up", "undo", take_over_now)
        if tab.mine and not (push and push.locked):
            _button("Back to mine", "history", back_to_mine)
        if page != LAB:
            st.page_link("lab.py", label="To the lab", icon=":material/science:")
    if question and question.awaits:
        question_form(question)
        if question.question.gate:
            style_sheet(PREDICT_FIRST)


def _status(view: ClassView, question: Asked | None) -> str:
    state, tab = view.state, class_tab()
    if state.paused:
        return ":material/pause: :orange[**Paused** by the teacher.]"
    if question and question.question.gate:
        return ":material/lock: Answer first: then the charts are back, and you can train."
    if state.push and state.push.number > tab.pushed:
        return "The teacher has a set-up for you."
    if state.push and state.push.locked:
        return ":material/lock: The teacher's set-up: train it as it is."
    return (
        ":material/tune: Change what you like." if state.push else "Wait for the teacher, or try."
    )


def _button(label: str, icon: str, act: Callable[[], None], primary: bool = False) -> None:
    kind = "primary" if primary else "secondary"
    st.button(label, icon=f":material/{icon}:", on_click=act, type=kind)


def _ended() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/groups: {ENDED}", width="stretch")
        st.button("Close", icon=":material/close:", on_click=leave_class, key="leave_ended")
