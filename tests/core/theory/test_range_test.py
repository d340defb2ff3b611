"""The learning-rate range test finds by trial what the theory computes."""

import numpy as np
import pytest

from core.lessons import LESSON_BY_KEY
from core.spec import Spec
from core.theory.predict import predict
from core.theory.range_test import STOP, range_test
from tests.conftest import data_of

FULL_BATCH = LESSON_BY_KEY["loss-goes-up"].spec


def test_the_loss_turns_behind_the_critical_rate_and_the_suggestion_is_stable():
    data = data_of(FULL_BATCH)
    seen = range_test(FULL_BATCH, data)
    critical = predict(FULL_BATCH, data).critical_learning_rate
    assert seen is not None and critical is not None
    rising = seen.learning_rates[1:][np.diff(seen.losses) > 0]
    # late: by then the steepest direction is at its optimum and has next to nothing to multiply
    assert critical < rising[0] < 5 * critical
    assert critical / 10 < seen.suggested < critical
    assert seen.losses[-1] > STOP * seen.losses.min()
    assert len(seen.learning_rates) == len(seen.losses)


def test_the_chosen_rate_and_its_schedule_are_left_aside():
    other = FULL_BATCH.patched({"optimizer": {"learning_rate": 7.0}})
    one, two = (range_test(spec, data_of(spec)) for spec in (FULL_BATCH, other))
    assert one is not None and two is not None
    np.testing.assert_array_equal(one.losses, two.losses)


@pytest.mark.parametrize(
    "patch",
    [
        {"optimizer": {"key": "adam"}},
        {"optimizer": {"key": "sgd", "momentum": 0.9}},
        {"loss": {"key": "huber"}},
        {"training": {"batch_size": None}},
    ],
    ids=lambda patch: next(iter(patch)),
)
def test_every_kind_of_run_can_be_tested(patch):
    spec = Spec().patched(patch)
    seen = range_test(spec, data_of(spec))
    assert seen is not None and np.isfinite(seen.losses).all()
    assert seen.learning_rates[0] < seen.suggested < seen.learning_rates[-1]


def test_an_activation_has_no_such_theory():
    spec = Spec().patched({"model": {"activation": "relu"}})
    assert range_test(spec, data_of(spec)) is None
