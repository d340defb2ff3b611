"""Under which names trainings tell their losses, and what counts their epochs and steps."""

import re
from collections.abc import Collection, Iterable

LOSS = (
    *("loss", "train_loss", "training_loss", "cost", "train_cost", "training_cost", "j"),
    *("mse", "train_mse", "training_mse", "mean_squared_error", "objective", "error", "err"),
    *("train_error", "training_error", "rss", "sse", "rmse", "train_rmse", "mae", "train_mae"),
    *("mean_absolute_error", "value"),
)
VAL_LOSS = tuple(
    f"{held_out}_{name}"
    for name in ("loss", "cost", "mse", "rmse", "mae", "error")
    for held_out in ("val", "valid", "validation", "test", "dev", "eval")
)
LEARNING_RATE = ("learning_rate", "lr")
STEP = ("step", "steps", "iteration", "iterations", "iter", "iters")
NAMES = {
    "loss": LOSS,
    "val_loss": VAL_LOSS,
    "learning_rate": LEARNING_RATE,
    "epoch": ("epoch", "epochs"),
    "step": STEP,
}
ABOUT_LOSS = re.compile(r"(?<![a-z])(loss|cost|mse)(?![a-z])")
HELD_OUT = re.compile(r"(?<![a-z])(val|valid|validation|test|dev|eval)(?![a-z])")
PATTERN = (  # of a name that tells a loss or a rate in a line of text
    r"(?:(?:train(?:ing)?|val(?:id(?:ation)?)?|test|dev|eval)[ _-])?(?:loss|cost|r?mse|mae|error)"
    r"|mean[ _]squared[ _]error|objective|rss|sse|err|J|learning[ _]rate|lr"
)


def plain_name(name: object) -> str:
    """A column's name without what differs from tool to tool."""
    return str(name).strip(" \t\r\"'").lower().replace(" ", "_").replace("-", "_")


def choose_names(names: Collection[str]) -> dict[str, str]:
    """Which of these plain names is the loss, the validation loss and so on, as far as they are.

    Example:
        >>> choose_names(["step", "run_1___loss", "accuracy"])
        {'loss': 'run_1___loss', 'step': 'step'}
    """
    found = {}
    for own, others in NAMES.items():
        name = next((other for other in others if other in names), None)
        name = name or _only(own, names)
        if name is not None:
            found[own] = name
    return found


def _only(own: str, names: Iterable[str]) -> str | None:
    """The one name that speaks of a loss, where none is known."""
    if own not in ("loss", "val_loss"):
        return None
    held_out = own == "val_loss"
    about = [n for n in names if ABOUT_LOSS.search(n) and bool(HELD_OUT.search(n)) == held_out]
    about = [name for name in about if not name.endswith(("__min", "__max"))]  # of Weights & Biases
    return about[0] if len(about) == 1 else None
