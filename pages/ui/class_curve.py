"""A curve that a learner draws, with finger, mouse or keys."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from core.classroom.question import HEIGHTS, HIGHEST
from pages.ui.modules import LOADER, module

HERE = Path(__file__).parent
MODULE = module("class_curve.js", "The drawing did not load. Reload the page.")

_mount = component(
    "uphill_class_curve",
    js=LOADER,
    css=(HERE / "class_curve.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def curve_question(
    key: str, before: list[int] | None, on_drawn: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Shows the drawing.

    Args:
        key: Of the element; its `drawn` is `{"heights": […]}` once it is handed in.
        before: Heights to begin with; None for a flat line.
        on_drawn: Called then.
        args: What it is called with.
    """
    data = {**MODULE, "points": HEIGHTS, "highest": HIGHEST, "before": before, "question": key}
    _mount(key=key, data=data, on_drawn_change=lambda: on_drawn(*args))
