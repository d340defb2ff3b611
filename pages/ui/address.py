"""The address of a tab: it always says what is on screen, and Back and Forward go by it.

Streamlit's own binding of widgets to the address writes one parameter at a time, each an entry of
the browser's history, and knows one default for each. Here one entry is one move, and what an
address leaves out comes from its lesson.
"""

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import InputError
from pages.ui.field_problems import at_field, problems_of
from pages.ui.link import LESSON, VIEW_KNOBS, Address, kinds, read_link, write_link
from pages.ui.state import CHOSEN, RUN_PARAMETER, session
from pages.ui.table_problems import problems_with_table

KEPT = ("present", "hide")  # parameters that stay as they are


def note_page(page: str) -> None:
    """Takes down which page is drawn; to be called before each of them.

    Args:
        page: Its name.
    """
    tab = session()
    if moved := tab.page not in ("", page):
        tab.notices, tab.upload_error = [], ""
    tab.arrived = moved and not is_history_navigation()
    tab.page = page


def open_address() -> None:
    """Sets knobs, lesson and run from the address that the browser has opened or gone back to.

    To be called before the knobs are drawn. After a move the address follows the knobs instead.
    """
    tab, came = session(), current_address()
    first = not tab.address_read
    tab.address_read = True
    if tab.pending_spec or not (first or is_history_navigation()):
        return
    if not first and came and not any(is_knob(name) or name == RUN_PARAMETER for name in came):
        return  # another page's
    link = read_link(came)
    tab.notices, tab.opening = list(link.words), True
    st.session_state[CHOSEN] = link.lesson
    for key, value in link.knobs.items():
        if not first or value != "":  # a long text is in no address, and a browser may have it
            st.session_state[key] = value
    if not first and tab.token != st.query_params.get(RUN_PARAMETER):
        tab.token, tab.ghost = st.query_params.get(RUN_PARAMETER), None


def write_address(*views: str) -> None:
    """Writes knobs, lesson and run to the address; after the knobs were drawn.

    Args:
        *views: Names of widgets that belong to no spec and are on this page.
    """
    tab, came = session(), current_address()
    tab.opening = False
    address = lab_address(*views)
    if tab.token:
        address[RUN_PARAMETER] = [tab.token]
    replace_address(address | {name: came[name] for name in KEPT if name in came})


def lab_address(*views: str) -> Address:
    """What the address says of the knobs as they stand."""
    left_out = VIEW_KNOBS.keys() - {*views}
    knobs = {name: value for name, value in current_knobs().items() if name not in left_out}
    return write_link(st.session_state[CHOSEN], knobs)


def current_knobs() -> dict[str, Any]:
    """The knobs as they stand, by their keys, whether or not they are drawn."""
    kept = st.session_state.to_dict()  # once: each look by itself takes as long as five knobs
    return {name: kept[name] for name in kinds() if name in kept}


def look_for_problems() -> None:
    """Finds out which knobs cannot run as they are; before they are drawn, for they say it."""
    knobs = current_knobs()
    session().problems = problems_of(knobs) or problems_with_table(knobs)


def in_field_words(error: InputError) -> tuple[str, bool]:
    """An error in the words of its field, and whether that knob says it already."""
    key, text = at_field(str(error), current_knobs())
    return text, key in session().problems


def replace_address(address: Address) -> None:
    """Writes an address as one entry of the browser's history; none where it says that already."""
    tab, came = session(), current_address()
    query = urlencode(address, doseq=True)
    if query == tab.arrival or address == came:
        return
    if tab.arrived and came in ({}, tab.left):
        tab.arrived, tab.arrival = False, query
    else:
        st.query_params.from_dict(address)


def current_address() -> Address:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def is_knob(name: str) -> bool:
    return name == LESSON or name in kinds()


def is_history_navigation() -> bool:
    """Whether this script run shows what the browser's Back or Forward asks for."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
