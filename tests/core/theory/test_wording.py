"""One sentence that does not contradict itself, whatever the numbers are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.spec import Spec
from core.theory.predict import predict
from core.theory.problem import Problem
from core.theory.spectrum import spectrum_of
from core.theory.wording import explain
from tests.conftest import data_of

EIGHT = pd.DataFrame({"x": np.arange(1.0, 9.0), "y": np.arange(1.0, 9.0)})
IN_ORDER = Spec().patched(
    {
        "data": {"target": "y", "validation_fraction": 0},
        "model": {"initializer": "zeros"},
        "training": {"epochs": 5, "batch_size": 1, "shuffle": False},
    }
)


@pytest.mark.parametrize(
    ("rate", "regime", "stable"),
    [(0.03, "converges", 1), (0.045, "diverges", 0), (0.05, "converges", 1)],
)
def test_a_rate_that_is_stable_again_is_below_the_largest_stable_one(rate, regime, stable):
    """Of single rows in a fixed order 0.039 is stable, 0.045 is not, and 0.05 is."""
    spec = IN_ORDER.patched({"optimizer": {"learning_rate": rate}})
    p = predict(spec, data_of(spec, EIGHT))
    assert p.regime == regime
    assert (p.learning_rate_ratio <= 1) == (p.growth_per_step <= 1) == bool(stable)
    assert ("will grow" in p.why) == (not stable)


def test_where_the_growth_is_not_seen_it_is_not_put_in_a_number():
    spec = IN_ORDER.patched({"optimizer": {"learning_rate": 0.045}})
    data = data_of(spec, EIGHT)
    problem = Problem(spec, data, spectrum_of(data))
    p = predict(spec, data)
    assert p.why.endswith("0.0393: the loss will grow about 1.11-fold a step, on average.")
    for growth in (0.99, 1.0, 1.004, None):
        told = explain(spec, problem, replace(p, growth_per_step=growth))
        assert told.endswith("0.0393: the loss will grow in the long run.")


@pytest.mark.parametrize("regime", ["converges", "slow", "oscillates"])
def test_a_rate_above_the_limit_that_does_not_show_is_told_as_that(regime):
    spec = IN_ORDER.patched({"optimizer": {"learning_rate": 0.045}})
    data = data_of(spec, EIGHT)
    problem = Problem(spec, data, spectrum_of(data))
    p = replace(predict(spec, data), regime=regime, epochs_to_optimum=4)
    assert "× the largest stable one, 0.0393, which 5 epochs hardly show" in explain(
        spec, problem, p
    )
    for_a_while = spec.patched({"schedule": {"key": "exponential_decay"}})
    assert "× the largest stable one, 0.0393, for a while" in explain(for_a_while, problem, p)
