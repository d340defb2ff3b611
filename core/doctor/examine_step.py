"""Examines one's own training loop: a single step as a function."""

from typing import Any

from .errors import DoctorError
from .report import Report


def examine_step(
    step: Any,
    x: Any,
    y: Any,
    weights: Any,
    *,
    learning_rate: float | None = None,
    loss: str = "mse",
    steps: int = 4,
) -> Report:
    """Holds a hand-written step of linear regression against the reference, stage by stage.

    Args:
        step: Called as `step(x, y, weights)`. Returns the new weights in the form of `weights`; or
            a dict of what it computed on the way, with any of `outputs`, `loss`, `gradients` and
            with `weights`, the new ones. What is not told is found by finite differences.
        x, y: All rows of one batch: shapes (n, d) and (n,) or (n, 1).
        weights: To start from: an array (d,) or (d, 1), a pair `(w, b)`, a list or a dict of such
            (`{"w": …, "b": …}`). Arrays, or tensors that turn into arrays.
        learning_rate: What the step is meant to use; None where only its direction is judged.
        loss: The loss that is meant: `mse`, `half_mse` (1/(2m)) or `mae`.
        steps: How many steps to follow.

    Returns:
        The diagnosis, as of `examine`.

    Raises:
        DoctorError: Where nothing can be said, one clear sentence why.
    """
    raise DoctorError("The examination is not written yet.")
