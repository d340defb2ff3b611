"""The learning rate as a slider, on which the critical rate is marked.

While the slider moves, the browser asks for prediction and curve, and nothing reruns; where another
run than the knobs' is on screen, the fragment does. Once it rests, the whole page reruns, and with
it the knob `learning_rate`.
"""

import math
from dataclasses import asdict, replace

import streamlit as st
from streamlit.components.v2 import component

from pages.ui.lab.rate_limit import RateLimit
from pages.ui.modules import LOADER, module
from pages.ui.state import session

LOWEST, HIGHEST = 1e-6, 10.0  # ends of the slider where no critical rate is known
FAR = 1e6  # factor by which a rate may move an end
SMALLEST, LARGEST = 1e-300, 1e300  # of the ends before that
BELOW, ABOVE = 1000, 10  # factors by which its ends lie below and above the critical rate
MODULE = module("lab/rate_slider.js", "The slider did not load. Reload the page.")
KEY = "rate_slider"

_mount = component("uphill_rate_slider", js=LOADER, isolate_styles=False)


def rate_slider(rate: float, limit: RateLimit, predicted: str = "") -> None:
    """Shows the slider, which sets the knob `learning_rate`.

    Args:
        rate: The current learning rate.
        limit: What is certain of it.
        predicted: Where the browser asks for what is predicted while the slider moves; empty where
            this fragment is to tell it.
    """
    critical = limit.critical
    if critical is not None and not (0 < critical < math.inf):
        critical = None
    low, high = slider_range(rate, critical)
    data = {
        **MODULE,
        "rate": rate,
        "limit": asdict(replace(limit, critical=critical)),
        "lowest": low,
        "highest": high,
        "acknowledged": session().slider_event,
        "predicted": predicted,
    }
    _mount(key=KEY, data=data, on_rate_change=_on_rate, on_rested_change=_on_rested)


def slider_range(rate: float, critical: float | None) -> tuple[float, float]:
    """The slider's ends: whole powers of ten, the same for every rate between them.

    They are above 0, also where the rate is not. A rate far out of them stands at an end.
    """
    low, high = (critical / BELOW, critical * ABOVE) if critical else (LOWEST, HIGHEST)
    low, high = max(low, SMALLEST), min(high, LARGEST)
    low, high = (
        max(low / FAR, min(low, rate)) if rate > 0 else low,
        min(high * FAR, max(high, rate)),
    )
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))


def apply_slider_rate() -> None:
    """Sets the knob to the rate of the slider; to be called before the knob is drawn."""
    if (rate := session().slider_rate) is not None:
        st.session_state["learning_rate"] = rate


def clear_slider_rate() -> None:
    """To be called after the knob was drawn: a script run that ends before has not set the knob."""
    session().slider_rate = None


def _on_rate() -> None:
    _take(st.session_state[KEY].rate)


def _take(moved: dict[str, float]) -> None:
    tab = session()
    tab.slider_rate, tab.slider_event = float(moved["rate"]), moved["event"]


def _on_rested() -> None:
    _take(st.session_state[KEY].rested)
    apply_slider_rate()
    st.rerun()  # the slider is in a fragment, the knob is not
