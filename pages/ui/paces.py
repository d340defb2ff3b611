"""How fast a run may go, so that a person can watch it."""

PACES: dict[str, float | None] = {  # epochs a second; None for as fast as it can
    "slow motion": 1.0,
    "4 epochs/s": 4.0,
    "20 epochs/s": 20.0,
    "100 epochs/s": 100.0,
    "full speed": None,
}
DEFAULT_PACE = "20 epochs/s"
