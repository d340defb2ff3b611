"""Scripts of many learners take turns, so that they do not stand in each other's way.

Only one thread of a process works at a time. With sixty scripts begun at once each is interrupted
over and over while it holds one of Streamlit's locks, and all others wait for that. Few at a time
end sooner, all of them.
"""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

PLACES = 2  # scripts that run at once: one works while another waits for the store

P = ParamSpec("P")
T = TypeVar("T")

_places = threading.BoundedSemaphore(PLACES)
_thread = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Waits for a place and keeps it; within another turn of the same thread it is had already."""
    if getattr(_thread, "has_place", False):
        yield
        return
    with _places:
        _thread.has_place = True
        try:
            yield
        finally:
            _thread.has_place = False


@contextmanager
def aside() -> Iterator[None]:
    """Gives the place to others meanwhile: for what another process does, and may take long."""
    if not getattr(_thread, "has_place", False):
        yield
        return
    _thread.has_place = False
    _places.release()
    try:
        yield
    finally:
        _places.acquire()
        _thread.has_place = True


def in_turn(function: Callable[P, T]) -> Callable[P, T]:
    """Makes a fragment, which runs without its page, wait for its turn."""

    @functools.wraps(function)
    def taking_turns(*args: P.args, **kwargs: P.kwargs) -> T:
        with turn():
            return function(*args, **kwargs)

    return taking_turns
