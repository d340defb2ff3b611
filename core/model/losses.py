"""The losses of a regression; `reduction` says how a batch's rows become one number."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from ..choice import Choice, by_key

Reduction: Any = Field(
    default="mean", description="One number for the batch: the mean over its rows, or their sum."
)
KERAS_REDUCTION = {"mean": "sum_over_batch_size", "sum": "sum"}


class Loss(Choice):
    """A loss, r = prediction − target for each row.

    Attributes:
        quadratic: Whether the loss is a quadratic function of the weights, so that theory is exact.
        factor: c of a row's loss c · r², where it is quadratic.
    """

    quadratic: ClassVar[bool] = False
    factor: ClassVar[float] = 1.0
    reduction: Literal["mean", "sum"] = Reduction

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the Keras class; `reduction` under Keras' name."""
        return super().arguments() | {"reduction": KERAS_REDUCTION[self.reduction]}


class MeanSquaredError(Loss):
    title = "Mean squared error"
    keras_name = "MeanSquaredError"
    formula = r"r^2"
    purpose = "The loss of least squares: large errors weigh most."
    quadratic = True
    key: Literal["mse"] = "mse"
    reduction: Literal["mean", "sum"] = Reduction


class HalfMeanSquaredError(Loss):
    title = "Half mean squared error"
    formula = r"\tfrac12 r^2"
    purpose = "The 1/(2m) of most courses: half the curvature, so twice the largest stable rate."
    quadratic = True
    factor = 0.5
    key: Literal["half_mse"] = "half_mse"
    reduction: Literal["mean", "sum"] = Reduction


class MeanAbsoluteError(Loss):
    title = "Mean absolute error"
    keras_name = "MeanAbsoluteError"
    formula = r"|r|"
    purpose = "Cares little for outliers; its gradient never shrinks, so a fixed rate hovers."
    key: Literal["mae"] = "mae"
    reduction: Literal["mean", "sum"] = Reduction


class Huber(Loss):
    title = "Huber"
    keras_name = "Huber"
    formula = r"\tfrac12 r^2 \text{ if } |r| \le \delta,\ \text{else } \delta|r| - \tfrac12\delta^2"
    purpose = "Squared near the target, absolute far away: a bounded gradient."
    key: Literal["huber"] = "huber"
    delta: float = Field(
        default=1.0, gt=0, description="δ: the residual at which it turns straight."
    )
    reduction: Literal["mean", "sum"] = Reduction


class LogCosh(Loss):
    title = "Log-cosh"
    keras_name = "LogCosh"
    formula = r"\log\cosh r"
    purpose = "A smooth relative of Huber with nothing to set."
    key: Literal["log_cosh"] = "log_cosh"
    reduction: Literal["mean", "sum"] = Reduction


LOSSES: tuple[type[Loss], ...] = (
    MeanSquaredError,
    HalfMeanSquaredError,
    MeanAbsoluteError,
    Huber,
    LogCosh,
)
LOSS_BY_KEY = by_key(LOSSES)
