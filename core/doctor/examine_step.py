"""Examines one's own training loop: a single step as a function."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..data.scaling import Scaling
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Finding
from ..errors import InputError
from ..spec import Spec
from .errors import DoctorError
from .examination import without_epochs
from .following import Batch, Taken, as_probes, follow
from .linear import UNKNOWN_EPOCHS, LinearRun, with_probes
from .mending import by_theory
from .report import Report
from .step_faults import fault_of
from .step_weights import Form, array_of, copied
from .words import in_own_words

LOSSES = ("mse", "half_mse", "mae")
TWIN = {"mse": "half_mse", "half_mse": "mse"}
UNKNOWN = "fault:unknown"
SLOW = ("features-unscaled", "target-unscaled", "collinear-features")  # nobody said how many steps
FACTOR = (
    "The step follows {}: that is the same line, and the rate counts {} as much as with the other "
    "convention."
)


def examine_step(
    step: Callable[..., Any],
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
        step: Called as `step(x, y, weights)`, with copies. Returns the new weights in the form of
            `weights`; or a dict of what it computed on the way, with any of `outputs`, `loss`,
            `gradients` and with `weights`, the new ones. What is not told is implied by the
            change of the weights.
        x, y: All rows of one batch: shapes (n, d) or (n,), and (n,) or (n, 1). A column of ones
            among the features counts as the constant.
        weights: To start from: an array (d,) or (d, 1), a pair `(w, b)`, a list or a dict of such
            (`{"w": …, "b": …}`). Arrays, or tensors that turn into arrays.
        learning_rate: What the step is meant to use; None where only its direction is judged.
        loss: The loss that is meant: `mse`, `half_mse` (1/(2m)) or `mae`.
        steps: How many steps to follow.

    Returns:
        The diagnosis, as of `examine`.

    Raises:
        DoctorError: Where nothing can be said, one clear sentence why.

    Example:
        >>> def step(x, y, weights):
        ...     gradient = 2 * x.T @ (x @ weights - y) / len(y)
        ...     return weights - 0.1 * gradient
        >>> print(examine_step(step, X, y, np.zeros(8), learning_rate=0.1))
    """
    if not callable(step):
        raise DoctorError(f"`step` must be a function of x, y and weights. Received: {step!r:.60}.")
    if loss not in LOSSES:
        raise DoctorError(f"`loss` must be one of {', '.join(LOSSES)}. Received: {loss!r:.60}.")
    if steps < 1:
        raise DoctorError(f"`steps` must be >= 1. Received: {steps}.")
    if learning_rate is not None and not learning_rate > 0:
        raise DoctorError(f"`learning_rate` must be > 0. Received: {learning_rate!r:.60}.")
    batch, ones = _batch(x, y)
    form = Form.of(copied(weights), batch.features.shape[1] + (ones is not None), ones)
    if ones is not None and form.bias:
        batch, ones = _with_column(batch, ones), None
    start = form.read(weights)
    spec = _spec(form, start, learning_rate or 1.0, loss)
    with np.errstate(all="ignore"):
        taken = follow(step, batch, weights, form, spec, learning_rate, max(steps, 2))
        spec = _spec(form, start, taken[0].rate, loss)
        diagnosis, facts = _judged(spec, batch, taken, learning_rate is not None)
    return Report.of(diagnosis, facts)


def _batch(x: Any, y: Any) -> tuple[Batch, int | None]:
    """The rows, and where a column of ones stands among the features."""
    features = np.asarray(array_of(x, "x"), np.float64)
    targets = np.asarray(array_of(y, "y"), np.float64)
    features = features[:, None] if features.ndim == 1 else features
    if features.ndim != 2 or targets.ndim not in (1, 2) or targets.size != len(targets):
        raise DoctorError(
            "`x` must be (n, d) or (n,), and `y` (n,) or (n, 1). "
            f"Received shapes: {features.shape} and {targets.shape}."
        )
    targets = targets.ravel()
    if not len(targets) or len(features) != len(targets):
        raise DoctorError(
            "`x` and `y` must have the same number of rows, at least one. "
            f"Received: {len(features)} and {len(targets)}."
        )
    constant = np.flatnonzero((features == 1).all(axis=0))
    ones = int(constant[0]) if len(constant) and features.shape[1] > 1 else None
    kept = features if ones is None else np.delete(features, ones, axis=1)
    return Batch(x, y, kept, targets), ones


