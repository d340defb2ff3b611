"""What a spec's run was declared to do: the only place where a diagnosis looks into a spec."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..data.pipeline import Pipeline
from ..data.prepare import Prepared
from ..errors import InputError
from ..model.optimizers import Optimizer
from ..spec import MAX_EPOCHS, Spec
from ..theory.batch_limit import log_growth
from ..theory.initial_weights import initial_weights
from ..theory.limits import critical_learning_rate, growth_per_step
from ..theory.memory import remembered
from ..theory.predict import predict
from ..theory.prediction import Prediction
from ..theory.problem import Problem
from ..theory.regime import Goal, goal_of
from ..theory.simulation import seconds_needed
from ..theory.spectrum import spectrum_of
from .declared import AS_DECLARED, Change, Declared, Theory


def declared_by(spec: Spec, data: Prepared) -> Declared:
    """What a spec without a bug declares.

    Args:
        spec: What was run.
        data: The table, prepared by the same spec.
    """
    rows, training = len(data.x_train), spec.training
    pipeline = Pipeline(data, training.shuffle, training.seed)
    return Declared(
        data=data,
        features_scaling=spec.scaling.features,
        target_scaling=spec.scaling.target,
        optimizer=spec.optimizer,
        schedule=spec.schedule,
        loss=spec.loss,
        activation=spec.model.activation,
        use_bias=spec.model.use_bias,
        first=spec.model.start,
        epochs=training.epochs,
        most_epochs=MAX_EPOCHS,
        batch=min(training.batch_size or rows, rows),
        order=lambda epoch: pipeline.order(data.y_train, epoch),
        theory=SpecTheory(spec, data),
    )


class SpecTheory(Theory):
    """What theory says of a spec's run; a what-if is a patch.

    Args:
        spec: What was run, without a bug.
        data: The table, prepared by the same spec.
    """

    def __init__(self, spec: Spec, data: Prepared):
        self._spec, self._data = spec, data

    def predict(self, change: Change = AS_DECLARED, data: Prepared | None = None) -> Prediction:
        patch = patch_of(change, self._spec.optimizer)
        spec, own = self._spec.patched(patch) if patch else self._spec, data in (None, self._data)
        return predicted(spec, data or self._data, growth=own and not patch)

    def stable(self, rates: np.ndarray, data: Prepared | None = None) -> np.ndarray:
        problem = self._problem(data)
        if not problem.full_batch:
            return log_growth(problem, rates) <= 0
        sgd, curvatures = self._spec.optimizer, problem.spectrum.curvatures(problem.scale)
        curved = curvatures[curvatures > 0]
        growth = [growth_per_step(curved, rate, sgd.momentum, sgd.nesterov) for rate in rates]
        return np.array([each.max(initial=0.0) <= 1 for each in growth])

    def full_batch_limit(self, data: Prepared) -> float:
        problem, sgd = self._problem(data), self._spec.optimizer
        top = problem.spectrum.curvatures(problem.scale)[0]
        return critical_learning_rate(float(top), sgd.momentum, sgd.nesterov)

    def seconds(self) -> float:
        return seconds_needed(self._problem())

    def goal(self, start: float | None) -> Goal | None:
        finite = spectrum_of(self._data, self._spec.model.use_bias) is not None
        if not finite or self._spec.model.activation != "linear":
            return None
        problem = self._problem()
        with np.errstate(all="ignore"):
            aim = goal_of(problem, initial_weights(self._spec, len(self._data.features)))
        baseline = problem.anchors.baseline_loss
        if start is None or not np.isfinite(start) or baseline is None:
            return aim
        return replace(aim, height=max(start, baseline))

    def loss(self, weights: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            return float(self._problem().full_loss(weights))

    def first_weights(self) -> np.ndarray | None:
        try:
            return initial_weights(self._spec, len(self._data.features))
        except InputError:  # the spec gives others to another number of features
            return None

    def _problem(self, data: Prepared | None = None) -> Problem:
        data = data or self._data
        spectrum = spectrum_of(data, self._spec.model.use_bias)
        assert spectrum is not None
        return Problem(self._spec, data, spectrum)


def patch_of(change: Change, own: Optimizer) -> dict[str, Any]:
    """A change as a partial spec.

    Args:
        change: Of a run.
        own: Its optimizer.
    """
    optimizer = {"learning_rate": change.rate, "momentum": change.momentum}
    optimizer = {name: value for name, value in optimizer.items() if value is not None}
    optimizer |= dict.fromkeys(own.pulls(), 0.0) if change.unregularized else {}
    sections = {
        "optimizer": optimizer | ({"clip_norm": None} if change.unclipped else {}),
        "schedule": {"key": "constant"} if change.constant else {},
        "model": {"use_bias": True} if change.with_bias else {},
        "training": {} if change.epochs is None else {"epochs": change.epochs},
    }
    return {section: values for section, values in sections.items() if values}


def predicted(spec: Spec, data: Prepared, growth: bool = True) -> Prediction:
    """The prediction, without warnings where numbers leave their range.

    Weights that the spec gives to another number of features are left aside.

    Args:
        spec: Of the run.
        data: The table, prepared by the same spec.
        growth: Whether the growth per step is wanted too.
    """
    given = spec.model.initial_weights
    if given and len(given.kernel) != len(data.features):
        spec = spec.patched({"model": {"initial_weights": None}})

    def compute() -> Prediction:
        with np.errstate(all="ignore"):
            return predict(spec, data, doubt=False, growth=growth)

    return remembered(data, ("predicted", spec, growth), compute)
