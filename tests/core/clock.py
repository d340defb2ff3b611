"""A clock for tests."""


class Clock:
    """A clock that advances when a test sets `now`, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
