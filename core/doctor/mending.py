"""What would mend a linear model: searched by theory, then really run."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ..data.prepare import Prepared
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Attempt, Remedy, Search
from ..diagnosis.remedies.forecast import Forecast
from ..diagnosis.remedies.search import search
from ..events import Event
from ..lazy import keras
from ..spec import Spec
from ..theory.regime import SETTLED
from .linear import LinearRun
from .trial import Changed, Trials

TRIED = 2  # remedies that are really run
NEAR = 0.02  # of the way that may be left where one is
VAIN = "What theory proposes did not mend this run when it was tried."
FAR = 0.5  # of it: what a remedy in vain leaves


def mended(run: LinearRun, diagnosis: Diagnosis, trials: Trials) -> Diagnosis:
    """The diagnosis with what mends the run.

    Args:
        run: As theory has it.
        diagnosis: What was found.
        trials: Run the model itself.
    """
    spec, data = run.foreseen, run.data
    table = _table(data)
    found = search(spec, table, data, run.events(), diagnosis, _foreseen)
    forecast = Forecast(table, spec, data)
    kept: list[Remedy] = []
    vain: list[Attempt] = list(found.tried)
    for remedy in found.remedies:
        changed = changed_by(spec, remedy.patch)
        if changed is None or len(kept) >= TRIED:
            kept.append(replace(remedy, verified=False))
            continue
        arrived, against = _tried(trials, changed, forecast, spec.patched(remedy.patch))
        if against:
            vain.append(Attempt(remedy.title, remedy.patch, "tried in vain", None))
        else:
            kept.append(replace(remedy, verified=arrived or remedy.reaches == "stable"))
    why = found.why_none or ("" if kept else VAIN)
    return replace(diagnosis, search=Search(tuple(kept), tuple(vain), why))


def by_theory(run: LinearRun, diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis with what mends the run as theory has it: nothing is run."""
    spec, data = run.foreseen, run.data
    table = _table(data)
    found = search(spec, table, data, run.events(), diagnosis, _foreseen)
    kept = tuple(replace(remedy, verified=False) for remedy in found.remedies)
    return replace(diagnosis, search=replace(found, remedies=kept))


def _table(data: Prepared) -> pd.DataFrame:
    """The rows as a table, which shares their memory."""
    table = pd.DataFrame(data.x_raw_train, columns=list(data.features), copy=False)
    table[data.target] = data.y_raw_train[:, 0]
    return table


def _foreseen(spec: Spec, data: Prepared) -> Iterator[Event]:
    """The changed run as theory has it, to its end."""
    return iter(LinearRun(spec, data, known=True, shortened=False).events())


def changed_by(spec: Spec, patch: Mapping[str, Any]) -> Changed | None:
    """A patch as a change of a trial; None where it is none."""
    scaling, optimizer = dict(patch.get("scaling", {})), dict(patch.get("optimizer", {}))
    training, rest = dict(patch.get("training", {})), set(patch) - {"scaling", "optimizer"}
    scaled = all(value == "standard" for value in scaling.values())
    if rest - {"training"} or set(training) - {"epochs"} or not scaled:
        return None
    rate, other = optimizer.pop("learning_rate", spec.optimizer.learning_rate), None
    key = optimizer.pop("key", None)
    if key in ("adam", "sgd"):
        kind = keras.optimizers.Adam if key == "adam" else keras.optimizers.SGD
        other = kind(learning_rate=rate, **optimizer)
    elif key or optimizer or not spec.optimizer.learning_rate:
        return None
    return Changed(
        factor=1.0 if other is not None else rate / spec.optimizer.learning_rate,
        optimizer=other,
        features="features" in scaling,
        target="target" in scaling,
        epochs=training.get("epochs", spec.training.epochs) / spec.training.epochs,
    )


def _tried(trials: Trials, changed: Changed, forecast: Forecast, spec: Spec) -> tuple[bool, bool]:
    """Whether a changed run came near its optimum, and whether it did what it must not do."""
    course = forecast.course(spec)
    goal, baseline = course.goal, course.problem and course.problem.anchors.baseline_loss
    if goal is None or not baseline:
        return False, trials.run(changed).diverged
    unit = goal.way / baseline
    optimal = goal.optimal / baseline
    tried = trials.run(changed, until=optimal + NEAR * unit)
    left = (tried.level - optimal) / unit
    arrived = bool((left <= NEAR).any() and left[-1] <= 2 * SETTLED)
    return arrived, tried.diverged or (tried.complete and left[-1] > FAR)
