"""What theory says of a run before it starts: a sentence, the rate's limit, the numbers."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.charts import CHART_BY_KEY, Frame
from core.spec import Spec
from core.theory.facts import facts
from core.theory.prediction import Prediction
from pages.ui.cached import prediction, tested_rates
from pages.ui.frame import frame_before
from pages.ui.lab.rate_slider import rate_slider

ICONS = {"diverges": "trending_up", "converges": "trending_down", "unknown": "help"}


def prediction_view(spec: Spec) -> None:
    """One sentence for a beginner and the rate to move; the numbers behind them one click away."""
    told = prediction(spec)
    bug = " *(of the correct program: with the bug, see where the run departs)*" if spec.bug else ""
    st.markdown(
        f":material/{ICONS.get(told.regime, 'trending_flat')}: **Prediction: {told.regime}.** "
        f"{told.why}{bug}"
    )
    rate_slider(spec.optimizer.learning_rate, told.critical_learning_rate)
    numbers, range_test = st.columns(2)
    with numbers:
        behind = st.expander(
            "The numbers behind it",
            icon=":material/functions:",
            key="numbers_open",
            on_change="rerun",
        )
    with range_test:
        test = st.expander(
            "Learning-rate range test",
            icon=":material/query_stats:",
            key="range_test_open",
            on_change="rerun",
        )
    if behind.open:
        with behind:
            _numbers(told)
            for key in ("spectrum", "schedule"):
                _chart(key, frame_before(spec))
    if test.open:
        with test:
            _range_test(spec)


def _range_test(spec: Spec) -> None:
    seen = tested_rates(spec)
    if seen is None:
        st.caption("There is none for data that are not finite, or with an activation.")
        return
    _chart("range_test", replace(frame_before(spec), range_test=seen))
    st.caption(
        "Found by trial, as fastai's `lr_find` does it. The loss turns late: by then the steepest "
        "direction has come to rest and has little left to multiply. The curve is a rule of thumb, "
        "the line is exact."
    )


def _chart(key: str, frame: Frame) -> None:
    chart = CHART_BY_KEY[key]
    st.markdown(f"**{chart.title}**")
    st.caption(chart.shows)
    st.plotly_chart(chart.draw(frame), key=f"finished-{key}", alt=chart.shows)


def _numbers(told: Prediction) -> None:
    names = ("", "value", "what it says")
    st.table(pd.DataFrame(facts(told), columns=names))
