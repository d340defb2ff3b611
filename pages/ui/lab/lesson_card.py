"""The lesson on screen: what to do, what to see, and why."""

import streamlit as st

from core.lessons import LESSON_BY_KEY, LESSONS, Lesson
from core.spec import Spec
from pages.ui.link import OWN
from pages.ui.state import CHOSEN, load_spec, session

OWN_TITLE = "Your own set-up"


def lesson_picker() -> Lesson | None:
    """A menu of lessons; choosing one sets every knob.

    Returns:
        The chosen lesson; None for settings that are the learner's own.
    """
    chosen = st.session_state[CHOSEN]
    keys: list[str] = [*LESSON_BY_KEY, *([OWN] if chosen == OWN else [])]
    key = st.selectbox(
        "Lesson",
        keys,
        key=CHOSEN,
        format_func=lambda key: LESSON_BY_KEY[key].title if key in LESSON_BY_KEY else OWN_TITLE,
        on_change=_load_lesson,
        persist_state="session",
        help="A lesson is a set-up with a story. Change any knob afterwards.",
    )
    return LESSON_BY_KEY.get(key)


def lesson_card(lesson: Lesson | None, spec: Spec | None) -> None:
    """What to do; the explanation is folded, so as not to spoil the surprise.

    Settings with another table or another bug than the lesson's get a way back to it instead.
    """
    if lesson is None:
        return
    if spec and not _belongs_to(spec, lesson):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown("**Your own set-up**")
            _reset_button(lesson, f"Back to “{lesson.title}”")
        return
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
                _reset_button(lesson, "Back to the lesson's settings")
        with st.expander("What to see, and why"):
            st.markdown(f"**What you see.** {lesson.see}")
            st.markdown(f"**Why.** {lesson.why}")


def _belongs_to(spec: Spec, lesson: Lesson) -> bool:
    """Whether settings are variations of a lesson: of its table and its bug."""
    own_specs = lesson.spec, lesson.spec.patched(lesson.then[1] if lesson.then else {})
    return any((spec.data.source, spec.bug) == (own.data.source, own.bug) for own in own_specs)


def _reset_button(lesson: Lesson, label: str) -> None:
    st.button(
        label,
        icon=":material/undo:",
        on_click=_apply,
        args=(lesson.spec,),
        type="tertiary",
    )


def _load_lesson() -> None:
    key = st.session_state[CHOSEN]
    session().notices = []
    if key in LESSON_BY_KEY:
        load_spec(LESSON_BY_KEY[key].spec)


def _apply(spec: Spec) -> None:
    load_spec(spec)
