"""A hand-written step, taken a few times: what a debugger would show of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..events import Event, number, numbers
from ..spec import Spec
from ..theory.optimum import row_losses, row_slopes
from .errors import DoctorError
from .probing import MOST_CELLS, first_line
from .step_weights import Form, array_of, copied, precision_of

TOLD = ("outputs", "loss", "gradients", "weights")


@dataclass(frozen=True, eq=False)
class Taken:
    """One step of a loop, float64.

    Attributes:
        before, after, gradients: Kernel and bias by name; gradients as told, or as the weights'
            change implies them.
        reference: The analytic gradients at `before`.
        outputs, loss: As told, or as `before` gives them.
        told: Which of `outputs`, `loss` and `gradients` the step told.
        rate: That it uses.
        rounding: By how much a gradient that is implied may miss, each by name.
    """

    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]
    reference: dict[str, np.ndarray]
    outputs: np.ndarray
    loss: float
    told: frozenset[str]
    rate: float
    rounding: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Batch:
    """The rows of every step.

    Attributes:
        x, y: As the owner has them.
        features, targets: Of the reference (n, d) and (n,), float64, without a column of ones.
    """

    x: Any
    y: Any
    features: np.ndarray
    targets: np.ndarray


def follow(
    step: Callable[..., Any],
    batch: Batch,
    weights: Any,
    form: Form,
    spec: Spec,
    rate: float | None,
    steps: int,
) -> list[Taken]:
    """Takes the first steps of a loop, as far as the numbers stay finite.

    Args:
        step: The owner's.
        batch: Its rows.
        weights: To start from, as the owner has them.
        form: What is what in them.
        spec: Says the loss.
        rate: The learning rate; None for the one that fits the first step best.
        steps: How many.

    Raises:
        DoctorError: Where the step raises or returns something else than weights.
    """
    taken: list[Taken] = []
    for _ in range(steps):
        told = _called(step, batch, weights)
        new = told["weights"]
        before, after = form.read(weights), form.read(new)
        outputs = batch.features @ before["kernel"] + before.get("bias", np.zeros(1))[0]
        reference, loss = _reference(batch, outputs, spec, "bias" in before)
        if rate is None:
            rate = _fitting(before, after, reference)
        implied = {name: (before[name] - after[name]) / rate for name in before}
        near = precision_of(new)
        rounding = {
            name: 4 * near * (np.abs(before[name]) + np.abs(after[name])) / abs(rate)
            for name in before
        }
        gradients = implied
        if "gradients" in told:
            gradients = form.read(told["gradients"], "gradients")
            rounding = {name: 0.0 * values for name, values in rounding.items()}
        if "outputs" in told:
            outputs = _outputs(told["outputs"], len(outputs))
        if "loss" in told:
            loss = _loss(told["loss"])
        shown = frozenset(told) - {"weights"}
        taken.append(
            Taken(before, after, gradients, reference, outputs, loss, shown, rate, rounding)
        )
        if not all(np.isfinite(values).all() for values in after.values()):
            break
        weights = new
    return taken


def _called(step: Callable[..., Any], batch: Batch, weights: Any) -> dict[str, Any]:
    """What the step returns, by name."""
    try:
        told = step(copied(batch.x), copied(batch.y), copied(weights))
    except Exception as error:
        raise DoctorError(f"The step raised: {first_line(error)}") from error
    if told is None:
        raise DoctorError("The step must return the new weights. Received: None.")
    if isinstance(told, Mapping) and "weights" in told:
        unknown = [str(name) for name in told if name not in TOLD]
        if unknown:
            known = ", ".join(TOLD)
            raise DoctorError(f"The step may tell {known}. Received: {', '.join(unknown)}.")
        return dict(told)
    return {"weights": told}


def _reference(
    batch: Batch, outputs: np.ndarray, spec: Spec, bias: bool
) -> tuple[dict[str, np.ndarray], float]:
    """The analytic gradients and the loss, the mean over the rows."""
    with np.errstate(all="ignore"):
        residuals = outputs - batch.targets
        slopes = row_slopes(spec.loss, residuals) / len(residuals)
        loss = float(row_losses(spec.loss, residuals).mean())
        found = {"kernel": slopes @ batch.features}
        if bias:
            found["bias"] = np.array([slopes.sum()])
    return found, loss


def _fitting(before: dict, after: dict, reference: dict) -> float:
    """The rate that makes most of a step's change, by its size: its direction is judged later."""
    move = np.concatenate([before[name] - after[name] for name in before])
    slope = np.concatenate([reference[name] for name in before])
    size = float(np.linalg.norm(slope))
    rate = float(np.linalg.norm(move)) / size if size > 0 else 0.0
    if not (np.isfinite(rate) and rate > 0):
        raise DoctorError("Without `learning_rate` the first step must move the weights.")
    return rate


def _outputs(told: Any, rows: int) -> np.ndarray:
    outputs = np.asarray(array_of(told, "outputs"), np.float64)
    if outputs.size != rows:
        raise DoctorError(
            f"The step's outputs must be one for each of the {rows} rows. "
            f"Received shape: {outputs.shape}."
        )
    return outputs.ravel()


def _loss(told: Any) -> float:
    loss = np.asarray(array_of(told, "loss"), np.float64)
    if loss.size != 1:
        raise DoctorError(f"The step's loss must be one number. Received shape: {loss.shape}.")
    return float(loss.ravel()[0])


def as_probes(taken: list[Taken], batch: Batch) -> list[Event]:
    """The steps as the diagnosis reads them.

    An implied gradient that is the analytic one within the rounding of the weights counts as it.
    """
    shown = max(1, MOST_CELLS // max(1, batch.features.shape[1]))
    x = batch.features[:shown].astype(np.float32)
    y = batch.targets[:shown].astype(np.float32)
    return [
        {
            "event": "probe",
            "epoch": index,
            "step": index,
            "why": "scheduled",
            "learning_rate": number(each.rate),
            "batch_rows": len(batch.targets),
            "rows": list(range(len(x))),
            "features": [numbers(row) for row in x.tolist()],
            "targets": numbers(y.tolist()),
            "weights_before": _told(each.before),
            "outputs": numbers(each.outputs[:shown].tolist()),
            "loss": number(each.loss),
            "gradients": _told(_settled(each)),
            "weights_after": _told(each.after),
        }
        for index, each in enumerate(taken)
    ]


def _settled(each: Taken) -> dict[str, np.ndarray]:
    with np.errstate(all="ignore"):
        return {
            name: np.where(
                np.abs(values - each.reference[name]) <= each.rounding[name],
                each.reference[name],
                values,
            )
            for name, values in each.gradients.items()
        }


def _told(weights: dict[str, np.ndarray]) -> dict[str, list[float | str | None]]:
    return {name: numbers(values.tolist()) for name, values in weights.items()}
