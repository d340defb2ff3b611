"""A bug, or a setting, that is there and is not told: only the server that keeps it knows which."""

from typing import Any, Literal

from pydantic import Field

from ..errors import InputError
from .bug import Bug

ELSEWHERE = (
    "A mystery is known to the server that keeps it alone: it runs in the lab, and neither from a "
    "file nor in a program that was taken away."
)
LONGEST = 40  # characters of an id


class Mystery(Bug):
    title = "A mystery"
    stage = "forward"
    symptom = "biased"
    purpose = "Something in the program is not as it says. Find out what."
    what = "A bug, or a setting, that you are to find."
    why = "That is the question."
    see = "The curve is free; everything else is evidence that costs points."
    remedy = "It is told when the mystery is opened."
    key: Literal["mystery"] = "mystery"
    id: str = Field("", max_length=LONGEST, description="Names what is hidden; tells nothing.")

    def breaks(self) -> str:
        """The layer, as far as anybody may know: its weights do not say what it gives."""
        return "Layer"

    def arguments(self) -> dict[str, Any]:
        """None that may be told."""
        return {}

    def inject(self, base: type) -> type:
        """Refuses: what is hidden is put in its place before a worker gets the spec.

        Raises:
            InputError: Always.
        """
        raise InputError(ELSEWHERE)
