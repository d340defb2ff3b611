"""The retry buffer: what of one run is not yet written to the database."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class PendingWrites:
    """What of one run is not yet written to the database.

    Attributes:
        row: The run's row to insert; None if that is written already.
        updates: Columns of the row to update.
        diagnosis: As JSON; None for no new one.
        events: As JSON, one text each.
        first_event: The number of the first of `events` among all events of the run.
        checkpoint: How many events it covers, and its state; None for no new one.
        commands: For the server that trains the run, as JSON.
    """

    row: dict[str, Any] | None = None
    updates: dict[str, Any] = field(default_factory=dict)
    diagnosis: str | None = None
    events: list[bytes] = field(default_factory=list)
    first_event: int = 0
    checkpoint: tuple[int, bytes] | None = None
    commands: list[str] = field(default_factory=list)

    def merged_with(self, later: "PendingWrites") -> "PendingWrites":
        """These writes and later ones of the same run, in one."""
        return PendingWrites(
            self.row or later.row,
            self.updates | later.updates,
            later.diagnosis or self.diagnosis,
            self.events + later.events,
            self.first_event if self.events else later.first_event,
            later.checkpoint or self.checkpoint,
            self.commands + later.commands,
        )
