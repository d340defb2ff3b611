"""Boxes of knobs that draw nothing while they are closed.

Most of the lab's knobs are in such boxes, and each that is drawn costs the server time whenever
another is moved. A knob that is not drawn has the value that it had, or that the link or the lesson
gave it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.ui.state import session

_thread = threading.local()  # `folded`: whether this thread's script is in a box that is closed


@contextmanager
def folding_box(title: str, key: str, opens: bool = False) -> Iterator[None]:
    """An expander; inside of it, the knobs of `pages/ui/knobs.py` are drawn only where it is open.

    Args:
        title: On it.
        key: Its key, behind `box_`.
        opens: Whether it opens by itself: once, whenever that becomes true.
    """
    name, tab = f"box_{key}", session()
    if opens and name not in tab.opened_boxes:
        st.session_state[name] = True
    (tab.opened_boxes.add if opens else tab.opened_boxes.discard)(name)
    box = st.expander(title, key=name, on_change="rerun")
    if box.open:
        with box:
            yield
        return
    _thread.folded = True
    try:
        yield
    finally:
        _thread.folded = False


def is_folded() -> bool:
    """Whether what comes now is in a box that is closed."""
    return getattr(_thread, "folded", False)


def kept(key: str, default: Any) -> Any:
    """The value of a knob that is not drawn."""
    return st.session_state.get(key, default)


def words(text: str) -> None:
    """A caption, where it is seen."""
    if not is_folded():
        st.caption(text)
