"""What the evidence of findings says, checked again: its words against its number, its number
against the run."""

import re

import numpy as np

from core.events import from_number
from tests.evaluate.sentences.of_bugs import DEPARTURES
from tests.evaluate.sentences.of_settings import (
    STANDARD,
    arrives,
    best_in_units,
    f_test,
    in_units,
    is_limit,
    last_weights,
    least_standardized,
    longest_gradient,
    needs,
    patched_rate,
    without_rounding,
)
from tests.evaluate.sentences.reading import NUMBER, Book, Number, near
from tests.evaluate.sentences.truth import Truth

FACTS = Book()
Fact = dict


def numbers_hold(fact: Fact, value=None, limit=None):
    """Whether the words have the fact's own numbers."""
    own, bound = (
        None if fact[key] is None else from_number(fact[key]) for key in ("value", "limit")
    )
    if value is not None:
        yield own is not None and near(value, own), f"the value is {own}"
    if limit is not None:
        yield bound is not None and near(limit, bound), f"the limit is {bound}"


@FACTS.says(
    "{name:text}: {value}, where it should be {limit}",
    "{name:text}: {value}, standardized {limit}",
    "{name:text}: {value}, with {limit} steps",
    "{name:text}: {value}, which is above {limit}",
    "{name:text}: {value}, of {limit} of the rows",
    "{name:text}: {value}, at the lower rate {limit}",
    "{name:text}: {value}",
)
def _named(run: Truth, fact: Fact, summary, name, value, limit=None):
    yield name == fact["name"], f"its name is {fact['name']}"
    yield from numbers_hold(fact, value, limit)
    yield from is_so(run, fact, summary)


@FACTS.says(
    "{value} against {limit}",
    "{value} against a limit of {limit}",
    "{value} without a bias, {limit} with one",
    "standardized {value} without a bias, {limit} with one",
    "{value} given, {limit} needed",
    "{value} given",
)
def _two(run: Truth, fact: Fact, summary, value, limit=None):
    yield from numbers_hold(fact, value, limit)
    yield from is_so(run, fact, summary)


@FACTS.says("row {row} of the table, counted from 1: {name:text} = {value}", "{momentum}")
def _row(run: Truth, fact: Fact, summary, row=None, name="", value=None, momentum=None):
    if row is None:
        yield from numbers_hold(fact, momentum)
        yield from is_so(run, fact, summary)
        return
    place = int(np.flatnonzero(run.data.train_rows == int(row) - 1)[0])
    yield near(value, run.data.x_raw_train[place, run.data.features.index(name)]), "another value"


def evidence_holds(run: Truth, fact: Fact, summary: str) -> tuple[str | None, tuple[str, ...]]:
    """Which template a fact's words are of, and what is wrong with them."""
    reading = DEPARTURES.read(fact["text"], run)
    if reading.template is None:
        reading = FACTS.read(fact["text"], run, fact, summary)
    return reading.template, reading.wrong


def is_so(run: Truth, fact: Fact, summary: str):
    """Whether a fact's value is the run's; a bug's is that of the summary, which is checked."""
    value = from_number(fact["value"])
    limit = None if fact["limit"] is None else from_number(fact["limit"])
    for pattern, claims in SETTINGS.items():
        found = re.fullmatch(pattern, fact["name"])
        if found and not (summary.startswith(BUGLIKE) and fact["name"] in ALSO_OF_BUGS):
            yield from claims(run, value, limit, *found.groups())
            return
    yield fact["name"] in OF_BUGS or fact["name"].startswith("offset of "), "no such fact is known"
    told = [Number(text) for text in re.findall(NUMBER, summary)]
    fixed = {0.0, 1.0, -1.0, 24.0, 11.0, 8.0, float(len(run.epochs)), float(run.steps)}
    fixed |= {float(run.spec.training.epochs), *REPEATED.get(fact["name"], (lambda run: ()))(run)}
    for one in (value, limit):
        fine = one is None or one in fixed or any(near(abs(t), abs(one), rel=2e-3) for t in told)
        yield fine, f"{one} stands nowhere in the summary"


def outputs_of(run: Truth):
    return [abs(from_number(each)) for probe in run.probes for each in probe["outputs"]]


