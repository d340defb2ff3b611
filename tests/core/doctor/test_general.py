"""Models that no formula describes: what is wrong with them is found by trying."""

import keras
import numpy as np
import pytest

from core.doctor.curvature import steepest
from core.doctor.examine import examine
from core.doctor.rows import rows_of

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(200, 3))
Y = X @ np.array([1.0, -2, 0.5]) + 0.1 * RANDOM.normal(size=200)


def model(*layers, optimizer="sgd", loss="mse"):
    made = keras.Sequential([keras.Input((3,)), *layers])
    made.compile(optimizer, loss)
    return made


def dense(units, *rest, **options):
    return keras.layers.Dense(units, *rest, **options)


def above(report) -> list[str]:
    return [finding.cause for finding in report.findings if finding.severity != "note"]


def test_the_steepest_curvature_of_a_line_is_the_exact_one():
    line = model(dense(1))
    table = np.column_stack([X, np.ones(len(X))])
    exact = np.linalg.eigvalsh(2 * table.T @ table / len(X))[-1]
    assert np.isclose(steepest(line, rows_of(X, Y), None), exact, rtol=1e-3)


def test_a_regularizer_counts():
    line = model(dense(1, kernel_regularizer=keras.regularizers.L2(5.0), use_bias=False))
    exact = np.linalg.eigvalsh(2 * X.T @ X / len(X))[-1] + 10.0
    assert np.isclose(steepest(line, rows_of(X, Y), None), exact, rtol=1e-3)


def two_layers(x, y):
    return model(dense(1), dense(1), optimizer=keras.optimizers.SGD(0.01)), x, y


FAULTS = {
    "two linear layers": (
        lambda: two_layers(X, 3000 * Y),
        {"target-unscaled", "learning-rate-above-critical"},
    ),
    "a range": (
        lambda: (model(dense(8, "relu"), dense(1, "sigmoid")), X, 10 + Y),
        {"target-unreachable-by-activation"},
    ),
    "a loss of classes": (
        lambda: (model(dense(8, "relu"), dense(1), loss="binary_crossentropy"), X, 10 + Y),
        {"fault:unsuited-loss"},
    ),
    "several numbers": (
        lambda: (model(dense(8, "relu"), dense(4)), X, Y),
        {"fault:broadcast-loss"},
    ),
    "nothing learns": (
        lambda: (model(dense(4, trainable=False), dense(1, trainable=False)), X, Y),
        {"fault:frozen-weights"},
    ),
    "units that are off": (
        lambda: (
            model(dense(4, "relu", bias_initializer=keras.initializers.Constant(-99)), dense(1)),
            X,
            Y,
        ),
        {"fault:dead-units"},
    ),
    "a hole": (
        lambda: (model(dense(4, "relu"), dense(1)), np.where(X > 2.3, np.nan, X), Y),
        {"non-finite-values"},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_named(name: str):
    make, causes = FAULTS[name]
    keras.utils.set_random_seed(1)
    made, x, y = make()
    report = examine(made, x, y, epochs=20, trial="layers" in name)
    assert above(report)[0] in causes
    assert report.findings[0].summary.split()[0] in str(report)
    assert report.findings[0].cause in report._repr_html_()


def test_a_healthy_one_is_left_alone():
    keras.utils.set_random_seed(1)
    made = model(dense(8, "relu"), dense(1), optimizer=keras.optimizers.Adam(0.02))
    report = examine(made, X, Y, epochs=20)
    assert report.verdict == "healthy"
    assert not above(report)
