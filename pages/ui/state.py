"""What a browser session knows; the only place that names session-state keys of our own."""

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

OWN = "own"  # settings that are no lesson's
MENUS = {
    "optimizer": tuple(OPTIMIZER_BY_KEY),
    "schedule": tuple(SCHEDULE_BY_KEY),
    "loss": tuple(LOSS_BY_KEY),
    "bug": ("none", *BUG_BY_KEY),
    "lesson": (*LESSON_BY_KEY, OWN),
}
RUN = "run"  # the query parameter that names the live run, so that F5 comes back to it
SWEEP = "sweep"  # the same for a sweep


@dataclass
class Picked:
    """What was clicked on the data page, and is shown in all of its charts.

    Attributes:
        feature: A feature.
        other: What it is drawn against; a second feature, or the target.
        row: A row as it is counted in the table, from 1.
        acted: Whether it has just changed the choices beside the charts, which are to follow.
    """

    feature: str = ""
    other: str = ""
    row: int | None = None
    acted: bool = False


@dataclass
class Session:
    """One browser tab.

    Attributes:
        token: The run on screen.
        ghost: The run before it, whose curve stays in the chart.
        upload_error: What was wrong with the last uploaded file.
        files: How many files came: each clears the box that it came through.
        arrived: A table that is to become the chosen one.
        arriving: What the knobs are to say once the lab is on screen.
        linked: The table that this tab last named in its link.
        picked: What was clicked in the charts of the data page.
        notices: What to tell about the link the tab was opened with.
        opened: Whether the link has been looked at.
        moved_rate: Where the slider of the rate was moved, until the knob says the same.
        heard_rate: Which rate of the slider was heard last, by the name it gave.
        examples: Tokens of the catalogue's examples, by item.
        remedy_runs: Tokens of the runs that verify remedies, by finding and remedy.
        stranger: Whose runs these are where the browser refuses the learner's cookie.
        spec: What the lab's knobs said last; None before it was looked at.
        sweep: Token of the sweep on screen.
        ticked: Tokens of the runs that are ticked on the runs page, the first first.
    """

    token: str | None = None
    ghost: str | None = None
    upload_error: str = ""
    files: int = 0
    arrived: str = ""
    arriving: Spec | None = None
    linked: str = ""
    picked: Picked = field(default_factory=Picked)
    notices: list[str] = field(default_factory=list)
    opened: bool = False
    moved_rate: float | None = None
    heard_rate: float = 0.0
    examples: dict[str, str] = field(default_factory=dict)
    remedy_runs: dict[str, str] = field(default_factory=dict)
    stranger: str = field(default_factory=token_urlsafe)
    spec: Spec | None = None
    sweep: str | None = None
    ticked: list[str] = field(default_factory=list)


def session() -> Session:
    """This tab's session; the first call of a new one takes the run from the link."""
    if "uphill" not in st.session_state:
        st.session_state["uphill"] = Session(
            token=st.query_params.get(RUN), sweep=st.query_params.get(SWEEP)
        )
    here: Session = st.session_state["uphill"]
    return here


def keep_run_in_link() -> None:
    """Names the run in the link again, where a change of page has dropped it."""
    if (token := session().token) and st.query_params.get(RUN) != token:
        st.query_params[RUN] = token


def keep_sweep_in_link() -> None:
    """The same for the sweep."""
    if (token := session().sweep) and st.query_params.get(SWEEP) != token:
        st.query_params[SWEEP] = token


def show_sweep(token: str) -> None:
    """Puts a new sweep on screen, and in the link."""
    session().sweep = token
    st.query_params[SWEEP] = token


def show_run(token: str) -> None:
    """Puts a new run on screen, and in the link; the one before it becomes the ghost."""
    here = session()
    here.ghost, here.token = here.token, token
    st.query_params[RUN] = token


def load_spec(spec: Spec) -> None:
    """Sets every knob of the lab to a spec's value; in the lab, call it in a callback only."""
    for key, value in knob_values(spec).items():
        st.session_state[key] = value


def go_to_lab(spec: Spec) -> None:
    """Leaves another page for the lab, with every knob set to a spec's value."""
    aim_at_lab(spec)
    leave_for_lab()


def aim_at_lab(spec: Spec) -> None:
    """The first half of `go_to_lab`: on a page that has some of the knobs, in a callback."""
    session().arriving = spec
    load_spec(spec)
    st.session_state["chosen"] = lesson_of(spec)


def leave_for_lab() -> None:
    """The second half: goes there, if the learner is to go; on such a page, before its knobs."""
    if session().arriving:
        st.switch_page("lab.py", query_params={})  # else widgets bound to this link forbid to go


def take_spec() -> None:
    """In the lab, before its knobs: sets them again where this tab has just come by `go_to_lab`.

    Only a value that is set in the run that draws its knob comes into the page's address.
    """
    here = session()
    if here.arriving:
        load_spec(here.arriving)
        here.arriving = None


def lesson_of(spec: Spec) -> str:
    """The lesson whose settings these are, or a word for none."""
    return next((lesson.key for lesson in LESSONS if lesson.spec == spec), OWN)


def link_notices() -> list[str]:
    """What to tell about the link this tab was opened with: values that are no choices.

    Menus drop what they do not know; the learner should hear of it.
    """
    here = session()
    if not here.opened:
        here.opened = True
        for name, known in MENUS.items():
            asked = st.query_params.get(name)
            if asked and asked not in known:
                here.notices.append(
                    f"The link asks for `{name}` = “{asked[:60]}”, which is not one of "
                    f"{', '.join(known)}. The default is used."
                )
    return here.notices
