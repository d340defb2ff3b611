"""The teacher's screen: the code, what everybody does, the question, the room."""

import streamlit as st

from core.store.classes import ClassView
from pages.ui.class_mystery import mystery_panel
from pages.ui.class_poll import class_poll
from pages.ui.class_push import act_on_class, class_controls
from pages.ui.classes import class_tab
from pages.ui.classroom.asking import ask_popover, question_panel
from pages.ui.classroom.invitation import first_steps, invitation
from pages.ui.classroom.keeping import keeping
from pages.ui.classroom.learner_view import learner_view
from pages.ui.classroom.room import room
from pages.ui.plain_text import plain

PROJECTOR = "projector"  # parameter of the address: the room's version, without names


def teacher_screen(view: ClassView) -> None:
    """The class as its teacher sees it, or as the room does."""
    class_poll(view)
    projected = st.query_params.get(PROJECTOR) == "1"
    title = plain(view.state.title) or "Your class"
    st.title(title, anchor=False)
    if projected:
        _projector(view)
        return
    if not view.state.ended:
        with st.container(
            key="teacher_row", horizontal=True, vertical_alignment="center", gap="small"
        ):
            invitation(view)
            class_controls(view)
            ask_popover(view)
            _pace(view)
            st.button(
                "Projector",
                icon=":material/slideshow:",
                key="to_projector",
                on_click=_project,
                args=(True,),
                help="The room without names, for the wall (P).",
            )
    else:
        st.info("This class has ended. Its report stays for a week.")
    question_panel(view)
    mystery_panel(view)
    if not view.state.ended:
        first_steps(view)
    above = st.container(key="chosen_place")
    if chosen := room(view, named=True):
        class_tab().chosen = chosen
    with above:
        learner_view(view, class_tab().chosen)
    keeping(view)


def _projector(view: ClassView) -> None:
    with st.container(key="projector_row", horizontal=True, vertical_alignment="center"):
        invitation(view, large=True)
        st.button(
            "Leave", icon=":material/close:", key="to_projector", on_click=_project, args=(False,)
        )
    question_panel(view, projected=True)
    mystery_panel(view, projected=True)
    room(view, named=False)


def _project(projected: bool) -> None:
    if projected:
        st.query_params[PROJECTOR] = "1"
    else:
        del st.query_params[PROJECTOR]


def _pace(view: ClassView) -> None:
    together = view.state.pace == "together"
    st.button(
        "Pace: together" if together else "Pace: alone",
        icon=f":material/{'sync_lock' if together else 'directions_walk'}:",
        key="class_pace",
        on_click=act_on_class,
        args=(lambda state: state.with_(pace="alone" if together else "together"),),
        help="A push takes every lab over at once. Press for: each opens it when ready."
        if together
        else "Each opens a push when ready. Press for: a push takes every lab over at once.",
    )
