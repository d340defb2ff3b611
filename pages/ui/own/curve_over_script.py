"""A learner's loss curve, laid over what theory foresees of their script."""

from collections.abc import Sequence

import streamlit as st

from core.curves.curve import Curve
from core.curves.foreseen import Foreseen, Held, held_against
from core.curves.measured import Known
from core.curves.picture import draw
from core.curves.reading import read
from core.errors import InputError
from core.spec import Spec
from pages.ui.cached import prediction, prepared
from pages.ui.curve_box import curve_box

FIRST_WEIGHTS = {"model.initializer", "model.initial_weights"}
ICONS = {True: ":material/check_circle:", False: ":material/call_split:", None: ":material/help:"}
HEIGHT = 300  # pixels


def curve_of_script() -> Curve | None:
    """Where the curve is pasted or uploaded, behind a click."""
    with st.expander("Lay your loss curve over it", icon=":material/show_chart:"):
        return curve_box(height=110)


def curve_over_script(curve: Curve, spec: Spec | None, marked: Sequence[str]) -> None:
    """The chart, whether the curve goes as foreseen, and what it says by itself.

    Args:
        curve: The learner's.
        spec: What the script says; None while it cannot be trained.
        marked: Settings of the spec that are not what the script says.
    """
    foreseen, known = None, Known()
    if spec is not None:
        try:
            data = prepared(spec)
            foreseen = Foreseen.of(
                spec, prediction(spec), len(data.x_train), not FIRST_WEIGHTS & {*marked}
            )
            known = _known(spec, foreseen, float(data.y_train.var()))
        except InputError:  # said where the prediction stands
            pass
    figure = draw(curve, None, known.target_variance, True, foreseen, HEIGHT)
    st.plotly_chart(
        figure, key="curve_over_script", alt="Your losses over those foreseen of your script."
    )
    if foreseen is not None:
        held = held_against(curve, foreseen)
        st.markdown(f"{ICONS[held.agrees]} **{held.text}**{_but(held, spec, marked)}")
    with st.expander("What your curve says by itself"):
        for statement in read(curve, known).said:
            st.markdown(f"- {statement.text}")


def _but(held: Held, spec: Spec | None, marked: Sequence[str]) -> str:
    """Why a difference need not be one of the program and its text."""
    if held.agrees or spec is None:
        return ""
    if spec.bug is not None:
        return " What is foreseen is the program without what is wrong in it."
    if {*marked} - FIRST_WEIGHTS:
        return " What is foreseen has the lab's defaults for what was not understood."
    return ""


def _known(spec: Spec, foreseen: Foreseen | None, variance: float) -> Known:
    """What the script tells besides the losses."""
    plain = spec.optimizer.key == "sgd" and spec.schedule.key == "constant"
    return Known(
        foreseen.steps_per_epoch if foreseen else 1,
        spec.optimizer.learning_rate if plain and spec.optimizer.learning_rate > 0 else None,
        variance if spec.loss.key == "mse" and spec.loss.reduction == "mean" else None,
    )
