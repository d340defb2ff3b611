"""What a short link shows: settings, or an ended run with its curve and its cause. Read only."""

from collections.abc import Sequence
from typing import Any

import orjson
import streamlit as st

from core.data.uploads import check_owner
from core.diagnosis.ended import ended_in_words
from core.diagnosis.severity import severity_of
from core.differences import in_words, unusual
from core.errors import InputError
from core.events import Event, decode
from core.record import Record
from core.service.public_events import is_upload, public_spec
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store import store
from core.store.summary import columns_of_end
from core.theory.prediction import Prediction
from pages.ui.await_outlook import await_outlook
from pages.ui.cached import prediction
from pages.ui.diagnosis import root_cause
from pages.ui.kept_charts import kept_charts
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.run_names import name_by
from pages.ui.severity import BOXES, severity_of_run
from pages.ui.state import go_to_lab


def shared() -> None:
    """The page behind `/s/<slug>`."""
    try:
        share = store().shares.get(st.query_params.get("share", ""))
        spec = Spec.of(orjson.loads(share.spec))
        st.title("A shared run" if share.token else "Shared settings", anchor=False)
        log = service().log(share.token) if share.token else None
        private = is_upload(spec) and not _owns_table(learner_id(), spec, log)
        if private and share.with_data:
            private = not _owns_table(share.owner, spec, log)
        if share.token and not private and (name := name_by(share.owner, share.token)):
            st.subheader(plain(name), anchor=False)
        _settings(public_spec(spec) if private else spec, private)
        predicted = None if private else _prediction(spec)
        if log and private:
            _private_run(list(map(decode, log.public())), spec)
        elif log and share.token:
            _run(log, share.token, spec, predicted)
        elif predicted:
            await_outlook(spec)
    except InputError as error:
        st.error(plain(error))
        st.page_link("lab.py", label="To the lab", icon=":material/science:")


def _owns_table(learner: str, spec: Spec, log: RunLog | None) -> bool:
    """Whether an uploaded table, or the run on it, is this learner's, whoever made the link."""
    if log:
        return not log.is_private_from(learner)
    try:
        check_owner(spec.data.source, learner)
    except InputError:
        return False
    return True


def _settings(spec: Spec, private: bool) -> None:
    uploaded = private or is_upload(spec)
    settings = unusual(spec.model_dump(mode="json"))
    if private:
        settings.pop("target", None)
    st.markdown(plain(in_words(settings | ({"table": "an uploaded one"} if uploaded else {}))))
    if uploaded and (private or not _owns_table(learner_id(), spec, None)):
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


def _run(log: RunLog, token: str, spec: Spec, predicted: Prediction | None) -> None:
    """The run's outcome, its cause and its curve."""
    why = root_cause(token)
    events = log.decoded()
    end = columns_of_end(log.brief)
    title, text = ended_in_words(spec.loss, spec.model.use_bias, decode(log.brief[0]), end)
    told = [f"**{title}**", plain(text), f"**Why?** {why}" if why else ""]
    BOXES[severity_of_run(end["outcome"], token)](" ".join(filter(None, told)))
    curve = predicted.to_json()["full_loss"] if predicted else None
    _charts(events, spec, curve or (), private=False)


def _private_run(events: list[Event], spec: Spec) -> None:
    """The same of what a stranger may see; a cause would name columns."""
    record = Record.of(events)
    told = f"**{str(record.outcome).capitalize()}.** {(record.ended or {}).get('reason') or ''}"
    BOXES[severity_of(record.outcome, None)](told)
    _charts(events, spec, (), private=True)


def _charts(events: list[Event], spec: Spec, curve: Sequence[Any], private: bool) -> None:
    """The run's token is not sent, so that a revoked link reads nothing."""
    if Record.of(events).started:
        kept_charts(events, spec, curve, private)


shared()
