"""What theory says of tables with many columns: a page asks a worker, for it is cubic in them."""

from typing import Any

from ..spec import Spec
from ..theory.equation import least_squares
from ..theory.outlook import outlook_of
from .behind_training import BehindTraining
from .messages import Command
from .tables import prepared


class TheoryTasks(BehindTraining):
    """Predicts runs, and finds the best lines.

    A table is prepared once, and its spectrum computed once, as long as there is memory for them:
    another learning rate costs next to nothing.
    """

    name = "The prediction"

    def answer(self, command: Command) -> dict[str, Any]:
        """The part of the theory that a `theory` command asks for."""
        spec, token = Spec.of(command["spec"]), command["token"]
        data = prepared(spec, self._find_table(spec.data.source))
        self._pause(token)
        if command["part"] == "best line":
            return least_squares(data).to_json()
        return outlook_of(spec, data, lambda: self._pause(token)).to_json()
