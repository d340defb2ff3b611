"""What is wrong with a run, computed before it is run: a cause is one whose undoing mends it.

A cause may come first if undoing it alone mends the run, by theory; where only two together do,
both must be named. `UNDO` says what undoing means, and so which causes are equivalents.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from core.data.prepare import Prepared
from core.errors import InputError
from core.spec import Spec
from core.theory.predict import predict
from tests.evaluate.cases import prepared

MOST_TABLES = 50  # that are kept prepared

_prepared: dict[int, tuple[pd.DataFrame, dict[tuple, Prepared]]] = {}  # by the table's id


def data_of(spec: Spec, table: pd.DataFrame) -> Prepared:
    """The table, prepared; the same object for the same preparation, so that theory can cache."""
    if len(_prepared) > MOST_TABLES:
        _prepared.clear()
    _, known = _prepared.setdefault(id(table), (table, {}))
    key = (spec.data.model_dump_json(), spec.scaling.model_dump_json(), spec.training.seed)
    if key not in known:
        known[key] = prepared(spec, table)
    return known[key]


def regime(spec: Spec, table: pd.DataFrame) -> str:
    """What theory says of the correct program."""
    with np.errstate(all="ignore"):
        correct = spec.patched({"bug": None})
        return predict(correct, data_of(spec, table), doubt=False, growth=False).regime


def critical(spec: Spec, table: pd.DataFrame) -> float | None:
    """The largest stable rate; None where there is no closed form."""
    with np.errstate(all="ignore"):
        tiny, data = with_rate(spec, 1e-12), data_of(spec, table)
        found = predict(tiny, data, doubt=False, growth=False).critical_learning_rate
    return found if found and np.isfinite(found) else None


def with_rate(spec: Spec, rate: float) -> Spec:
    return spec.patched({"optimizer": {"learning_rate": float(f"{rate:.3g}")}})


def good_rates(spec: Spec, table: pd.DataFrame) -> Iterator[float]:
    """Rates that suit the data, the likeliest first."""
    limit = critical(spec, table) if spec.optimizer.key == "sgd" else None
    if limit:
        yield from (limit / 2, limit / 4, limit / 8)
    yield from (10.0**power for power in range(-3, 5))


def good(spec: Spec, table: pd.DataFrame) -> Spec | None:
    """The spec with a rate by which it converges; None if none of them does."""
    tried = (with_rate(spec, rate) for rate in good_rates(spec, table))
    return next((one for one in tried if regime(one, table) == "converges"), None)


# --- what undoing a cause means ---


def _rates(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    patch = {} if spec.schedule.key == "reduce_on_plateau" else {"schedule": {"key": "constant"}}
    yield from (with_rate(spec, rate).patched(patch) for rate in good_rates(spec, table))


def _lower(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    own = spec.optimizer.learning_rate
    yield from (each for each in _rates(spec, table) if each.optimizer.learning_rate < own)


def _higher(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    own = spec.optimizer.learning_rate
    yield from (each for each in _rates(spec, table) if each.optimizer.learning_rate > own)


def _features(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    """Standardized, with the rate as it is or one for it: nobody keeps the rate of raw units."""
    scaled = spec.patched({"scaling": {"features": "standard"}})
    yield scaled
    yield from (with_rate(scaled, rate) for rate in good_rates(scaled, table))


def _target(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"scaling": {"target": "standard"}})


def _bias(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"model": {"use_bias": True}})


def _momentum(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    if spec.optimizer.key == "sgd" and spec.optimizer.momentum:
        for value in (0.0, 0.5):
            yield spec.patched({"optimizer": {"momentum": value}})


def _schedule(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    if spec.schedule.key != "constant":
        yield spec.patched({"schedule": {"key": "constant"}})


def _epochs(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    epochs = spec.training.epochs
    yield from (spec.patched({"training": {"epochs": factor * epochs}}) for factor in (2, 5, 10))


def _rows(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    """Without a row that stands apart: more than ten times as far out as the others are."""
    x = table.drop(columns=spec.data.target).to_numpy()
    distance = np.abs(x - np.median(x, axis=0))
    distance /= np.median(distance, axis=0) + 1e-12
    far = np.flatnonzero((distance > 10).any(axis=1)) + 1
    if 0 < len(far) <= len(x) // 5:
        yield spec.patched({"data": {"exclude_rows": far.tolist()}})


def _activation(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"model": {"activation": "linear"}})


Undo = Callable[[Spec, pd.DataFrame], Iterator[Spec]]
UNDO: dict[str, Undo] = {
    "no-bias": _bias,
    "target-unreachable-by-activation": _activation,
    "features-unscaled": _features,
    "influential-rows": _rows,
    "schedule-decays-too-soon": _schedule,
    "schedule-crosses-critical": _schedule,
    "momentum-too-high": _momentum,
    "learning-rate-above-critical": _lower,
    "learning-rate-too-low": _higher,
    "target-unscaled": _target,
    "too-few-epochs": _epochs,
}
APPLIES: dict[str, Callable[[Spec], bool]] = {
    "no-bias": lambda spec: not spec.model.use_bias,
    "target-unreachable-by-activation": lambda spec: spec.model.activation != "linear",
    "features-unscaled": lambda spec: spec.scaling.features != "standard",
    "target-unscaled": lambda spec: spec.scaling.target == "none",
}


def mends(spec: Spec, table: pd.DataFrame, sick: str) -> bool:
    """Whether a changed run does what the sick one did not: of a diverging one, not to diverge."""
    if not spec.model.use_bias and not _fits_without_bias(spec, table):
        return False
    try:
        now = regime(spec, table)
    except InputError:
        return False
    return now == "converges" or (sick == "diverges" and now in ("slow", "oscillates"))


def _fits_without_bias(spec: Spec, table: pd.DataFrame) -> bool:
    """Whether the best line through the origin is better than the mean."""
    data = data_of(spec, table)
    x, y = data.x_train.astype(float), data.y_train[:, 0].astype(float)
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean(residuals**2)) < 0.9 * float(np.var(y))


def is_wrong_way(cause: str, sick: str) -> bool:
    """Causes of one kind of symptom only: a rate too low never makes a loss grow."""
    slow_only = ("learning-rate-too-low", "too-few-epochs", "schedule-decays-too-soon")
    if sick == "diverges":
        return cause in slow_only
    return cause == "schedule-crosses-critical" and sick != "oscillates"


def mending(spec: Spec, table: pd.DataFrame) -> tuple[str, ...]:
    """The causes of which undoing one alone mends the run."""
    sick = regime(spec, table)
    return tuple(
        cause
        for cause, undo in UNDO.items()
        if APPLIES.get(cause, lambda _: True)(spec)
        and not is_wrong_way(cause, sick)
        and any(mends(changed, table, sick) for changed in undo(spec, table))
    )


def mending_pairs(spec: Spec, table: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of causes of which undoing both mends the run."""
    sick = regime(spec, table)
    usable = [cause for cause in UNDO if APPLIES.get(cause, lambda _: True)(spec)]
    usable = [cause for cause in usable if not is_wrong_way(cause, sick)]
    return [
        (one, other)
        for one, other in combinations(usable, 2)
        if UNDO[one] is not UNDO[other]
        and any(
            mends(twice, table, sick)
            for once in UNDO[one](spec, table)
            for twice in UNDO[other](once, table)
        )
    ]
