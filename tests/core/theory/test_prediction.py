"""Predictions against the questions the project began with, and against real runs."""

import tracemalloc

import numpy as np
import orjson
import pandas as pd
import pytest

from core.events import from_number
from core.spec import Spec
from core.theory.predict import predict, unpredicted
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.json_keys import PREDICTION

EPOCHS = 40
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def spec_of(source, target, **sections):
    values = {
        "data": {"source": source, "target": target, "validation_fraction": 0},
        "training": {"batch_size": None, "epochs": EPOCHS},
    }
    return Spec.of(values).patched(sections)


def predicted(source, target, **sections):
    spec = spec_of(source, target, **sections)
    return predict(spec, data_of(spec))


def real_curve(spec, data):
    events = list(train(spec, data))
    curve = np.full(spec.training.epochs, np.nan)
    for event in events:
        if event["event"] == "epoch_ended":
            curve[event["epoch"]] = from_number(event["full_loss"])
    assert events[-1]["outcome"] in ("completed", "diverged"), events[-1]["reason"]
    return curve, events[-1]["outcome"]


def assert_follows(spec, data, tolerance=0.01):
    """The run stays within 1 % of its prediction until float32 ends."""
    real, outcome = real_curve(spec, data)
    curve = np.array(predict(spec, data).full_loss)
    told = np.isfinite(real)
    assert np.isfinite(curve[told]).all() or told.sum() - np.isfinite(curve).sum() <= 1
    both = told & np.isfinite(curve)
    resolution = 1e-9 * np.mean(data.y_train.astype(np.float64) ** 2)
    np.testing.assert_allclose(curve[both], real[both], rtol=tolerance, atol=resolution)
    return outcome


def random_table(rng, rows, features, kind):
    x = rng.standard_normal((rows, features))
    if kind == 1:
        x = x @ rng.standard_normal((features, features))
    if kind == 2:
        x = x * 10 ** rng.uniform(-2, 2, features) + rng.uniform(-3, 3, features)
    if kind == 3:
        x[rng.integers(rows)] *= 15
    y = x @ rng.standard_normal(features) + rng.standard_normal(rows) + rng.uniform(-5, 5)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(features)]).assign(y=y)


class TestTheQuestionsOfTheDocument:
    def test_one_to_twenty(self):
        p = predicted("one-to-twenty", "y")
        assert p.lambda_max == pytest.approx(288.5, abs=0.1)
        assert p.learning_rate_ratio == pytest.approx(1.443, abs=1e-3)
        assert p.growth_per_step == pytest.approx(3.5547, abs=1e-4)
        assert p.regime == "diverges"
        assert p.full_loss[9] / p.full_loss[8] == pytest.approx(p.growth_per_step, rel=1e-6)
        assert p.why == (
            "Your rate 0.01 is 1.44 × the largest stable one, 0.00693: "
            "the loss will grow 3.55-fold each epoch."
        )

    def test_one_to_twenty_a_tenth_above_the_limit(self):
        critical = predicted("one-to-twenty", "y").critical_learning_rate
        p = predicted("one-to-twenty", "y", optimizer={"learning_rate": 1.1 * critical})
        assert p.why == (
            "Your rate 0.00762 is 1.1 × the largest stable one, 0.00693: "
            "the loss will grow 1.44-fold each epoch."  # (1 − 2 · 1.1)²
        )

    def test_a_hundred_points(self):
        p = predicted("hundred-points", "y", optimizer={"learning_rate": 0.5})
        assert p.learning_rate_ratio == pytest.approx(1642, abs=1)
        assert p.regime == "diverges"
        assert p.full_loss[-1] == np.inf

    def test_one_influential_point(self):
        p = predicted("influential-point", "y", loss={"reduction": "sum"})
        assert p.learning_rate_ratio == pytest.approx(12.6, abs=0.05)
        assert p.regime == "diverges"

    @pytest.mark.parametrize("batch", [None, 8], ids=["full batch", "mini-batches"])
    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_half_the_squares_double_the_limit(self, batch, reduction):
        training = {"batch_size": batch, "epochs": 50}
        whole, half = (
            predicted(
                "one-to-twenty",
                "y",
                optimizer={"learning_rate": 1e-4},
                loss={"key": key, "reduction": reduction},
                training=training,
            )
            for key in ("mse", "half_mse")
        )
        assert half.critical_learning_rate == pytest.approx(2 * whole.critical_learning_rate)
        assert half.lambda_max == pytest.approx(whole.lambda_max / 2)
        assert half.baseline_loss == pytest.approx(whole.baseline_loss / 2)
        assert half.initial_loss == pytest.approx(whole.initial_loss / 2)
        assert half.condition_number == pytest.approx(whole.condition_number)

    def test_a_growing_schedule(self):
        p = predicted(
            "one-to-twenty",
            "y",
            optimizer={"learning_rate": 1e-3},
            schedule={"key": "exponential_decay", "decay_rate": 1.2, "decay_steps": 10},
            training={"epochs": 300},
        )
        crossing = 10 * np.log(p.critical_learning_rate / 1e-3) / np.log(1.2)
        assert p.unstable_since_step == p.unstable_since_epoch == int(np.ceil(crossing)) == 107
        assert p.unstable_until_step is None
        assert p.regime == "diverges"
        assert p.full_loss[130] < p.full_loss[0] < p.full_loss[-1]
        assert "in epoch 108" in p.why  # counted from 1: after 107 of them

    def test_standardizing_cures_the_raw_table(self):
        raw = predicted("diabetes", "target", training={"batch_size": 32})
        cured = predicted(
            "diabetes", "target", training={"batch_size": 32}, scaling={"features": "standard"}
        )
        assert (raw.regime, cured.regime) == ("diverges", "converges")


