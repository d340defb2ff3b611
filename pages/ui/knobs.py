"""Widgets for the fields of a spec: each is keyed, and its key is its name in the link.

`pages/ui/address.py` writes them to the link. None is bound to it by Streamlit.
"""

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from core.choice import Choice
from pages.ui.knob_values import list_text, numbers_of
from pages.ui.link import is_too_long
from pages.ui.plain_text import plain
from pages.ui.state import session

PERSISTED: dict[str, Any] = {"persist_state": "session"}


def choose(label: str, options: list[str], default: str, key: str, **details: Any) -> str:
    """A menu; the link has the option itself, not its number."""
    index = options.index(default)
    chosen = st.selectbox(label, options, index=index, key=key, **PERSISTED, **details)
    say_problem(key)
    return chosen


def parameters(item: type[Choice], values: dict[str, Any], skip: tuple[str, ...] = ()) -> dict:
    """A widget for each parameter of a registered item.

    Args:
        item: The registered item.
        values: Initial values that differ from the item's defaults.
        skip: Parameters that are shown elsewhere.

    Returns:
        The parameters as a part of a spec.

    Raises:
        InputError: If the text of a list of numbers cannot be parsed.
    """
    return {
        name: parameter(f"{item.name()}.{name}", name, item.model_fields[name], values.get(name))
        for name in item.parameters()
        if name not in skip
    }


def parameter(key: str, name: str, field: FieldInfo, value: Any = None) -> Any:
    """The widget that fits a field's type."""
    value = field.get_default() if value is None else value
    details: dict[str, Any] = {"key": key, "help": field.description, **PERSISTED}
    label = name.replace("_", " ")
    kind = field.annotation
    if kind is bool:
        return st.toggle(label, value, **details)
    if get_origin(kind) is Literal:
        options = list(get_args(kind))
        return st.selectbox(label, options, index=options.index(value), **details)
    if get_origin(kind) is tuple:
        text = st.text_input(label, list_text(value), **details)
        say_problem(key)
        return numbers_of(name, text, get_args(kind)[0])
    if kind is int:
        return whole_number(label, value, **details)
    entered = st.number_input(label, value=value, format="%g", **details)
    say_problem(key)
    return entered


def number(label: str, value: float | None, key: str, **details: Any) -> Any:
    """A knob of a number."""
    entered = st.number_input(label, value=value, format="%g", key=key, **PERSISTED, **details)
    say_problem(key)
    return entered


def whole_number(label: str, value: int | None, key: str, step: int = 1, **details: Any) -> Any:
    """A knob of a whole number."""
    entered = st.number_input(label, value=value, step=step, key=key, **details)
    say_problem(key)
    return entered


def opens_for(*keys: str) -> bool:
    """Whether an expander opens by itself, and stays so: one of its knobs cannot run as it is."""
    tab = session()
    tab.opened |= tab.problems.keys()
    return not tab.opened.isdisjoint(keys)


def say_problem(key: str) -> None:
    """Says under a knob why its value cannot run; nothing where it can."""
    if problem := session().problems.get(key):
        st.caption(f":red[:material/error: {plain(problem)}]")


def text_line(label: str, default: str, key: str, **details: Any) -> str:
    """A line of text; one too long for an address is kept out of the link, and that is said."""
    text = st.text_input(label, default, key=key, **PERSISTED, **details)
    say_problem(key)
    if is_too_long(key, text):
        st.caption("Too long for the address bar: **Share** makes a short link that keeps it.")
    return text or ""
