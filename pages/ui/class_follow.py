"""What a learner's lab takes over of the class, and the way back to their own settings."""

from contextlib import suppress

import streamlit as st

from core.classroom.state import Push
from core.errors import InputError
from core.lessons import LESSONS
from core.service.service import service
from core.spec import Spec
from core.store import store
from core.store.classes import ClassView
from pages.ui.address import current_address, is_knob
from pages.ui.classes import class_tab, joined_class, pushed_spec
from pages.ui.knob_values import spec_values
from pages.ui.learner import learner_id
from pages.ui.link import read_link
from pages.ui.state import (
    RUN_PARAMETER,
    hide_run,
    request_lab,
    session,
    switch_to_requested_lab,
)

LAB = "Lab"  # title of the page


def follow(view: ClassView, page: str) -> None:
    """Takes over a new push, and goes to the lab where everybody trains.

    Args:
        view: The class.
        page: Title of the page that is drawn.
    """
    tab, push = class_tab(), view.state.push
    arrives, tab.followed = not tab.followed, True
    if push and arrives and tab.pushed == 0:
        _arrive(view, push)
    elif push and push.number > tab.pushed and view.state.pace == "together":
        take_over(view)
        if page != LAB:
            switch_to_requested_lab()
    if view.state.train > tab.trained and page != LAB:
        st.switch_page("lab.py")


def take_over(view: ClassView) -> None:
    """Sets the knobs as the teacher has pushed them; the learner's own are kept."""
    tab, spec = class_tab(), pushed_spec(view)
    if spec is None or view.state.push is None:
        return
    here = session().lab_spec
    own = here or _address_spec()
    if own and own != spec and (tab.pushed or own != LESSONS[0].spec):
        tab.mine = own
    _note(view, view.state.push)
    if here:  # else a run that the address names is another tab's
        _stop_own_run()
    hide_run()
    request_lab(spec)


def take_over_now() -> None:
    """The same, for the button of who goes at their own pace, or has moved on."""
    if view := joined_class():
        take_over(view)


def has_moved(view: ClassView) -> bool:
    """Whether the knobs are no longer as they were pushed."""
    lab = session().pending_spec or session().lab_spec
    return lab is not None and lab != pushed_spec(view)


def rerun_if_strip_is_behind() -> None:
    """Draws the page anew where the strip above it, which is drawn before the knobs, is wrong."""
    view = joined_class()
    if view and view.state.push and has_moved(view) != class_tab().moved:
        st.rerun()


def back_to_mine() -> None:
    """Sets the knobs as the learner had them before the push."""
    tab = class_tab()
    own, tab.mine = tab.mine, None
    if own:
        hide_run()
        request_lab(own)


def _arrive(view: ClassView, push: Push) -> None:
    """In a tab that has just come: a page that was loaded again stays as its address has it."""
    named = any(is_knob(name) or name == RUN_PARAMETER for name in current_address())
    again = class_tab().taken == push.number and not push.locked
    if named and (again or _address_spec() == pushed_spec(view)):
        _note(view, push)
    else:
        take_over(view)


def _address_spec() -> Spec | None:
    """The set-up that the page's address names; None where it names none, or none that can run."""
    came = current_address()
    if not any(is_knob(name) or name == RUN_PARAMETER for name in came):
        return None
    with suppress(InputError):
        return Spec.of(spec_values(read_link(came).knobs))
    return None


def _note(view: ClassView, push: Push) -> None:
    tab = class_tab()
    tab.pushed = push.number
    if tab.taken < push.number:
        with suppress(InputError):  # else a page that is loaded again takes it over once more
            store().members.note_push(view.id, learner_id(), push.number)
            tab.taken = push.number


def _stop_own_run() -> None:
    with suppress(InputError):
        token = session().token
        if token and service().log(token).is_owned_by(learner_id()):
            service().send_command(token, "stop")
