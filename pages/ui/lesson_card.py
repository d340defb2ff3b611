"""The lesson on screen: what to do, what to see, and why."""

import streamlit as st

from core.lessons import LESSON_BY_KEY, LESSONS, Lesson
from core.spec import Spec
from pages.ui.state import load_spec, session


def lesson_picker() -> Lesson:
    """A menu of lessons; choosing one sets every knob and names the lesson in the link."""
    asked = st.query_params.get("lesson")
    st.session_state.setdefault("chosen", asked if asked in LESSON_BY_KEY else LESSONS[0].key)
    key = st.selectbox(
        "Lesson",
        list(LESSON_BY_KEY),
        key="chosen",
        format_func=lambda key: LESSON_BY_KEY[key].title,
        on_change=_load_lesson,
        persist_state="session",
        help="A lesson is a set-up with a story. Change any knob afterwards.",
    )
    return LESSON_BY_KEY[key]


def lesson_card(lesson: Lesson, spec: Spec | None) -> None:
    """What to do; the explanation waits behind a click, so as not to spoil the surprise."""
    number = LESSONS.index(lesson) + 1
    with st.container(border=True, gap="small"):
        st.markdown(f"**{lesson.title}** :gray[· lesson {number} of {len(LESSONS)}]")
        st.markdown(lesson.do)
        with st.container(horizontal=True):
            if lesson.then:
                label, patch = lesson.then
                st.button(
                    label,
                    icon=":material/healing:",
                    on_click=_apply,
                    args=(lesson.spec.patched(patch),),
                    help="Sets the knobs; then press Train.",
                )
            if spec != lesson.spec:
                st.button(
                    "Back to the lesson's settings",
                    icon=":material/undo:",
                    on_click=_apply,
                    args=(lesson.spec,),
                    type="tertiary",
                )
        with st.expander("What to see, and why"):
            st.markdown(f"**What you see.** {lesson.see}")
            st.markdown(f"**Why.** {lesson.why}")


def _load_lesson() -> None:
    lesson = LESSON_BY_KEY[st.session_state["chosen"]]
    st.query_params["lesson"] = lesson.key
    session().notices = []
    load_spec(lesson.spec)


def _apply(spec: Spec) -> None:
    load_spec(spec)