SGD = [{"momentum": 0.0}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}]
SCHEDULES = [
    {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.7},
    {"key": "piecewise_constant", "boundaries": [5, 20], "values": [0.02, 0.01, 0.3]},
    {"key": "polynomial_decay", "decay_steps": 30},
    {"key": "inverse_time_decay", "decay_steps": 10, "staircase": True},
    {"key": "cosine_decay", "decay_steps": 30, "warmup_target": 0.2, "warmup_steps": 8},
    {"key": "cosine_restarts", "first_decay_steps": 10},
    {"key": "reduce_on_plateau", "patience": 2, "min_delta": 30.0, "factor": 0.5},
    {"key": "reduce_on_plateau", "monitor": "val_loss", "patience": 1, "min_delta": 30.0},
]
ADAPTIVE = ["adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "adadelta", "ftrl", "lion"]


class TestARunFollowsItsPrediction:
    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    @pytest.mark.parametrize("batch", [None, 16], ids=["full batch", "mini-batches"])
    def test_half_the_squares(self, batch, reduction):
        table = random_table(np.random.default_rng(2), 42, 3, 0)
        spec = spec_of("table", "y", loss={"key": "half_mse", "reduction": reduction})
        spec = spec.patched({"training": {"batch_size": batch}})
        data = data_of(spec, table)
        limit = predict(spec, data).critical_learning_rate
        for factor, ends in ((0.9, "completed"), (1.3, "diverged")):
            at = spec.patched({"optimizer": {"learning_rate": factor * limit}})
            assert assert_follows(at, data) == ends, factor

    @pytest.mark.parametrize("optimizer", SGD, ids=str)
    def test_full_batch_below_and_above_the_limit(self, optimizer):
        rng = np.random.default_rng(1)
        for kind in range(3):
            spec = Spec.of({"data": {"target": "y", "validation_fraction": 0}})
            spec = spec.patched({"training": {"epochs": EPOCHS, "batch_size": None}})
            data = data_of(spec, random_table(rng, 60, 4, kind))
            critical = predict(spec.patched({"optimizer": optimizer}), data).critical_learning_rate
            for ratio in (0.4, 0.95, 1.05, 3.0):
                rated = spec.patched(
                    {"optimizer": {**optimizer, "learning_rate": critical * ratio}}
                )
                outcome = assert_follows(rated, data)
                assert (predict(rated, data).regime == "diverges") == (ratio > 1)
                assert outcome == "diverged" or ratio < 3

    @pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s["key"])
    def test_every_schedule(self, schedule):
        spec = spec_of("diabetes", "target", schedule=schedule, scaling={"features": "standard"})
        spec = spec.patched(
            {"optimizer": {"learning_rate": 0.1}, "data": {"validation_fraction": 0.2}}
        )
        assert_follows(spec, data_of(spec))

    @pytest.mark.parametrize("key", ADAPTIVE)
    def test_every_adaptive_optimizer_raw_and_scaled(self, key):
        for scaling in ("none", "standard"):
            for rate in (0.01, 1.0):
                spec = spec_of(
                    "diabetes",
                    "target",
                    optimizer={"key": key, "learning_rate": rate},
                    scaling={"features": scaling},
                )
                assert_follows(spec, data_of(spec))

    @pytest.mark.parametrize("loss", ["mae", "huber", "log_cosh"])
    def test_other_losses(self, loss):
        spec = spec_of("diabetes", "target", loss={"key": loss}, scaling={"features": "standard"})
        assert_follows(spec, data_of(spec))

    def test_clipped_gradients(self):
        spec = spec_of("diabetes", "target", optimizer={"clip_norm": 1000.0})
        assert_follows(spec, data_of(spec))

    @pytest.mark.parametrize(("optimizer", "reduction"), [("sgd", "mean"), ("adam", "sum")])
    def test_batches_in_the_run_s_own_order(self, optimizer, reduction):
        spec = Spec.of({"data": {"target": "y", "validation_fraction": 0}})
        spec = spec.patched(
            {
                "training": {"epochs": EPOCHS, "batch_size": 16},
                "optimizer": {"key": optimizer, "learning_rate": 0.003},
                "loss": {"reduction": reduction},
            }
        )
        table = random_table(np.random.default_rng(2), 70, 3, 0)  # the last batch has 6 rows
        assert_follows(spec, data_of(spec, table))

    def test_without_a_bias(self):
        spec = spec_of("two-features", "y", model={"use_bias": False})
        assert_follows(spec, data_of(spec))


