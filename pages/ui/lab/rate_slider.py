"""The learning rate as a slider that carries the critical rate as a mark.

While it moves, only the fragment that it stands in follows: the sentence, the curve, the numbers.
Once it rests, the whole page does, and the knob beside the optimizer with it.
"""

import math
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from pages.ui.state import session

LOWEST, HIGHEST = 1e-6, 10.0  # of the slider where no critical rate is known
BELOW, ABOVE = 1000, 10  # times the critical rate that the slider reaches below and above it
HERE = Path(__file__).parent
KEY = "rate_slider"

_mount = component(
    "uphill_rate_slider",
    js=(HERE / "rate_slider.js").read_text(encoding="utf-8"),
    css=(HERE / "rate_slider.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def rate_slider(rate: float, critical: float | None) -> None:
    """Shows the slider; moving it sets the knob `learning_rate`.

    Args:
        rate: The learning rate now.
        critical: The largest stable one; None where theory gives none.
    """
    if critical is not None and not (0 < critical < math.inf):
        critical = None
    low, high = span(rate, critical)
    data = {
        "rate": rate,
        "critical": critical,
        "lowest": low,
        "highest": high,
        "heard": session().heard_rate,
    }
    _mount(key=KEY, data=data, on_rate_change=_move, on_rested_change=_rest)


def span(rate: float, critical: float | None) -> tuple[float, float]:
    """The slider's ends: whole powers of ten, the same for every rate between them."""
    low, high = (critical / BELOW, critical * ABOVE) if critical else (LOWEST, HIGHEST)
    low, high = min(low, rate or low), max(high, rate)
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))


def take_moved_rate() -> None:
    """Sets the knob to where the slider was moved; to be called before the knob is shown."""
    if (rate := session().moved_rate) is not None:
        st.session_state["learning_rate"] = rate


def forget_moved_rate() -> None:
    """To be called behind the knob: a run that was cut off before it has not set it."""
    session().moved_rate = None


def _move() -> None:
    here, told = session(), st.session_state[KEY].rate
    here.moved_rate, here.heard_rate = float(told["rate"]), told["name"]


def _rest() -> None:
    take_moved_rate()
    st.rerun()  # the slider stands in a fragment, the knob does not
