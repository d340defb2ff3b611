"""The state of a browser tab; the only file that names session-state keys of our own."""

from dataclasses import dataclass, field
from secrets import token_urlsafe

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.lessons import LESSON_BY_KEY, LESSONS
from core.model.losses import LOSS_BY_KEY
from core.model.optimizers import OPTIMIZER_BY_KEY
from core.model.schedules import SCHEDULE_BY_KEY
from core.spec import Spec
from pages.ui.knob_values import knob_values
from pages.ui.plain_text import plain

OWN = "own"  # the lesson of settings that belong to none
MENUS = {
    "optimizer": tuple(OPTIMIZER_BY_KEY),
    "schedule": tuple(SCHEDULE_BY_KEY),
    "loss": tuple(LOSS_BY_KEY),
    "bug": ("none", *BUG_BY_KEY),
    "lesson": (*LESSON_BY_KEY, OWN),
}
RUN_PARAMETER = "run"  # query parameter: the run on screen, so that a reload shows it again
SWEEP_PARAMETER = "sweep"  # query parameter: the sweep on screen


@dataclass
class Selection:
    """What was clicked on the data page; all of its charts highlight it.

    Attributes:
        feature: A feature.
        against: The column it is drawn against: a second feature, or the target.
        row: A row's number in the table, from 1.
        needs_rerun: Whether a button of the charts has changed the form beside them, which is
            outside of their fragment.
    """

    feature: str = ""
    against: str = ""
    row: int | None = None
    needs_rerun: bool = False


@dataclass
class Session:
    """State of one browser tab.

    Attributes:
        token: Token of the run on screen.
        ghost: Token of the previous run, whose curve stays in the chart.
        upload_error: Why the last uploaded file was refused; empty if it was not.
        upload_count: Number of uploads so far; part of the upload box's keys, so that each upload
            empties the box.
        pending_table: Source that the next rerun selects as the table; empty for none.
        pending_spec: Spec that the lab's knobs take over when the lab opens next.
        linked_table: Source that this tab last wrote to its link.
        selection: What was clicked in the charts of the data page.
        notices: Warnings about the link the tab was opened with.
        link_checked: Whether the link has been checked for unknown values.
        slider_rate: Learning rate that the slider was moved to, until the knob has taken it over.
        slider_event: Id of the slider's last event that was handled: when the browser sent it.
        example_runs: Tokens of the catalogue's example runs, by item.
        before_remedy: The knobs before a remedy was applied, and with it; None where none was.
        beside: Token of a run that was run beside another, with the names of that and of itself.
        chart_focus: Number of times that the page was taken to the chart.
        cookieless_id: Stands for the cookie's value where the browser refuses cookies.
        lab_spec: The last valid spec of the lab's knobs; None before the lab was opened.
        sweep: Token of the sweep on screen.
        selected_runs: Tokens of the runs that are ticked on the runs page, in order of ticking.
    """

    token: str | None = None
    ghost: str | None = None
    upload_error: str = ""
    upload_count: int = 0
    pending_table: str = ""
    pending_spec: Spec | None = None
    linked_table: str = ""
    selection: Selection = field(default_factory=Selection)
    notices: list[str] = field(default_factory=list)
    link_checked: bool = False
    slider_rate: float | None = None
    slider_event: float = 0.0
    example_runs: dict[str, str] = field(default_factory=dict)
    before_remedy: tuple[Spec, Spec] | None = None
    beside: tuple[str, str, str] | None = None
    chart_focus: int = 0
    cookieless_id: str = field(default_factory=token_urlsafe)
    lab_spec: Spec | None = None
    sweep: str | None = None
    selected_runs: list[str] = field(default_factory=list)


def session() -> Session:
    """This tab's session; a new one takes its run and its sweep from the link."""
    if "uphill" not in st.session_state:
        st.session_state["uphill"] = Session(
            token=st.query_params.get(RUN_PARAMETER), sweep=st.query_params.get(SWEEP_PARAMETER)
        )
    tab: Session = st.session_state["uphill"]
    return tab


def restore_run_in_link() -> None:
    """Writes the run to the link again after a change of page, which drops query parameters."""
    if (token := session().token) and st.query_params.get(RUN_PARAMETER) != token:
        st.query_params[RUN_PARAMETER] = token


def restore_sweep_in_link() -> None:
    """Writes the sweep to the link again, as `restore_run_in_link` does the run."""
    if (token := session().sweep) and st.query_params.get(SWEEP_PARAMETER) != token:
        st.query_params[SWEEP_PARAMETER] = token


def show_sweep(token: str) -> None:
    """Puts a new sweep on screen and in the link."""
    session().sweep = token
    st.query_params[SWEEP_PARAMETER] = token


def show_run(token: str) -> None:
    """Puts a new run on screen and in the link; the previous one becomes the ghost."""
    tab = session()
    tab.ghost, tab.token = tab.token, token
    st.query_params[RUN_PARAMETER] = token


def hide_run() -> None:
    """Takes the run off the screen and out of the link."""
    tab = session()
    tab.ghost = tab.token = None
    st.query_params.pop(RUN_PARAMETER, None)


def load_spec(spec: Spec) -> None:
    """Sets every knob of the lab to a spec's value; in the lab, only in a widget's callback."""
    for key, value in knob_values(spec).items():
        st.session_state[key] = value


def go_to_lab(spec: Spec) -> None:
    """Switches from another page to the lab, with every knob set to a spec's value."""
    request_lab(spec)
    switch_to_requested_lab()


def request_lab(spec: Spec) -> None:
    """The first half of `go_to_lab`, for callbacks on a page that has some of the lab's knobs."""
    session().pending_spec = spec
    load_spec(spec)
    st.session_state["chosen"] = lesson_key(spec)


def switch_to_requested_lab() -> None:
    """The second half: switches to the lab if `request_lab` was called; before the page's knobs."""
    if session().pending_spec:
        st.switch_page("lab.py", query_params={})  # bound widgets forbid to keep these parameters


def apply_pending_spec() -> None:
    """In the lab, before its knobs: sets them again if this tab has come by `go_to_lab`.

    Streamlit writes a value to the link only if it was set in the script run that draws its widget.
    """
    tab = session()
    if tab.pending_spec:
        load_spec(tab.pending_spec)
        tab.pending_spec = None


def lesson_key(spec: Spec) -> str:
    """The key of the lesson whose settings these are; `OWN` for none."""
    return next((lesson.key for lesson in LESSONS if lesson.spec == spec), OWN)


def link_notices() -> list[str]:
    """Warnings about unknown values in the link this tab was opened with.

    Menus drop such a value without a word.
    """
    tab = session()
    if not tab.link_checked:
        tab.link_checked = True
        for name, known in MENUS.items():
            value = st.query_params.get(name)
            if value and value not in known:
                tab.notices.append(
                    f"The link asks for `{name}` = “{plain(value[:60])}”, which is not one of "
                    f"{', '.join(known)}. The default is used."
                )
    return tab.notices
