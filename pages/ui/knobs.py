"""Widgets for the fields of a spec: each is keyed, and its key is its name in the link.

`pages/ui/address.py` writes them to the link. None is bound to it by Streamlit.
"""

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from core.choice import Choice
from pages.ui.folded import is_folded, kept, words
from pages.ui.knob_values import list_text, numbers_of
from pages.ui.link import is_too_long
from pages.ui.plain_text import plain
from pages.ui.state import session

PERSISTED: dict[str, Any] = {"persist_state": "session"}


def choose(label: str, options: list[str], default: str, key: str, **details: Any) -> str:
    """A menu; the link has the option itself, not its number."""
    if is_folded():
        value = kept(key, default)
        return value if value in options else default
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
        return switch(label, value, key, help=field.description)
    if get_origin(kind) is Literal:
        return choose(label, list(get_args(kind)), value, key, help=field.description)
    if get_origin(kind) is tuple:
        text = line(label, list_text(value), key, help=field.description) or ""
        return numbers_of(name, text, get_args(kind)[0])
    if kind is int:
        return whole_number(label, value, **details)
    return number(label, value, key, help=field.description)


def switch(label: str, value: bool, key: str, **details: Any) -> bool:
    """A knob that is on or off."""
    if is_folded():
        return bool(kept(key, value))
    return st.toggle(label, value, key=key, **PERSISTED, **details)


def several(label: str, options: list[str], key: str, **details: Any) -> list[str]:
    """A knob that holds some of the options; its state must be a list of them."""
    if is_folded():
        return list(kept(key, []))
    return st.multiselect(label, options, key=key, **PERSISTED, **details)


def number(label: str, value: float | None, key: str, **details: Any) -> Any:
    """A knob of a number."""
    if is_folded():
        return kept(key, value)
    entered = st.number_input(label, value=value, format="%g", key=key, **PERSISTED, **details)
    say_problem(key)
    return entered


def whole_number(label: str, value: int | None, key: str, step: int = 1, **details: Any) -> Any:
    """A knob of a whole number."""
    if is_folded():
        return kept(key, value)
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
        words(f":red[:material/error: {plain(problem)}]")


def line(label: str, default: str, key: str, **details: Any) -> str | None:
    """A line of text, as it is."""
    if is_folded():
        return kept(key, default)
    text = st.text_input(label, default, key=key, **PERSISTED, **details)
    say_problem(key)
    return text


def text_line(label: str, default: str, key: str, **details: Any) -> str:
    """A line of text; one too long for an address is kept out of the link, and that is said."""
    text = line(label, default, key, **details)
    if is_too_long(key, text):
        words("Too long for the address bar: **Share** makes a short link that keeps it.")
    return text or ""
