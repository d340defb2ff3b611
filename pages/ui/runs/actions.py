"""Buttons for ticked runs: open, train again, name, star, share, delete."""

from collections.abc import Sequence

import orjson
import streamlit as st

from core.data.read import clean_text
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store import Run, store
from core.store.tables import NAME_LENGTH
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.refusals import tells_refusals
from pages.ui.run_names import forget_name
from pages.ui.share import share_run
from pages.ui.state import go_to_lab, show_run
from pages.ui.submit_run import submit_run


def runs_actions(runs: Sequence[Run]) -> None:
    """Buttons for the ticked runs; those that apply to one run are disabled for several."""
    one = runs[0] if len(runs) == 1 else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        open_pressed = st.button(
            "Open in the lab",
            icon=":material/science:",
            disabled=one is None,
            help="Its settings in the knobs, its curve on the chart. For one ticked run.",
        )
        again_pressed = st.button(
            "Train again",
            icon=":material/replay:",
            disabled=one is None,
            help="The same settings once more, in the lab. For one ticked run.",
        )
        starred = all(run.starred for run in runs)
        st.button(
            "Take the star off" if starred else "Star",
            icon=":material/star:",
            on_click=_star,
            args=([run.token for run in runs], not starred),
        )
        with st.popover("Name", icon=":material/edit:", disabled=one is None):
            if one:
                _name_form(one)
        with st.popover("Share", icon=":material/link:", disabled=one is None or not one.outcome):
            if one and one.outcome:
                share_run(one)
        with st.popover("Delete", icon=":material/delete:"):
            _delete_form(runs)
    if one and (open_pressed or again_pressed):
        _open_in_lab(one, again_pressed)


def _name_form(run: Run) -> None:
    key = f"runs_name_{run.token}"
    st.text_input(
        "Name of this run",
        run.name,
        max_chars=NAME_LENGTH,
        key=key,
        on_change=_rename,
        args=(run.token, key),
    )


def _delete_form(runs: Sequence[Run]) -> None:
    many = "this run" if len(runs) == 1 else f"these {len(runs)} runs"
    st.markdown(f"Delete {many} for good, with curves, findings and links?")
    st.button(f"Delete {many}", type="primary", on_click=_delete, args=([r.token for r in runs],))


@tells_refusals
def _rename(token: str, key: str) -> None:
    store().rename(learner_id(), token, clean_text(st.session_state[key]))
    forget_name(token)


@tells_refusals
def _star(tokens: list[str], starred: bool) -> None:
    store().star(learner_id(), tokens, starred)


@tells_refusals
def _delete(tokens: list[str]) -> None:
    for token in tokens:
        service().discard(token)
    store().delete(learner_id(), tokens)


def _open_in_lab(run: Run, again: bool) -> None:
    """Switches to the lab with a run, or with a new run of the same settings."""
    try:
        spec = Spec.of(orjson.loads(run.spec))
    except InputError as error:
        st.error(f"This run is of an older version, and its settings no longer fit. {plain(error)}")
        return
    if token := submit_run(spec) if again else run.token:
        show_run(token)
        go_to_lab(spec)
