"""A linear model: the exact theory, and the app's own diagnosis of what it says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..data.prepare import Prepared
from ..data.scaling import Scaling
from ..diagnosis.declared import Declared
from ..diagnosis.diagnosis import Diagnosis, diagnose_run
from ..diagnosis.spec_run import declared_by
from ..events import Event, from_number, number
from ..spec import Spec
from ..theory.prediction import Prediction
from ..theory.problem import Problem
from ..theory.regime import DIVERGED_FACTOR
from ..theory.simulation import seconds_needed
from ..theory.spectrum import spectrum_of
from .reading import LinearModel
from .rows import Rows

MOST_TOLD = 2000  # epochs
FORESEEN_SECONDS = 0.4  # of a run that is followed step by step
STEPS = 4  # really taken
UNKNOWN_EPOCHS = 100  # looked ahead where it is not known how many there will be


@dataclass(frozen=True, eq=False)
class LinearRun:
    """A linear model's run, before it is run.

    Attributes:
        spec: What it is.
        data: Its rows.
        known: Whether its epochs are the caller's.
        probed: The first steps, really taken.
        shortened: Whether no more epochs are followed than can be in passing.
    """

    spec: Spec
    data: Prepared
    known: bool
    probed: tuple[Event, ...] = ()
    shortened: bool = True

    @cached_property
    def foreseen(self) -> Spec:
        """The same, with as many epochs as can be followed."""
        spectrum = spectrum_of(self.data, self.spec.model.use_bias)
        if not self.shortened or spectrum is None or self.spec.model.activation != "linear":
            return self.spec
        problem = Problem(self.spec, self.data, spectrum)
        seconds = seconds_needed(problem)
        quick = self.spec.optimizer.key == "sgd" and problem.full_batch and problem.quadratic
        if quick or seconds <= FORESEEN_SECONDS:
            return self.spec
        epochs = max(1, int(self.spec.training.epochs * FORESEEN_SECONDS / seconds))
        return self.spec.patched({"training": {"epochs": epochs}})

    @cached_property
    def whole(self) -> bool:
        """Whether the run can be followed to its end."""
        return self.known and self.foreseen is self.spec

    @cached_property
    def declared(self) -> Declared:
        """What it was declared to do."""
        return declared_by(self.foreseen, self.data)

    @cached_property
    def prediction(self) -> Prediction:
        """What the correct program does."""
        return self.declared.theory.predict()

    def events(self) -> list[Event]:
        """The run as theory has it, behind the steps that were really taken."""
        return [self.started(), *self.probed, *self._epochs()]

    def started(self) -> Event:
        """The run's `run_started`."""
        told, spec, data = self.prediction, self.foreseen, self.data
        return {
            "event": "run_started",
            "spec": spec.model_dump(mode="json"),
            "rows": len(data.x_train),
            "validation_rows": 0,
            "features": list(data.features),
            "target": data.target,
            "epochs": spec.training.epochs,
            "steps_per_epoch": self.declared.steps_per_epoch,
            "optimal_loss": number(told.optimal_loss),
            "baseline_loss": number(told.baseline_loss),
            "full_loss": number(told.initial_loss),
            "val_loss": None,
            "weights": [],
        }

    def _epochs(self) -> Iterable[Event]:
        curve = self.prediction.full_loss
        if not curve:
            return
        lost = next((at for at, loss in enumerate(curve) if not np.isfinite(loss)), None)
        last = len(curve) - 1 if lost is None else lost
        shown = np.unique(np.linspace(0, last, min(last + 1, MOST_TOLD)).astype(int))
        rates, per_epoch = self.prediction.learning_rates, self.declared.steps_per_epoch
        taken = self._losses_taken()
        for epoch in shown.tolist():
            rate = rates[epoch] if epoch < len(rates) else self.declared.rate
            loss = taken[epoch] if epoch in taken else curve[epoch]
            yield epoch_ended(epoch, per_epoch, loss, rate)
        start = max(self.prediction.initial_loss or 0.0, self.prediction.baseline_loss or 0.0)
        if lost is not None or curve[-1] > DIVERGED_FACTOR * start:
            yield run_ended("diverged", last, per_epoch)
        elif self.whole:
            yield run_ended("completed", last, per_epoch)

    def _losses_taken(self) -> dict[int, float]:
        """The loss of the weights with which an epoch really ended, by epoch.

        Where a gradient is 0 but for rounding, Adam's steps are as long and of either sign: what
        is foreseen and what is taken part, and neither is wrong.
        """
        spectrum = spectrum_of(self.data, self.spec.model.use_bias)
        if spectrum is None or not self.probed:
            return {}
        problem = Problem(self.foreseen, self.data, spectrum)
        found = {}
        for event in self.probed:
            epoch, last = divmod(event["step"] + 1, problem.steps_per_epoch)
            weights = [from_number(w) for part in event["weights_after"].values() for w in part]
            if not last and np.isfinite(weights).all():
                found[epoch - 1] = float(problem.full_loss(np.array(weights)))
        return found

    def diagnosis(self) -> Diagnosis:
        """What the app says of it."""
        return diagnose_run(self.declared, self.events())


def epoch_ended(epoch: int, per_epoch: int, loss: float, rate: float) -> Event:
    """One epoch's event, of which the loss is known."""
    return {
        "event": "epoch_ended",
        "epoch": epoch,
        "step": (epoch + 1) * per_epoch - 1,
        "loss": number(loss),
        "val_loss": None,
        "full_loss": number(loss),
        "learning_rate": number(rate),
        "gradient_norm": None,
        "update_norm": None,
        "weight_norm": None,
    }


def run_ended(outcome: str, epoch: int, per_epoch: int) -> Event:
    """The end of a run."""
    return {
        "event": "run_ended",
        "outcome": outcome,
        "epoch": epoch,
        "step": (epoch + 1) * per_epoch - 1,
        "reason": "",
        "non_finite": None,
        "seconds": None,
    }


def prepared(linear: LinearModel, rows: Rows) -> Prepared:
    """The training rows as the app has them: as they are, and as they reach the weights."""
    raw = rows.table().astype(np.float64, copy=False)
    features = linear.features(rows)
    width = features.shape[1]
    names = rows.names if len(rows.names) == width else tuple(f"x{j}" for j in range(width))
    if raw.shape[1] != width:
        raw = features.astype(np.float64)
    return Prepared(
        features=names,
        target=rows.target,
        x_raw_train=raw,
        y_raw_train=rows.y,
        x_raw_val=None,
        y_raw_val=None,
        train_rows=np.arange(rows.count),
        val_rows=None,
        dropped=0,
        filled=0,
        x_train=features,
        y_train=rows.y.astype(np.float32),
        x_val=None,
        y_val=None,
        feature_scaling=Scaling.fit("standard" if linear.standardizes else "none", raw),
        target_scaling=Scaling(),
    )


def first_orders(declared: Declared) -> list[np.ndarray]:
    """The rows of the first steps, one array a step."""
    rows, batch = declared.rows, declared.batch
    order = np.arange(rows) if declared.steps_per_epoch == 1 else declared.order(0)
    count = min(STEPS, declared.steps_per_epoch) if declared.steps_per_epoch > 1 else STEPS
    if declared.steps_per_epoch == 1:
        return [order] * count
    return [order[step * batch : (step + 1) * batch] for step in range(count)]


def with_probes(run: LinearRun, probed: list[Event]) -> LinearRun:
    """The same run with steps that were really taken."""
    return replace(run, probed=tuple(probed))
