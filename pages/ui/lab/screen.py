"""What the lab's screen needs of the browser: one screen's layout, and keys for its buttons."""

from pathlib import Path

from streamlit.components.v2 import component

from pages.ui.modules import LOADER, module

HERE = Path(__file__).parent
MODULE = module("lab/screen.js")

_mount = component(
    "uphill_lab_screen",
    js=LOADER,
    css=(HERE / "screen.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def lab_screen() -> None:
    """Mounts it; it draws nothing."""
    _mount(key="screen", data=dict(MODULE), height=1)
