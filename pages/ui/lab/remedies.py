"""The remedies of a finding, each verified by a run of its own in the background."""

from collections.abc import Iterable, Iterator, Mapping

import streamlit as st

from core.data.uploads import check_owner
from core.diagnosis.finding import Finding, Remedy
from core.diagnosis.remedies import verify
from core.errors import InputError
from core.events import decode
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from pages.ui.lab.await_runs import await_runs
from pages.ui.learner import learner_id
from pages.ui.state import load_spec, session, show_run
from pages.ui.submit_run import submit_run


def remedies_view(finding: Finding, spec: Spec, token: str) -> None:
    """A line for each remedy: the result of its run, and buttons to apply it.

    Args:
        finding: The finding they cure.
        spec: Spec of the run.
        token: Token of the run.
    """
    _submit_missing(finding, spec, token)
    results = remedies_with_results(finding, spec, token, session().remedy_runs)
    for (name, remedy), result in zip(_by_name(finding, token), results, strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            line = f"{_icon(result)} **{result.title}** :gray[{_describe(result)}]"
            st.markdown(line, width="stretch")
            buttons = st.container(horizontal=True, width="content", gap="small")
            for label, (action, what) in ACTIONS.items():
                buttons.button(
                    label,
                    key=f"{label}-{name}",
                    on_click=action,
                    args=(spec.patched(remedy.patch),),
                    help=what,
                )


def await_remedies(findings: Iterable[Finding], spec: Spec, token: str) -> None:
    """Mounts the poller that reruns the fragment when runs of the findings' remedies have ended."""
    runs = session().remedy_runs
    names = [name for finding in findings for name, _ in _by_name(finding, token)]
    live = [runs[name] for name in names if name in runs and not service().log(runs[name]).ended]
    missing = any(name not in runs for name in names)
    if live or missing:
        await_runs(live, retry=missing and _is_own(spec), key="remedies")


def remedies_with_results(
    finding: Finding, spec: Spec, token: str, runs: Mapping[str, str]
) -> Iterator[Remedy]:
    """The finding's remedies, with the results of those whose runs have ended; starts no run.

    Args:
        finding: The finding they cure.
        spec: Spec of the run.
        token: Token of the run.
        runs: `Session.remedy_runs`.
    """
    for name, remedy in _by_name(finding, token):
        log = service().log(runs[name]) if name in runs else None
        yield _verified(runs[name], spec, remedy, log) if log and log.ended else remedy


@st.cache_resource(max_entries=1024, show_spinner=False)
def _verified(token: str, _spec: Spec, _remedy: Remedy, _log: RunLog) -> Remedy:
    """The remedy with the result of its ended run; cached, as its events do not change."""
    return verify(_spec, _remedy, lambda _: map(decode, _log.brief))


def _submit_missing(finding: Finding, spec: Spec, token: str) -> None:
    """Submits runs of the finding's remedies that have none yet."""
    runs = session().remedy_runs
    missing = [(name, remedy) for name, remedy in _by_name(finding, token) if name not in runs]
    if not missing or not _is_own(spec):
        return
    for name, remedy in missing:
        try:
            runs[name] = service().submit(spec.patched(remedy.patch), learner=learner_id())
        except InputError:
            return  # the server is full: the poller retries


def _is_own(spec: Spec) -> bool:
    """Whether the run's table is a sample table or this learner's own."""
    try:
        check_owner(spec.data.source, learner_id())
    except InputError:
        return False
    return True


def _by_name(finding: Finding, token: str) -> Iterator[tuple[str, Remedy]]:
    """The finding's remedies, with their names in `Session.remedy_runs`."""
    for index, remedy in enumerate(finding.remedies):
        yield f"{token}/{finding.cause}/{index}", remedy


def _icon(remedy: Remedy) -> str:
    if remedy.outcome is None:
        return ":material/hourglass_top:"
    if remedy.verified:
        return ":green[:material/check_circle:]"
    return ":material/" + ("pending:" if remedy.outcome == "completed" else "cancel:")


def _describe(remedy: Remedy) -> str:
    """The result of a remedy's run, in words."""
    if remedy.outcome is None:
        return "being tried …"
    if not remedy.verified:
        loss = "" if remedy.final_loss is None else f" at a loss of {remedy.final_loss:.3g}"
        return f"tried: {remedy.outcome}{loss}, not yet at the optimum"
    epochs = remedy.epochs_to_optimum
    return f"verified: near the optimum after {epochs} epoch{'s' if epochs != 1 else ''}"


def _apply(spec: Spec) -> None:
    load_spec(spec)
    st.rerun()  # the buttons are in a fragment, the knobs are not


def _run_beside(spec: Spec) -> None:
    if token := submit_run(spec, instead_of=session().token):
        show_run(token)
        _apply(spec)


ACTIONS = {
    "Apply": (_apply, "Sets the knobs."),
    "Run beside": (
        _run_beside,
        "Sets the knobs and trains; this run's curve stays beside it, in grey.",
    ),
}
