"""The findings of a diagnosis: a card for each, with its evidence; then what helps."""

import streamlit as st

from core.diagnosis.causes import CAUSE_BY_KEY
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.ended import nothing_in_words
from core.diagnosis.finding import Finding
from core.diagnosis.observed import NOT_ENDED
from core.errors import InputError
from core.service.run_log import RunLog
from core.spec import Spec
from pages.ui.diagnosis import request_diagnosis
from pages.ui.lab.remedies import remedies_view
from pages.ui.plain_text import plain
from pages.ui.render_queue import with_render_slot
from pages.ui.severity import COLOURS, ICONS

MIN_EVENTS = 2  # of a run that can be diagnosed: its start, and one more
MAX_SHOWN = 3  # findings outside of the expander
NOTHING_YET = "nothing is wrong with this run."


def findings_view(log: RunLog, token: str) -> None:
    """The findings of an ended run, the root cause first."""
    try:
        diagnosis = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for again. {plain(error)}")
        return
    if not diagnosis.findings:
        mark = ":material/check: " if diagnosis.verdict == "healthy" else ""
        st.caption(mark + nothing_in_words(diagnosis.verdict))
    _cards(diagnosis)
    _remedies(log.spec, token)


def findings_so_far(log: RunLog, token: str) -> None:
    """The findings of a live run so far, without remedies: those need its end."""
    if len(log.events) < MIN_EVENTS:
        st.toast("It has not taken a step yet: ask again in a moment.")
        return
    try:
        diagnosis = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for. {plain(error)}")
        return
    found = diagnosis.findings[0].summary if diagnosis.findings else ""
    st.toast(f"**So far:** {found or NOTHING_YET}", icon=":material/troubleshoot:")  # in sight
    st.markdown("**So far**" if found else f"**So far** {NOTHING_YET}")
    _cards(diagnosis)
    pending = [cause for cause, reason in diagnosis.not_checked if reason == NOT_ENDED]
    if pending:
        titles = ", ".join(f"“{CAUSE_BY_KEY[cause].title}”" for cause in pending)
        st.caption(f"Only its end can show {titles}.")


def _cards(diagnosis: Diagnosis) -> None:
    """A card for each finding."""
    for finding in diagnosis.findings[:MAX_SHOWN]:
        _card(finding)
    if len(diagnosis.findings) > MAX_SHOWN:
        with st.expander(f"{len(diagnosis.findings) - MAX_SHOWN} more findings"):
            for finding in diagnosis.findings[MAX_SHOWN:]:
                _card(finding)


@st.fragment
@with_render_slot
def _remedies(spec: Spec, token: str) -> None:
    """What helps. A fragment: the end of the search reruns nothing else."""
    remedies_view(request_diagnosis(token), spec, token)


def _card(finding: Finding) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(
            f"{ICONS[finding.severity]} **{finding.summary}** "
            f":{COLOURS[finding.severity]}-badge[{CAUSE_BY_KEY[finding.cause].title}] "
            f":gray-badge[{finding.stage}]"
        )
        with st.expander("The evidence"):
            for fact in finding.evidence:
                st.markdown(f"- {fact.named}")
