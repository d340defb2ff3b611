"""The line that was learnt and the best one, in the table's units, against least squares."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from core.diagnosis.learnt import learnt, started
from core.diagnosis.spec_run import declared_by
from core.record import Record
from core.spec import Spec
from core.theory.equation import Equation, equation_of, least_squares
from tests.conftest import data_of
from tests.core.diagnosis.runs import run_of

SCALERS = ("none", "standard", "minmax", "robust")


def table(rows: int = 60, features: int = 3, noise: float = 5.0) -> pd.DataFrame:
    """Features of very different sizes, far from 0, and a target in the thousands."""
    random = np.random.default_rng(3)
    x = random.standard_normal((rows, features)) * 10.0 ** np.arange(features) + 50
    y = x @ np.arange(1.0, features + 1) + 2000 + noise * random.standard_normal(rows)
    return pd.DataFrame({f"x{j + 1}": x[:, j] for j in range(features)} | {"y": y})


def oracle(data) -> tuple[np.ndarray, float]:
    """Weights, the intercept last, and the root mean squared error of NumPy's least squares."""
    a = np.c_[data.x_raw_train, np.ones(len(data.x_raw_train))]
    best = np.linalg.lstsq(a, data.y_raw_train[:, 0])[0]
    return best, float(np.sqrt(np.mean((a @ best - data.y_raw_train[:, 0]) ** 2)))


def spec_of(features: str = "none", target: str = "none", **sections) -> Spec:
    patch = {"data": {"target": "y"}, "scaling": {"features": features, "target": target}}
    return Spec().patched(patch | sections)


@pytest.mark.parametrize("scaling", list(product(SCALERS, SCALERS)), ids="-".join)
def test_the_best_line_is_that_of_least_squares_whatever_the_scaling(scaling):
    data = data_of(spec_of(*scaling), table())
    best, rmse = oracle(data)
    told = least_squares(data)
    np.testing.assert_allclose(
        np.append(told.equation.weights, told.equation.intercept), best, rtol=1e-9
    )
    assert told.equation.rmse == pytest.approx(rmse, rel=1e-9)
    assert told.unique


@pytest.mark.parametrize("scaling", list(product(SCALERS, SCALERS)), ids="-".join)
def test_weights_of_a_scaled_layer_say_the_same_in_the_tables_units(scaling):
    data = data_of(spec_of(*scaling), table())
    kernel, bias = np.array([0.5, -2.0, 3.0]), 0.25
    told = equation_of(data, kernel, bias)
    scaled = data.feature_scaling.transform(data.x_raw_train).astype(float) @ kernel + bias
    predicted = data.unscale_target(scaled[:, None])[:, 0]
    np.testing.assert_allclose(
        data.x_raw_train @ told.weights + told.intercept, predicted, rtol=1e-5, atol=1e-2
    )
    off = predicted - data.y_raw_train[:, 0]
    assert told.rmse == pytest.approx(np.sqrt(np.mean(off**2)), rel=1e-5)


def test_standard_errors_are_those_of_the_textbook():
    data = data_of(spec_of("standard"), table())
    a = np.c_[data.x_raw_train, np.ones(len(data.x_raw_train))]
    rest = data.y_raw_train[:, 0] - a @ oracle(data)[0]
    wanted = np.sqrt(rest @ rest / (len(a) - 4) * np.diag(np.linalg.inv(a.T @ a)))
    np.testing.assert_allclose(least_squares(data).errors, wanted, rtol=1e-6)


def test_columns_that_repeat_each_other_have_no_only_weights():
    twins = table().assign(x4=lambda t: 2 * t["x1"] - 1)
    told = least_squares(data_of(spec_of(), twins))
    assert not told.unique and not told.errors.any()


def test_no_more_rows_than_weights_tell_no_error():
    few = data_of(spec_of(data={"target": "y", "validation_fraction": 0}), table(rows=4))
    assert not least_squares(few).errors.any()


def test_what_is_rounding_is_zero():
    points = pd.DataFrame({"x": np.arange(1.0, 21), "y": np.arange(1.0, 21) / 2})
    told = least_squares(data_of(spec_of(), points)).equation
    assert (told.intercept, told.rmse) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("weights", "intercept", "activation", "text"),
    [
        ([2.0, -0.5], 3.0, "linear", "y = 2 · a − 0.5 · b + 3"),
        ([-2.0, 0.5], -3.0, "linear", "y = −2 · a + 0.5 · b − 3"),
        ([2.0, -0.5], 0.0, "relu", "y = relu(2 · a − 0.5 · b + 0)"),
    ],
)
def test_an_equation_is_written_as_one_writes_it(weights, intercept, activation, text):
    told = Equation(("a", "b"), "y", np.array(weights), intercept, 1.0)
    assert told.text(activation) == text


def test_a_long_equation_is_cut():
    names = tuple(f"x{j}" for j in range(15))
    told = Equation(names, "y", np.ones(15), 1.0, 1.0).text()
    assert told.endswith("1 · x11 + … (3 more) + 1")
    assert "x12" not in told


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"scaling": {"features": "standard", "target": "standard"}},
        {"model": {"use_bias": False}},
        {"model": {"activation": "softplus"}},
        {
            "data": {"source": "diabetes", "target": "target"},
            "scaling": {"features": "standard"},
        },  # ten features
    ],
    ids=["raw", "scaled", "no bias", "activation", "many"],
)
def test_what_a_run_has_learnt_gives_its_last_loss(patch):
    base = {"data": {"source": "two-features", "target": "y"}, "optimizer": {"learning_rate": 0.05}}
    spec = Spec().patched(base).patched(patch)
    data, events = run_of(spec)
    told = learnt(declared_by(spec, data), Record.of(events))
    scale = 1.0 if data.target_scaling.scale is None else float(data.target_scaling.scale[0])
    last = [e["full_loss"] for e in events if e["event"] == "epoch_ended"][-1]
    assert told.rmse == pytest.approx(scale * np.sqrt(last), rel=1e-4)
    assert (told.intercept == 0) == (not spec.model.use_bias)
    first = started(declared_by(spec, data), Record.of(events))
    assert first.rmse == pytest.approx(scale * np.sqrt(events[0]["full_loss"]), rel=1e-4)


def test_a_run_that_lost_its_weights_has_learnt_nothing():
    data = {"source": "cars", "target": "Miles_per_Gallon", "missing": "keep"}
    data, events = run_of(Spec().patched({"data": data}))
    declared = declared_by(Spec(), data)
    assert learnt(declared, Record.of(events)) is None
    assert learnt(declared, Record.of(events[:1])) is None
