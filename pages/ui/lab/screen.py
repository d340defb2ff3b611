"""What the lab's screen needs of the browser: one screen's layout, and keys for its buttons."""

from pathlib import Path

from streamlit.components.v2 import component

from pages.ui.modules import LOADER, module

HERE = Path(__file__).parent
MODULE = module("lab/screen.js")
STYLES = ("screen.css", "sentence.css", "rate_slider.css")  # of what the screen always has

_mount = component(
    "uphill_lab_screen",
    js=LOADER,
    css="".join((HERE / name).read_text(encoding="utf-8") for name in STYLES),
    isolate_styles=False,
)


def lab_screen(presented: bool, hidden: list[str], section: str) -> None:
    """Mounts it; it draws nothing. Sentence and slider have their styles of it: it is sent once.

    Args:
        presented: Whether the lab is shown to a room.
        hidden: Names of the controls that are left out.
        section: The section of knobs that the lesson speaks of.
    """
    data = {**MODULE, "presented": presented, "hidden": hidden, "section": section}
    _mount(key="screen", data=data, height=1)
