"""What people brought, and what would have helped them: searched, predicted and really run."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.diagnosis.finding import Remedy, Search
from core.lessons import LESSON_BY_KEY
from core.spec import Spec
from tests.core.diagnosis.runs import searched

PLAIN = {
    "data": {"source": "own", "target": "y", "validation_fraction": 0, "missing": "keep"},
    "model": {"initializer": "zeros"},
    "training": {"batch_size": None, "shuffle": False},
}
FLATS = {
    "sqft": [2104.0, 1600, 2400, 1416, 3000, 1985, 1534, 1427],
    "y": [399900.0, 329900, 369000, 232000, 539900, 299900, 314900, 198999],
}
HOUSES = {
    "sqft": [952.0, 1244, 1947, 1725, 1959, 1314],
    "age": [65.0, 64, 17, 42, 15, 14],
    "y": [271.5, 300, 509.8, 394, 540, 415],
}
CARS = {
    "km": [240000.0, 139800, 150500, 82029, 54000, 22899],
    "y": [3650.0, 3800, 4400, 6390, 7990, 7990],
}
PAY = {"x": [1.0, 2, 3, 4, 5, 6], "y": [30450.0, 35670, 31580, 40130, 47830, 41630]}
LEVEL = {"x": [1.0, 2, 3, 4, 5, 6], "y": [101.0, 103, 99, 104, 102, 105]}
POINTS = {"x2": [4.0, 12.25, 25], "x": [2.0, 3.5, 5], "y": [0.91, -0.35, -0.96]}


def found(columns: Any, **sections: Any) -> Search:
    """What a search comes to, of a run as people wrote them."""
    patch = PLAIN | {name: PLAIN.get(name, {}) | part for name, part in sections.items()}
    return searched(Spec().patched(patch), pd.DataFrame(columns))[1]


def noisy_line() -> pd.DataFrame:
    random = np.random.default_rng(7)
    x = random.uniform(-2, 2, 40)
    return pd.DataFrame({"x": x, "y": 3 * x + 2 + 0.1 * random.standard_normal(40)})


def with_patch(search: Search, *kinds: str) -> list[Remedy]:
    """The remedies that change these sections, and no other."""
    return [r for r in search.remedies if set(r.patch) == set(kinds)]


def test_standardize_and_a_rate_for_it_where_the_same_rate_is_far_too_low():
    search = found(CARS, optimizer={"learning_rate": 2e-11}, training={"epochs": 1000})
    (remedy,) = with_patch(search, "scaling", "optimizer")
    assert (remedy.changes, remedy.reaches, remedy.verified) == (2, "optimum", True)
    assert remedy.title == "Standardize the features and raise the learning rate to 0.1"
    assert remedy.epochs_to_optimum < 100
    assert search.remedies[0] is remedy


def test_ten_epochs_do_if_the_rate_is_large_enough():
    search = found(HOUSES, optimizer={"learning_rate": 5e-8}, training={"epochs": 10})
    (remedy,) = with_patch(search, "scaling", "optimizer")
    assert remedy.reaches == "optimum" and remedy.epochs_to_optimum <= 10


def test_a_rate_for_standardized_features_and_none_of_a_hundred_beside_it():
    search = found(FLATS, optimizer={"learning_rate": 0.005}, training={"epochs": 100})
    (remedy,) = with_patch(search, "scaling", "optimizer")
    assert remedy.patch["optimizer"] == {"learning_rate": 0.1}
    rates = [r.patch.get("optimizer", {}).get("learning_rate", 0) for r in search.remedies]
    assert max(rates) <= 10
    (longer,) = with_patch(search, "scaling", "training")
    assert longer.epochs_to_optimum > 100  # as many as the run had


def test_adadelta_wants_a_rate_of_one_to_ten():
    search = found(
        noisy_line(),
        optimizer={"key": "adadelta", "learning_rate": 0.001},
        training={"epochs": 50, "batch_size": 8},
    )
    rates = [r.patch.get("optimizer", {}).get("learning_rate") for r in search.remedies]
    assert search.remedies[0].reaches == "optimum"
    assert any(rate is not None and 1 <= rate <= 10 for rate in rates)


def test_a_target_in_the_ten_thousands_is_scaled_or_met_with_a_rate():
    search = found(
        PAY,
        scaling={"features": "standard"},
        optimizer={"key": "adam", "learning_rate": 0.001},
        training={"epochs": 200},
    )
    assert search.remedies[0].reaches == "optimum"
    scaled = [r for r in search.remedies if r.patch.get("scaling") == {"target": "standard"}]
    assert scaled
    assert scaled[0].rmse == pytest.approx(search.remedies[0].rmse, rel=0.05)  # in y's own unit


def test_a_bias_is_switched_on_where_the_data_need_one():
    search = found(
        LEVEL,
        model={"use_bias": False},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.1},
    )
    assert [(r.title, r.patch) for r in search.remedies] == [
        ("Switch the bias on", {"model": {"use_bias": True}})
    ]


def test_a_third_of_the_data_is_not_left_out():
    search = found(
        POINTS,
        optimizer={"learning_rate": 0.01, "momentum": 0.9},
        loss={"reduction": "sum"},
        training={"epochs": 30},
    )
    assert any(remedy.reaches == "optimum" for remedy in search.remedies)
    assert not any("exclude_rows" in r.patch.get("data", {}) for r in search.remedies)


def test_in_the_first_lesson_to_standardize_is_a_success():
    spec = LESSON_BY_KEY["loss-goes-up"].spec
    search = searched(spec)[1]
    (scaled,) = [r for r in search.remedies if r.patch == {"scaling": {"features": "standard"}}]
    assert (scaled.reaches, scaled.changes) == ("stable", 1)
    assert scaled.epochs_to_optimum > spec.training.epochs  # as theory has it
    (longer,) = [r for r in search.remedies if "training" in r.patch]
    assert longer.reaches == "optimum"
    assert longer.patch["training"]["epochs"] >= scaled.epochs_to_optimum
    places = [(r.reaches == "stable", r.changes) for r in search.remedies]
    assert places == sorted(places)


def test_with_a_bug_and_wrong_settings_both_are_mended():
    spec = LESSON_BY_KEY["loss-goes-up"].spec.patched({"bug": {"key": "gradient-ascent"}})
    remedies = searched(spec)[1].remedies
    assert all(remedy.patch["bug"] is None for remedy in remedies)
    assert remedies[0].reaches == "optimum" and remedies[0].changes == 2


def test_missing_values_are_left_out_or_filled():
    table = pd.DataFrame({"x": [1.0, 2, np.nan, 4, 5, 6], "y": [1.0, 2, 3, 4, 5, 6.5]})
    search = found(table, optimizer={"learning_rate": 0.02}, training={"epochs": 400})
    assert search.remedies[0].patch == {"data": {"missing": "drop"}}


def test_a_target_without_signal_has_no_remedy_and_that_is_said():
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.standard_normal((60, 3)), columns=["a", "b", "y"])
    search = found(table, optimizer={"learning_rate": 0.1}, scaling={"features": "standard"})
    assert search.remedies == ()
    assert "no more about the target than chance" in search.why_none


def test_a_healthy_run_is_not_searched():
    diagnosis, search = searched(LESSON_BY_KEY["healthy"].spec)
    assert diagnosis.verdict == "healthy"
    assert search == Search()


def test_what_is_found_travels_as_json():
    search = searched(LESSON_BY_KEY["loss-goes-up"].spec)[1]
    told = search.to_json()
    assert Search.from_json(told) == search
    assert set(told) == {"remedies", "tried", "why_none"}
    assert set(told["remedies"][0]) == {
        "title",
        "patch",
        "changes",
        "reaches",
        "epochs_to_optimum",
        "seconds",
        "final_loss",
        "rmse",
        "rounding",
        "verified",
    }


@pytest.mark.parametrize(
    "optimizer",
    [{"learning_rate": 0.0}, {"learning_rate": -0.01}, {"key": "adam", "learning_rate": 0.0}],
    ids=str,
)
def test_a_rate_of_nothing_is_raised(optimizer):
    search = found(HOUSES, optimizer=optimizer, scaling={"features": "standard"})
    assert search.remedies[0].reaches == "optimum"


def test_a_run_at_the_best_that_there_is_is_told_so():
    random = np.random.default_rng(1)
    table = {"x": random.standard_normal(100), "y": random.standard_normal(100)}
    search = found(table, optimizer={"learning_rate": 0.1}, training={"epochs": 100})
    assert (search.remedies, search.tried) == ((), ())
    assert search.why_none == (
        "No setting would help: this run is at its optimum, and the features say no more about the "
        "target than chance would."
    )


def test_where_nothing_helps_the_nearest_is_run_and_told():
    random = np.random.default_rng(3)
    a, off = random.standard_normal(60), random.standard_normal(60)
    table = {"a": a, "b": a + 1e-5 * off, "y": a + 0.5 * off}
    search = found(table, optimizer={"learning_rate": 1e-4}, training={"epochs": 5})
    assert not search.remedies and len(search.tried) == 1
    assert "even with standardized features the loss is " in search.why_none
    assert f" Nearest: “{search.tried[0].title}”, which leaves " in search.why_none


def test_what_is_said_to_do_is_offered():
    """A rate that the diagnosis names is among those that are run, however odd it is."""
    patch = {"optimizer": {"learning_rate": 0.1, "clip_norm": 1e-4}, "training": {"epochs": 200}}
    table = noisy_line()
    search = found(table, **patch)
    assert search.remedies[0].patch == {"optimizer": {"clip_norm": None}}
    assert search.remedies[0].title == "Switch clipping off"


def test_no_huge_rate_stands_beside_scaled_data():
    year = np.arange(2002.0, 2019)
    table = {"year": year, "y": np.linspace(21_730_496, 19_473_970, 17)}
    adam = {"key": "adam", "learning_rate": 0.001}
    search = found(table, optimizer=adam, training={"epochs": 2000})
    assert search.remedies[0].patch == {"scaling": {"features": "standard", "target": "standard"}}
    rates = [r.patch.get("optimizer", {}).get("learning_rate", 0) for r in search.remedies]
    assert max(rates) <= 10
