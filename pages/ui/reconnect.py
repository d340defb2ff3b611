"""Reruns the page when its WebSocket reconnects, perhaps to another server; sets its address."""

from pathlib import Path

from streamlit.components.v2 import component

from pages.ui.state import session

_mount = component(
    "uphill_reconnect",
    js=(Path(__file__).parent / "reconnect.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def rerun_on_reconnect() -> None:
    """Mounts the listener, outside of fragments: a new server does not know those of the page."""
    tab = session()
    search, tab.arrival = tab.arrival, ""
    _mount(key="reconnect", data={"search": search}, height=1, on_back_change=lambda: None)
