"""What of one run is not yet in the database."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class PendingWrites:
    """What of one run is not yet in the database.

    Attributes:
        row: Its row, where that is not written.
        changes: Columns to change.
        diagnosis: As JSON.
        lines: Events, and in `first` the number of the first of them.
        checkpoint: How many events it holds, and the state to go on from.
        orders: For the server that trains it, as JSON.
    """

    row: dict[str, Any] | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    diagnosis: str | None = None
    lines: list[bytes] = field(default_factory=list)
    first: int = 0
    checkpoint: tuple[int, bytes] | None = None
    orders: list[str] = field(default_factory=list)

    def followed_by(self, later: "PendingWrites") -> "PendingWrites":
        """Both together."""
        return PendingWrites(
            self.row or later.row,
            self.changes | later.changes,
            later.diagnosis or self.diagnosis,
            self.lines + later.lines,
            self.first if self.lines else later.first,
            later.checkpoint or self.checkpoint,
            self.orders + later.orders,
        )
