"""Seconds since 1970 that go on evenly, whatever is done to the system's clock meanwhile.

A class lives a day. A clock that is put right in mid-class, as that of a small computer that has
found a network, would end it at once, or let wrong join codes be forgotten.
"""

import time

_STARTED = time.time() - time.monotonic()


def steady_time() -> float:
    """The time as the system's clock had it when this process started, and what went by since."""
    return _STARTED + time.monotonic()
