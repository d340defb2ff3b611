"""What a learner does in the picture: choose where the next run starts."""

import math
from functools import partial
from typing import Any

import streamlit as st

from core.errors import InputError
from core.spec import InitialWeights, Spec
from pages.ui.knob_values import weight_text
from pages.ui.live_chart import PictureSettings


def picture_of(shown: Spec, spec: Spec | None, key: str) -> dict[str, Any]:
    """The arguments of `live_chart` that let the knobs follow what is done in its picture.

    Args:
        shown: Spec of the run whose charts are shown, or that of the knobs.
        spec: Spec of the knobs; None where they are invalid.
        key: The live chart's.
    """
    same = spec is not None and _weights_of(spec) == _weights_of(shown)
    started = spec is not None and spec.model.initial_weights is not None
    return {
        "picture": PictureSettings(startable=same, started=started),
        "on_start": partial(_start, key, shown.model.use_bias),
    }


def _weights_of(spec: Spec) -> tuple:
    """What a number of the layer's weights means."""
    return spec.data, spec.scaling, spec.model.use_bias


def _start(key: str, use_bias: bool) -> None:
    """Sets the knobs of the initial weights, which are outside of the charts' fragment."""
    weights = st.session_state[key].start["weights"]
    given = None if weights is None else initial_weights(weights, use_bias)
    st.session_state["start_weights"] = weight_text(given)
    st.session_state["start_bias"] = given.bias if given else 0.0
    st.rerun()


def initial_weights(weights: list[Any], use_bias: bool) -> InitialWeights:
    """The weights that a browser sends: the kernel, and the bias where there is one.

    Raises:
        InputError: If they are no finite numbers.
    """
    if not weights or not all(isinstance(w, int | float) and math.isfinite(w) for w in weights):
        raise InputError("The weights of a start must be finite numbers.")
    told = [float(f"{w:.6g}") for w in weights]
    kernel, bias = (told[:-1], told[-1]) if use_bias else (told, 0.0)
    return InitialWeights(kernel=tuple(kernel), bias=bias)
