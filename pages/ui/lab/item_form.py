"""The parameters of an item of a menu: an optimizer, a schedule, a loss, a bug."""

from typing import Any

import streamlit as st

from core.choice import Choice
from pages.ui.folded import folding_box, is_folded
from pages.ui.knobs import opens_for, parameters


def item_form(item: type[Choice], default: Any, formula: bool = False) -> dict[str, Any]:
    """Shows an item's parameters; returns the item as a part of a spec.

    Args:
        item: The registered item.
        default: What the knobs that the link does not set are taken from, where it is such an item.
        formula: Whether what it does stands above them.
    """
    values = {"key": item.name()}
    if item.parameters():
        opens = opens_for(*keys_of(item))
        with folding_box(f"{item.title}: options", item.name(), opens):
            if formula:
                explain(item)
            values |= parameters(item, own_values(item, default))
    return values


def keys_of(item: type[Choice]) -> list[str]:
    """The keys of the knobs of an item's parameters."""
    return [f"{item.name()}.{name}" for name in item.parameters()]


def own_values(item: type[Choice], default: Any) -> dict[str, Any]:
    """The default's own parameters, where it is the same item."""
    return default.model_dump() if isinstance(default, item) else {}


def explain(item: type[Choice]) -> None:
    """Shows what an item does, in words and as a formula, where it is seen."""
    if is_folded():
        return
    st.caption(item.purpose)
    if item.formula:
        st.latex(item.formula)
