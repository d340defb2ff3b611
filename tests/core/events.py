"""Views of a run's events that tests compare."""

from core.events import Event


def without_seconds(events: list[Event]) -> list[Event]:
    """The events without what a clock measured."""
    return [{k: v for k, v in event.items() if k != "seconds"} for event in events]


def final_cells(events: list[Event]) -> dict[tuple[int, ...], Event]:
    """The cells of a sweep whose runs have ended, by their indices; each was sent once."""
    cells = [cell for event in events for cell in event.get("cells", ()) if cell["final"]]
    by_indices = {tuple(cell["at"]): cell for cell in cells}
    assert len(by_indices) == len(cells)
    return by_indices
