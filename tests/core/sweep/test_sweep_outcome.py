"""What a cell is judged against, and the judgement at its limits."""

import numpy as np
import pytest

from core.spec import Spec
from core.sweep.outcome import Criteria, epochs_to_optimum, judge_cell
from core.theory.regime import DIVERGED_FACTOR, Goal
from tests.conftest import data_of

SPEC = {
    "data": {
        "source": "synthetic:rows=40,features=2,noise=0.5,seed=2",
        "target": "y",
        "validation_fraction": 0.0,
    },
    "scaling": {"features": "standard"},
}
CRITERIA = Criteria(Goal(optimal=1.0, way=9.0, height=10.0), height=10.0, last_rate=0.1)


@pytest.mark.parametrize(("batch_size", "last_step"), [(8, 49), (7, 59), (None, 9), (100, 9)])
def test_the_last_rate_is_the_schedules_at_the_last_step(batch_size, last_step):
    schedule = {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5}
    training = {"epochs": 10, "batch_size": batch_size}
    spec = Spec().patched(SPEC | {"schedule": schedule, "training": training})
    expected = spec.optimizer.learning_rate * 0.5 ** (last_step / 10)
    assert Criteria.of(spec, data_of(spec), 1.0).last_rate == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("first_loss", [0.001, 1000.0])
def test_a_run_diverges_above_its_first_loss_and_its_baseline(first_loss):
    spec = Spec().patched(SPEC)
    data = data_of(spec)
    baseline = float(data.y_train.var())
    height = Criteria.of(spec, data, first_loss).height
    assert height == pytest.approx(max(first_loss, baseline), rel=1e-5)


def test_a_cell_that_ends_on_the_limit_has_not_diverged():
    limit = DIVERGED_FACTOR * CRITERIA.height
    assert judge_cell(CRITERIA, np.array([5.0, limit]), None, None).regime != "diverges"
    assert judge_cell(CRITERIA, np.array([5.0, limit * 1.001]), None, None).regime == "diverges"
    assert judge_cell(CRITERIA, np.array([5.0]), 0, None).diverged_epoch == 0


def test_epochs_are_counted_until_the_loss_is_near_the_optimum():
    near = 1.0 + 0.01 * 9.0
    assert epochs_to_optimum(CRITERIA, np.array([5.0, near, 1.0])) == 2
    assert epochs_to_optimum(CRITERIA, np.array([near])) == 1
    assert epochs_to_optimum(CRITERIA, np.array([5.0, near * 1.001])) is None
    unknown = Criteria(None, 10.0, 0.1)
    assert epochs_to_optimum(unknown, np.array([1.0])) is None
    assert judge_cell(unknown, np.array([1.0]), None, None).regime == "unknown"
