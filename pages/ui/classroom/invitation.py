"""How learners come in: the code, the address, a QR code."""

from urllib.parse import urlsplit

import segno
import streamlit as st

from core.settings import settings
from core.store.classes import ClassView
from pages.ui.share import server_url

LOCAL = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}
STEPS = (
    ":material/ios_share: **Push** gives everybody the set-up of your lab. "
    ":material/quiz: **Ask** what they expect before they see it. "
    ":material/play_arrow: **Everybody Train** starts all labs at once, and their curves rise here."
)
ONLY_HERE = (
    "This address is of this machine alone: phones cannot reach it. Open this page by the "
    "machine's name in the network, or set UPHILL_PUBLIC_URL."
)


def invitation(view: ClassView, large: bool = False) -> None:
    """The code, and behind a click, or large on the wall, the QR code and the address."""
    address = public_address()
    link = f"{address}/c/{view.code}"
    if large:
        _qr(link, 3)
        st.html(
            f'<p class="join-large">Join at <b>{_bare(address)}/classroom</b><br>'
            f"<strong>{view.code}</strong></p>"
        )
        return
    with st.popover(view.code, icon=":material/qr_code_2:", key="invitation_open"):
        _warn(address)
        st.markdown(f"Learners open **{_bare(address)}/classroom** and type")
        st.code(view.code, language=None)
        st.markdown("or open this link, also by the QR code:")
        _qr(link, 5)
        st.code(link, language=None, wrap_lines=True)


def first_steps(view: ClassView) -> None:
    """What to do in a room that nobody is in yet; the room's script hides it from the first on."""
    address = public_address()
    with st.container(
        key="first_steps", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        _qr(f"{address}/c/{view.code}", 3)
        with st.container(gap="small"):
            st.markdown(
                f"Nobody is in yet. Learners open **{_bare(address)}/classroom** and type "
                f"**{view.code}**, or scan the code."
            )
            st.markdown(STEPS)
            _warn(address)


def _warn(address: str) -> None:
    if urlsplit(address).hostname in LOCAL:
        st.warning(ONLY_HERE)


def public_address() -> str:
    """Where learners reach this server: as the operator says, else as this browser does."""
    return settings().public_url.rstrip("/") or server_url()


def _bare(address: str) -> str:
    return address.partition("://")[2]


def _qr(link: str, scale: int) -> None:
    picture = segno.make(link, error="m").svg_data_uri(scale=scale, dark="#000", light="#fff")
    st.html(f'<img src="{picture}" alt="QR code of the link to join">', width="content")
