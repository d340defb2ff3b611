"""Whether an injected bug can show at all, at its menu and after the run."""

import streamlit as st

from core.bugs.bug import Setting
from core.errors import InputError
from core.spec import Spec
from pages.ui.cached import prepared


def without_effect(spec: Spec) -> str:
    """Why the spec's bug changes nothing, as a sentence; empty where it does or there is none."""
    if spec.bug is None:
        return ""
    try:
        data = prepared(spec)
    except InputError:  # said elsewhere
        return ""
    rows = len(data.x_train)
    return spec.bug.without_effect(
        Setting(
            features=len(data.features),
            rows=rows,
            batch=min(spec.training.batch_size or rows, rows),
            use_bias=spec.model.use_bias,
            loss=spec.loss.key,
            summed=spec.loss.reduction == "sum",
            scaled=spec.scaling.features != "none",
            held_out=0 if data.x_val is None else len(data.x_val),
        )
    )


def effect_view(spec: Spec) -> None:
    """A line that says so; nothing where the bug shows."""
    why = without_effect(spec)
    if why and spec.bug is not None:
        st.info(f"The bug “{spec.bug.title}” changes nothing here. {why}", icon=":material/info:")
