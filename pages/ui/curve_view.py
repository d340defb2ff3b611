"""A loss curve from elsewhere, read and drawn beside a run."""

import streamlit as st

from core.curves.curve import Curve
from core.curves.measured import Known
from core.curves.picture import draw
from core.curves.reading import Reading, read
from core.differences import in_words, unusual
from core.errors import InputError
from core.events import decode
from core.record import Record
from core.service.public_events import public_spec
from core.service.service import service
from pages.ui.curve_box import curve_box
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.state import session
from pages.ui.table_titles import with_table_title

EXAMPLE = "\n".join(
    f"Epoch {epoch}/100\n1/1 - 0s - 9ms/step - loss: {8 + 300 * 3.2**epoch:.4e}"
    for epoch in range(1, 16)
)
COURSE_TEXTS = {
    "non-finite": (":material/error:", "The loss ceased to be a number."),
    "grows": (":material/trending_up:", "The loss grows."),
    "oscillates": (":material/ssid_chart:", "The loss goes up and down without settling."),
    "plateaus": (":material/trending_flat:", "The loss stays where it is."),
    "falls": (":material/trending_down:", "The loss was still falling."),
}
FORMULA = r"""
Full-batch gradient descent multiplies the error along a direction of curvature $\lambda$ by
$1-\eta\lambda$ at each step, and so its part of the loss by $g=(1-\eta\lambda)^2$. In the end the
steepest direction alone is left, and two successive differences of the loss have the ratio $g$.
If the loss grows, then $\eta\lambda_{\max}=1+\sqrt g$; the largest stable rate has
$\eta\lambda_{\max}=2$; so the learning rate is $(1+\sqrt g)/2$ times the largest stable one.
"""


def curve_view() -> None:
    """Curve, settings and run on the left; the chart and its interpretation on the right."""
    st.markdown(
        "Your loss went up somewhere else? Bring its curve: what can be said from it alone is said."
    )
    left, right = st.columns([4, 9], gap="medium")
    with left:
        curve = _curve()
        known = _known()
        run = _run()
    with right:
        if curve is None:
            st.info("The curve comes here, once you have pasted or uploaded one.")
            return
        log = st.toggle("Log scale", True, key="curve_log")
        figure = draw(curve, run, known.target_variance, log)
        st.plotly_chart(figure, key="curve_picture", alt="The loss of your training by epoch.")
        _show_reading(read(curve, known), curve.unit)


def _curve() -> Curve | None:
    with st.container(border=True, gap="small"):
        st.header("1 · Your losses", anchor=False)
        return curve_box(example=EXAMPLE)


def _known() -> Known:
    """What the learner knows of the training, besides its curve."""
    with st.container(border=True, gap="small"):
        st.header("2 · What you know besides", anchor=False)
        steps = st.number_input(
            "Steps per epoch",
            min_value=1,
            value=1,
            key="curve_steps",
            help="The number that Keras prints before the bar. 1: all rows in one batch.",
        )
        rate = st.number_input(
            "Learning rate",
            min_value=0.0,
            value=None,
            format="%g",
            key="curve_rate",
            placeholder="not known",
            help="Then the largest stable rate is told as well.",
        )
        variance = st.number_input(
            "Variance of y",
            min_value=0.0,
            value=None,
            format="%g",
            key="curve_variance",
            placeholder="not known",
            help="`y_train.var()`, scaled as it was trained: what predicting the mean costs.",
        )
    return Known(steps, rate or None, variance or None)


def _run() -> Record | None:
    """The run to draw into the same chart; None for none."""
    with st.container(border=True, gap="small"):
        st.header("3 · A run of Uphill beside it", anchor=False)
        token = st.text_input(
            "A run's link",
            session().token or "",
            key="curve_run",
            placeholder="none",
            help="The run on screen in the lab, or the lab's address as copied from the browser.",
        )
        token = token.strip().partition("run=")[2].partition("&")[0] or token.strip()
        try:
            if not token:
                return None
            log = service().log(token)
            private = log.is_private_from(learner_id())
            spec = public_spec(log.spec) if private else log.spec
            st.caption(plain(in_words(unusual(with_table_title(spec.model_dump(mode="json"))))))
            return Record.of(map(decode, log.public()) if private else log.decoded())
        except InputError as error:
            st.error(plain(error))
            return None


def _show_reading(reading: Reading, unit: str) -> None:
    icon, words = COURSE_TEXTS[reading.course]
    st.header(f"{icon} {words}", anchor=False)
    for statement in reading.said:
        st.markdown(f"- {statement.text}")
    st.caption(
        "Epochs are counted from 1, as Keras prints them."
        if unit == "epoch"
        else "Steps are counted as your log counts them."
    )
    st.subheader("What the curve does not say", anchor=False)
    for question, answer in reading.unknown:
        st.markdown(f"- **{question}** {answer}")
    with st.expander("How the ratio follows from the curve", icon=":material/functions:"):
        st.markdown(FORMULA)
