"""What would help a run: one list, found by a search in the background."""

from functools import partial

import streamlit as st

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Attempt, Remedy
from core.diagnosis.remedies.wording import attempt_in_words, remedy_in_words
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from pages.ui.await_runs import await_runs
from pages.ui.classes import is_locked
from pages.ui.lab.changes import describe_changes
from pages.ui.learner import learner_id
from pages.ui.state import load_spec, session, show_run
from pages.ui.submit_run import submit_run
from pages.ui.table_access import check_access

SEARCHING = (
    ":material/hourglass_top: Looking for what helps: changes are predicted first, then run …"
)
AS_IT_WAS = "as it was"
NAME = 60  # characters of a remedy's title beside its curve


def remedies_view(diagnosis: Diagnosis, spec: Spec, token: str) -> None:
    """The remedies of an ended run, each with buttons; starts the search where there was none.

    Args:
        diagnosis: Of the run.
        spec: Spec of the run.
        token: Token of the run.
    """
    if not diagnosis.unhealthy:
        return
    search = diagnosis.search
    proven = search is not None and all(remedy.verified for remedy in search.remedies)
    if not proven and _is_own(spec):  # earlier versions kept what they had not tried
        st.caption(SEARCHING)
        pending = service().search(token, diagnosis, learner_id())
        await_runs([pending], retry=False, key="remedies")
        return
    if search is None:
        return
    if search.remedies:
        st.markdown("**What helps**")
    for place, remedy in enumerate(search.remedies):
        _line(remedy, diagnosis, spec, f"{token}-{place}", first=place == 0)
    if search.why_none:
        st.info(search.why_none, icon=":material/block:")
    if search.tried and not (len(search.tried) == 1 and search.tried[0].title in search.why_none):
        st.caption("Tried in vain: " + "; ".join(map(_attempt, search.tried)) + ".")


def undo_view() -> None:
    """A button that takes the knobs back to where they were before a remedy was applied."""
    before = session().before_remedy
    if before and session().lab_spec == before[1]:
        st.button(
            "Undo",
            icon=":material/undo:",
            key="undo-remedy",
            on_click=_undo,
            help="Sets the knobs as they were before the remedy.",
        )


def _line(remedy: Remedy, diagnosis: Diagnosis, spec: Spec, name: str, first: bool) -> None:
    patched = spec.patched(remedy.patch)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"{_icon(remedy)} **{remedy.title}**: "
            f"{remedy_in_words(remedy, patched.training.epochs, diagnosis.diverged)}  \n"
            f":gray[:material/edit: {describe_changes(spec, patched)}]",
            width="stretch",
        )
        if is_locked():
            return
        buttons = st.container(horizontal=True, width="content", gap="small")
        for label, (action, what) in ACTIONS.items():
            buttons.button(
                label,
                key=f"{label}-{name}",
                type="primary" if first and label == "Apply and train" else "secondary",
                on_click=action,
                args=(patched, remedy.title),
                help=what,
            )


def _icon(remedy: Remedy) -> str:
    if not remedy.verified:
        return ":material/help:"
    if remedy.reaches == "optimum":
        return ":green[:material/check_circle:]"
    return ":blue[:material/trending_down:]"


def _attempt(attempt: Attempt) -> str:
    return f"“{attempt.title}” ({attempt_in_words(attempt)})"


def _is_own(spec: Spec) -> bool:
    """Whether the run's table is a sample table or this learner's own."""
    try:
        check_access(spec.data.source)
    except InputError:
        return False
    return True


def _apply(spec: Spec, title: str) -> None:
    tab = session()
    if tab.lab_spec:
        tab.before_remedy = tab.lab_spec, spec
    load_spec(spec)
    st.rerun()  # the buttons are in a fragment, the knobs are not


def _undo() -> None:
    if before := session().before_remedy:
        load_spec(before[0])
        session().before_remedy = None
    st.rerun()


def _train(spec: Spec, title: str, beside: bool) -> None:
    tab = session()
    if token := submit_run(spec, instead_of=tab.token):
        show_run(token)
        tab.beside = (token, AS_IT_WAS, _short(title)) if beside else None
        tab.chart_focus += 1
        _apply(spec, title)


def _short(title: str) -> str:
    """A remedy's title as a curve's name."""
    title = title.replace(" (half the largest stable one)", "")
    return title if len(title) <= NAME else title[: NAME - 1].rstrip(" ,") + "…"


ACTIONS = {
    "Apply and train": (partial(_train, beside=False), "Sets the knobs, trains, shows the chart."),
    "Apply": (_apply, "Sets the knobs."),
    "Run beside": (
        partial(_train, beside=True),
        "Sets the knobs and trains; both curves stay on the chart, with their names.",
    ),
}
