"""Whose runs these are: the learner's anonymous cookie, read where pages need it."""

from typing import Any

import streamlit as st

from core.data.uploads import check_owner, name_of
from core.differences import in_words, unusual
from core.errors import InputError
from core.service.service import service
from core.spec import Spec
from core.store import store
from core.web.learner import COOKIE, VALUE, owner_of
from pages.ui.cached import prediction
from pages.ui.state import session


def learner() -> str:
    """The name under which this learner's runs are kept; this tab's own where cookies are off."""
    value = st.context.cookies.get(COOKIE, "")
    return owner_of(value if VALUE.fullmatch(value) else session().stranger)


def start(spec: Spec, *, listed: bool = True, **asked: Any) -> str | None:
    """Starts a run of this learner's; says so where the server is full, or the table another's.

    Args:
        spec: What to run.
        listed: Whether the run comes on the list of their runs.
        **asked: Of `core.service.service.Service.train`.

    Returns:
        The run's token; None if it did not start.
    """
    try:
        check_owner(spec.data.source, learner())
        token = service().train(spec, learner=learner(), **asked)
    except InputError as error:
        st.toast(str(error), icon=":material/hourglass_top:")
        return None
    if listed:
        keep_as_own(token, spec)
    return token


def keep_as_own(token: str, spec: Spec) -> None:
    """Puts a run that this learner has started on the list of their runs."""
    values = spec.model_dump(mode="json")
    try:
        values["data"]["source"] = name_of(spec.data.source)
        ratio = prediction(spec).learning_rate_ratio
    except InputError:
        ratio = None  # there is no table to predict from
    store().set_owner(token, learner(), ratio, in_words(unusual(values)))
