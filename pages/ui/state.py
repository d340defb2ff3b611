"""The state of a browser tab; the only file that names session-state keys of our own."""

from dataclasses import dataclass, field
from secrets import token_urlsafe

import streamlit as st

from core.spec import Spec
from pages.ui.class_tab import ClassTab
from pages.ui.knob_values import knob_values
from pages.ui.link import Address, lesson_key

CHOSEN = "chosen"  # key of the menu of lessons
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
        selection: What was clicked in the charts of the data page.
        notices: What of the link the tab was opened with could not be taken over.
        address_read: Whether the knobs were set from the link the tab was opened with.
        sweep_address_read: Whether the sweep's form was set from the link the tab was opened with.
        opening: Whether this script run has set the knobs from a link.
        page: The page that was drawn last, of those that have an address of their own.
        arrived: Whether this script run is the first one after a change of page.
        left: Address of the page that a button has left for the lab.
        arrival: Address for the browser to show in place of a page's bare one; empty for none.
        slider_rate: Learning rate that the slider was moved to, until the knob has taken it over.
        slider_event: Id of the slider's last event that was handled: when the browser sent it.
        example_runs: Tokens of the catalogue's example runs, by item.
        before_remedy: The knobs before a remedy was applied, and with it; None where none was.
        beside: Token of a run that was run beside another, with the names of that and of itself.
        chart_focus: Number of times that the page was taken to the chart.
        run_knobs: Token of the run on screen, and the spec of the knobs when it came there; the
            sentence tells its outcome until they change.
        run_names: The learner's names of runs, by token; empty texts for those without one.
        cookieless_id: Stands for the cookie's value where the browser refuses cookies.
        problems: Why knobs cannot run as they are, by their keys.
        opened: Keys of the knobs for which an expander has opened, because they could not run.
        opened_boxes: Keys of the boxes that have opened by themselves.
        lab_spec: The last valid spec of the lab's knobs; None before the lab was opened.
        sweep: Token of the sweep on screen.
        cell_runs: Tokens of the runs that were started for cells, by the sweep's and the place.
        script_tables: Ids of the tables that learners' scripts make, by a digest of their numbers.
        script_files: Ids of the tables that a learner brought for a script, by the file's name.
        selected_runs: Tokens of the runs that are ticked on the runs page, in order of ticking.
        evidence: The piece of a mystery's evidence on screen; empty for none.
        classroom: What this tab knows of its class.
    """

    token: str | None = None
    ghost: str | None = None
    upload_error: str = ""
    upload_count: int = 0
    pending_table: str = ""
    pending_spec: Spec | None = None
    selection: Selection = field(default_factory=Selection)
    notices: list[str] = field(default_factory=list)
    address_read: bool = False
    sweep_address_read: bool = False
    opening: bool = False
    page: str = ""
    arrived: bool = False
    left: Address = field(default_factory=dict)
    arrival: str = ""
    slider_rate: float | None = None
    slider_event: float = 0.0
    example_runs: dict[str, str] = field(default_factory=dict)
    before_remedy: tuple[Spec, Spec] | None = None
    beside: tuple[str, str, str] | None = None
    chart_focus: int = 0
    run_knobs: tuple[str, Spec | None] | None = None
    run_names: dict[str, str] = field(default_factory=dict)
    cookieless_id: str = field(default_factory=token_urlsafe)
    problems: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    opened_boxes: set[str] = field(default_factory=set)
    lab_spec: Spec | None = None
    sweep: str | None = None
    cell_runs: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict)
    script_tables: dict[str, str] = field(default_factory=dict)
    script_files: dict[str, str] = field(default_factory=dict)
    selected_runs: list[str] = field(default_factory=list)
    evidence: str = ""
    classroom: ClassTab = field(default_factory=ClassTab)


def session() -> Session:
    """This tab's session; a new one takes its run and its sweep from the link."""
    try:
        return st.session_state["uphill"]
    except KeyError:
        tab = st.session_state["uphill"] = Session(
            token=st.query_params.get(RUN_PARAMETER), sweep=st.query_params.get(SWEEP_PARAMETER)
        )
    return tab


def show_sweep(token: str) -> None:
    """Puts a new sweep on screen, and in the link when the page is drawn."""
    session().sweep = token


def show_run(token: str) -> None:
    """Puts a new run on screen, and in the link when the lab is drawn; the previous one becomes
    the ghost."""
    tab = session()
    if tab.token != token:
        tab.ghost, tab.token = tab.token or tab.ghost, token


def start_again() -> None:
    """Takes the run off the screen, as before its first step; its curve stays as the ghost."""
    tab = session()
    ghost = tab.token or tab.ghost
    hide_run()
    tab.ghost = ghost


def hide_run() -> None:
    """Takes the run off the screen, and out of the link when the page is drawn."""
    tab = session()
    tab.ghost = tab.token = None


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
    st.session_state[CHOSEN] = lesson_key(spec)


def switch_to_requested_lab() -> None:
    """The second half: switches to the lab if `request_lab` was called; before the page's knobs."""
    tab = session()
    if tab.pending_spec:
        # Other parameters would be an entry of the history for the page that is left.
        tab.left = {name: st.query_params.get_all(name) for name in st.query_params}
        st.switch_page("lab.py", query_params=tab.left)


def apply_pending_spec() -> None:
    """In the lab, before its knobs: sets them again if this tab has come by `go_to_lab`."""
    tab = session()
    if tab.pending_spec:
        load_spec(tab.pending_spec)
        tab.pending_spec = None


def say_of_link(words: str) -> None:
    """Adds a sentence on the link, as Markdown; nothing where what is shown comes from no link."""
    if session().opening:
        session().notices.append(words)
