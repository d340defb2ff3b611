"""The menu's entry "a mystery": takes one, and says what it is about."""

from typing import Any

import streamlit as st

from core.bugs.mystery import Mystery
from core.classroom.mystery import mystery_id
from core.errors import InputError
from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.address import current_knobs
from pages.ui.classes import joined_class, pushed_spec
from pages.ui.folded import is_folded
from pages.ui.knob_values import spec_values
from pages.ui.mysteries import surprise
from pages.ui.plain_text import plain

ID = "mystery.id"
CASINO = ":material/casino:"
HIDING = "Hiding something that shows …"


def mystery_form(default: Any) -> dict[str, Any]:
    """Takes a mystery where there is none yet, and offers another one.

    Args:
        default: The lesson's bug.

    Returns:
        The bug as a part of a spec.

    Raises:
        InputError: If none could be made.
    """
    known = st.session_state.get(ID, "") or (default.id if isinstance(default, Mystery) else "")
    if not known:
        with st.spinner(HIDING):
            known = st.session_state[ID] = surprise(_other_knobs())
    if not is_folded():
        st.caption(Mystery.purpose + " Train, then look beside the chart.")
        pushed = pushed_spec(joined_class())
        if pushed is None or mystery_id(pushed) != known:
            st.button("Another one", icon=CASINO, key="another_mystery", on_click=_another)
    return {"key": Mystery.name(), "id": known}


def _other_knobs() -> Spec:
    """What the other knobs make, as they are now; the first lesson's where that cannot run."""
    try:
        return Spec.of(spec_values(current_knobs() | {"bug": "none"}))
    except InputError:
        return LESSONS[0].spec


def _another() -> None:
    try:
        st.session_state[ID] = surprise(_other_knobs())
    except InputError as error:
        st.toast(plain(error))
