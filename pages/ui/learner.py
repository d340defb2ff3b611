"""Who uses this tab: the learner of the anonymous cookie."""

import streamlit as st

from core.web.learner import COOKIE, COOKIE_VALUE, owner_id
from pages.ui.state import session


def learner_id() -> str:
    """The owner of this learner's runs and tables; the tab's own one where cookies are off."""
    value = st.context.cookies.get(COOKIE, "")
    return owner_id(value if COOKIE_VALUE.fullmatch(value) else session().cookieless_id)
