"""Runs the page again when its connection comes back, to a server that may not know it."""

from pathlib import Path

from streamlit.components.v2 import component

_mount = component(
    "uphill_reconnect",
    js=(Path(__file__).parent / "reconnect.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def reconnect() -> None:
    """To be called outside of fragments: a new server knows none, nor hears their buttons."""
    _mount(key="reconnect", data={}, height=1, on_back_change=lambda: None)
