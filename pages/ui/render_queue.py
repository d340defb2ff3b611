"""A queue for script runs: a bounded number of them render at a time, the others wait.

The interpreter lock lets one thread of a process run at a time. Where sixty scripts start at once,
each is preempted again and again while it holds one of Streamlit's locks, and all others block on
that lock. With few at a time all of them finish sooner.

Scripts are served in the order in which they came. Streamlit starts a thread for each rerun that a
browser asks for and tells the one before to stop: such a script leaves the queue, else one tab that
asks a thousand times a second would hold up everybody.
"""

import functools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOGGER = logging.getLogger("uphill.pages")
NO_MEMORY = (
    "This needs more memory than this server has left. Choose fewer rows or features, or try again "
    "later."
)
RENDER_SLOTS = 2  # concurrent script runs: one computes while another waits for the store

P = ParamSpec("P")
T = TypeVar("T")

CHECK_SECONDS = 0.1  # between two looks of a waiting script whether it is still wanted


class RenderSlots:
    """Slots that are given in the order in which they were asked for.

    Args:
        count: How many there are.
    """

    def __init__(self, count: int):
        self._free = count
        self._waiting: list[object] = []
        self._condition = threading.Condition()

    def acquire(self, check: Callable[[], object] = lambda: None) -> None:
        """Waits for a slot.

        Args:
            check: Is called now and then; what it raises ends the wait.
        """
        ticket = object()

        def is_next() -> bool:
            return self._free > 0 and self._waiting[0] is ticket

        with self._condition:
            self._waiting.append(ticket)
        try:
            while not self._take(is_next):
                check()
        finally:
            with self._condition:
                self._waiting.remove(ticket)
                self._condition.notify_all()

    def _take(self, is_next: Callable[[], bool]) -> bool:
        with self._condition:
            taken = self._condition.wait_for(is_next, CHECK_SECONDS)
            self._free -= taken
        return taken

    def release(self) -> None:
        """Gives a slot back."""
        with self._condition:
            self._free += 1
            self._condition.notify_all()

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._waiting)

    @property
    def free(self) -> int:
        """How many slots nobody holds."""
        return self._free


_slots = RenderSlots(RENDER_SLOTS)
_thread = threading.local()  # `has_slot`: whether this thread holds a slot


@contextmanager
def render_slot() -> Iterator[None]:
    """Acquires a render slot; reentrant: a thread that holds one takes no second.

    A script that runs out of memory ends with a sentence.
    """
    if getattr(_thread, "has_slot", False):
        yield
        return
    _slots.acquire(check=_leave_if_stopped)
    _thread.has_slot = True
    try:
        yield
    except MemoryError:
        LOGGER.warning("A page needed more memory than the web process may take.")
        st.error(NO_MEMORY)
    finally:
        _thread.has_slot = False
        _slots.release()


@contextmanager
def released_slot() -> Iterator[None]:
    """Releases this thread's render slot while it blocks on another process, then reacquires it."""
    if not getattr(_thread, "has_slot", False):
        yield
        return
    _thread.has_slot = False
    _slots.release()
    try:
        yield
    finally:
        _slots.acquire()
        _thread.has_slot = True


def _leave_if_stopped() -> None:
    """Ends this script if Streamlit has told it to stop, which any look at the state finds out."""
    if get_script_run_ctx(suppress_warning=True):
        _ = "uphill" in st.session_state


def with_render_slot(function: Callable[P, T]) -> Callable[P, T]:
    """Decorates a fragment, which also reruns without its page, so that it holds a render slot."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        with render_slot():
            return function(*args, **kwargs)

    return wrapper
