"""The sweep on screen: its buttons, its map, and the link from a cell to the lab."""

import streamlit as st

from core.cache import cached_value
from core.charts.sweep import label, name_of
from core.errors import InputError
from core.service.public_events import public_spec
from core.service.service import RunLog, service
from core.store import store
from core.sweep.expected import expected_border
from core.sweep.spec import SweepSpec
from core.sweep.stability_border import Line, may_have_border
from pages.ui.cached import prepared
from pages.ui.counted import counted
from pages.ui.foreign_run import with_own_table
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.state import go_to_lab, hide_run, session, show_run, show_sweep
from pages.ui.submit_run import submit_run
from pages.ui.sweep.map import sweep_map

HOW_TO_READ = (
    "Each square is one whole training run: click it to open that run in the lab. The dashed line "
    "is what theory predicts: beyond it the loss must grow."
)
NO_BORDER = (
    "No line is drawn: theory has a formula for the largest stable rate of SGD with a squared "
    "loss, a constant rate and no clipping only. The squares show what happened: click one to open "
    "its run in the lab."
)


def sweep_view(sweep: SweepSpec | None, problem: str) -> None:
    """The buttons and the map.

    Args:
        sweep: The sweep of the form; None where the form is invalid.
        problem: Why it is invalid.
    """
    log = _controls(sweep)
    if problem:
        st.error(plain(problem))
    if session().sweep and log is None:
        st.info(
            "The sweep that this link names was deleted, or never was. Press Sweep for a new one."
        )
    shown = _sweep_of(log) or sweep
    if shown is None:
        return
    changed = " The knobs have changed since: press Sweep." if log and shown != sweep else ""
    words = HOW_TO_READ if may_have_border(shown) else NO_BORDER
    st.caption((words if log else words.replace("Each square is", "Each square will be")) + changed)
    border = ([], []) if log else _expected_border(shown)
    if not log and not border[0]:
        return  # a map of nothing
    chosen = sweep_map(
        shown,
        token=session().sweep if log else None,
        notify=log is not None and not log.ended,
        key="map",
        on_chosen=lambda: None,
        border=border,
    ).chosen
    if chosen and log:
        _open_cell(shown, tuple(chosen))
    if log:
        _cell_picker(shown)


def _expected_border(sweep: SweepSpec) -> Line:
    """The predicted border, as far as it costs little; empty where it is not known."""
    key = ("expected border", sweep.model_dump_json())
    try:
        return cached_value(key, lambda: expected_border(sweep, prepared))
    except InputError:  # its table is not here: said when it is started
        return [], []


def _controls(sweep: SweepSpec | None) -> RunLog | None:
    """The buttons Sweep and Stop; returns the log of the sweep on screen."""
    tab = session()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button(
            f"Sweep {counted(sweep.runs, 'run')}" if sweep else "Sweep",
            type="primary",
            icon=":material/play_arrow:",
            disabled=sweep is None,
            key="start",
        )
        if pressed and sweep:
            shown = _find_log(tab.sweep)
            own = shown is not None and shown.is_owned_by(learner_id())
            instead_of = tab.sweep if own else None
            token = submit_run(sweep.spec, listed=False, axes=sweep.axes, instead_of=instead_of)
            if token:
                store().set_owner(token, learner_id(), None)
                show_sweep(token)
        log = _find_log(tab.sweep)
        st.button(
            "Stop",
            icon=":material/stop:",
            disabled=log is None or log.ended or not log.is_owned_by(learner_id()),
            on_click=_stop,
            key="stop",
        )
    return log


def _cell_picker(sweep: SweepSpec) -> None:
    """Opens a cell in the lab without a mouse, by its values."""
    with st.expander("Open a run in the lab", icon=":material/science:"):
        st.caption("Click a square, or choose its values here.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            place = tuple(
                st.selectbox(
                    name_of(axis.path).capitalize(),
                    range(len(axis.points)),
                    format_func=lambda index, axis=axis: label(axis.points[index]),
                    key=f"cell.{side}",
                )
                for side, axis in zip("xy", sweep.axes, strict=False)
            )
            if st.button("Open in the lab", key="open"):
                _open_cell(sweep, place)


def _open_cell(sweep: SweepSpec, place: tuple[int, ...]) -> None:
    """Goes to the lab with a cell's run, which is trained once more: the same spec, the same run.

    On a table that is another learner's, only with the settings, on an own table.
    """
    tab, spec = session(), sweep.spec_at(place)
    log = _find_log(tab.sweep)
    if log and log.is_private_from(learner_id()):
        hide_run()
        go_to_lab(with_own_table(spec))
    key = tab.sweep or "", place
    if token := tab.cell_runs.get(key) or submit_run(spec):
        tab.cell_runs[key] = token
        show_run(token)
    go_to_lab(spec)


def _sweep_of(log: RunLog | None) -> SweepSpec | None:
    """The sweep of a log, as this learner may see it."""
    if log is None:
        return None
    private = log.is_private_from(learner_id())
    spec = public_spec(log.spec) if private else log.spec
    return SweepSpec(spec=spec, axes=tuple(log.axes))


def _find_log(token: str | None) -> RunLog | None:
    """The log of a sweep; None for the token of a run or for an unknown one."""
    try:
        log = service().log(token) if token else None
    except InputError:
        return None
    return log if log and log.axes else None


def _stop() -> None:
    log = _find_log(session().sweep)
    if log and session().sweep and log.is_owned_by(learner_id()):
        service().send_command(session().sweep or "", "stop")
