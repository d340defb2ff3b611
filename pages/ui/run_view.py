"""The run on screen: controls, live charts, and what became of it."""

import streamlit as st

from core.charts import CHARTS, Frame
from core.errors import InputError
from core.record import Record
from core.spec import Spec
from core.training.service import RunLog, service
from pages.ui.cached import prepared, reference
from pages.ui.knobs import BOUND
from pages.ui.live_chart import live_chart
from pages.ui.state import changes, session, show_run

PACES: dict[str, float | None] = {
    "slow motion": 1.0,
    "4 epochs/s": 4.0,
    "20 epochs/s": 20.0,
    "100 epochs/s": 100.0,
    "full speed": None,
}


def run_view(spec: Spec | None, problem: str) -> None:
    """Train and its companions, the charts, the outcome.

    Args:
        spec: What the knobs say; None where they say nothing that can run.
        problem: Why, then.
    """
    here = session()
    try:
        if spec:
            prepared(spec)
    except InputError as error:
        spec, problem = None, str(error)
    log = _log(here.token)
    if _controls(spec, log):
        log = _log(here.token)
    if problem:
        st.error(problem)
    if here.token and log is None:
        st.info(
            "The run that this link names is no longer kept on this server. Its settings are in "
            "the knobs: press Train to run it again."
        )
    ghost = _log(here.ghost)
    _say_changes(spec, log, ghost)
    _outcome(log)
    _charts(log.spec if log else spec, log, ghost)


def _controls(spec: Spec | None, log: RunLog | None) -> bool:
    """The buttons; returns whether Train was pressed."""
    live = log is not None and not log.ended
    paused = log is not None and log.paused
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        pressed = st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=spec is None
        )
        st.button(
            "Resume" if paused and live else "Pause",
            icon=":material/resume:" if paused and live else ":material/pause:",
            disabled=not live,
            on_click=_order,
            args=("resume" if paused else "pause",),
        )
        st.button(
            "One step",
            icon=":material/step:",
            disabled=not live,
            on_click=_order,
            args=("advance",),
            kwargs={"steps": 1},
            help="One update of the weights, then pause.",
        )
        st.button(
            "One epoch",
            icon=":material/step_over:",
            disabled=not live,
            on_click=_order,
            args=("advance",),
            kwargs={"epochs": 1},
            help="To the end of the epoch, then pause.",
        )
        st.button(
            "Stop", icon=":material/stop:", disabled=not live, on_click=_order, args=("stop",)
        )
        pace = st.selectbox(
            "Speed",
            list(PACES),
            index=2,
            key="speed",
            on_change=_change_pace,
            label_visibility="collapsed",
            width=150,
            help="How fast the run goes, so that you can watch it.",
            **BOUND,
        )
    if pressed and spec:
        here = session()
        show_run(service().train(spec, pace=PACES[pace], instead_of=here.token))
    return pressed


def _charts(spec: Spec | None, log: RunLog | None, ghost: RunLog | None) -> None:
    if spec is None:
        return
    try:
        data = prepared(spec)
    except InputError:
        return  # the run's own table is gone; its events are not, but there is no frame for them
    before = Record.of(ghost.decoded()) if ghost else None
    frame = Frame.before(spec, len(data.x_train), data.features, reference(spec), before)
    live_chart(
        token=session().token if log else None,
        figures={chart.key: chart.draw(frame) for chart in CHARTS if chart.live},
        notify=log is not None and not log.ended,
        key="live",
    )


def _outcome(log: RunLog | None) -> None:
    """What became of the run, in words, once it has ended."""
    if log is None or not log.ended:
        return
    record = Record.of(log.decoded())
    ended = record.ended or {}
    match record.outcome:
        case "diverged":
            st.error(f"**Diverged.** {ended['reason']}", icon=":material/trending_up:")
        case "failed":
            st.error(f"**Failed.** {ended['reason']}", icon=":material/error:")
        case "stopped":
            st.info("**Stopped** by you.", icon=":material/stop:")
        case _:
            final, optimal = record.full_loss[-1], record.started.get("optimal_loss")
            best = f" The best a line can do is {optimal:.4g}." if optimal is not None else ""
            st.success(f"**Completed** at a loss of {final:.4g}.{best}", icon=":material/check:")


def _say_changes(spec: Spec | None, log: RunLog | None, ghost: RunLog | None) -> None:
    if log and ghost and (told := changes(ghost.spec, log.spec)):
        st.caption(":material/compare_arrows: Changed since the run before (grey): " + told)
    if log and spec and (told := changes(log.spec, spec)):
        st.caption(":material/edit: Not trained yet: " + told)


def _log(token: str | None) -> RunLog | None:
    try:
        return service().log(token) if token else None
    except InputError:
        return None


def _order(do: str, **details: int) -> None:
    if token := session().token:
        service().order(token, do, **details)


def _change_pace() -> None:
    if token := session().token:
        service().order(token, "pace", pace=PACES[st.session_state["speed"]])
