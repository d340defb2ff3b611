"""The run on screen: prediction, controls, live charts, outcome."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.cache import cached_value
from core.charts import CHART_BY_KEY, CHARTS, Frame
from core.diagnosis.severity import severity_of
from core.errors import InputError
from core.events import decode
from core.limits import check_run, check_size
from core.record import Record
from core.service.run_log import RunLog
from core.service.service import service
from core.spec import Spec
from core.store.summary import columns_of_end
from core.theory.optimum import EXACT
from pages.ui.address import write_address
from pages.ui.cached import prepared
from pages.ui.diagnosis import root_cause
from pages.ui.foreign_run import foreign_run
from pages.ui.frame import frame_before
from pages.ui.knobs import BOUND
from pages.ui.lab.changes import describe_changes
from pages.ui.lab.effect import effect_view
from pages.ui.lab.findings import findings_so_far, findings_view
from pages.ui.lab.learnt import learnt_view
from pages.ui.lab.prediction import prediction_view
from pages.ui.lab.remedies import undo_view
from pages.ui.lab.takeaway import takeaway
from pages.ui.learner import learner_id
from pages.ui.live_chart import chart_payload, live_chart
from pages.ui.paces import DEFAULT_PACE, PACES
from pages.ui.pictures import picture_payloads
from pages.ui.plain_text import plain
from pages.ui.render_queue import with_render_slot
from pages.ui.severity import BOXES, ICONS, severity_of_run
from pages.ui.state import session, show_run
from pages.ui.submit_run import submit_run

PRECOMPILED_CELLS = 1_000_000  # a larger table is not read by a worker before Train is pressed


@st.fragment
@with_render_slot
def run_view(spec: Spec | None, problem: str) -> None:
    """The prediction, the buttons, the charts and the outcome.

    A fragment: its buttons and its slider do not rerun the knobs, which are most of the page.

    Args:
        spec: Spec of the knobs; None where they are invalid.
        problem: Why they are invalid.
    """
    tab = session()
    write_address("speed")
    if spec and tab.slider_rate is not None:
        spec = spec.patched({"optimizer": {"learning_rate": tab.slider_rate}})
    try:
        if spec:
            rows, features = prepared(spec).x_raw_train.shape
            check_size(rows, features)
            check_run(spec, _pace())
            if rows * features <= PRECOMPILED_CELLS:
                service().precompile(spec)
    except InputError as error:
        spec, problem = None, str(error)
    if spec:
        prediction_view(spec)
    log, live, why_pressed = _controls(spec)
    if problem:
        st.error(plain(problem))
    if log and log.is_private_from(learner_id()):
        _private_run(log)
        return
    if log and not log.is_owned_by(learner_id()):
        foreign_run(log)
    if tab.token and log is None:
        st.info(
            "The run that this link names is no longer kept on this server. Its settings are in "
            "the knobs: press Train to run it again."
        )
    ghost = _find_log(tab.ghost)
    if ghost and ghost.is_private_from(learner_id()):
        ghost = None  # what differs from it would name its columns
    _show_changes(spec, log, ghost)
    undo_view()
    _outcome(log, tab.token)
    if log and tab.token and why_pressed:
        findings_so_far(log, tab.token)
    _charts(log, log.spec if log else spec, ghost, live)
    if log and log.ended and tab.token:
        findings_view(log, tab.token)
        effect_view(log.spec)
        learnt_view(log)
        takeaway(log, tab.token)


def _controls(spec: Spec | None) -> tuple[RunLog | None, bool, bool]:
    """The buttons; submits a run when Train is pressed.

    Returns:
        The log of the run on screen, whether that run is live, and whether Why? was pressed.
    """
    tab = session()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        pressed = st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=spec is None
        )
        if pressed and spec:
            shown = _find_log(tab.token)
            instead_of = tab.token if _is_own(shown) else None
            token = submit_run(spec, pace=_pace(), instead_of=instead_of)
            if token:
                show_run(token)
        log = _find_log(tab.token)
        live = log is not None and not log.ended
        own = _is_own(log)
        paused = log is not None and log.paused
        st.button(
            "Resume" if paused and live else "Pause",
            icon=":material/resume:" if paused and live else ":material/pause:",
            disabled=not (live and own),
            on_click=_send_command,
            args=("resume" if paused else "pause",),
        )
        st.button(
            "One step",
            icon=":material/step:",
            disabled=not (live and own),
            on_click=_send_command,
            args=("advance",),
            kwargs={"steps": 1},
            help="One update of the weights, then pause.",
        )
        st.button(
            "One epoch",
            icon=":material/step_over:",
            disabled=not (live and own),
            on_click=_send_command,
            args=("advance",),
            kwargs={"epochs": 1},
            help="To the end of the epoch, then pause.",
        )
        st.button(
            "Stop",
            icon=":material/stop:",
            disabled=not (live and own),
            on_click=_send_command,
            args=("stop",),
        )
        why_pressed = st.button(
            "Why?",
            icon=":material/troubleshoot:",
            disabled=not live or log is None or log.is_private_from(learner_id()),
            help="What the run shows of its cause so far, without waiting for its end.",
        )
        st.selectbox(
            "Speed",
            list(PACES),
            index=list(PACES).index(DEFAULT_PACE),
            key="speed",
            on_change=_change_pace,
            label_visibility="collapsed",
            width=150,
            help="How fast the run goes, so that you can watch it.",
            **BOUND,
        )
    return log, live, live and why_pressed


def _charts(log: RunLog | None, spec: Spec | None, ghost: RunLog | None, live: bool) -> None:
    if spec is None:
        return
    try:
        ghost_token = session().ghost if ghost else None
        names = _names(ghost)
        key = ("live charts", spec.model_dump_json(), ghost_token, names)
        charts = cached_value(key, lambda: _chart_payloads(spec, ghost, names))
    except InputError:  # the run's table was deleted; its events were not
        events = log.decoded()[:1] if log else []
        if not events or events[0]["event"] != "run_started":
            return
        frame = Frame(events[0], ghost=Record.of(ghost.decoded()) if ghost else None)
        charts = [
            chart_payload(chart.key, chart.draw(frame))
            for chart in CHARTS
            if chart.live and not chart.picture
        ]
    live_chart(
        token=session().token if _find_log(session().token) else None,
        charts=charts,
        notify=live,  # also of an end while this script runs
        focus=session().chart_focus,
        key="live",
    )


def _names(ghost: RunLog | None) -> tuple[str, str] | None:
    """What the run on screen and the one before are called, where they were run side by side."""
    beside = session().beside
    if ghost is None or beside is None or beside[0] != session().token:
        return None
    return beside[2], beside[1]


def _chart_payloads(
    spec: Spec, ghost: RunLog | None, names: tuple[str, str] | None
) -> list[dict[str, Any]]:
    """The live charts of a run, without its points."""
    frame = replace(frame_before(spec, ghost), names=names)
    shape = (frame.epochs, frame.steps_per_epoch, tuple(frame.started["features"]))
    key = ("plain charts", *shape, spec.model.use_bias)
    plain = cached_value(key, lambda: _plain_payloads(frame))
    pictures = picture_payloads(spec)
    return [
        plain.get(c.key) or pictures.get(c.key) or chart_payload(c.key, c.draw(frame))
        for c in CHARTS
        if c.live and (c.picture is None or c.key in pictures)
    ]


def _plain_payloads(frame: Frame) -> dict[str, dict[str, Any]]:
    """The payloads that depend on the run's shape alone."""
    return {c.key: chart_payload(c.key, c.draw(frame)) for c in CHARTS if c.live and c.plain}


