"""Whether an injected bug can show at all, at its menu and after the run."""

import streamlit as st

from core.errors import InputError
from core.spec import Spec
from pages.ui.mysteries import setting_of


def without_effect(spec: Spec) -> str:
    """Why the spec's bug changes nothing, as a sentence; empty where it does or there is none."""
    if spec.bug is None:
        return ""
    try:
        setting = setting_of(spec)
    except InputError:  # said elsewhere
        return ""
    return spec.bug.without_effect(setting)


def effect_view(spec: Spec) -> None:
    """A line that says so; nothing where the bug shows."""
    why = without_effect(spec)
    if why and spec.bug is not None:
        st.info(f"The bug “{spec.bug.title}” changes nothing here. {why}", icon=":material/info:")
