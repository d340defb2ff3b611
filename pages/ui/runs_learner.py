"""Whose runs these are: the learner's anonymous cookie, read where pages need it."""

import streamlit as st

from core.errors import InputError
from core.learner import COOKIE, VALUE, owner_of
from core.spec import Spec
from core.store import store
from pages.ui.cached import prediction
from pages.ui.state import session


def learner() -> str:
    """The name under which this learner's runs are kept; this tab's own where cookies are off."""
    value = st.context.cookies.get(COOKIE, "")
    return owner_of(value if VALUE.fullmatch(value) else session().stranger)


def keep_as_own(token: str | None, spec: Spec) -> None:
    """Puts a run that this learner has started on the list of their runs."""
    if token is None:
        return
    try:
        ratio = prediction(spec).learning_rate_ratio
    except InputError:
        ratio = None  # there is no table to predict from
    store().own(token, learner(), ratio)
