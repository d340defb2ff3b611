"""Widgets for the fields of a spec: each is keyed, and its key is its name in the link."""

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from core.choice import Choice
from core.errors import InputError

BOUND: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}


def choose(label: str, options: list[str], default: str, key: str, **details: Any) -> str:
    """A menu; the link has the option itself, not its number."""
    return st.selectbox(label, options, index=options.index(default), key=key, **BOUND, **details)


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
    details: dict[str, Any] = {"key": key, "help": field.description, **BOUND}
    label = name.replace("_", " ")
    kind = field.annotation
    if kind is bool:
        return st.toggle(label, value, **details)
    if get_origin(kind) is Literal:
        options = list(get_args(kind))
        return st.selectbox(label, options, index=options.index(value), **details)
    if get_origin(kind) is tuple:
        text = st.text_input(label, ", ".join(f"{number:g}" for number in value), **details)
        return _numbers(name, text, get_args(kind)[0])
    if kind is int:
        return st.number_input(label, value=value, step=1, **details)
    return st.number_input(label, value=value, format="%g", **details)


def _numbers(name: str, text: str, kind: type) -> tuple:
    try:
        return tuple(kind(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError as error:
        wanted = "whole numbers" if kind is int else "numbers"
        raise InputError(
            f"`{name}` must be {wanted} with commas between them. Received: {text[:60]!r}."
        ) from error
