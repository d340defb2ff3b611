"""Simulations of several runs together against each alone, and their rows' order."""

import numpy as np
import pytest

from core.data.pipeline import Pipeline
from core.model.optimizers import OPTIMIZER_BY_KEY
from core.spec import Spec
from core.theory.batch_recursion import is_affine
from core.theory.initial_weights import initial_weights
from core.theory.problem import ORDER_CELLS, Problem
from core.theory.simulation import planned_rates, simulate
from core.theory.spectrum import spectrum_of
from tests.conftest import data_of


def problem_of(spec: Spec) -> Problem:
    data = data_of(spec)
    spectrum = spectrum_of(data, spec.model.use_bias)
    assert spectrum is not None
    return Problem(spec, data, spectrum)


@pytest.mark.parametrize("more", [{}, {"clip_norm": 0.1}], ids=["free", "clipped"])
@pytest.mark.parametrize("batch", [8, None])
@pytest.mark.parametrize("key", OPTIMIZER_BY_KEY)
def test_runs_that_are_simulated_together_go_as_each_alone(key, batch, more):
    spec = Spec.of(
        {
            "data": {"source": "diabetes"},
            "scaling": {"features": "standard"},
            "training": {"epochs": 6, "batch_size": batch},
            "optimizer": {"key": key, "learning_rate": 0.01, **more},
        }
    )
    problem = problem_of(spec)
    start = initial_weights(spec, len(problem.data.features))
    starts = np.array([start, start + 1.0])
    rates = planned_rates(spec, problem.steps)
    together = simulate(problem, starts, rates).full_loss
    alone = [simulate(problem, weights, rates).full_loss for weights in starts]
    assert together.shape == (6, 2) and np.isfinite(together).all()
    np.testing.assert_allclose(together.T, alone, rtol=1e-9)


def test_a_run_that_leaves_float32_does_not_take_the_other_along():
    spec = Spec.of({"data": {"source": "one-to-twenty", "target": "y"}, "training": {"epochs": 80}})
    problem = problem_of(spec)
    best = problem.spectrum.best_weights
    losses = simulate(problem, np.array([best + 1.0, best]), np.full(80, 0.1)).full_loss
    broken = np.flatnonzero(np.isinf(losses[:, 0]))
    assert broken[0] > 0 and len(broken) == 80 - broken[0]
    assert losses[0, 1] < 1e-9 and np.isfinite(losses[: broken[0], 1]).all()


@pytest.mark.parametrize("shuffle", [True, False])
def test_rows_come_in_the_order_of_the_run_however_many_epochs_are_kept(shuffle):
    spec = Spec.of({"training": {"epochs": 6, "batch_size": 8, "shuffle": shuffle}})
    long = spec.patched({"training": {"epochs": 5000}})
    assert len(data_of(spec).x_train) * 5000 > ORDER_CELLS
    for problem in map(problem_of, (spec, long)):
        order = Pipeline(problem.data, shuffle, spec.training.seed).order
        for epoch in (0, 3, 5, 6, 40):
            rows = order(problem.data.y_train, epoch)
            np.testing.assert_array_equal(problem.order(epoch), rows)
            fed = [targets for batch in problem.batches(epoch) if batch for targets in batch[1]]
            np.testing.assert_array_equal(fed, problem.data.y_train[rows, 0])


@pytest.mark.parametrize("rate", [0.001, 0.05, 1.0])
@pytest.mark.parametrize("batch", [7, 8])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "moving", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}], ids=str
)
def test_epochs_taken_as_one_map_lead_where_their_steps_do(moving, reduction, batch, rate):
    spec = Spec.of(
        {
            "data": {"source": "two-features", "target": "y"},
            "scaling": {"features": "standard"},
            "training": {"epochs": 30, "batch_size": batch},
            "loss": {"reduction": reduction},
            "schedule": {"key": "exponential_decay"},
            "optimizer": {"learning_rate": rate, **moving},
        }
    )
    problem = problem_of(spec)
    start = initial_weights(spec, len(problem.data.features))
    rates = planned_rates(spec, problem.steps)
    assert is_affine(problem)
    mapped = simulate(problem, start, rates).full_loss
    stepped = simulate(problem, start[None], rates).full_loss[:, 0]
    np.testing.assert_allclose(mapped, stepped, rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": {"key": "adam"}},
        {"optimizer": {"clip_norm": 1.0}},
        {"loss": {"key": "mae"}},
        {"training": {"batch_size": None}},
        {"training": {"epochs": 10_000}},
        {"data": {"degree": 5}},
        {"data": {"source": "synthetic:rows=1500,features=1"}, "training": {"batch_size": 1}},
    ],
    ids=str,
)
def test_what_is_no_map_or_too_many_is_taken_step_by_step(change):
    spec = Spec.of(
        {"data": {"source": "two-features", "target": "y"}, "training": {"batch_size": 8}}
    )
    assert is_affine(problem_of(spec))
    assert not is_affine(problem_of(spec.patched({"optimizer": {"momentum": 0.9}}).patched(change)))
