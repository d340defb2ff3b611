"""The learner's latest sweeps, to open or delete them."""

from math import prod

import pandas as pd
import streamlit as st

from core.charts.sweep import name_of
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store import Run, store
from core.sweep.spec import axes_from_json
from pages.ui.counted import counted
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.refusals import tells_refusals
from pages.ui.state import session, show_sweep
from pages.ui.table_titles import table_title

MAX_LISTED = 8


def sweep_list() -> None:
    """A line for each sweep; nothing where there are none."""
    try:
        sweeps = store().list_sweeps(learner_id(), MAX_LISTED)
    except InputError as error:
        st.caption(plain(error))
        return
    if not sweeps:
        return
    with st.expander("Your sweeps", icon=":material/history:"):
        st.caption(
            f"Your latest {MAX_LISTED} are listed. An open one can be shared by its address."
        )
        for run in sweeps:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                shown = run.token == session().sweep
                st.button(
                    "Shown" if shown else "Open",
                    disabled=shown,
                    key=f"sweep.open.{run.token}",
                    on_click=show_sweep,
                    args=(run.token,),
                )
                st.markdown(describe(run, st.context.timezone), width="stretch")
                st.button(
                    "Delete",
                    icon=":material/delete:",
                    type="tertiary",
                    key=f"sweep.delete.{run.token}",
                    on_click=_delete,
                    args=(run.token,),
                )


def describe(run: Run, timezone: str | None) -> str:
    """A sweep in one line: knobs, number of runs, table, outcome, start."""
    axes = axes_from_json(run.axes)
    knobs = " × ".join(name_of(axis.path) for axis in axes)
    runs = prod(len(axis.points) for axis in axes)
    table = table_title(Spec.from_json(run.spec).data.source).partition(":")[0]
    started = pd.Timestamp(run.started_at, unit="s", tz="UTC").tz_convert(timezone or "UTC")
    outcome = run.outcome or "not finished"
    when = f"{started.day} {started:%b %Y, %H:%M}"
    return f"**{knobs}** · {counted(runs, 'run')} · {table} · {outcome} · {when}"


@tells_refusals
def _delete(token: str) -> None:
    """Stops a sweep and deletes it for good."""
    service().discard(token)
    store().delete(learner_id(), [token])