REPEATED = {
    "largest output": outputs_of,
    "probed batches out of turn": lambda run: range(len(run.probes) + 1),
}
BUGLIKE = ("The layer", "Every ")
ALSO_OF_BUGS: set[str] = set()
OF_BUGS = {
    "gradients in the sum",
    "loss",
    "gradient",
    "factor of x·w",
    "move of a weight",
    "gradient of the bias",
    "noise over standard deviation",
    "largest gradient of the weights",
    "gradient over derivative",
    "bits kept",
    "largest first weight",
    "cells with that number",
    "features fed over the table's",
    "largest output",
    "rows between features and target",
    "rows with another row's target",
    "probed batches out of turn",
    "epochs told",
    "validation loss",
    "steps taken",
    "weights with another feature",
    *("features", "targets", "order", "validation", "full", "weights", "count", "outputs"),
    *("gradients", "between", "rate", "between"),
}


def _not_finite(run: Truth, value, limit):
    bad = ~np.isfinite(np.c_[run.data.x_raw_train, run.data.y_raw_train].astype(np.float32))
    yield bad.sum() == value, f"{bad.sum()}"


def _held_not_finite(run: Truth, value, limit):
    bad = ~np.isfinite(np.c_[run.data.x_raw_val, run.data.y_raw_val].astype(np.float32))
    yield bad.sum() == value, f"{bad.sum()}"


def _column(run: Truth, name: str) -> np.ndarray:
    return run.x[:, run.data.features.index(name)]


def _spread(run: Truth, value, limit, name):
    yield near(value, np.ptp(_column(run, name))), "it varies"


def _value(run: Truth, value, limit, name):
    yield near(value, _column(run, name)[0]), f"{_column(run, name)[0]:.4g}"


def _size(run: Truth, value, limit, name):
    column = run.y if name == "the target" else _column(run, name)
    own = float(np.sqrt(np.mean(column**2)))
    yield near(value, own) and limit == 1, f"{own:.4g}"


def _condition(run: Truth, value, limit):
    after = run.changed(STANDARD).condition
    for told, own in ((value, run.condition), (limit, after)):
        yield near(told, own, rel=0.01) or min(told, own) > 1e10, f"{own:.4g}"


def _standard_condition(run: Truth, value, limit):
    course = run.changed(STANDARD)
    ratios = course.curvatures[0] / course.curvatures[course.curvatures > 0]
    fine = any(near(value, ratio, rel=0.02) for ratio in ratios)
    yield fine or (value > 1e11 and ratios.max() > 1e11) or not course.curvatures.all(), f"{ratios}"


def _share(run: Truth, value, limit):
    along = (run.a @ run.singular[1][0]) ** 2
    count = round(limit * run.n)
    far = np.argsort(-(run.x**2).sum(axis=1), kind="stable")[:count]
    shares = [float(along[c].sum() / along.sum()) for c in (np.argsort(-along)[:count], far)]
    yield any(near(value, share, rel=2e-3) for share in shares), f"{shares}"


def _r2(run: Truth, value, limit):
    yield near(value, f_test(run)[0], rel=1e-3), f"{f_test(run)[0]:.4g}"


def _chance(run: Truth, value, limit):
    if run.spec.model.use_bias:
        yield near(value, f_test(run)[1], rel=5e-3), f"{f_test(run)[1]:.4g}"
    else:
        yield value <= limit, "it is above its limit"


def _rows(run: Truth, value, limit):
    yield value == run.n, f"{run.n}"


def _codes(run: Truth, value, limit):
    raw = np.c_[run.data.x_raw_train, run.data.y_raw_train]
    found = [j for j in range(raw.shape[1]) if set(f"{raw[:, j].min():g}") <= set("-9.")]
    counts = {code: (raw[:, found] == code).any(axis=1).sum() for code in raw[:, found].min(axis=0)}
    yield value in counts.values() and limit == 0, f"{counts}"


def _rate(run: Truth, value, limit):
    yield near(value, run.rate), f"{run.rate:.4g}"


def _highest(run: Truth, value, limit):
    yield near(value, float(run.rates.max())), f"{run.rates.max():.4g}"
    yield from is_limit(run, run, limit, float(run.rates.max()))


def _since(run: Truth, value, limit):
    yield 0 < value < run.steps, f"of {run.steps} steps"
    yield run.rates[int(value)] > run.rates[int(value) - 1], "the rate does not rise there"


def _last_rate(run: Truth, value, limit):
    last = from_number(run.epochs[-1]["learning_rate"])
    yield near(value, last), f"{last:.4g}"
    if not near(limit, run.first_rate):  # else the one that standardized features need
        yield from arrives(run.changed(STANDARD | patched_rate(limit)), None)


def _momentum(run: Truth, value, limit):
    yield value == run.spec.optimizer.momentum, f"{run.spec.optimizer.momentum}"


