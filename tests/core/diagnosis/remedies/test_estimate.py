"""What is found promising holds for what is then followed step by step."""

import pytest

from core.diagnosis.remedies.course import Course
from core.diagnosis.remedies.estimate import promising
from core.spec import Spec
from tests.conftest import data_of

TABLE = Spec().patched(
    {
        "data": {"source": "synthetic:rows=64,features=3,noise=0.1", "target": "y"},
        "scaling": {"features": "standard"},
        "training": {"epochs": 40, "batch_size": 8},
    }
)
RATES = (1e-6, 1e-4, 1e-3, 0.003, 0.01, 0.05, 0.2)


def course(**sections) -> Course:
    spec = TABLE.patched(sections)
    return Course(spec, data_of(spec))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"training": {"batch_size": None}},
        {"optimizer": {"momentum": 0.9}},
        {"schedule": {"key": "cosine_decay", "decay_steps": 200}},
        {"schedule": {"key": "exponential_decay", "decay_steps": 20, "decay_rate": 0.5}},
        {"optimizer": {"key": "adam"}},
        {"optimizer": {"key": "adagrad"}},
        {"loss": {"key": "huber"}},
    ],
    ids=str,
)
def test_no_run_that_gets_there_is_given_up(how):
    runs = []
    for rate in RATES:
        optimizer = {**how.get("optimizer", {}), "learning_rate": rate}
        run = course(**how | {"optimizer": optimizer})
        runs.append((run.outlook.regime == "converges", promising(run, thorough=True)))
    assert any(gets_there for gets_there, _ in runs)
    assert all(hopeful for gets_there, hopeful in runs if gets_there)


def test_rates_far_too_low_are_given_up_by_a_formula():
    for key in ("sgd", "adam"):
        low = course(optimizer={"key": key, "learning_rate": 1e-9})
        assert not promising(low, thorough=True)


def test_a_rate_above_the_limit_is_given_up():
    assert not promising(course(optimizer={"learning_rate": 5.0}), thorough=True)


def test_an_optimum_worse_than_the_mean_is_not_worth_while():
    table = {"source": "cars", "target": "Miles_per_Gallon"}
    whole = course(data=table)
    without = course(data=table, model={"use_bias": False})
    assert whole.worthwhile
    assert not without.worthwhile


def test_the_way_is_what_adam_needs():
    """With the steps it has: half of it cannot do, some times as much does."""
    way = course(optimizer={"key": "adam", "learning_rate": 1e-3}).way
    regimes = [
        course(optimizer={"key": "adam", "learning_rate": share * way}).outlook.regime
        for share in (0.3, 4)
    ]
    assert regimes == ["slow", "converges"]
