"""What the diagnosis found, and what cures it; each remedy is verified by training it."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.data.uploads import check_owner, find_table
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.diagnosis.finding import Finding, Remedy
from core.diagnosis.remedies import verify
from core.errors import InputError
from core.spec import Spec
from core.store import store
from core.store.summary import columns_of_diagnosis
from core.training.run_log import RunLog
from core.training.service import service
from pages.ui.cached import prepared
from pages.ui.runs_learner import learner, start
from pages.ui.state import load_spec, session, show_run
from pages.ui.turns import in_turn

ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
COLOURS = {"error": "red", "warning": "orange", "note": "gray"}
SEEN = 2  # events of a run of which something can be said: its start, and one more
MOST = 3  # findings shown unfolded; the rest waits behind a click


def findings_view(log: RunLog, token: str) -> None:
    """The findings of an ended run, the root cause first."""
    try:
        found = _diagnosis(token, log)
    except InputError as error:
        st.caption(f"The cause cannot be looked for again. {error}")
        return
    if not found.findings:
        st.caption(":material/check: Nothing is wrong with this run.")
        return
    _cards(found, log.spec, token)


def findings_so_far(log: RunLog) -> None:
    """What a run that goes on has shown up to now; its remedies wait for its end."""
    if len(log.events) < SEEN:
        st.caption("It has not taken a step yet: ask again in a moment.")
        return
    try:
        found = _looked_for(log)
    except InputError as error:
        st.caption(f"The cause cannot be looked for. {error}")
        return
    findings = tuple(replace(finding, remedies=()) for finding in found.findings)
    st.markdown("**So far**" if findings else "**So far** nothing is wrong with this run.")
    _cards(replace(found, findings=findings), log.spec, "")


def root_cause(log: RunLog, token: str) -> str:
    """The sentence of the first finding that is more than a note; empty where there is none."""
    try:
        return columns_of_diagnosis(_diagnosis(token, log).to_json())["summary"]
    except InputError:  # the table is gone, and with it the evidence
        return ""


def diagnosis_so_far(log: RunLog, token: str, runs: Mapping[str, str]) -> Diagnosis:
    """What was found, each remedy as far as its own run has shown it; starts no run.

    Args:
        log: The run.
        token: Its token.
        runs: The session's `remedy_runs`: this is called where there is no session.
    """

    def told(remedy: Remedy, name: str) -> Remedy:
        return _seen(remedy, log.spec, runs[name]) if name in runs else remedy

    found = _diagnosis(token, log)
    findings = tuple(
        replace(
            finding,
            remedies=tuple(
                told(remedy, f"{token}/{finding.cause}/{index}")
                for index, remedy in enumerate(finding.remedies)
            ),
        )
        for finding in found.findings
    )
    return replace(found, findings=findings)


@st.cache_resource(max_entries=64, show_spinner="Looking for the cause …")
def _diagnosis(token: str, _log: RunLog) -> Diagnosis:
    if kept := store().diagnosis(token):
        return Diagnosis.from_json(kept)
    found = _looked_for(_log)
    store().diagnosed(token, found.to_json())
    return found


def _looked_for(log: RunLog) -> Diagnosis:
    spec = log.spec
    return diagnose(spec, prepared(spec), log.decoded(), find_table(spec.data.source))


def _cards(found: Diagnosis, spec: Spec, token: str) -> None:
    for finding in found.findings[:MOST]:
        _card(finding, spec, token)
    if len(found.findings) > MOST:
        with st.expander(f"{len(found.findings) - MOST} more findings"):
            for finding in found.findings[MOST:]:
                _card(finding, spec, token)


def _card(finding: Finding, spec: Spec, token: str) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(
            f"{ICONS[finding.severity]} **{finding.summary}** "
            f":{COLOURS[finding.severity]}-badge[{finding.cause}] :gray-badge[{finding.stage}]"
        )
        with st.expander("The evidence"):
            for fact in finding.evidence:
                st.markdown(f"- {fact.text}")
        if finding.remedies:
            tried = _tried(finding, spec, token)
            every = 1.0 if any(remedy.outcome is None for remedy in tried) else None
            st.fragment(_remedies, run_every=every)(finding, spec, token, every)


def _tried(finding: Finding, spec: Spec, token: str) -> list[Remedy]:
    """The finding's remedies, each as far as its own run has shown it."""
    return [
        _verified(remedy, spec, f"{token}/{finding.cause}/{index}")
        for index, remedy in enumerate(finding.remedies)
    ]


@in_turn
def _remedies(finding: Finding, spec: Spec, token: str, every: float | None) -> None:
    """A line for each remedy: what it gives, once its run has ended, and how to take it."""
    tried = _tried(finding, spec, token)
    if every and all(remedy.outcome for remedy in tried):
        st.rerun()  # the whole page once, so that the timer ends
    for index, (remedy, told) in enumerate(zip(finding.remedies, tried, strict=True)):
        text, *places = st.columns([8, 1.5, 2], vertical_alignment="center")
        text.markdown(f"{_mark(told)} **{told.title}** :gray[{_worth(told)}]")
        actions = (("Apply", _apply), ("Run beside", _run_beside))
        for place, (label, action) in zip(places, actions, strict=True):
            place.button(
                label,
                key=f"{label}-{token}-{finding.cause}-{index}",
                on_click=action,
                args=(spec.patched(remedy.patch),),
                help="Sets the knobs."
                if label == "Apply"
                else "Sets the knobs and trains; this run's curve stays beside it, in grey.",
                width="stretch",
            )


def _verified(remedy: Remedy, spec: Spec, name: str) -> Remedy:
    """The remedy as its own run shows it; starts that run at the first call."""
    runs = session().remedy_runs
    if name not in runs:
        try:
            check_owner(spec.data.source, learner())
            runs[name] = service().train(spec.patched(remedy.patch), learner=learner())
        except InputError:
            return remedy  # the server is full, or the table not theirs: the next look tries again
    return _seen(remedy, spec, runs[name])


def _seen(remedy: Remedy, spec: Spec, token: str) -> Remedy:
    """The remedy as the run with this token shows it, once that has ended."""
    log = service().log(token)
    return verify(spec, remedy, lambda _: log.decoded()) if log.ended else remedy


def _mark(remedy: Remedy) -> str:
    if remedy.outcome is None:
        return ":material/hourglass_top:"
    return ":green[:material/check_circle:]" if remedy.verified else ":material/cancel:"


def _worth(remedy: Remedy) -> str:
    """What a remedy's run gave, in words."""
    if remedy.outcome is None:
        return "being tried …"
    if not remedy.verified:
        loss = "" if remedy.final_loss is None else f" at a loss of {remedy.final_loss:.3g}"
        return f"tried: {remedy.outcome}{loss}, not at the optimum in these epochs"
    epochs = remedy.epochs_to_optimum
    return f"verified: near the optimum after {epochs} epoch{'s' if epochs != 1 else ''}"


def _apply(spec: Spec) -> None:
    load_spec(spec)
    st.rerun()  # the buttons stand in a fragment, the knobs do not


def _run_beside(spec: Spec) -> None:
    if token := start(spec, instead_of=session().token):
        show_run(token)
        _apply(spec)
