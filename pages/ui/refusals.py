"""Callbacks of buttons that change what is kept, where that may be refused or have no room."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from core.errors import InputError
from pages.ui.plain_text import plain

P = ParamSpec("P")


def tells_refusals(callback: Callable[P, None]) -> Callable[P, None]:
    """Decorates a callback: its `InputError` becomes a sentence over the page, which stays."""

    @functools.wraps(callback)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except InputError as error:
            st.toast(plain(error), icon=":material/error:")

    return wrapper
