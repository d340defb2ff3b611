"""A queue for script runs: a bounded number of them render at a time, the others wait.

The interpreter lock lets one thread of a process run at a time. Where sixty scripts start at once,
each is preempted again and again while it holds one of Streamlit's locks, and all others block on
that lock. With few at a time all of them finish sooner.
"""

import functools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import streamlit as st

LOGGER = logging.getLogger("uphill.pages")
NO_MEMORY = (
    "This needs more memory than this server has left. Choose fewer rows or features, or try again "
    "later."
)
RENDER_SLOTS = 2  # concurrent script runs: one computes while another waits for the store

P = ParamSpec("P")
T = TypeVar("T")

_slots = threading.BoundedSemaphore(RENDER_SLOTS)
_thread = threading.local()  # `has_slot`: whether this thread holds a slot


@contextmanager
def render_slot() -> Iterator[None]:
    """Acquires a render slot; reentrant: a thread that holds one takes no second.

    A script that runs out of memory ends with a sentence.
    """
    if getattr(_thread, "has_slot", False):
        yield
        return
    with _slots:
        _thread.has_slot = True
        try:
            yield
        except MemoryError:
            LOGGER.warning("A page needed more memory than the web process may take.")
            st.error(NO_MEMORY)
        finally:
            _thread.has_slot = False


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


def with_render_slot(function: Callable[P, T]) -> Callable[P, T]:
    """Decorates a fragment, which also reruns without its page, so that it holds a render slot."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        with render_slot():
            return function(*args, **kwargs)

    return wrapper
