"""What one server lets a run be; said before the run, with the limit and what to change."""

from .errors import InputError
from .settings import settings
from .spec import Spec


def check_run(spec: Spec, pace: float | None = None) -> None:
    """Refuses a run that is longer than this server allows.

    Args:
        spec: What is to be run.
        pace: Epochs a second, None for as fast as it goes.

    Raises:
        InputError: If it has too many epochs, or they would take too long at that pace.
    """
    epochs, most, minutes = spec.training.epochs, settings().epochs, settings().run_minutes
    if epochs > most:
        raise InputError(
            f"`training.epochs` must be <= {most:,} on this server. Received: {epochs:,}."
        )
    if pace and epochs / pace > 60 * minutes:
        raise InputError(
            f"A run may take {minutes:,} minutes on this server. Received: {epochs:,} epochs at "
            f"{pace:g} a second, which take {epochs / pace / 60:,.0f}. Use fewer epochs, or a "
            "higher speed."
        )


def check_size(rows: int, features: int) -> None:
    """Refuses a table that is larger than this server trains on.

    Raises:
        InputError: If rows × features are too many.
    """
    most = settings().cells
    if rows * features > most:
        raise InputError(
            f"Training rows × features must be <= {most:,} on this server. Received: {rows:,} × "
            f"{features:,} = {rows * features:,}. Choose fewer features, or a smaller table."
        )
