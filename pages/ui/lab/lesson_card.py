"""The lesson on screen: what to do, what to see, and why."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.bugs.own import Own
from core.errors import InputError
from core.lessons import LESSON_BY_KEY, LESSONS, Lesson
from core.spec import Spec
from pages.ui.link import OWN
from pages.ui.render_queue import with_render_slot
from pages.ui.state import CHOSEN, hide_run, load_spec, session

OWN_TITLE = "Your own set-up"


def lesson_picker() -> Lesson | None:
    """A menu of lessons, and the one before and behind; choosing one sets every knob.

    Returns:
        The chosen lesson; None for settings that are the learner's own.
    """
    chosen = st.session_state[CHOSEN]
    keys: list[str] = [*LESSON_BY_KEY, *([OWN] if chosen == OWN else [])]
    with st.container(key="lesson_menu", horizontal=True, width="content", gap=None, wrap=False):
        _neighbour("Lesson before", "lesson_before", "chevron_left", "B", chosen, -1)
        key = st.selectbox(
            "Lesson",
            keys,
            key=CHOSEN,
            format_func=_title,
            on_change=_load_lesson,
            persist_state="session",
            label_visibility="collapsed",
            width=230,
        )
        _neighbour("Next lesson", "next_lesson", "chevron_right", "N", chosen, 1)
    return LESSON_BY_KEY.get(key)


def section_of(lesson: Lesson | None) -> str:
    """The section of knobs that a lesson speaks of: where its contrast is set."""
    if lesson is None or lesson.then is None:
        return ""
    first = next(iter(lesson.then[1]))
    return {"bug": "model", "schedule": "optimizer", "loss": "training"}.get(first, first)


def learnt_of_lesson(spec: Spec) -> None:
    """At the end of a lesson's run: what was learnt, and the way to the next; in a fragment.

    Args:
        spec: Of the run that has ended.
    """
    lesson = LESSON_BY_KEY.get(st.session_state[CHOSEN])
    if lesson is None or not (spec in _own_specs(lesson) or _mends(spec, lesson)):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/school: **Remember.** {lesson.learnt}", width="content")
        key = _beside(lesson.key, 1)
        if key is None:
            return
        st.button(
            f"Next: {LESSON_BY_KEY[key].title}",
            icon=":material/arrow_forward:",
            key="next_lesson_below",
            on_click=_choose_and_rerun,
            args=(key,),
        )


def _neighbour(label: str, name: str, icon: str, letter: str, chosen: str, step: int) -> None:
    key = _beside(chosen, step)
    st.button(
        label,
        key=name,
        icon=f":material/{icon}:",
        type="tertiary",
        help=f"{label} ({letter})." + (f" {LESSON_BY_KEY[key].title}" if key else ""),
        disabled=key is None,
        on_click=_choose,
        args=(key,),
    )


def _beside(key: str, step: int) -> str | None:
    """Key of the lesson so many places further; of the first one from a set-up of one's own."""
    keys = list(LESSON_BY_KEY)
    place = keys.index(key) + step if key in keys else 0
    return keys[place] if 0 <= place < len(keys) else None


def _title(key: str) -> str:
    """A lesson in its menu: what it is called, and its group."""
    lesson = LESSON_BY_KEY.get(key)
    return f"{lesson.title} · {lesson.group}" if lesson else OWN_TITLE


def what_to_do(lesson: Lesson | None, spec: Spec | None) -> None:
    """One line, and the contrast in one press.

    Settings with another table or another bug than the lesson's get a way back to it instead.
    """
    if lesson is None:
        st.markdown("Turn the knobs, predict what will happen, train.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        if spec and not _belongs_to(spec, lesson):
            st.markdown("**Your own set-up**", width="content")
            _reset_button(lesson, f"Back to “{lesson.title}”")
            return
        st.markdown(lesson.do)
        if lesson.then and spec and _has(spec, lesson.then[1]):
            _reset_button(lesson, "Back to the lesson's settings")
        elif lesson.then:
            st.button(
                lesson.then[0],
                icon=":material/healing:",
                key="contrast",
                on_click=load_spec,
                args=(_own_specs(lesson)[1],),
                help="Sets the knobs; then press Train.",
            )


@st.fragment
@with_render_slot
def why_view(lesson: Lesson | None, spec: Spec | None) -> None:
    """What to see and why, behind a click, so as not to spoil the surprise."""
    if lesson is None:
        return
    popover = st.popover("Why", icon=":material/help:", key="why_open", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.markdown(
            f"**{lesson.title}** :gray[· lesson {LESSONS.index(lesson) + 1} of {len(LESSONS)}]"
        )
        st.markdown(lesson.do)
        st.markdown(f"**What you see.** {lesson.see}")
        st.markdown(f"**Why.** {lesson.why}")
        if spec not in _own_specs(lesson):
            _reset_button(lesson, "Back to the lesson's settings", rerun=True)


def _belongs_to(spec: Spec, lesson: Lesson) -> bool:
    """Whether settings are variations of a lesson: of its table and its bug."""
    own_specs = _own_specs(lesson)
    return any(
        (spec.data.source, _kind(spec)) == (own.data.source, _kind(own)) for own in own_specs
    )


def _has(spec: Spec, patch: Mapping[str, Any]) -> bool:
    """Whether settings are already as a patch makes them, whatever else was changed."""
    try:
        return spec.patched(patch) == spec
    except InputError:  # it is of another optimizer's parameters
        return False


def _mends(spec: Spec, lesson: Lesson) -> bool:
    """Whether settings are a lesson's with a method that the learner has changed."""
    return isinstance(spec.bug, Own) and _belongs_to(spec, lesson)


def _kind(spec: Spec) -> object:
    """A spec's bug; of a method that a learner writes, only which part of the program it is."""
    return ("own", spec.bug.part) if isinstance(spec.bug, Own) else spec.bug


def _own_specs(lesson: Lesson) -> tuple[Spec, Spec]:
    """The lesson's spec, and that of its contrast."""
    return lesson.spec, lesson.contrast


def _reset_button(lesson: Lesson, label: str, rerun: bool = False) -> None:
    st.button(
        label,
        icon=":material/undo:",
        on_click=_load_and_rerun if rerun else load_spec,
        args=(lesson.spec,),
        type="tertiary",
    )


def _load_lesson() -> None:
    key = st.session_state[CHOSEN]
    session().notices = []
    if key in LESSON_BY_KEY:
        hide_run()
        load_spec(LESSON_BY_KEY[key].spec)


def _choose(key: str) -> None:
    st.session_state[CHOSEN] = key
    _load_lesson()


def _choose_and_rerun(key: str) -> None:
    """For a button in a fragment, which the knobs are not."""
    _choose(key)
    st.rerun()


def _load_and_rerun(spec: Spec) -> None:
    load_spec(spec)
    st.rerun()
