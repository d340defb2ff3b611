"""How a run ended, in a sentence: the same on every screen and in a report."""

import math
from collections.abc import Mapping
from typing import Any

from ..events import Event, from_number
from ..model.losses import Loss
from ..theory.optimum import EXACT
from ..theory.wording import figure


def ended_in_words(
    loss: Loss, use_bias: bool, started: Event, end: Mapping[str, Any]
) -> tuple[str, str]:
    """What became of a run, without its cause: the first words, and the rest.

    Args:
        loss: What was minimized.
        use_bias: Whether the layer has a constant.
        started: Its `run_started`.
        end: Its `outcome` and `reason`, the `epochs` that are over, its `final_loss` (of all rows).
    """
    match end["outcome"]:
        case "diverged":
            return "Diverged.", end["reason"]
        case "failed":
            return "Failed.", end["reason"]
        case "stopped":
            return end["reason"], _how_far(started, end)
    final = from_number(end["final_loss"])
    return "Completed", f"at a loss of {figure(final)}.{_best(loss, use_bias, started)}"


def nothing_in_words(verdict: str | None) -> str:
    """What is said where no cause was found.

    Args:
        verdict: Of the diagnosis.
    """
    if verdict == "healthy":
        return "Nothing is wrong with this run."
    return f"No cause was found: the run is {verdict}."


def _how_far(started: Event, end: Mapping[str, Any]) -> str:
    """Where a run was when it was stopped."""
    if "epochs" not in started:  # it was waiting for its turn
        return "It had not begun."
    if not end["epochs"]:
        return f"Not one of its {started['epochs']:,} epochs was over."
    loss = figure(from_number(end["final_loss"]))
    were = "was" if end["epochs"] == 1 else "were"
    return f"{end['epochs']:,} of {started['epochs']:,} epochs {were} over, the loss was {loss}."


def _best(loss: Loss, use_bias: bool, started: Event) -> str:
    """What the best line would have come to, which behind an activation is not known."""
    optimal = from_number(started.get("optimal_loss"))
    if math.isnan(optimal):
        return ""
    if optimal < EXACT * from_number(started["baseline_loss"]):
        return " A line can fit these points exactly."
    if not loss.quadratic:
        return f" The line of least squares has one of {figure(optimal)}."
    which = "a line" if use_bias else "a line without a bias"
    return f" The best {which} can do is {figure(optimal)}."
