"""What theory says of tables with many columns: a page asks a worker, for it is cubic in them."""

import threading
from collections.abc import Callable
from typing import Any

from ..data.uploads import TableFinder
from ..spec import Spec
from ..theory.equation import least_squares
from ..theory.outlook import outlook_of
from .behind_training import BehindTraining
from .messages import Command, Reply
from .tables import prepared


class TheoryTasks(BehindTraining):
    """Predicts runs, and finds the best lines.

    A table is prepared once, and its spectrum computed once, as long as there is memory for them:
    another learning rate costs next to nothing.

    Args:
        send: Takes a reply; from any thread.
        find_table: Gives the table behind a source.
        idle: Set while no run has a turn to take.
    """

    name = "The prediction"

    def __init__(
        self, send: Callable[[Reply], Any], find_table: TableFinder, idle: threading.Event
    ):
        super().__init__(send, idle)
        self._find_table = find_table

    def answer(self, command: Command) -> dict[str, Any]:
        """The part of the theory that a `theory` command asks for."""
        spec, token = Spec.of(command["spec"]), command["token"]
        data = prepared(spec, self._find_table(spec.data.source))
        self._pause(token)
        if command["part"] == "best line":
            return least_squares(data).to_json()
        return outlook_of(spec, data, lambda: self._pause(token)).to_json()
