"""What a browser sends of what was done in the picture."""

import pytest

from core.errors import InputError
from pages.ui.lab.picture import initial_weights
from pages.ui.points_form import edited

POINTS = [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]
UNCHANGED = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


def test_weights_are_kernel_and_bias():
    given = initial_weights([0.123456789, 2, -3], use_bias=True)
    assert given.kernel == (0.123457, 2.0)
    assert given.bias == -3.0
    assert initial_weights([0.5], use_bias=False).kernel == (0.5,)


@pytest.mark.parametrize("wrong", [[], [1, None], ["1", 2], [float("nan"), 1], [[1], 2]])
def test_weights_that_are_no_finite_numbers_are_refused(wrong):
    with pytest.raises(InputError, match="finite numbers"):
        initial_weights(wrong, use_bias=True)


def test_a_grid_changes_adds_and_removes_points():
    changes = {
        "edited_rows": {0: {"y": 9.0}},
        "added_rows": [{"x": 7, "y": 8}],
        "deleted_rows": [1],
    }
    assert edited(POINTS, UNCHANGED) == POINTS
    assert edited(POINTS, changes) == [(1.0, 9.0), (3.0, 5.0), (7, 8)]


def test_a_row_of_a_grid_that_is_not_filled_in_is_no_point():
    assert edited(POINTS, UNCHANGED | {"added_rows": [{"x": 7}]}) == POINTS
    assert edited(POINTS, UNCHANGED | {"edited_rows": {2: {"x": None}}}) == POINTS[:2]
