"""What a short link shows: settings, or an ended run with its curve and its cause. Read only."""

import orjson
import streamlit as st

from core.charts import CHART_BY_KEY, Frame, filled
from core.data.uploads import PREFIX
from core.differences import in_words, unusual
from core.errors import InputError
from core.record import Record
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store import store
from core.theory.prediction import Prediction
from pages.ui.cached import prediction
from pages.ui.diagnosis import root_cause
from pages.ui.state import go_to_lab

OUTCOME_BOXES = {"diverged": st.error, "failed": st.error, "completed": st.success}


def shared() -> None:
    """The page behind `/s/<slug>`."""
    try:
        share = store().get_share(st.query_params.get("share", ""))
        spec = Spec.of(orjson.loads(share.spec))
        st.markdown("### A shared run" if share.token else "### Shared settings")
        _settings(spec)
        predicted = _prediction(spec)
        if share.token:
            _run(service().log(share.token), share.token, predicted)
    except InputError as error:
        st.error(str(error))
        st.page_link("lab.py", label="To the lab", icon=":material/science:")


def _settings(spec: Spec) -> None:
    private = spec.data.source.startswith(PREFIX)
    settings = unusual(spec.model_dump(mode="json"))
    st.markdown(in_words(settings | ({"table": "an uploaded one"} if private else {})))
    if private:
        st.caption(
            "The table was uploaded by whoever made this link and is theirs alone, so this cannot "
            "be trained here."
        )
    elif st.button(
        "Open in the lab",
        icon=":material/science:",
        type="primary",
        help="Sets every knob as here; then press Train.",
    ):
        go_to_lab(spec)


def _prediction(spec: Spec) -> Prediction | None:
    try:
        predicted = prediction(spec)
    except InputError:
        st.caption("The table is no longer on this server, so nothing can be predicted.")
        return None
    st.markdown(f"**Prediction: {predicted.regime}.** {predicted.why}")
    return predicted


def _run(log: RunLog, token: str, predicted: Prediction | None) -> None:
    """The run's outcome and curve; its token is not sent, so that a revoked link reads nothing."""
    events = log.decoded()
    record = Record.of(events)
    show = OUTCOME_BOXES.get(record.outcome or "", st.info)
    reason = (record.ended or {}).get("reason") or ""
    why = root_cause(token)
    show(f"**{str(record.outcome).capitalize()}.** {reason} " + (f"**Why?** {why}" if why else ""))
    if record.started:
        chart = CHART_BY_KEY["loss"]
        curve = predicted.to_json()["full_loss"] if predicted else None
        figure = filled(chart.draw(Frame(record.started, curve or ())), events)
        st.plotly_chart(figure, key="shared", alt=chart.shows)


shared()