def _with_column(batch: Batch, ones: int) -> Batch:
    """The rows with the column of ones as a feature, beside a bias."""
    return replace(batch, features=np.insert(batch.features, ones, 1.0, axis=1))


def _spec(form: Form, start: dict[str, np.ndarray], rate: float, loss: str) -> Spec:
    """The correct step as a spec."""
    bias = float(start["bias"][0]) if form.use_bias else 0.0
    try:
        return Spec.of(
            {
                "data": {
                    "source": "own",
                    "target": "y",
                    "missing": "keep",
                    "validation_fraction": 0,
                },
                "model": {
                    "use_bias": form.use_bias,
                    "initial_weights": {"kernel": start["kernel"].tolist(), "bias": bias},
                },
                "optimizer": {"key": "sgd", "learning_rate": rate},
                "loss": {"key": loss},
                "training": {"epochs": UNKNOWN_EPOCHS, "batch_size": None, "shuffle": False},
            }
        )
    except InputError as error:
        raise DoctorError(str(error)) from error


def _prepared(batch: Batch) -> Prepared:
    """The rows as the app has them."""
    count, width = batch.features.shape
    targets = batch.targets[:, None]
    return Prepared(
        features=tuple(f"x{j}" for j in range(width)),
        target="y",
        x_raw_train=batch.features,
        y_raw_train=targets,
        x_raw_val=None,
        y_raw_val=None,
        train_rows=np.arange(count),
        val_rows=None,
        dropped=0,
        filled=0,
        x_train=batch.features.astype(np.float32),
        y_train=targets.astype(np.float32),
        x_val=None,
        y_val=None,
        feature_scaling=Scaling.fit("none", batch.features),
        target_scaling=Scaling(),
    )


def _judged(
    spec: Spec, batch: Batch, taken: list[Taken], rated: bool
) -> tuple[Diagnosis, tuple[str, ...]]:
    """The diagnosis of the steps, and what else is to be said."""
    run = _run(spec, batch, taken)
    diagnosis = _said(run, batch, taken)
    facts = (f"{len(taken)} steps were followed.",)
    twin = TWIN.get(spec.loss.key)
    if twin and _faulty(diagnosis):
        other = spec.patched({"loss": {"key": twin}})
        # the same steps as those of the other convention, 1/m against 1/(2m)
        again = [_halved(each, 0.5 if twin == "half_mse" else 2.0) for each in taken]
        run_again = _run(other, batch, again)
        said = _said(run_again, batch, again)
        if not _faulty(said):
            run, diagnosis = run_again, said
            name, times = ("1/(2m) · Σr²", "half") if twin == "half_mse" else ("1/m · Σr²", "twice")
            facts = (*facts, FACTOR.format(name, times))
    if not rated:
        facts = (*facts, "Without `learning_rate` the size of a step is not judged.")
    if diagnosis.unhealthy and not _faulty(diagnosis):
        diagnosis = by_theory(run, diagnosis)
    return in_own_words(diagnosis, "SGD"), facts


def _run(spec: Spec, batch: Batch, taken: list[Taken]) -> LinearRun:
    run = LinearRun(spec, _prepared(batch), known=False)
    return with_probes(run, as_probes(taken, batch))


def _said(run: LinearRun, batch: Batch, taken: list[Taken]) -> Diagnosis:
    diagnosis = in_own_words(without_epochs(run.diagnosis()), "SGD")
    named = tuple(_named(finding, batch, taken) for finding in diagnosis.findings)
    if diagnosis.verdict == "slow":
        named = tuple(replace(f, severity="note") if f.cause in SLOW else f for f in named)
    return replace(diagnosis, findings=named)


def _named(finding: Finding, batch: Batch, taken: list[Taken]) -> Finding:
    behind = finding.stage in ("gradient", "update")
    if finding.cause != UNKNOWN or not behind:
        return finding
    return fault_of(taken, len(batch.targets), finding)


def _faulty(diagnosis: Diagnosis) -> bool:
    return any(finding.cause.startswith("fault:") for finding in diagnosis.findings)


def _halved(each: Taken, factor: float) -> Taken:
    """The same step beside the reference of a loss that is so many times the other."""
    reference = {name: factor * values for name, values in each.reference.items()}
    loss = each.loss if "loss" in each.told else factor * each.loss
    return replace(each, reference=reference, loss=loss)
