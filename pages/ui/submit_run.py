"""How pages start a run."""

from typing import Any

import streamlit as st

from core.data.uploads import source_name
from core.differences import in_words, unusual
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store import store
from pages.ui.cached import prediction
from pages.ui.classes import note_run, why_paused
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.table_access import check_access


def submit_run(spec: Spec, *, listed: bool = True, **options: Any) -> str | None:
    """Submits a run of this learner; shows a toast where it is refused.

    It is refused where the server is full, where the table is another learner's, and where the
    learner's class is paused.

    Args:
        spec: What to run.
        listed: Whether the run appears on the learner's runs page, and in their class' room.
        **options: As `core.service.service.Service.submit` takes them.

    Returns:
        The run's token; None if it did not start.
    """
    try:
        check_access(spec.data.source)
        if blocked := why_paused():
            raise InputError(blocked)
        token = service().submit(spec, learner=learner_id(), **options)
    except InputError as error:
        st.toast(plain(error), icon=":material/hourglass_top:")
        return None
    if listed:
        _add_to_runs_page(token, spec)
        note_run(token)
    return token


def _add_to_runs_page(token: str, spec: Spec) -> None:
    values = spec.model_dump(mode="json")
    try:
        values["data"]["source"] = source_name(spec.data.source)
        ratio = prediction(spec).learning_rate_ratio
    except InputError:
        ratio = None  # the table was deleted: nothing to predict from
    store().set_owner(token, learner_id(), ratio, in_words(unusual(values)))
