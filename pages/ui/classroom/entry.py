"""The door: join a class by its code, or open one."""

from math import ceil

import streamlit as st
from streamlit.components.v2 import component

from core.classroom.code import read_code
from core.classroom.nickname import LONGEST
from core.classroom.state import TITLE_LENGTH
from core.errors import InputError
from core.store import store
from core.store.classes import UNKNOWN
from core.web.class_cache import class_cache
from pages.ui.classes import (
    class_tab,
    enter_as_learner,
    enter_as_teacher,
    joined_class,
    leave_class,
)
from pages.ui.learner import learner_id
from pages.ui.modules import LOADER, module
from pages.ui.plain_text import plain

TEACH = "teach"  # parameter of a teacher's link
WHAT_TEACHERS_SEE = (
    "Your teacher sees your nickname, your answers, your settings, your loss curves and what was "
    "found in them, and may pause your run, start it, and show your curve to the room without your "
    "name. Other learners see none of it. There is no account; all is deleted with the class."
)
WRONG_LINK = "This teacher's link opens nothing: it was made anew, or its class was deleted."
NO_CODE = "A code is two words and a number, as in amber-otter-4821: see what your teacher shows."
LAB = ":material/science:"

_wait = component("uphill_class_wait", js=LOADER, isolate_styles=False)


def take_link() -> None:
    """Makes who comes by a teacher's link a teacher, and takes the link out of the address."""
    if secret := st.query_params.get(TEACH, ""):
        class_id = store().classes.redeem(secret[:64], learner_id())
        del st.query_params[TEACH]
        if not class_id:
            st.warning(WRONG_LINK)
            return
        enter_as_teacher(class_id)


def entry(code: str) -> None:
    """What who is no teacher in this tab sees.

    Args:
        code: Of a join link; empty for none.
    """
    st.title("A class", anchor=False)
    if view := joined_class():
        _inside(plain(view.state.title))
        return
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        _join(code)
    if not code:
        with right, st.container(border=True):
            _open()
        with right:
            _own_classes()


def _inside(title: str) -> None:
    name = plain(class_tab().name)
    st.markdown(f"You are in **{title or 'the class'}** as **{name}**.")
    st.caption(WHAT_TEACHERS_SEE)
    with st.container(horizontal=True):
        st.page_link("lab.py", label="To the lab", icon=LAB)
        st.button("Leave the class", icon=":material/logout:", on_click=_leave)
    st.caption("If you leave, your answers are deleted; your runs stay yours.")


def _join(code: str) -> None:
    st.header("Join", anchor=False)
    with st.form("join", border=False):
        typed = st.text_input(
            "Code", value=code[:60], placeholder="amber-otter-4821", key="join_code", max_chars=60
        )
        name = st.text_input(
            "Nickname",
            placeholder="leave it empty for an animal's name",
            max_chars=LONGEST,
            key="join_name",
        )
        st.caption(WHAT_TEACHERS_SEE)
        asked = st.form_submit_button("Join", type="primary", icon=":material/login:")
    tab = class_tab()
    if asked:
        tab.waiting_code = typed or code or " "
    if tab.waiting_code:
        _check(tab.waiting_code, name)


def _check(code: str, name: str) -> None:
    """Lets in who has the right code, behind the pause that wrong ones have earned."""
    tab = class_tab()
    if not read_code(code):
        tab.waiting_code = ""
        st.error(NO_CODE)
        return
    class_id = store().classes.by_code(code)
    if pause := store().wrong_codes.admit(learner_id(), right=class_id != ""):
        st.info(f"Too many wrong codes: yours is checked by itself in {ceil(pause)} seconds.")
        data = {**module("classroom/wait.js"), "seconds": pause}
        _wait(key="code_wait", data=data, height=1, on_over_change=lambda: None)
        return
    tab.waiting_code = ""
    if not class_id:
        st.error(UNKNOWN)
        return
    enter_as_learner(class_id, name)
    st.switch_page("lab.py")


def _open() -> None:
    st.header("Teach", anchor=False)
    st.markdown("Open a class: learners come in by a code, predict, train, and you see the room.")
    with st.form("open", border=False):
        title = st.text_input(
            "What is it called?",
            placeholder="Physics 8b",
            max_chars=TITLE_LENGTH,
            key="class_title",
        )
        if st.form_submit_button("Open a class", icon=":material/add:"):
            class_id, _ = store().classes.open(learner_id(), title)
            class_cache().forget(class_id)
            enter_as_teacher(class_id)
            st.rerun()


def _own_classes() -> None:
    taught = store().classes.owned(learner_id())
    if not taught:
        return
    st.markdown("**Your classes**")
    for view in taught[:10]:
        title = plain(view.state.title) or "Without a name"
        ended = " · ended" if view.state.ended else f" · `{view.code}`"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{title}{ended}", width="stretch")
            st.button("Enter", key=f"enter_{view.id}", on_click=enter_as_teacher, args=(view.id,))


def _leave() -> None:
    try:
        store().members.leave(class_tab().class_id, learner_id())
    except InputError as error:
        st.toast(plain(error))
        return
    leave_class()
