"""The question on screen and a learner's answer to it."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.classroom.question import MOST_EPOCHS, NEVER, REGIMES, Question, Value
from core.errors import InputError
from core.store import store
from core.store.classes import ClassView
from pages.ui.cause_titles import cause_title
from pages.ui.class_curve import curve_question
from pages.ui.classes import class_tab, joined_class, own_answers
from pages.ui.counted import counted
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain

SAME = "Think again, after what you have heard: the same answer or another."


def option_text(question: Question, option: str) -> str:
    """What an option says; not escaped."""
    if question.kind == "regime":
        return REGIMES.get(option, option)
    return cause_title(option) if question.kind == "cause" else option


def answer_text(question: Question, value: Value) -> str:
    """An answer in words; not escaped."""
    if isinstance(value, list):
        return "your curve"
    if question.kind == "epochs":
        return "never" if value == NEVER else counted(value, "epoch")
    return option_text(question, question.options[value])


@dataclass(frozen=True)
class Asked:
    """The question on screen, as one learner has answered it.

    Attributes:
        question: The question.
        number: Its number in the class.
        given: The answer of this round; None for none.
        before: What to begin with where it is answered anew.
    """

    question: Question
    number: int
    given: Value | None
    before: Value | None

    @property
    def awaits(self) -> bool:
        """Whether the learner is to answer now."""
        changing = class_tab().answering == self.number
        return self.question.open and (self.given is None or changing)


def asked(view: ClassView) -> Asked | None:
    """The question on screen; None for none, or where the answers are out of reach."""
    question, number = view.state.question, len(view.state.questions)
    if question is None:
        return None
    try:
        answers = own_answers(view)
    except InputError:
        return None
    given = answers.get((number, question.round))
    before = answers.get((number, 1)) if given is None else given
    return Asked(question, number, given, before)


def answered_line(asked: Asked) -> None:
    """One line: the question, what this learner has said, and a button to change it."""
    question, given = asked.question, asked.given
    said = "No answer" if given is None else f"**{plain(answer_text(question, given))}**"
    st.markdown(f":material/quiz: {plain(question.text)} {said}", width="stretch")
    if question.open:
        st.button("Change", key="answer_change", on_click=_change_answer, args=(asked.number,))


def question_form(asked: Asked) -> None:
    """The question with what may be answered."""
    with st.container(key="class_question"):
        _form(asked.question, asked.number, asked.before)


def _form(question: Question, number: int, before: Value | None) -> None:
    st.markdown(f":material/quiz: **{plain(question.text)}**")
    if question.round == 2:
        said = "" if before is None else f" You said: {plain(answer_text(question, before))}."
        st.caption(SAME + said)
    key = f"answer_{number}_{question.round}"
    if question.kind == "curve":
        curve_question(
            key, before if isinstance(before, list) else None, _keep_curve, (number, key)
        )
    elif question.kind == "epochs":
        _epochs(number, key, before)
    else:
        with st.container(horizontal=True, gap="small", key="class_options"):
            for index, option in enumerate(question.options):
                st.button(
                    plain(option_text(question, option)),
                    key=f"{key}_{index}",
                    type="primary" if before == index else "secondary",
                    on_click=_keep,
                    args=(number, index),
                )


def _epochs(number: int, key: str, before: Value | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            "Epochs",
            min_value=1,
            max_value=MOST_EPOCHS,
            key=key,
            width=160,
            value=before if isinstance(before, int) and before > 0 else 100,
        )
        st.button(
            "Answer", type="primary", key=f"{key}_ok", on_click=_keep_epochs, args=(number, key)
        )
        st.button("Never", key=f"{key}_never", on_click=_keep, args=(number, NEVER))


def _keep_epochs(number: int, key: str) -> None:
    _keep(number, int(st.session_state[key]))


def _keep_curve(number: int, key: str) -> None:
    drawn: Any = st.session_state[key].drawn
    _keep(number, drawn.get("heights") if isinstance(drawn, dict) else drawn)


def _keep(number: int, value: Any) -> None:
    class_tab().answering = 0
    view = joined_class()
    if view is None:
        return
    try:
        store().members.answer(view.id, learner_id(), number, value)
    except InputError as error:
        st.toast(plain(error))


def _change_answer(number: int) -> None:
    class_tab().answering = number
