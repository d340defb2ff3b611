"""A class' mystery on its teacher's screens: hidden with a push, watched, opened for all."""

from functools import partial

import streamlit as st

from core.classroom.mystery import CAUSES, Secret, mystery_id
from core.classroom.nickname import BLANKED
from core.errors import InputError
from core.spec import Spec
from core.store import store
from core.store.classes import ClassView
from core.store.tables import Member
from pages.ui.cause_titles import cause_title
from pages.ui.classes import change_class, pushed_spec, taught_class
from pages.ui.learner import learner_id
from pages.ui.mysteries import secret_view, setting_of, surprise, with_mystery
from pages.ui.plain_text import plain
from pages.ui.render_queue import with_render_slot

NONE, SURPRISE = "none", "surprise"
CHOICES = {NONE: "nothing", SURPRISE: "surprise me too: something that shows"}
FRESH_SECONDS = 4  # between two looks at the points
MOST_RANKED = 10
SHOWS_NOTHING = (
    "Not pushed: with these settings “{title}” changes nothing, so nobody could find it."
)
LATE = "Joined, or came back, since it was hidden (who joins twice may guess twice): "
HIDE_HELP = (
    "A mystery: learners see the curve, buy evidence with points, and guess. What it is stays on "
    "the server until you open it."
)


def mystery_choice() -> str:
    """What the teacher hides with the next push: a cause, `NONE` or `SURPRISE`."""
    return st.selectbox(
        "Hide a mystery in it",
        [*CHOICES, *CAUSES],
        key="push_mystery",
        format_func=lambda key: CHOICES.get(key) or cause_title(key),
        help=HIDE_HELP,
    )


def with_hidden(spec: Spec, choice: str, view: ClassView) -> Spec:
    """A set-up with what the teacher hides in it.

    Raises:
        InputError: If its table cannot be read, or what is hidden changes nothing there.
    """
    if choice == NONE:
        return spec
    if choice == SURPRISE:
        return with_mystery(spec, surprise(spec, view.id))
    secret = Secret.of(choice)
    if not secret.shows_in(spec, setting_of(spec)):
        raise InputError(SHOWS_NOTHING.format(title=cause_title(choice)))
    made = store().mysteries.make(learner_id(), secret, view.id)
    return with_mystery(spec, made)


def mystery_panel(view: ClassView, projected: bool = False) -> None:
    """How the class is getting on with its mystery; nothing where none was pushed."""
    spec = pushed_spec(view)
    name = mystery_id(spec) if spec else ""
    try:
        if not name or store().mysteries.class_of(name) != view.id:
            return
        told = store().mysteries.told(name, learner_id())
    except InputError:
        return
    if projected and told is None and not view.state.ranked:
        return  # nothing that the room may see
    with st.container(border=True, key="class_mystery", gap="small"):
        if not projected:
            _controls(view, name, told is not None)
        if told:
            secret_view(told, brief=True)
        if not projected or view.state.ranked:
            _ranking(view.id, name, projected)


def _controls(view: ClassView, name: str, opened: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":material/search: **The mystery**", width="stretch")
        if not opened:
            with st.popover("What is it?", icon=":material/visibility:", key="mystery_what"):
                secret = store().mysteries.hidden_from_class(name, learner_id())
                st.markdown(f"**{cause_title(secret.cause)}**" if secret else "")
            st.button(
                "Open it for all",
                icon=":material/lock_open:",
                key="mystery_open",
                type="primary",
                on_click=partial(_open, name),
                help="Everybody reads what it was; points are final.",
            )
        ranked = view.state.ranked
        st.button(
            "Hide the ranking" if ranked else "Show the ranking",
            icon=f":material/{'visibility_off' if ranked else 'leaderboard'}:",
            key="mystery_ranked",
            on_click=partial(_rank, not ranked),
            help="On the projector, by nickname.",
        )


@st.fragment(run_every=FRESH_SECONDS)
@with_render_slot
def _ranking(class_id: str, name: str, projected: bool) -> None:
    try:
        members, plays = store().members.members(class_id), store().mysteries.plays(name)
        late = [] if projected else store().mysteries.joined_since(name)
    except InputError:
        return
    found = [(m, plays[m.learner]) for m in members if m.learner in plays]
    solved = sorted((p for p in found if p[1].solved), key=lambda each: -each[1].points)
    said = [f"{len(solved)} of {len(members)} have found it."]
    for place, (member, play) in enumerate(solved[:MOST_RANKED], 1):
        said.append(f"{place}\\. **{_who(member)}** {play.points}")
    large = "## " if projected else ""
    st.markdown(large + " &emsp; ".join(said))
    if late:
        more = "." if len(late) <= MOST_RANKED else " …"
        st.caption(LATE + ", ".join(map(_who, late[:MOST_RANKED])) + more)


def _who(member: Member) -> str:
    return BLANKED if member.blanked else plain(member.name)


def _open(name: str) -> None:
    try:
        store().mysteries.open(name, learner_id())
        change_class(lambda state: state.with_(openings=state.openings + 1))
    except InputError as error:
        st.toast(plain(error))


def _rank(ranked: bool) -> None:
    try:
        if taught_class():
            change_class(lambda state: state.with_(ranked=ranked))
    except InputError as error:
        st.toast(plain(error))
