"""What the teacher does to all labs at once: push a set-up, pause, resume, train."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from core.classroom.state import ClassState
from core.data.uploads import PREFIX, check_owner
from core.differences import in_words, unusual
from core.errors import InputError
from core.lessons import LESSONS
from core.service.service import service
from core.spec import Spec
from core.store import store
from core.store.classes import ClassView
from pages.ui.class_mystery import NONE, mystery_choice, with_hidden
from pages.ui.classes import change_class, taught_class
from pages.ui.hideable import HIDEABLE
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.state import session
from pages.ui.table_titles import with_table_title

SHARED = (
    "The table is one that you have uploaded. With the push, everybody in the class can see it and "
    "train on it, for as long as the class and the table are kept."
)


def teacher_strip(view: ClassView) -> None:
    """The strip above the teacher's other pages."""
    with st.container(key="class_row", horizontal=True, vertical_alignment="center", gap="small"):
        title = plain(view.state.title) or "Your class"
        st.markdown(f":material/groups: **{title}** · `{view.code}`", width="stretch")
        if view.state.ended:
            st.markdown("It has ended.", width="content")
        else:
            class_controls(view)
        st.page_link("classroom.py", label="The room", icon=":material/grid_view:")


def class_controls(view: ClassView) -> None:
    """Push, train, pause: the same on every page of the teacher."""
    _push_popover(view)
    st.button(
        "Everybody Train",
        icon=":material/play_arrow:",
        key="class_train",
        on_click=act_on_class,
        args=(ClassState.everybody_trains,),
        help="Presses Train in every lab.",
    )
    paused = view.state.paused
    st.button(
        "Resume all" if paused else "Pause all",
        icon=f":material/{'resume' if paused else 'pause'}:",
        key="class_pause",
        on_click=_pause_all,
        args=(not paused,),
        help="Runs go on where they stood."
        if paused
        else "All runs stand still; nobody can train.",
    )


def act_on_class(act: Callable[[ClassState], ClassState]) -> None:
    """Changes the class; says why where that is refused."""
    has_acted(act)


def has_acted(act: Callable[[ClassState], ClassState]) -> bool:
    """The same, and whether it did."""
    try:
        change_class(act)
    except InputError as error:
        st.toast(plain(error))
        return False
    return True


def lab_spec() -> Spec:
    """The set-up in the teacher's own lab; the first lesson's before it was opened."""
    return session().lab_spec or LESSONS[0].spec


def popover_key(name: str, times: int) -> str:
    """Key of what opens over the room, another one after each use, so that it is closed then.

    Its state alone would not do: news of the class, on the way at that moment, bring back the old.
    """
    return f"{name}{times or ''}"


def _push_popover(view: ClassView) -> None:
    key = popover_key("push_open", view.state.push.number if view.state.push else 0)
    popover = st.popover("Push", icon=":material/ios_share:", key=key, on_change="rerun")
    if not popover.open:
        return
    spec = lab_spec()
    with popover:
        st.markdown("**Everybody's lab becomes as yours is now**")
        st.caption(plain(in_words(unusual(with_table_title(spec.model_dump(mode="json"))))))
        hide = st.pills(
            "Leave out",
            list(HIDEABLE),
            selection_mode="multi",
            key="push_hide",
            format_func=HIDEABLE.__getitem__,
            help="Controls that learners do not see; their settings are as in your lab.",
        )
        hidden = mystery_choice()
        locked = st.checkbox("Locked: nobody can change a setting", key="push_locked", value=False)
        if spec.data.source.startswith(PREFIX):
            st.warning(SHARED, icon=":material/visibility:")
        st.button(
            "Push to everybody",
            icon=":material/ios_share:",
            type="primary",
            key="push_now",
            on_click=_push,
            args=(spec, tuple(hide), locked, hidden),
        )
        if view.state.push:
            is_locked = view.state.push.locked
            st.button(
                "Free the settings" if is_locked else "Lock the settings",
                icon=f":material/{'lock_open' if is_locked else 'lock'}:",
                key="push_lock",
                on_click=act_on_class,
                args=(lambda state: state.unlocked(not is_locked),),
            )


def _push(spec: Spec, hide: tuple[str, ...], locked: bool, hidden: str = NONE) -> None:
    source = spec.data.source
    share = source if source.startswith(PREFIX) else ""
    try:
        check_owner(source, learner_id())
        if view := taught_class():
            spec = with_hidden(spec, hidden, view)
    except InputError as error:
        st.toast(plain(error))
        return
    values = spec.model_dump(mode="json")
    if has_acted(lambda state: state.pushed(values, hide, locked, share=share)):
        st.toast("Pushed.", icon=":material/check:")


def _pause_all(paused: bool) -> None:
    if has_acted(lambda state: state.with_(paused=paused)) and (view := taught_class()):
        with suppress(InputError):
            for member in store().members.members(view.id):
                if member.run:
                    service().send_command(member.run, "pause" if paused else "resume")
