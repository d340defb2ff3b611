"""The largest stable rate of batches: what no run below it contradicts."""

import numpy as np
import pandas as pd
import pytest

from core.spec import Spec
from core.theory import batch_limit
from core.theory.batch_limit import batch_critical_rate, last_stable, log_growth
from core.theory.problem import Problem
from core.theory.spectrum import spectrum_of
from tests.conftest import data_of

X = np.arange(1.0, 13.0)
SINGLE = {"batch_size": 1, "epochs": 20}


def problem_of(columns: dict, use_bias: bool = True, **training) -> Problem:
    spec = Spec().patched(
        {
            "data": {"source": "own", "target": "y", "validation_fraction": 0.0},
            "model": {"use_bias": use_bias},
            "training": training,
        }
    )
    data = data_of(spec, pd.DataFrame(columns))
    spectrum = spectrum_of(data, use_bias)
    assert spectrum is not None
    return Problem(spec, data, spectrum)


@pytest.mark.parametrize(
    ("growth", "momentum", "place"),
    [
        ([-0.1, -0.2, 0.1, 0.2], 0.0, 1),
        ([-0.1, 0.02, -0.3, 0.2], 0.0, 0),  # below a stable rate one that is not
        ([-1e-9, 1e-8, -0.1, 0.2], 0.0, 2),  # a growth that only rounding has made
        ([-1e-9, 0.019, -0.1, 0.2], 0.99, 2),  # or a swing that dies out
        ([-0.1, 0.02, -0.1, 0.2], 0.9, 0),
        ([-0.1, -0.1, -0.1, -0.1], 0.0, 3),
        ([0.1, 0.2, 0.3, 0.4], 0.0, 0),
    ],
)
def test_the_highest_rate_that_no_lower_one_contradicts(growth, momentum, place):
    assert last_stable(np.array(growth), momentum) == place


def test_a_rare_large_row_breaks_a_rate_far_below_those_that_are_stable_again():
    """Once the highest rate that was tried was told, 1.5 times the full batch's limit."""
    large = np.append(np.full(19, 0.1), 1.0)
    problem = problem_of({"x": large, "y": large}, use_bias=False, **SINGLE)
    critical = batch_critical_rate(problem)
    below, above, again = log_growth(problem, critical * np.array([0.9, 1.1, 6.0]))
    assert below < 0 < above and again < 0


@pytest.mark.parametrize("part", [7, 1 / 1000])
def test_a_limit_far_from_the_full_batch_s_is_found(monkeypatch, part):
    problem = problem_of({"x": X, "y": X}, **SINGLE)
    limit = part * batch_limit._full_batch_limit(problem)
    monkeypatch.setattr(batch_limit, "_growth", lambda _, batches, rates: np.log(rates / limit))
    assert batch_critical_rate(problem) == pytest.approx(limit, rel=0.02)


def test_directions_without_curvature_change_no_growth():
    """Beside an error that shrinks what is left along them would seem to grow beyond all bounds."""
    columns = {"a": np.sin(X), "zero": 0 * X, "twice": 2 * np.sin(X)}
    whole = problem_of(columns | {"y": X}, batch_size=4)
    alone = problem_of({"a": np.sqrt(5) * np.sin(X), "y": X}, batch_size=4)
    rates = np.array([0.01, 0.1, 0.2, 0.5, 1.0])
    assert log_growth(whole, rates) == pytest.approx(log_growth(alone, rates), rel=0.02, abs=0.01)


def test_an_error_that_a_step_brings_to_nothing_has_not_grown():
    ones = np.ones(12)
    problem = problem_of({"x": ones, "y": ones}, use_bias=False, batch_size=4)
    half, double = log_growth(problem, np.array([0.5, 2.0]))
    assert half < -10 and double > 1
