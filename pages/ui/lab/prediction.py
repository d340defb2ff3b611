"""The numbers behind a prediction, and the range test of the rate."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.charts import CHART_BY_KEY, Frame
from core.spec import Spec
from core.theory.facts import facts
from core.theory.prediction import Prediction
from pages.ui.cached import range_test_of
from pages.ui.frame import frame_before


def numbers_view(spec: Spec, predicted: Prediction) -> None:
    """The numbers behind the prediction, drawn once they are asked for."""
    expander = st.expander(
        "The numbers behind it",
        icon=":material/functions:",
        key="numbers_open",
        on_change="rerun",
    )
    if expander.open:
        with expander:
            _numbers(predicted)
            for key in ("spectrum", "schedule"):
                _chart(key, frame_before(spec))


def range_test_view(spec: Spec) -> None:
    """The learning-rate range test, run once it is asked for."""
    expander = st.expander(
        "Learning-rate range test",
        icon=":material/query_stats:",
        key="range_test_open",
        on_change="rerun",
    )
    if expander.open:
        with expander:
            _range_test(spec)


def _range_test(spec: Spec) -> None:
    result = range_test_of(spec)
    if result is None:
        st.caption(
            "There is none for data that are not finite, or with an activation; for many columns "
            "it comes with the prediction."
        )
        return
    _chart("range_test", replace(frame_before(spec), range_test=result))
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


def _numbers(predicted: Prediction) -> None:
    names = ("", "value", "what it says")
    st.table(pd.DataFrame(facts(predicted), columns=names))
