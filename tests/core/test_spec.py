"""The spec: its contract, and one clear sentence for whatever cannot run."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.spec import Spec

CONTRACT = {
    "data": {
        "source": "diabetes",
        "target": "target",
        "features": None,
        "encode": {},
        "degree": 1,
        "exclude_rows": [],
        "missing": "drop",
        "validation_fraction": 0.2,
    },
    "scaling": {"features": "none", "target": "none"},
    "model": {
        "layer": "dense",
        "use_bias": True,
        "initializer": "glorot_uniform",
        "initial_weights": None,
        "activation": "linear",
    },
    "bug": None,
    "optimizer": {
        "key": "sgd",
        "learning_rate": 0.01,
        "momentum": 0.0,
        "nesterov": False,
        "clip_norm": None,
    },
    "schedule": {"key": "constant"},
    "loss": {"key": "mse", "reduction": "mean"},
    "training": {"epochs": 100, "batch_size": 32, "shuffle": True, "seed": 0},
}
IMPOSSIBLE = [
    ({"colour": "red"}, "`colour` is not a setting that exists here. Received: 'red'."),
    ({"training": {"epochs": 0}}, "`training.epochs` must be >= 1. Received: 0."),
    ({"training": {"epochs": 10**9}}, "`training.epochs` must be <= 100000. Received: 1000000000."),
    ({"training": {"epochs": 1.5}}, "`training.epochs` must be a whole number. Received: 1.5."),
    ({"training": {"batch_size": 0}}, "`training.batch_size` must be >= 1. Received: 0."),
    (
        {"optimizer": {"learning_rate": float("nan")}},
        "`optimizer.learning_rate` must be a finite number. Received: nan.",
    ),
    (
        {"optimizer": {"learning_rate": "fast"}},
        "`optimizer.learning_rate` must be a number. Received: 'fast'.",
    ),
    (
        {"optimizer": {"key": "adam", "momentum": 0.9}},
        "`optimizer.momentum` is not a setting that exists here. Received: 0.9.",
    ),
    (
        {"schedule": {"key": "piecewise_constant", "values": [0.1]}},
        "`schedule.values` must have one value more than `schedule.boundaries`. "
        "Received: 1 values and 2 boundaries.",
    ),
    (
        {"data": {"exclude_rows": [3, 0]}},
        "`data.exclude_rows` counts rows from 1. Received: 0.",
    ),
    (
        {"model": {"use_bias": False, "initial_weights": {"kernel": [1], "bias": 2}}},
        "`model.initial_weights.bias` must be 0 without a bias (`model.use_bias`). Received: 2.",
    ),
    (
        {"model": {"initial_weights": {"kernel": [1, "x"]}}},
        "`model.initial_weights.kernel.1` must be a number. Received: 'x'.",
    ),
    (
        {"model": {"initial_weights": {"kernel": []}}},
        "`model.initial_weights.kernel` must have at least 1 in it. Received: 0.",
    ),
    (
        {"model": {"initial_weights": {"kernel": [0.0] * 2001}}},
        "`model.initial_weights.kernel` must have at most 2000 in it. Received: 2001.",
    ),
    ({"data": {"degree": 0}}, "`data.degree` must be >= 1. Received: 0."),
    ({"data": {"degree": 10}}, "`data.degree` must be <= 9. Received: 10."),
    ({"data": 3}, "`data` must be an object with named settings. Received: 3."),
    ({"bug": {}}, "`bug` must be an object with a `key`. Received: {}."),
    (
        {"scaling": {"features": "normal"}},
        "`scaling.features` must be one of 'none', 'standard', 'minmax' or 'robust'. "
        "Received: 'normal'.",
    ),
]


def test_an_empty_spec_is_the_contract():
    assert json.loads(Spec.of({}).model_dump_json()) == CONTRACT
    assert Spec.of(CONTRACT) == Spec.of({})


@pytest.mark.parametrize(("values", "sentence"), IMPOSSIBLE, ids=lambda value: str(value)[:40])
def test_what_cannot_run_gets_one_clear_sentence(values, sentence):
    with pytest.raises(InputError) as caught:
        Spec.of(values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("key", ["optimizer", "schedule", "loss", "bug"])
def test_an_unknown_key_names_the_known_ones(key):
    with pytest.raises(InputError, match=rf"`{key}\.key` must be one of .*Received: 'nonsense'\."):
        Spec.of({key: {"key": "nonsense"}})


@pytest.mark.parametrize(
    "values",
    [
        {"optimizer": {"learning_rate": 1e9}},
        {"optimizer": {"learning_rate": -1.0}},
        {"data": {"missing": "keep"}},
        {"bug": {"key": "gradient-ascent"}},
    ],
    ids=str,
)
def test_what_should_not_be_run_can_be(values):
    assert Spec.of(values)


@pytest.mark.parametrize("given", [{}, {"bias": None}, {"bias": 0}], ids=str)
def test_weights_are_given_without_a_bias_where_there_is_none(given):
    spec = Spec.of({"model": {"use_bias": False, "initial_weights": {"kernel": [1, 2], **given}}})
    assert spec.model.initial_weights.bias == 0.0
    assert Spec.from_json(spec.model_dump_json()) == spec


def test_a_patch_keeps_the_rest_and_drops_what_the_new_item_does_not_know():
    spec = Spec.of({"optimizer": {"momentum": 0.9, "learning_rate": 0.5}, "training": {"seed": 7}})
    patched = spec.patched({"optimizer": {"key": "adam"}})
    assert patched.optimizer.learning_rate == 0.5
    assert patched.training.seed == 7
    assert not hasattr(patched.optimizer, "momentum")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*CONTRACT, "key", "epochs", "source"]), inner, max_size=4),
    max_leaves=8,
))  # fmt: skip
def test_any_values_give_a_spec_or_one_sentence(values):
    if not isinstance(values, dict):
        return
    try:
        spec = Spec.of(values)
    except InputError as error:
        assert "Received" in str(error)
        assert "\n" not in str(error)
    else:
        assert Spec.from_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize("text", ["", "[1]", "{", "nonsense"])
def test_text_that_is_no_spec_says_so(text):
    with pytest.raises(InputError, match="A spec must be"):
        Spec.from_json(text)
