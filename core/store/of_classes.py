"""What a database keeps of classes, beside the classes themselves."""

from collections.abc import Callable

from .classes import Classes
from .steady_time import steady_time
from .transactions import OpenSession


class OfClasses:
    """Tables that belong to the classes of one database.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
        classes: Of the same database.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        session: OpenSession,
        classes: Classes,
        clock: Callable[[], float] = steady_time,
    ):
        self._session, self._classes, self._clock = session, classes, clock