def test_batch_limit_tells_runs_that_diverge_from_those_that_do_not():
    """On simulated runs, which the tests above hold against real ones."""
    rng = np.random.default_rng(3)
    right = total = 0
    for index in range(54):
        spec = Spec.of({"data": {"target": "y", "validation_fraction": 0}}).patched(
            {"training": {"batch_size": 16, "epochs": 100, "seed": index}}
        )
        spec = spec.patched({"optimizer": SGD[index % 3]})
        data = data_of(spec, random_table(rng, 64, 3, index % 4))
        critical = predict(spec, data).critical_learning_rate
        ratio = float(np.exp(rng.uniform(np.log(0.3), np.log(3))))
        if 1 / 1.2 < ratio < 1.2:
            continue
        p = predict(spec.patched({"optimizer": {"learning_rate": critical * ratio}}), data)
        diverged = p.full_loss[-1] > 2 * max(p.initial_loss, p.baseline_loss)
        total += 1
        right += diverged == (ratio > 1)
    assert total > 35
    assert right / total >= 0.95


class TestRegimes:
    def test_slow_names_the_epochs_it_would_take(self):
        p = predicted("diabetes", "target", optimizer={"learning_rate": 1e-6})
        assert p.regime == "slow"
        assert p.epochs_to_optimum > 1_000_000
        assert f"{p.epochs_to_optimum:,} epochs" in p.why

    def test_epochs_to_optimum_are_the_ones_the_curve_has(self):
        short = predicted("two-features", "y", optimizer={"learning_rate": 0.005})
        long = predicted(
            "two-features", "y", optimizer={"learning_rate": 0.005}, training={"epochs": 2000}
        )
        assert short.regime == "slow"
        assert long.regime == "converges"
        assert short.epochs_to_optimum == long.epochs_to_optimum > EPOCHS

    def test_swinging_across_the_valley_is_an_oscillation(self):
        critical = predicted("one-to-twenty", "y").critical_learning_rate
        p = predicted("one-to-twenty", "y", optimizer={"learning_rate": 0.995 * critical})
        assert p.regime == "oscillates"
        assert "jumps across the valley" in p.why

    def test_no_unlimited_growth_with_clipped_gradients(self):
        p = predicted("diabetes", "target", optimizer={"clip_norm": 1.0})
        assert p.critical_learning_rate is None
        assert p.regime != "diverges"

    def test_an_activation_is_unknown_and_said_so(self):
        p = predicted("diabetes", "target", model={"activation": "relu"})
        assert (p.regime, p.full_loss, p.critical_learning_rate) == ("unknown", None, None)
        assert "relu" in p.why

    def test_what_is_not_computed_is_unknown_but_for_its_baseline(self):
        spec = spec_of("two-features", "y", training={"batch_size": 32})
        data = data_of(spec)
        whole, p = predict(spec, data), unpredicted(spec, data, "Not yet.")
        assert (whole.regime, p.regime, p.why) == ("converges", "unknown", "Not yet.")
        assert p.full_loss is p.critical_learning_rate is p.optimal_loss is None
        assert p.baseline_loss == pytest.approx(whole.baseline_loss)
        assert p.quadratic

    def test_values_that_are_not_finite_are_unknown(self):
        p = predicted("cars", "Miles_per_Gallon", data={"missing": "keep"})
        assert p.regime == "unknown"

    def test_a_run_too_long_to_follow_keeps_its_critical_rate(self):
        sections = {
            "training": {"batch_size": 1, "epochs": 5000},
            "scaling": {"features": "standard"},
        }
        p = predicted("diabetes", "target", **sections)
        assert (p.regime, p.full_loss) == ("unknown", None)
        assert p.learning_rate_ratio < 1
        high = predicted("diabetes", "target", optimizer={"learning_rate": 1.0}, **sections)
        assert high.regime == "diverges"


