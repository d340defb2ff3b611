"""Which epochs of a very long run are told: never the first, the last or an extreme is lost."""

from ..events import Event, from_number

WHOLE = 4000  # epochs up to which every one is told
MOST_BYTES = 4_000_000  # of all epochs of a run, about


class Thinning:
    """Passes on the lowest and the highest epoch of every few.

    Args:
        epochs: Epochs of the whole run.
        size: Bytes of one epoch's event, about.
    """

    def __init__(self, epochs: int, size: int = 0):
        whole = min(WHOLE, max(2, MOST_BYTES // max(size, 1)))
        self.every = max(1, -(-epochs // (whole // 2)) if epochs > whole else 1)
        self._last_epoch = epochs - 1
        self._waiting: list[Event] = []
        self._untold: list[Event] = []  # the latest epoch, unless it was told: a run may end there

    @property
    def held(self) -> list[list[Event]]:
        """The epochs that are not told yet; may be set, to go on where another one was."""
        return [[*self._waiting], [*self._untold]]

    @held.setter
    def held(self, events: list[list[Event]]) -> None:
        self._waiting, self._untold = ([*each] for each in events)

    def pass_on(self, event: Event) -> list[Event]:
        """The `epoch_ended` events to tell now that `event` has come."""
        told = self._due(event)
        self._untold = [] if told and told[-1] is event else [event]
        return told

    def _due(self, event: Event) -> list[Event]:
        epoch = event["epoch"]
        if self.every == 1 or epoch in (0, self._last_epoch):
            return [*self._extremes(), event]
        self._waiting.append(event)
        return self._extremes() if len(self._waiting) >= self.every else []

    def rest(self) -> list[Event]:
        """What is to be told of the epochs still held back when a run ends early."""
        last, self._untold = self._untold, []
        told = self._extremes()
        return told if told[-1:] == last else told + last

    def _extremes(self) -> list[Event]:
        waiting, self._waiting = self._waiting, []
        if len(waiting) <= 2:
            return waiting
        lowest = min(waiting, key=lambda event: from_number(event["full_loss"]))
        highest = max(waiting, key=lambda event: from_number(event["full_loss"]))
        return [event for event in waiting if event is lowest or event is highest]
