"""What cures a finding: each remedy is verified by training it, beside everything else."""

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
from pages.ui.learner import learner, start
from pages.ui.state import load_spec, session, show_run


def remedies_view(finding: Finding, spec: Spec, token: str) -> None:
    """A line for each remedy: what it gives, once its run has ended, and how to take it.

    Args:
        finding: Whose remedies these are.
        spec: What was run.
        token: Of that run.
    """
    _try(finding, spec, token)
    told = shown(finding, spec, token, session().remedy_runs)
    for (name, remedy), seen in zip(_named(finding, token), told, strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{_mark(seen)} **{seen.title}** :gray[{_worth(seen)}]", width="stretch")
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
    """Reruns the fragment around the findings when runs of their remedies have ended."""
    runs = session().remedy_runs
    names = [name for finding in findings for name, _ in _named(finding, token)]
    going = [runs[name] for name in names if name in runs and not service().log(runs[name]).ended]
    lacking = any(name not in runs for name in names)
    if going or lacking:
        await_runs(going, retry=lacking and _is_own(spec), key="remedies")


def shown(finding: Finding, spec: Spec, token: str, runs: Mapping[str, str]) -> Iterator[Remedy]:
    """The finding's remedies, each as far as its own run has shown it; starts no run.

    Args:
        finding: Whose remedies these are.
        spec: What was run.
        token: Of that run.
        runs: Tokens of the remedies' runs, as `Session.remedy_runs` has them.
    """
    for name, remedy in _named(finding, token):
        log = service().log(runs[name]) if name in runs else None
        yield _verified(runs[name], spec, remedy, log) if log and log.ended else remedy


@st.cache_resource(max_entries=1024, show_spinner=False)
def _verified(token: str, _spec: Spec, _remedy: Remedy, _log: RunLog) -> Remedy:
    """The remedy as its ended run shows it: read once, for its page is drawn many times."""
    return verify(_spec, _remedy, lambda _: map(decode, _log.brief))


def _try(finding: Finding, spec: Spec, token: str) -> None:
    """Starts the runs of the finding's remedies that have none yet."""
    runs = session().remedy_runs
    lacking = [(name, remedy) for name, remedy in _named(finding, token) if name not in runs]
    if not lacking or not _is_own(spec):
        return
    for name, remedy in lacking:
        try:
            runs[name] = service().train(spec.patched(remedy.patch), learner=learner())
        except InputError:
            return  # the server is full: a later look tries again


def _is_own(spec: Spec) -> bool:
    """Whether the run's table is this learner's, or everybody's."""
    try:
        check_owner(spec.data.source, learner())
    except InputError:
        return False
    return True


def _named(finding: Finding, token: str) -> Iterator[tuple[str, Remedy]]:
    """The finding's remedies with the names that their runs go by in a session."""
    for index, remedy in enumerate(finding.remedies):
        yield f"{token}/{finding.cause}/{index}", remedy


def _mark(remedy: Remedy) -> str:
    if remedy.outcome is None:
        return ":material/hourglass_top:"
    if remedy.verified:
        return ":green[:material/check_circle:]"
    return ":material/" + ("pending:" if remedy.outcome == "completed" else "cancel:")


def _worth(remedy: Remedy) -> str:
    """What a remedy's run gave, in words."""
    if remedy.outcome is None:
        return "being tried …"
    if not remedy.verified:
        loss = "" if remedy.final_loss is None else f" at a loss of {remedy.final_loss:.3g}"
        return f"tried: {remedy.outcome}{loss}, not yet at the optimum"
    epochs = remedy.epochs_to_optimum
    return f"verified: near the optimum after {epochs} epoch{'s' if epochs != 1 else ''}"


def _apply(spec: Spec) -> None:
    load_spec(spec)
    st.rerun()  # the buttons stand in a fragment, the knobs do not


def _run_beside(spec: Spec) -> None:
    if token := start(spec, instead_of=session().token):
        show_run(token)
        _apply(spec)


ACTIONS = {
    "Apply": (_apply, "Sets the knobs."),
    "Run beside": (
        _run_beside,
        "Sets the knobs and trains; this run's curve stays beside it, in grey.",
    ),
}
