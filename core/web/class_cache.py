"""The classes that this server has looked up just now: a hundred pages ask for one every second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache

from ..errors import InputError
from ..store import store
from ..store.classes import ClassView

FRESH_SECONDS = 0.2  # until the database is asked again: another server may have changed a class
MOST = 500


class ClassCache:
    """Classes by their ids.

    Args:
        load: Reads a class from the database.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        load: Callable[[str], ClassView | None],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._load, self._clock = load, clock
        self._known: OrderedDict[str, tuple[float, ClassView | None]] = OrderedDict()
        self._locks = [threading.Lock() for _ in range(16)]

    def fresh(self, class_id: str) -> ClassView | None:
        """A class that was looked up just now; None for another."""
        at, view = self._known.get(class_id, (float("-inf"), None))
        return view if self._clock() - at < FRESH_SECONDS else None

    def get(self, class_id: str) -> ClassView | None:
        """A class, looked up if need be; None if there is none.

        While the database is out of reach, the class is as it was.

        Raises:
            InputError: If it is out of reach, and the class was never looked up.
        """
        with self._locks[hash(class_id) % len(self._locks)]:
            at, view = self._known.get(class_id, (float("-inf"), None))
            if self._clock() - at < FRESH_SECONDS:
                return view
            try:
                view = self._load(class_id)
            except InputError:
                if view is None:
                    raise
            self._put(class_id, view)
            return view

    def put(self, view: ClassView) -> None:
        """Takes over a class that was changed here."""
        self._put(view.id, view)

    def forget(self, class_id: str) -> None:
        """The class is looked up at the next request."""
        self._known.pop(class_id, None)

    def _put(self, class_id: str, view: ClassView | None) -> None:
        self._known[class_id] = (self._clock(), view)
        self._known.move_to_end(class_id)
        while len(self._known) > MOST:
            self._known.popitem(last=False)


@cache
def class_cache() -> ClassCache:
    """This process' classes."""
    return ClassCache(_load)


def _load(class_id: str) -> ClassView | None:
    return store().classes.get(class_id)
