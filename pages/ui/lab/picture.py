"""What a learner does in the picture: choose where the next run starts, and draw points."""

import math
from functools import partial
from typing import Any

import streamlit as st

from core.errors import InputError
from core.points import KEY as POINTS
from core.points import MOST, is_points
from core.spec import InitialWeights, Spec
from pages.ui.knob_values import weight_text
from pages.ui.lab.view import is_presented
from pages.ui.live_chart import PictureSettings
from pages.ui.points_form import drawn_points, select_points
from pages.ui.state import start_again


def picture_of(shown: Spec, spec: Spec | None, live: bool, key: str) -> dict[str, Any]:
    """The arguments of `live_chart` that let the knobs follow what is done in its picture.

    Args:
        shown: Spec of the run whose charts are shown, or that of the knobs.
        spec: Spec of the knobs; None where they are invalid.
        live: Whether a run goes on.
        key: The live chart's.
    """
    same = spec is not None and _weights_of(spec) == _weights_of(shown)
    started = spec is not None and spec.model.initial_weights is not None
    source = shown.data.source
    drawn = (source == POINTS or is_points(source)) and same and not live
    return {
        "picture": PictureSettings(
            large=is_presented(),
            startable=same,
            started=started,
            points=drawn_points(source) if drawn else None,
        ),
        "on_start": partial(_start, key, shown.model.use_bias),
        "on_points": partial(_draw, key),
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


def _draw(key: str) -> None:
    """Selects the table of the points that were drawn; the run on screen was on another."""
    told = st.session_state[key].points["points"]
    if select_points([(float(x), float(y)) for x, y in told[:MOST]]):
        start_again()
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
