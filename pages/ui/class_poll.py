"""Reruns the page when its class has changed; the browser asks, and no script runs until then."""

from streamlit.components.v2 import component

from core.store.classes import ClassView
from core.web.class_routes import state_of
from pages.ui.classes import ticket
from pages.ui.modules import LOADER, module

MODULE = module("class_poll.js")

_mount = component("uphill_class_poll", js=LOADER, isolate_styles=False)


def class_poll(view: ClassView) -> None:
    """Mounts it; it draws nothing.

    Args:
        view: The class as it is on this page.
    """
    data = {**MODULE, "ticket": ticket(view, "learner"), "state": state_of(view)}
    _mount(key="class_poll", data=data, height=1, on_changed_change=lambda: None)
