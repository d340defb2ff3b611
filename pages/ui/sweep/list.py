"""A learner's latest sweeps, to be opened again."""

from math import prod

import pandas as pd
import streamlit as st

from core.charts.sweep import name_of
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store import Run, store
from core.sweep.spec import axes_from_json
from pages.ui.learner import learner
from pages.ui.state import session, show_sweep
from pages.ui.table_titles import title_of

SHOWN = 8


def sweep_list() -> None:
    """The sweeps, one a line; nothing where there are none."""
    try:
        sweeps = store().list_sweeps(learner(), SHOWN)
    except InputError as error:
        st.caption(str(error))
        return
    if not sweeps:
        return
    with st.expander("Your sweeps", icon=":material/history:"):
        st.caption(f"Your latest {SHOWN} are listed. An open one can be shared by its address.")
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
                st.markdown(words_of(run, st.context.timezone), width="stretch")
                st.button(
                    "Delete",
                    icon=":material/delete:",
                    type="tertiary",
                    key=f"sweep.delete.{run.token}",
                    on_click=_delete,
                    args=(run.token,),
                )


def words_of(run: Run, timezone: str | None) -> str:
    """What was swept, how many runs it is, over which table, what became of it, and when."""
    axes = axes_from_json(run.axes)
    knobs = " × ".join(name_of(axis.path) for axis in axes)
    runs = prod(len(axis.points) for axis in axes)
    table = title_of(Spec.from_json(run.spec).data.source).partition(":")[0]
    started = pd.Timestamp(run.started_at, unit="s", tz="UTC").tz_convert(timezone or "UTC")
    outcome = run.outcome or "not finished"
    return f"**{knobs}** · {runs:,} runs · {table} · {outcome} · {started:%-d %b %Y, %H:%M}"


def _delete(token: str) -> None:
    """Stops a sweep and deletes it for good."""
    service().forget(token)
    store().delete(learner(), [token])
