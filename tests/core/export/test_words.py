"""A spec in words: every registered item, every field."""

import pytest

from core.bugs import BUGS
from core.export.words import in_words
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.spec import Spec

ITEMS = [
    (part, item)
    for part, registry in (
        ("optimizer", OPTIMIZERS),
        ("schedule", SCHEDULES),
        ("loss", LOSSES),
        ("bug", BUGS),
    )
    for item in registry
]


@pytest.mark.parametrize(("part", "item"), ITEMS, ids=lambda value: getattr(value, "title", value))
def test_an_item_is_told_with_its_title_and_parameters(part, item):
    spec = Spec.of({part: {"key": item.name()}})
    text = dict(in_words(spec))[part.capitalize()]
    assert text.startswith(item.title)
    for name in item.parameters():
        shown = getattr(getattr(spec, part), name) not in (None, False)
        assert (name.replace("_", " ") in text) == shown


def test_encoded_columns_are_told():
    spec = Spec.of({"data": {"encode": {"colour": "one-hot", "day": "days"}}})
    told = dict(in_words(spec))["Table"]
    assert "; colour made into numbers as one-hot; day made into numbers as days" in told


def test_powers_are_told():
    told = dict(in_words(Spec.of({"data": {"degree": 3}})))["Table"]
    assert told.endswith(", with powers up to 3 of each number, in the table diabetes")


def test_what_is_not_the_default_is_told():
    spec = Spec.of(
        {
            "data": {
                "source": "cars",
                "target": "mpg",
                "features": ["weight", "power"],
                "exclude_rows": [3, 7],
                "missing": "mean",
                "validation_fraction": 0.25,
            },
            "scaling": {"features": "robust", "target": "minmax"},
            "model": {"layer": "custom", "use_bias": False},
            "training": {"batch_size": None, "shuffle": False, "epochs": 2000, "seed": 9},
        }
    )
    told = dict(in_words(spec))
    assert told["Table"] == "mpg from weight, power, in the table cars"
    assert "mean" in told["Rows"] and "3, 7" in told["Rows"] and "25 %" in told["Rows"]
    assert "interquartile" in told["Scaling"] and "target scaled from 0 to 1" in told["Scaling"]
    assert told["Layer"].startswith("our LinearLayer without a bias")
    given = {"initial_weights": {"kernel": [0.5, -2.0, *range(8)], "bias": 3.5}}
    told = dict(in_words(spec.patched({"model": {"use_bias": True, **given}})))
    start = "initial weights 0.5 / -2 / 0 / 1 / 2 / 3 / 4 / 5 and 2 more, its bias 3.5, "
    assert start in told["Layer"]
    assert told["Bug"] == "none"
    assert told["Training"] == "2,000 epochs, all rows in one batch, in the table's order, seed 9"
