"""What the diagnosis found, each finding on a card with its evidence and its remedies."""

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
from pages.ui.lab.remedies import await_remedies, remedies_view, shown
from pages.ui.render_queue import in_turn

ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
COLOURS = {"error": "red", "warning": "orange", "note": "gray"}
SEEN = 2  # events of a run of which something can be said: its start, and one more
MOST = 3  # findings shown unfolded; the rest waits behind a click


def findings_view(log: RunLog, token: str) -> None:
    """The findings of an ended run, the root cause first."""
    try:
        found = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for again. {error}")
        return
    if not found.findings:
        st.caption(":material/check: Nothing is wrong with this run.")
        return
    _cards(found, log.spec, token)


def findings_so_far(log: RunLog, token: str) -> None:
    """What a run that goes on has shown up to now; its remedies wait for its end."""
    if len(log.events) < SEEN:
        st.caption("It has not taken a step yet: ask again in a moment.")
        return
    try:
        found = request_diagnosis(token)
    except InputError as error:
        st.caption(f"The cause cannot be looked for. {error}")
        return
    findings = tuple(replace(finding, remedies=()) for finding in found.findings)
    st.markdown("**So far**" if findings else "**So far** nothing is wrong with this run.")
    _cards(replace(found, findings=findings), log.spec, "")
    waits = [
        f"“{CAUSE_BY_KEY[cause].title}”" for cause, lack in found.not_checked if lack == NOT_ENDED
    ]
    if waits:
        st.caption(f"Only its end can show {', '.join(waits)}.")


def diagnosis_so_far(log: RunLog, token: str, runs: Mapping[str, str]) -> Diagnosis:
    """What was found, each remedy as far as its own run has shown it; starts no run.

    Args:
        log: The run.
        token: Its token.
        runs: The session's `remedy_runs`: this is called where there is no session.
    """
    found = request_diagnosis(token)
    findings = tuple(
        replace(finding, remedies=tuple(shown(finding, log.spec, token, runs)))
        for finding in found.findings
    )
    return replace(found, findings=findings)


@st.fragment
@in_turn
def _cards(found: Diagnosis, spec: Spec, token: str) -> None:
    """A card for each finding. A fragment: news of a remedy leave the rest alone."""
    for finding in found.findings[:MOST]:
        _card(finding, spec, token)
    if len(found.findings) > MOST:
        with st.expander(f"{len(found.findings) - MOST} more findings"):
            for finding in found.findings[MOST:]:
                _card(finding, spec, token)
    await_remedies(found.findings, spec, token)


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
