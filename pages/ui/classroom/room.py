"""The room on one screen: every learner's live curve, the answers, who is stuck and on what."""

from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from core.classroom.question import REGIMES, epoch_bins
from core.store.classes import ClassView
from pages.ui.cause_titles import cause_titles
from pages.ui.class_question import option_text
from pages.ui.classes import ticket
from pages.ui.modules import LOADER, module

HERE = Path(__file__).parent
MODULE = module(
    "classroom/room.js",
    "The room did not load. Reload the page.",
    ("classroom/bars.js", "classroom/curves.js"),
)

_mount = component(
    "uphill_class_room",
    js=LOADER,
    css=(HERE / "room.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def room(view: ClassView, *, named: bool) -> int:
    """Mounts it: it asks for the class once a second and draws, without a rerun of the script.

    Args:
        view: The class.
        named: Whether it is the teacher's own screen; else the room's, without names.

    Returns:
        The number of a learner who was clicked just now; 0 for none.
    """
    data = {
        **MODULE,
        "ticket": ticket(view, "teacher" if named else "projector"),
        "named": named,
        "regimes": REGIMES,
        "causes": cause_titles(),
        "question": _question(view),
    }
    chosen = _mount(key="room", data=data, on_chosen_change=lambda: None).chosen
    return chosen["number"] if isinstance(chosen, dict) else 0


def _question(view: ClassView) -> dict[str, Any] | None:
    question = view.state.question
    if question is None:
        return None
    keys = epoch_bins() if question.kind == "epochs" else list(question.options)
    labels = keys if question.kind == "epochs" else [option_text(question, key) for key in keys]
    told = question.model_dump(include={"kind", "round", "open", "revealed"})
    return told | {"number": len(view.state.questions), "keys": keys, "labels": labels}
