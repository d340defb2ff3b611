"""What a sweep may be, and the sentence for what it may not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.spec import Spec
from core.sweep.knobs import KNOBS, default_axis, knobs_of
from core.sweep.spec import INTEGER_KNOBS, Axis, SweepSpec
from tests.conftest import data_of

RATE = {"path": "optimizer.learning_rate", "low": 0.001, "high": 1.0, "count": 4}
MOMENTUM = {"path": "optimizer.momentum", "values": [0.0, 0.5, 0.9]}


@given(
    low=st.floats(1e-6, 1e3),
    factor=st.floats(1.001, 1e6),
    count=st.integers(2, 1024),
    scale=st.sampled_from(["log", "linear"]),
    whole=st.booleans(),
)
def test_a_range_has_both_ends_and_rises(low, factor, count, scale, whole):
    path = "training.seed" if whole else "optimizer.learning_rate"
    axis = Axis(path=path, low=low, high=low * factor, count=count, scale=scale)
    points = np.array(axis.points, float)
    assert len(points) <= count
    assert (np.diff(points) > 0).all()
    if whole:
        assert all(isinstance(point, int) for point in axis.points)
        np.testing.assert_array_equal(points[[0, -1]], np.round([low, low * factor]))
    else:
        np.testing.assert_allclose(points[[0, -1]], [low, low * factor], rtol=1e-5)


def test_every_cell_is_the_patched_spec():
    for axes in ([RATE, MOMENTUM], [RATE, {"path": "training.seed", "values": [1, 2]}], [RATE]):
        sweep = SweepSpec.of({"axes": axes})
        assert sweep.runs == len(sweep.specs) == len(sweep.indices)
        assert sweep.specs == tuple(sweep.spec_at(index) for index in sweep.indices)
    assert sweep.specs[1].optimizer.learning_rate == 0.01


def test_an_axis_may_have_one_value():
    one = {"path": "training.seed", "values": [5]}
    sweep = SweepSpec.of({"axes": [RATE, one]})
    assert sweep.shape == (4, 1)
    assert sweep.specs == tuple(sweep.spec_at(index) for index in sweep.indices)
    assert {spec.training.seed for spec in sweep.specs} == {5}


def test_json_both_ways():
    sweep = SweepSpec.of({"spec": {"training": {"epochs": 3}}, "axes": [RATE, MOMENTUM]})
    assert SweepSpec.from_json(sweep.model_dump_json()) == sweep


def test_an_optimizers_own_parameter_keeps_its_value_only_where_it_exists():
    sweep = SweepSpec.of({"axes": [{"path": "optimizer.key", "values": ["sgd", "adam"]}, RATE]})
    assert [spec.optimizer.key for spec in sweep.specs] == ["sgd"] * 4 + ["adam"] * 4
    assert sweep.specs[-1].optimizer.learning_rate == 1.0


@pytest.mark.parametrize(
    ("axes", "sentence"),
    [
        ([], "A sweep must have one or two axes. Received: 0."),
        ([RATE, RATE], "two axes must be two knobs. Received: 'optimizer.learning_rate' twice."),
        (
            [{"path": "rate", "values": [1]}],
            "must be like optimizer.learning_rate. Received: 'rate'",
        ),
        ([{"path": "optimizer.rho", "values": [1]}], "`optimizer.rho` is not a setting"),
        ([{"path": "optimizer.momentum", "values": [0, 2]}], "must be <= 1.0. Received: 2."),
        ([{"path": "optimizer.momentum", "values": [0, 0]}], "each value once. Received: 0."),
        (
            [{"path": "optimizer.momentum", "values": []}],
            "must take 1 to 1024 values. Received: 0.",
        ),
        ([{"path": "optimizer.momentum"}], "must have `values`, or `low` and `high`."),
        ([RATE | {"low": 0}], "log range of `optimizer.learning_rate` must begin above 0."),
        ([RATE | {"low": 2}], "must have low < high. Received: 2 to 1."),
        ([RATE | {"low": 1}], "must have low < high. Received: 1 to 1."),
        ([RATE | {"count": 2000}], "`axes.0.count` must be <= 1024. Received: 2000."),
        (
            [
                RATE | {"count": 100},
                {"path": "training.seed", "low": 0, "high": 99, "count": 100, "scale": "linear"},
            ],
            "at most 4,096 runs. Received: 100 × 100 = 10,000.",
        ),
        (
            [{"path": "optimizer.key", "values": ["sgd", "adam"]}, MOMENTUM],
            "`optimizer.momentum` is not a setting that exists here. Received: 0.0.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_in_one_sentence(axes, sentence):
    with pytest.raises(InputError) as refusal:
        SweepSpec.of({"axes": axes})
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["[", "[]"])
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(InputError, match="A sweep must be"):
        SweepSpec.from_json(text)


def test_every_whole_number_of_a_spec_is_known_as_one():
    parts = [(name, type(part)) for name, part in Spec() if part is not None]
    counted = {
        f"{section}.{name}"
        for section, kind in parts
        for name, field in kind.model_fields.items()
        if field.annotation in (int, int | None)
    }
    assert counted <= INTEGER_KNOBS


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.title)
def test_every_knob_of_the_menu_can_be_swept(knob):
    keys = [Spec(), *(Spec().patched({"optimizer": {"key": k}}) for k in ("adamw", "rmsprop"))]
    spec = next(spec for spec in keys if knob in knobs_of(spec))
    axis = default_axis(knob, spec, data_of(spec))
    sweep = SweepSpec.of({"spec": spec.model_dump(), "axes": [axis.model_dump()]})
    assert 2 <= sweep.runs <= 64


def test_a_rates_range_spans_the_limit():
    spec = Spec().patched({"scaling": {"features": "standard"}})
    data = data_of(spec)
    knob = next(knob for knob in KNOBS if knob.title == "learning rate")
    low, *_, high = default_axis(knob, spec, data).points
    limit = (
        2
        / np.linalg.eigvalsh(
            2 * np.cov(np.hstack([data.x_train, np.ones((len(data.x_train), 1))]).T, bias=True)
        ).max()
    )
    assert low < limit < high