def test_a_bug_changes_nothing():
    healthy = predicted("one-to-twenty", "y")
    spec = spec_of("one-to-twenty", "y", model={"layer": "custom"}, bug={"key": "gradient-ascent"})
    assert predict(spec, data_of(spec)).full_loss == healthy.full_loss


def test_the_object_that_travels_has_the_promised_keys():
    travelling = predicted("one-to-twenty", "y").to_json()
    assert list(orjson.loads(orjson.dumps(travelling))) == PREDICTION
    assert len(travelling["full_loss"]) == EPOCHS
    assert travelling["regime"] == "diverges"


def test_a_chaotic_curve_is_told_as_far_as_the_run_follows_it():
    spec = Spec().patched(
        {
            "data": {"source": "gapminder", "target": "gdpPercap"},
            "optimizer": {"key": "rmsprop"},
            "training": {"epochs": 40},
        }
    )
    prediction, events = predict(spec, data_of(spec)), train(spec, data_of(spec))
    told = prediction.to_json()["full_loss"]
    certain = prediction.certain_epochs
    assert certain
    assert told[:certain] == prediction.certain_loss
    assert told[certain:] == [None] * (40 - certain)
    real = [event["full_loss"] for event in events if event["event"] == "epoch_ended"]
    assert real[:certain] == pytest.approx(told[:certain], rel=0.02)
    assert real[certain:] != pytest.approx(prediction.full_loss[certain:], rel=0.5)
    assert f"From epoch {certain + 1} on" in prediction.why


def test_where_rounding_does_not_show_all_of_a_curve_is_certain():
    spec = Spec().patched({"scaling": {"features": "standard"}, "optimizer": {"key": "adam"}})
    prediction = predict(spec, data_of(spec))
    assert prediction.certain_epochs is None
    assert prediction.to_json()["full_loss"] == prediction.full_loss == prediction.certain_loss


@pytest.mark.parametrize(
    "schedule", [{"key": "constant"}, {"key": "exponential_decay"}, {"key": "reduce_on_plateau"}]
)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_largest_run_that_a_link_allows_is_predicted_in_little_memory(optimizer, schedule):
    """Two thousand million steps."""
    largest = {"training": {"batch_size": 1, "epochs": 100_000}, "schedule": schedule}
    spec = spec_of("randhie", "mdvis", **largest).patched({"optimizer": {"key": optimizer}})
    data = data_of(spec)
    tracemalloc.start()
    try:
        told = predict(spec, data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300e6
    assert told.full_loss is None
    steps = 100_000 * len(data.x_train)
    assert f"{steps:,}" in told.why or told.regime == "diverges"
    if schedule["key"] != "reduce_on_plateau":
        assert len(told.learning_rates) == 100_000


def test_a_schedule_of_very_many_steps_crosses_the_limit_at_the_same_step(monkeypatch):
    decay = {"key": "polynomial_decay", "decay_steps": 90, "end_learning_rate": 1.0}
    low = {"optimizer": {"learning_rate": 1e-4}, "schedule": decay}
    spec = spec_of("one-to-twenty", "y", **low)
    exact = predict(spec, data_of(spec))
    monkeypatch.setattr("core.theory.predict.MAX_RATES", 14)  # every third of 40 steps
    coarse = predict(spec, data_of(spec))
    assert exact.unstable_since_step is not None
    assert 0 <= coarse.unstable_since_step - exact.unstable_since_step < 3
    assert coarse.learning_rates[-1] == exact.learning_rates[-1]
    assert len(coarse.learning_rates) == EPOCHS
