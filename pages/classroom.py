"""A class: come in by a code, open one, or see the room of the one that you teach."""

import streamlit as st

from core.errors import InputError
from pages.ui.classes import class_tab, taught_class
from pages.ui.classroom.entry import entry, take_link
from pages.ui.classroom.teacher import teacher_screen
from pages.ui.plain_text import plain

CODE = "code"  # parameter of a join link


def page() -> None:
    """The teacher's screen for who teaches here; for others, the door."""
    try:
        take_link()
        view = taught_class()
        if view and CODE not in st.query_params and class_tab().role == "teacher":
            teacher_screen(view)
        else:
            entry(st.query_params.get(CODE, ""))
    except InputError as error:
        st.error(plain(error))


page()
