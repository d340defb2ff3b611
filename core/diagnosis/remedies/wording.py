"""What a remedy gives and costs, in words: the same on every screen and in a report."""

from ...theory.wording import figure
from ..finding import Attempt, Remedy


def remedy_in_words(remedy: Remedy, planned: int, diverged: bool) -> str:
    """What running it gave.

    Args:
        remedy: It.
        planned: Epochs of the patched run.
        diverged: Whether the run itself did: of no other is it said that it no longer does.
    """
    if not remedy.verified:
        return "not tried yet"
    epochs = remedy.epochs_to_optimum
    if remedy.reaches == "optimum":
        text = "near the optimum" if epochs is None else f"near the optimum after {_count(epochs)}"
    else:
        text = "no longer diverges" if diverged else "comes down"
        if epochs is not None:
            text += f"; near the optimum after {_count(epochs)} ({planned:,} planned)"
    gives = [] if remedy.seconds is None else [f"take {remedy.seconds:.2g} s"]
    gives += [] if remedy.rmse is None else [f"leave {_error(remedy.rmse, remedy.rounding)}"]
    return f"{text}; all {_count(planned)} {' and '.join(gives)}" if gives else text


def attempt_in_words(attempt: Attempt) -> str:
    """What a change came to that was run in vain."""
    end = "" if attempt.final_loss is None else f" at a loss of {figure(attempt.final_loss)}"
    return f"{attempt.outcome}{end}"


def _error(rmse: float, rounding: float | None) -> str:
    if rounding is not None and rmse <= rounding:
        return "no error beyond float32's rounding"
    return f"an error of {figure(rmse)} (RMSE)"


def _count(epochs: int) -> str:
    return f"{epochs:,} epoch{'s' if epochs != 1 else ''}"
