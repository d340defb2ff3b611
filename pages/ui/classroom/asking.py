"""Ask the class, and see what it says."""

import streamlit as st

from core.classroom.question import ASKED, LONGEST, MOST_OPTIONS, Kind, Question
from core.classroom.state import ClassState
from core.errors import InputError
from core.store.classes import ClassView
from pages.ui.cause_titles import cause_title, cause_titles
from pages.ui.class_push import act_on_class, popover_key
from pages.ui.plain_text import plain

KINDS: dict[Kind, str] = {
    "regime": "Rise, settle, swing?",
    "epochs": "How many epochs?",
    "curve": "Draw the curve",
    "cause": "Which cause?",
    "choice": "My own",
}
USUAL = (
    "learning-rate-above-critical",
    "features-unscaled",
    "learning-rate-too-low",
    "bug:gradient-ascent",
)


def ask_popover(view: ClassView) -> None:
    """Where a question is made."""
    key = popover_key("ask_open", len(view.state.questions))
    popover = st.popover("Ask", icon=":material/quiz:", key=key, on_change="rerun")
    if not popover.open:
        return
    with popover:
        kind: Kind = st.radio(
            "What do you ask?",
            list(KINDS),
            format_func=KINDS.__getitem__,
            key="ask_kind",
        )
        text = st.text_input(
            "The question", placeholder=ASKED[kind], max_chars=LONGEST, key="ask_text"
        )
        options: list[str] = []
        if kind == "cause":
            options = st.multiselect(
                "Causes to choose from",
                list(cause_titles()),
                default=list(USUAL),
                format_func=cause_title,
                max_selections=MOST_OPTIONS,
                key="ask_causes",
            )
        elif kind == "choice":
            lines = st.text_area("Options, one a line", key="ask_options", height=110)
            options = lines.splitlines()
        gate = st.checkbox("Train opens after the answer", value=True, key="ask_gate")
        st.button(
            "Ask everybody",
            type="primary",
            icon=":material/send:",
            key="ask_now",
            on_click=_ask,
            args=(kind, text, options, gate),
        )


def question_panel(view: ClassView, projected: bool = False) -> None:
    """The question on screen, and what the teacher may do with it; the bars are the room's."""
    question, number = view.state.question, len(view.state.questions)
    if question is None:
        return
    again = " · after the discussion" if question.round == 2 else ""
    with st.container(
        key="question_panel", horizontal=True, vertical_alignment="center", gap="small"
    ):
        icon = "" if question.open else ":material/lock: "
        st.header(f"{icon}{plain(question.text)}{again}", anchor=False, width="stretch")
        if projected or view.state.ended:
            return
        if question.open:
            _act("Close", "lock", ClassState.closed, "No more answers.")
        if question.round == 1:
            _act("Ask again", "forum", ClassState.asked_again, "After the discussion: once more.")
        elif not question.open:
            st.caption(f"Question {number}", width="content")
        if question.revealed:
            _act("Hide answers", "visibility_off", _hide, "From the projector.")
        else:
            _act("Show answers", "visibility", ClassState.revealed, "On the projector; no names.")


def _act(label: str, icon: str, act, what: str) -> None:
    key = f"question_{icon}"
    st.button(
        label, icon=f":material/{icon}:", key=key, on_click=act_on_class, args=(act,), help=what
    )


def _hide(state: ClassState) -> ClassState:
    return state.revealed(False)


def _ask(kind: Kind, text: str, options: list[str], gate: bool) -> None:
    try:
        question = Question.of(kind, text, options, gate)
    except InputError as error:
        st.toast(plain(error))
        return
    act_on_class(lambda state: state.asked(question))