def _outcome(log: RunLog | None, token: str | None) -> None:
    """The outcome of an ended run and its root cause, in words."""
    if log is None or not log.ended or token is None:
        return
    end = columns_of_end(log.brief)
    reason = plain(end["reason"])
    why = root_cause(token)
    why = f" **Why?** {why}" if why else ""
    level = severity_of_run(end["outcome"], token)
    match end["outcome"]:
        case "diverged":
            text, icon = f"**Diverged.** {reason}{why}", ":material/trending_up:"
        case "failed":
            text, icon = f"**Failed.** {reason}", ICONS[level]
        case "stopped":
            text, icon = f"**{reason}**", ":material/stop:"
        case _:
            final, optimal = end["final_loss"], end["optimal_loss"]
            best = "" if optimal is None else f" The best a line can do is {optimal:.4g}."
            if optimal is not None and optimal < EXACT * decode(log.brief[0])["baseline_loss"]:
                best = " A line can fit these points exactly."
            text, icon = f"**Completed** at a loss of {final:.4g}.{best}{why}", ICONS[level]
    BOXES[level](text, icon=icon)


def _show_changes(spec: Spec | None, log: RunLog | None, ghost: RunLog | None) -> None:
    if log and ghost and (changes := describe_changes(ghost.spec, log.spec)):
        grey = "" if _names(ghost) else " (grey)"
        if log.spec.scaling.target != ghost.spec.scaling.target:
            changes += ". The target is scaled otherwise: compare shapes, not heights"
        st.caption(f":material/compare_arrows: Changed since the run before{grey}: {changes}")
    if log and spec and (changes := describe_changes(log.spec, spec)):
        st.caption(":material/edit: Not trained yet: " + changes)


def _find_log(token: str | None) -> RunLog | None:
    try:
        return service().log(token) if token else None
    except InputError:
        return None


def _private_run(log: RunLog) -> None:
    """Another learner's run on their own table: its losses and its rate."""
    foreign_run(log)
    events = list(map(decode, log.public()))
    if events and events[-1]["event"] == "run_ended":
        show = BOXES[severity_of(events[-1]["outcome"], None)]
        show(f"**{events[-1]['outcome'].capitalize()}.** {events[-1]['reason']}")
    if events and events[0]["event"] == "run_started":
        live = not log.ended
        payload = chart_payload("loss", CHART_BY_KEY["loss"].draw(Frame(events[0])))
        live_chart(token=session().token, charts=[payload], notify=live, key="live")


def _is_own(log: RunLog | None) -> bool:
    return log is not None and log.is_owned_by(learner_id())


def _send_command(do: str, **details: Any) -> None:
    """Commands the run on screen, if it is this learner's."""
    token = session().token
    if token and _is_own(_find_log(token)):
        service().send_command(token, do, **details)


def _pace() -> float | None:
    return PACES[st.session_state.get("speed", DEFAULT_PACE)]


def _change_pace() -> None:
    _send_command("pace", pace=_pace())
