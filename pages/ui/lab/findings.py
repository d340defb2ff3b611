"""The findings of a diagnosis: a card for each, with its evidence and its remedies."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.diagnosis.causes import CAUSE_BY_KEY
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Finding
from core.diagnosis.observed import NOT_ENDED
from core.errors import InputError
from core.service.run_log import RunLog
from core.spec import Spec
from pages.ui.diagnosis import request_diagnosis
from pages.ui.lab.remedies import await_remedies, remedies_view, remedies_with_results
from pages.ui.render_queue import with_render_slot

ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
COLOURS = {"error": "red", "warning": "orange", "note": "gray"}
MIN_EVENTS = 2  # of a run that can be diagnosed: its start, and one more
MAX_SHOWN = 3  # findings outside of the expander


def findings_view(log: RunLog, token: str) -> None:
    """The findings of an ended run, the root cause first."""
    try:
        diagnosis = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for again. {error}")
        return
    if not diagnosis.findings:
        st.caption(":material/check: Nothing is wrong with this run.")
        return
    _cards(diagnosis, log.spec, token)


def findings_so_far(log: RunLog, token: str) -> None:
    """The findings of a live run so far, without remedies: those need its end."""
    if len(log.events) < MIN_EVENTS:
        st.caption("It has not taken a step yet: ask again in a moment.")
        return
    try:
        diagnosis = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for. {error}")
        return
    findings = tuple(replace(finding, remedies=()) for finding in diagnosis.findings)
    st.markdown("**So far**" if findings else "**So far** nothing is wrong with this run.")
    _cards(replace(diagnosis, findings=findings), log.spec, "")
    pending = [cause for cause, reason in diagnosis.not_checked if reason == NOT_ENDED]
    if pending:
        titles = ", ".join(f"“{CAUSE_BY_KEY[cause].title}”" for cause in pending)
        st.caption(f"Only its end can show {titles}.")


def diagnosis_with_results(log: RunLog, token: str, runs: Mapping[str, str]) -> Diagnosis:
    """The diagnosis of a run, its remedies with the results of their own runs; starts no run.

    Args:
        log: Log of the run.
        token: Token of the run.
        runs: `Session.remedy_runs`, passed in because there is no session in a download's thread.
    """
    diagnosis = request_diagnosis(token)
    findings = tuple(
        replace(finding, remedies=tuple(remedies_with_results(finding, log.spec, token, runs)))
        for finding in diagnosis.findings
    )
    return replace(diagnosis, findings=findings)


@st.fragment
@with_render_slot
def _cards(diagnosis: Diagnosis, spec: Spec, token: str) -> None:
    """A card for each finding. A fragment: a remedy's result reruns nothing else."""
    for finding in diagnosis.findings[:MAX_SHOWN]:
        _card(finding, spec, token)
    if len(diagnosis.findings) > MAX_SHOWN:
        with st.expander(f"{len(diagnosis.findings) - MAX_SHOWN} more findings"):
            for finding in diagnosis.findings[MAX_SHOWN:]:
                _card(finding, spec, token)
    await_remedies(diagnosis.findings, spec, token)


def _card(finding: Finding, spec: Spec, token: str) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(
            f"{ICONS[finding.severity]} **{finding.summary}** "
            f":{COLOURS[finding.severity]}-badge[{finding.cause}] :gray-badge[{finding.stage}]"
        )
        with st.expander("The evidence"):
            for fact in finding.evidence:
                st.markdown(f"- {fact.text}")
        remedies_view(finding, spec, token)
