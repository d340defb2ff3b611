"""A hand-written step: each mistake by its name, in whatever form the weights are kept."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.doctor.errors import DoctorError
from core.doctor.examine_step import examine_step

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = X @ np.array([1.0, -2, 0.5]) + 0.7 + 0.1 * RANDOM.normal(size=40)
START = np.array([0.3, 0.2, -0.1])
RATE = 0.1


def slopes(x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    residuals = x @ w + b - y
    return 2 * x.T @ residuals / len(y), 2 * residuals.mean()


def loop(change: Callable[..., Any]) -> Callable[..., Any]:
    """A step whose gradients are changed."""

    def step(x, y, weights):
        w, b = weights
        dw, db = change(*slopes(x, y, w, b))
        return w - RATE * dw, b - RATE * db

    return step


def accumulated() -> Callable[..., Any]:
    kept = [np.zeros(3), 0.0]

    def add(dw, db):
        kept[:] = kept[0] + dw, kept[1] + db
        return kept

    return loop(add)


def stale() -> Callable[..., Any]:
    first: list[Any] = []

    def keep(dw, db):
        first[:] = first or [dw, db]
        return first

    return loop(keep)


def broadcast(x, y, weights):
    w, b = weights
    difference = (x @ w + b)[:, None] - y[None, :]
    dw = 2 * x.T @ difference.mean(axis=1) / len(y)
    return {
        "weights": (w - RATE * dw, b - RATE * 2 * difference.mean()),
        "loss": (difference**2).mean(),
    }


def forgetful(x, y, weights):
    dw, db = slopes(x, y, *weights)
    return -RATE * dw, -RATE * db


FAULTS = {
    "fault:gradient-ascent": loop(lambda dw, db: (-dw, -db)),
    "fault:sum-for-mean": loop(lambda dw, db: (40 * dw, 40 * db)),
    "fault:mean-twice": loop(lambda dw, db: (dw / 40, db / 40)),
    "fault:scaled-gradient": loop(lambda dw, db: (7 * dw, 7 * db)),
    "fault:accumulated-gradients": accumulated(),
    "fault:stale-gradients": stale(),
    "fault:lost-weights": forgetful,
    "fault:swapped-columns": loop(lambda dw, db: (dw[::-1], db)),
    "fault:one-gradient-for-all": loop(lambda dw, db: (np.full(3, dw.sum() + db), dw.sum() + db)),
    "fault:dropped-bias": loop(lambda dw, db: (dw, 0.0)),
    "fault:bias-gradient": loop(lambda dw, db: (dw, -db)),
    "fault:weights-gradient": loop(lambda dw, db: (-dw, db)),
    "fault:frozen-weights": lambda x, y, weights: weights,
    "fault:broadcast-loss": broadcast,
}


def above(report) -> list[str]:
    return [finding.cause for finding in report.findings if finding.severity != "note"]


@pytest.mark.parametrize("cause", FAULTS)
def test_a_fault_has_its_name(cause: str):
    report = examine_step(FAULTS[cause], X, Y, (START, 0.0), learning_rate=RATE)
    assert above(report)[0] == cause
    assert report.findings[0].summary in str(report).replace("\n  ", " ")


def of_an_array(x, y, theta):
    return theta - RATE * 2 * x.T @ (x @ theta - y) / len(y)


FORMS = {
    "a pair": (X, Y, (START, 0.0), loop(lambda dw, db: (dw, db))),
    "a list": (X, Y[:, None], [START, np.zeros(1)], None),
    "a dict": (X, Y, {"bias": 0.0, "w": START}, None),
    "a column of ones": (np.column_stack([np.ones(40), X]), Y, np.zeros(4), of_an_array),
    "no constant": (X, X @ START, np.zeros(3), of_an_array),
    "one feature": (X[:, 0], 2 * X[:, 0], (0.5, 0.1), None),
    "float32": (X.astype("float32"), Y, (START.astype("float32"), np.float32(0)), None),
}


def any_form(x, y, weights):
    w, b = (weights["w"], weights["bias"]) if isinstance(weights, dict) else weights
    x, y = x.reshape(len(y), -1), np.ravel(y)
    dw, db = slopes(x, y, np.ravel(w), np.ravel(b)[0])
    new = (np.reshape(w - RATE * dw, np.shape(w)).astype(np.asarray(w).dtype), b - RATE * db)
    if isinstance(weights, dict):
        return {"w": new[0], "bias": new[1]}
    return type(weights)(new)


@pytest.mark.parametrize("form", FORMS)
def test_a_right_step_is_right_in_every_form(form: str):
    x, y, weights, step = FORMS[form]
    kept = [np.copy(x), np.copy(y)]
    report = examine_step(step or any_form, x, y, weights, learning_rate=RATE)
    assert not above(report)
    assert np.array_equal(x, kept[0])
    assert np.array_equal(y, kept[1])


def test_half_the_loss_is_no_fault_and_said():
    report = examine_step(
        loop(lambda dw, db: (dw / 2, db / 2)), X, Y, (START, 0.0), learning_rate=RATE
    )
    assert not above(report)
    assert "1/(2m)" in " ".join(report.facts)


def test_a_rate_that_is_too_high_is_named_with_what_mends_it():
    x = 50 * X
    report = examine_step(loop(lambda dw, db: (dw, db)), x, Y, (START, 0.0), learning_rate=RATE)
    assert above(report)[0] in ("learning-rate-above-critical", "features-unscaled")
    assert {"scaling": {"features": "standard"}} in [remedy.patch for remedy in report.remedies]
    assert not any(remedy.verified for remedy in report.remedies)


def test_without_a_rate_only_the_direction_is_judged():
    right, wrong = loop(lambda dw, db: (dw, db)), loop(lambda dw, db: (-dw, -db))
    assert not above(examine_step(right, X, Y, (START, 0.0)))
    assert above(examine_step(wrong, X, Y, (START, 0.0)))[0] == "fault:gradient-ascent"


def raises(x, y, weights):
    raise RuntimeError("no tape")


@pytest.mark.parametrize(
    ("step", "x", "y", "weights", "says"),
    [
        (raises, X, Y, (START, 0.0), "The step raised: RuntimeError: no tape"),
        (lambda x, y, w: None, X, Y, (START, 0.0), "must return the new weights"),
        (lambda x, y, w: (w[0], np.zeros(40)), X, Y, (START, 0.0), r"Received: \(3,\), \(40,\)"),
        (lambda x, y, w: w, X, Y, np.zeros(5), "as many numbers as `x` has columns"),
        (lambda x, y, w: w, X[:0], Y[:0], (START, 0.0), "at least one"),
        (lambda x, y, w: w, X, Y[:9], (START, 0.0), "the same number of rows"),
        (lambda x, y, w: w, [["a"]], [1.0], (START, 0.0), "`x` must be numbers"),
        ("step", X, Y, (START, 0.0), "`step` must be a function"),
    ],
)
def test_bad_input_is_said_in_a_sentence(step, x, y, weights, says: str):
    with pytest.raises(DoctorError, match=says):
        examine_step(step, x, y, weights, learning_rate=RATE)
