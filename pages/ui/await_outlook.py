"""Waits for what workers predict of tables with many columns, which pages do not."""

from contextlib import suppress

from core.errors import InputError
from core.spec import Spec
from pages.ui.await_runs import await_runs
from pages.ui.cached import is_wide
from pages.ui.wide import ask_worker


def await_outlook(*shown: Spec | None) -> None:
    """Reruns the fragment around it when workers have answered for the specs on screen."""
    pending = set()
    with suppress(InputError):  # a table was deleted
        pending |= {ask_worker("outlook", each).pending for each in shown if each and is_wide(each)}
    if pending := sorted(pending - {""}):
        await_runs(pending, retry=False, key="outlook")