def _carried(run: Truth, value, limit):
    yield near(value, 1 / (1 - run.spec.optimizer.momentum)), "another number of steps"


def _without_bias(run: Truth, value, limit):
    yield near(value, without_rounding(run), rel=1e-3), "another"


def _intercept(run: Truth, value, limit):
    best = np.linalg.lstsq(np.c_[run.x, np.ones(run.n)], run.y, rcond=1e-14)[0]
    yield near(value, best[-1], rel=1e-2), f"{best[-1]:.4g}"


def _largest(run: Truth, value, limit):
    after = run.changed({"scaling": {"target": "standard"}}).best
    yield near(value, np.abs(run.best).max(), rel=0.01), f"{np.abs(run.best).max():.4g}"
    yield near(limit, np.abs(after).max(), rel=0.01), f"{np.abs(after).max():.4g}"


def _epochs(run: Truth, value, limit):
    yield value == run.spec.training.epochs, f"{run.spec.training.epochs}"
    if limit is not None:
        yield from needs(run, limit)


def _final(run: Truth, value, limit):
    yield near(value, run.full[-1]), f"{run.full[-1]:.4g}"
    tiny = max(limit, run.optimal) < 1e-9 * run.baseline
    lower = run.changed(
        {"optimizer": {"learning_rate": run.rate / 10}, "schedule": {"key": "constant"}}
    )
    fine = tiny or near(limit, run.optimal, rel=1e-3)
    yield fine or near(limit, lower.curve[-1], rel=0.02), f"{run.optimal:.4g}"


def _weight(run: Truth, value, limit, name):
    own, best = in_units(run, last_weights(run)), best_in_units(run)
    bare = name.removeprefix("the weight of ")
    place = -1 if name == "the intercept" else run.data.features.index(bare)
    yield near(value, own[place], rel=1e-3), f"{own[place]:.6g}"
    yield near(limit, best[place], rel=2e-3), f"{best[place]:.6g}"


def _error(run: Truth, value, limit):
    a = np.c_[run.data.x_raw_train, np.ones(run.n)]
    y = run.data.y_raw_train[:, 0]
    for told, line in ((value, in_units(run, last_weights(run))), (limit, best_in_units(run))):
        own = float(np.sqrt(np.mean((a @ line - y) ** 2)))
        yield near(told, own, rel=2e-3) or max(told, own) < 1e-6 * np.abs(y).max(), f"{own:.4g}"


def _pull(run: Truth, value, limit):
    yield value in run.spec.optimizer.model_dump().values() and limit is None, "not so strong"


def _clip(run: Truth, value, limit):
    yield value == run.spec.optimizer.clip_norm and limit is None, "another one"


def _longest(run: Truth, value, limit):
    own = longest_gradient(run)
    yield near(value, own) and limit is None, f"it is {own:.4g}"


def _unreachable(run: Truth, value, limit):
    yield value > 0 and limit == 0, "none"


def _least(run: Truth, value, limit):
    yield value > 0, "none"


def _no_gradient(run: Truth, value, limit):
    yield value == 0 and not np.any(run.probes[-1]["gradients"]["kernel"]), "it is not 0"


SETTINGS = {
    "training values that are not finite": _not_finite,
    "held-out values that are not finite": _held_not_finite,
    "standard deviation of (.+)": _spread,
    "value of (.+)": _value,
    "root mean square of (.+)": _size,
    "condition number": _condition,
    "condition number of the standardized features": _standard_condition,
    "share of the largest curvature": _share,
    "R² of least squares": _r2,
    "probability by chance": _chance,
    "rows": _rows,
    "rows with a code": _codes,
    "learning rate": _rate,
    "highest rate": _highest,
    "unstable since step": _since,
    "last learning rate": _last_rate,
    "momentum": _momentum,
    "steps added up": _carried,
    "weight decay": _pull,
    "L1 penalty": _pull,
    "L2 penalty": _pull,
    "clip norm": _clip,
    "longest gradient that was looked at": _longest,
    "least mean squared error without a bias": _without_bias,
    "least mean squared error, standardized": least_standardized,
    "intercept of least squares": _intercept,
    "largest weight of least squares": _largest,
    "epochs": _epochs,
    "final loss": _final,
    "(.+), in the table's units": _weight,
    "root mean squared error": _error,
    "targets out of reach": _unreachable,
    "least mean squared error over the variance of y": _least,
    "gradient of the weights": _no_gradient,
}
