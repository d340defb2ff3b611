"""The row of controls: train, pause, step, stop, start again; the rate and the speed."""

from typing import Any

import streamlit as st

from core.errors import InputError
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from pages.ui.classes import allowed_spec, must_train, why_not_train
from pages.ui.knobs import PERSISTED
from pages.ui.lab.rate_limit import RateLimit
from pages.ui.lab.rate_slider import rate_slider
from pages.ui.learner import learner_id
from pages.ui.paces import DEFAULT_PACE, PACES
from pages.ui.plain_text import plain
from pages.ui.state import session, show_run, start_again
from pages.ui.submit_run import submit_run


def controls(
    spec: Spec | None, problem: str, shown: Spec, limit: RateLimit, predicted: str
) -> tuple[RunLog | None, bool]:
    """Shows the row; submits a run when Train is pressed.

    Args:
        spec: Spec of the knobs; None where they are invalid.
        problem: Why they are.
        shown: The same; where they are invalid, the last that was not.
        limit: Of its learning rate.
        predicted: Where the slider asks for predictions of it; empty for nowhere.

    Returns:
        The log of the run on screen, and whether Why? was pressed while it is live.
    """
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        blocked = why_not_train()
        waits_for = plain(blocked or problem or "Trains (T).")
        cannot = spec is None or blocked != ""
        pressed = _button("Train", "train", "play_arrow", waits_for, cannot, type="primary")
        if must_train() or pressed:
            _submit(spec)
        log = find_log(session().token)
        live = log is not None and not log.ended
        mine = live and is_own(log)
        paused = log is not None and log.paused and live
        _button(
            "Resume" if paused else "Pause",
            "pause",
            "resume" if paused else "pause",
            "Goes on (T)." if paused else "Pauses the run (T).",
            not mine or (paused and blocked != ""),
            on_click=send_command,
            args=("resume" if paused else "pause",),
        )
        can_step = not blocked and (mine or (spec is not None and not live))
        steps = (
            ("One step", "step", "step", "One update of the weights, then pause (.)", {"steps": 1}),
            (
                "One epoch",
                "epoch",
                "step_over",
                "To the end of the epoch, then pause (>).",
                {"epochs": 1},
            ),
        )
        for label, key, icon, what, details in steps:
            _button(label, key, icon, what, not can_step, on_click=_advance, args=(spec, details))
        _button(
            "Stop", "stop", "stop", "Ends the run.", not mine, on_click=send_command, args=("stop",)
        )
        _button(
            "Start again",
            "start_again",
            "restart_alt",
            "Back to before the first step (0).",
            log is None,
            on_click=_start_again,
        )
        why_pressed = _button(
            "Why?",
            "why_so_far",
            "troubleshoot",
            "What the run shows of its cause so far, without waiting for its end.",
            not live or log is None or log.is_private_from(learner_id()),
        )
        next_is_shown = log is None or (is_left_behind(log, spec) and is_own(log))
        rate_slider(shown.optimizer.learning_rate, limit, predicted if next_is_shown else "")
        st.selectbox(
            "Speed",
            list(PACES),
            index=list(PACES).index(DEFAULT_PACE),
            key="speed",
            on_change=_change_pace,
            label_visibility="collapsed",
            width=140,
            **PERSISTED,
        )
    return log, live and why_pressed


def find_log(token: str | None) -> RunLog | None:
    """The log of a run; None where it is not kept."""
    try:
        return service().log(token) if token else None
    except InputError:
        return None


def is_own(log: RunLog | None) -> bool:
    """Whether a run is this learner's."""
    return log is not None and log.is_owned_by(learner_id())


def is_left_behind(log: RunLog, spec: Spec | None) -> bool:
    """Whether a run has ended and the knobs have moved on since: then the next run is on screen."""
    tab = session()
    if tab.token and (tab.run_knobs is None or tab.run_knobs[0] != tab.token):
        tab.run_knobs = tab.token, spec
    known = (log.spec, tab.run_knobs[1] if tab.run_knobs else None)
    return log.ended and spec is not None and spec not in known


def send_command(do: str, **details: Any) -> None:
    """Commands the run on screen, if it is this learner's."""
    token = session().token
    if token and is_own(find_log(token)):
        service().send_command(token, do, **details)


def pace() -> float | None:
    """Epochs a second, as the menu says; None for as fast as it goes."""
    return PACES[st.session_state.get("speed", DEFAULT_PACE)]


def _button(label: str, key: str, icon: str, what: str, disabled: bool, **details: Any) -> bool:
    return st.button(
        label, key=key, icon=f":material/{icon}:", help=what, disabled=disabled, **details
    )


def _submit(spec: Spec | None, advance: dict[str, int] | None = None) -> None:
    if spec is None:
        return
    shown, spec = session().token, allowed_spec(spec)
    token = submit_run(
        spec,
        pace=pace(),
        instead_of=shown if is_own(find_log(shown)) else None,
        advance=advance,
    )
    if token:
        show_run(token)


def _advance(spec: Spec | None, details: dict[str, int]) -> None:
    """One step or epoch of the run on screen; of a new one where none is live."""
    log = find_log(session().token)
    if log is None or log.ended:
        _submit(spec, details)
    else:
        send_command("advance", **details)


def _start_again() -> None:
    send_command("stop")
    start_again()


def _change_pace() -> None:
    send_command("pace", pace=pace())
