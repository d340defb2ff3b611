"""Reruns the page when its class has changed; the browser asks, and no script runs until then."""

from streamlit.components.v2 import component

from core.store.classes import ClassView
from pages.ui.classes import class_tab, ticket
from pages.ui.modules import LOADER, module

MODULE = module("class_poll.js")
WAIT = module("class_wait.js")

_mount = component("uphill_class_poll", js=LOADER, isolate_styles=False)
_mount_wait = component("uphill_class_database", js=LOADER, isolate_styles=False)


def class_poll(view: ClassView) -> None:
    """Mounts it; it draws nothing.

    Args:
        view: The class as it is on this page.
    """
    role = class_tab().role
    data = {**MODULE, "ticket": ticket(view, role), "state": view.state_for(role == "teacher")}
    _mount(key="class_poll", data=data, height=1, on_changed_change=lambda: None)


def wait_for_database() -> None:
    """Reruns the page once the database is back; draws nothing."""
    _mount_wait(key="class_database", data=WAIT, height=1, on_back_change=lambda: None)
