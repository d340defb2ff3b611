"""In which order changes are tried, how they are counted, and what they are called."""

import pytest

from core.diagnosis.remedies.kinds import LEVELS, Order
from core.diagnosis.remedies.move import Move, changes, title, together

POSSIBLE = ["features", "target", "rate", "optimizer", "epochs"]
UNSCALED = Order.of(["learning-rate-above-critical", "features-unscaled"], POSSIBLE)


def test_the_smallest_first_and_what_undoes_the_root_cause_before_the_rest():
    large = Order.of(["target-unscaled", "too-few-epochs"], POSSIBLE)
    assert large.kinds(POSSIBLE)[:2] == [("target",), ("rate",)]
    kinds = UNSCALED.kinds(POSSIBLE)
    sizes = [UNSCALED.size(kind) for kind in kinds]
    assert sizes == sorted(sizes)
    assert kinds[:2] == [("rate",), ("features",)]
    assert max(map(len, kinds)) == LEVELS
    assert kinds.index(("features", "rate")) < kinds.index(("features", "epochs"))
    assert not any({"rate", "optimizer"} <= set(kind) for kind in kinds)


@pytest.mark.parametrize("cause", ["bug:gradient-ascent", "non-finite-values", "no-bias"])
def test_without_what_undoes_some_causes_nothing_else_is_tried(cause):
    own = {"bug:gradient-ascent": "code", "non-finite-values": "missing", "no-bias": "bias"}[cause]
    order = Order.of([cause, "learning-rate-too-low"], [*POSSIBLE, own])
    kinds = order.kinds([*POSSIBLE, own])
    assert kinds[0] == (own,)
    assert all(own in kind for kind in kinds)
    assert len(kinds[-1]) == LEVELS + 1


def test_a_bias_that_is_not_the_root_is_one_change_among_others():
    order = Order.of(["learning-rate-too-low", "no-bias"], [*POSSIBLE, "bias"])
    assert order.forced == ()
    assert ("rate",) in order.kinds([*POSSIBLE, "bias"])


def test_more_than_is_known_to_do_is_tried_only_where_it_undoes_another_cause():
    assert UNSCALED.covers([("rate",)], ("target", "rate"))
    assert not UNSCALED.covers([("rate",)], ("features", "rate"))
    assert UNSCALED.covers([("rate",), ("features",)], ("features", "rate"))
    assert not UNSCALED.covers([], ("rate",))
    assert not UNSCALED.covers([("features",)], ("rate",))


SCALE = Move("features", "standardize the features", {"scaling": {"features": "standard"}})
RATE = Move("rate", "raise the learning rate to 0.1", {"optimizer": {"learning_rate": 0.1}})
CODE = Move("code", "use the corrected code", {"bug": None})
PLAN = Move(
    "schedule",
    "keep the rate constant",
    {"schedule": {"key": "constant"}, "optimizer": {"learning_rate": 0.5}},
)


def test_changes_are_settings_and_a_title_is_one_order():
    patch = together([CODE, SCALE, RATE])
    assert patch == {
        "bug": None,
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.1},
    }
    assert changes(patch) == 3
    assert title([SCALE]) == "Standardize the features"
    assert title([CODE, SCALE, RATE]) == (
        "Use the corrected code, standardize the features and raise the learning rate to 0.1"
    )


@pytest.mark.parametrize("moves", [[RATE, PLAN], [PLAN, RATE]])
def test_a_rate_that_is_chosen_stays_beside_a_schedule_that_is_dropped(moves):
    assert together(moves)["optimizer"] == {"learning_rate": 0.1}
