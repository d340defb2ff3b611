"""The sweep's part of an address: what to start from, the knobs along the axes, their values."""

import re

import streamlit as st

from core.errors import InputError
from core.spec import Spec
from pages.ui.address import (
    Address,
    current_address,
    current_knobs,
    is_history_navigation,
    lab_address,
    replace_address,
)
from pages.ui.knob_values import spec_values
from pages.ui.link import code, finite, texts_of, whole
from pages.ui.plain_text import plain
from pages.ui.state import SWEEP_PARAMETER, session

LAB = "lab"  # the base that stands for the lab's own settings
NAMES = re.compile(r"base|[xy]\.knob|[a-z0-9-]+\.[a-z0-9 ]+\.(low|high|count|values)")


def open_sweep_address() -> None:
    """Sets the form and the sweep from the address that the browser has opened or gone back to."""
    tab, came = session(), current_address()
    first, tab.sweep_address_read = not tab.sweep_address_read, True
    own = {name: texts for name, texts in came.items() if NAMES.fullmatch(name)}
    came_back = is_history_navigation() and (own or SWEEP_PARAMETER in came)
    if own.get("base") == [LAB] and (came_back or (first and tab.lab_spec is None)):
        tab.lab_spec = _lab_spec()
    if not first and not came_back:
        return
    if not first:
        tab.sweep = st.query_params.get(SWEEP_PARAMETER)
    for name in [name for name in st.session_state if NAMES.fullmatch(str(name))]:
        del st.session_state[name]
    for name, texts in own.items():
        try:
            st.session_state[name] = _parse(name, texts)
        except ValueError as error:
            received = plain(" ".join(texts)[:60])
            tab.notices.append(
                f"The link asks for `{code(name)}` = “{received}”, which is {error}. It is left "
                "out."
            )


def write_sweep_address(defaults: dict[str, object]) -> None:
    """Writes form and sweep to the address.

    Args:
        defaults: Of each widget of the form, by its key.
    """
    state, tab = st.session_state, session()
    address: Address = lab_address() if state["base"] == LAB else {}
    address |= {
        name: texts_of(state[name])
        for name, default in defaults.items()
        if name in state and state[name] != default
    }
    if tab.sweep:
        address[SWEEP_PARAMETER] = [tab.sweep]
    replace_address(address)


def _lab_spec() -> Spec | None:
    """The lab's settings, as the address has them; None where they cannot run."""
    try:
        return Spec.of(spec_values(current_knobs()))
    except InputError:
        return None


def _parse(name: str, texts: list[str]) -> object:
    part = name.rpartition(".")[2]
    if part == "values":
        return list(dict.fromkeys(texts))
    if part in ("low", "high"):
        return finite(texts[-1])
    return whole(texts[-1]) if part == "count" else texts[-1]
