"""Who uses this tab: the learner of the anonymous cookie."""

import streamlit as st

from core.web.learner import COOKIE, owner_id, unsign
from pages.ui.state import session


def learner_id() -> str:
    """The owner of this learner's runs and tables; the tab's own one where cookies are off."""
    return owner_id(unsign(st.context.cookies.get(COOKIE, "")) or session().cookieless_id)
