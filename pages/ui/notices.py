"""What of a link could not be taken over: said over the page, so that nothing on it moves."""

import streamlit as st

from pages.ui.state import session


def notices_view() -> None:
    """Shows them, until they are read or the learner moves on."""
    if not session().notices:
        return
    with st.container(key="notices", gap="small"):
        st.warning("\n\n".join(session().notices))
        st.button("Got it", key="notices_read", on_click=_forget)


def _forget() -> None:
    session().notices = []
