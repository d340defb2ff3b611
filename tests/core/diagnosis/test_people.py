"""What people brought, small: the cause that is named, the verdict, and what is said of it."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.diagnosis.finding import Finding
from core.spec import Spec
from tests.conftest import data_of
from tests.core.diagnosis.runs import above_note

PLAIN = {
    "data": {"source": "own", "target": "y", "validation_fraction": 0, "missing": "keep"},
    "model": {"initializer": "zeros"},
    "training": {"batch_size": None, "shuffle": False},
}
ABOVE, LOW, SCALE = "learning-rate-above-critical", "learning-rate-too-low", "features-unscaled"


def line(count: int, noise: float, rows: int = 200, seed: int = 5) -> dict:
    """So many standard normal features with weights 1, 2, …, a constant of 3, and noise."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((rows, count))
    y = x @ np.arange(1, count + 1) + 3 + noise * random.standard_normal(rows)
    return {f"x{j + 1}": x[:, j].tolist() for j in range(count)} | {"y": y.tolist()}


LEVEL = {"x": [1.0, 2, 3, 4, 5, 6], "y": [101.0, 103, 99, 104, 102, 105]}
ORIGIN = {"x": [1.0, 2, 3, 4, 5, 6], "y": [2.1, 3.9, 6.2, 7.9, 10.1, 11.8]}
STEPS = {"x": [-1.5, -1, -0.5, 0.5, 1, 1.5], "y": [0.0, 1, 2, 4, 5, 6]}
FLATS = {"sqft": [2.104, 1.6, 2.4, 1.416, 3.0], "y": [400.0, 330, 369, 232, 540]}
CARS = {
    "km": [240000.0, 139800, 150500, 82029, 54000, 22899],
    "y": [3650.0, 3800, 4400, 6390, 7990, 7990],
}
HOUSES = {
    "sqft": [952.0, 1244, 1947, 1725, 1959, 1314],
    "age": [65.0, 64, 17, 42, 15, 14],
    "y": [271.5, 300, 509.8, 394, 540, 415],
}
POINTS = {"x2": [4.0, 12.25, 25], "x": [2.0, 3.5, 5], "y": [0.91, -0.35, -0.96]}
THREE = {"x": [1.0, 2, 3], "y": [1.0, 2, 3]}
FOUR = {"x": [1.0, 2, 3, 4], "y": [1.0, 2, 3, 4]}
FAR = {"x": [1.0, 2, 3, 4, 5, 60], "y": [1.0, 2, 3, 4, 5, 60]}
PAY = {"x": [1.0, 2, 3, 4, 5, 6], "y": [30450.0, 35670, 31580, 40130, 47830, 41630]}
PRICES = {
    "sqft": [2104.0, 1600, 2400, 1416, 3000, 1985, 1534, 1427],
    "y": [399900.0, 329900, 369000, 232000, 539900, 299900, 314900, 198999],
}
TWINS = {"x1": [1.0, 2, 3, 4, 5], "x2": [2.0, 3, 4, 5, 6], "y": [3.0, 5, 7, 9, 11]}
DOUBLES = {"x1": [1.0, 2, 3, 4, 5], "x2": [2.0, 4, 6, 8, 10], "y": [3.0, 5, 7, 9, 11]}
RAMP = {"x": list(map(float, range(400))), "y": [4.0 * x + 3 for x in range(400)]}


def run_on(columns: dict, **sections) -> Diagnosis:
    """The diagnosis of a run as people wrote them."""
    patch = PLAIN | {name: PLAIN.get(name, {}) | part for name, part in sections.items()}
    return _run(pd.DataFrame(columns).to_csv(index=False), Spec().patched(patch))


@cache
def _run(table: str, spec: Spec) -> Diagnosis:
    from io import StringIO

    from core.training.trainer import train

    data = data_of(spec, pd.read_csv(StringIO(table)))
    return diagnose(spec, data, list(train(spec, data)))


def note(diagnosis: Diagnosis, cause: str) -> Finding:
    """The note of this cause."""
    (found,) = [f for f in diagnosis.findings if f.cause == cause]
    assert found.severity == "note"
    return found


def causes(diagnosis: Diagnosis) -> list[str]:
    return [finding.cause for finding in diagnosis.findings]


def test_an_optimum_above_the_baseline_is_not_healthy():
    off = {"use_bias": False, "initializer": "zeros"}
    rate = {"learning_rate": 0.1}
    diagnosis = run_on(LEVEL, model=off, optimizer=rate, scaling={"features": "standard"})
    assert diagnosis.verdict == "biased"
    first = diagnosis.findings[0]
    assert (first.cause, first.severity) == ("no-bias", "error")
    assert "worse than the 3.89 of predicting the mean" in first.summary


def test_a_missing_bias_beside_another_cause_is_named_too():
    off = {"use_bias": False, "initializer": "zeros"}
    diagnosis = run_on(LEVEL, model=off, optimizer={"learning_rate": 3.0})
    assert above_note(diagnosis) == [ABOVE, "no-bias"]


def test_a_line_through_the_origin_needs_no_bias():
    off = {"use_bias": False, "initializer": "zeros"}
    diagnosis = run_on(ORIGIN, model=off, optimizer={"learning_rate": 0.02})
    assert (diagnosis.verdict, causes(diagnosis)) == ("healthy", [])


@pytest.mark.parametrize(("rate", "cause"), [(0.2, ABOVE), (1e-5, LOW)])
def test_what_centring_would_spoil_is_no_cure(rate, cause):
    """Standardized features without a bias are stable, at an optimum that is far worse."""
    off = {"use_bias": False, "initializer": "zeros"}
    diagnosis = run_on(ORIGIN, model=off, optimizer={"learning_rate": rate})
    assert above_note(diagnosis)[0] == cause
    assert SCALE not in causes(diagnosis)


def test_a_scale_is_named_with_the_bias_that_standardized_features_need():
    """Two columns of very different size: standardized alone, no rate would reach the optimum."""
    off = {"use_bias": False, "initializer": "zeros"}
    x = np.arange(1.0, 21)
    table = {"x1": x, "x2": 1000 * x**2, "y": 3 * x + 0.2 * x**2}
    rate, training = {"learning_rate": 1e-12}, {"epochs": 20}
    diagnosis = run_on(table, model=off, optimizer=rate, training=training)
    assert diagnosis.verdict == "slow"
    assert above_note(diagnosis)[:2] == ["no-bias", SCALE]
    assert "; standardized, with a bias and a rate of " in diagnosis.findings[1].summary


@pytest.mark.parametrize("table", [STEPS, line(3, 0.1)], ids=["six rows", "200 rows"])
def test_a_plateau_schedule_takes_the_swing_of_momentum_for_a_plateau(table):
    diagnosis = run_on(
        table,
        optimizer={"learning_rate": 0.05, "momentum": 0.9},
        schedule={"key": "reduce_on_plateau", "patience": 2},
        training={"epochs": 100},
    )
    assert above_note(diagnosis) == ["schedule-decays-too-soon"]
    assert "takes each way up for a plateau" in diagnosis.findings[0].summary


def test_a_run_that_ends_above_twice_its_start_far_below_the_limit_has_no_rate_to_blame():
    diagnosis = run_on(
        {"x": [-1.0, 1], "y": [0.5, 2.5]},
        optimizer={"learning_rate": 0.05, "momentum": 0.98},
        schedule={"key": "reduce_on_plateau", "patience": 1, "factor": 0.3},
    )
    assert diagnosis.verdict != "healthy"
    assert not {ABOVE, SCALE} & set(above_note(diagnosis))


def test_few_rows_are_no_proof_of_absence():
    rate, training = {"learning_rate": 0.1}, {"epochs": 2000}
    diagnosis = run_on(FLATS, optimizer=rate, training=training)
    assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
    assert note(diagnosis, "few-rows").summary.startswith("5 rows prove little: the best line ")
    assert "no-linear-signal" not in causes(diagnosis)


def test_many_rows_that_say_nothing_are():
    random = np.random.default_rng(1)
    table = {"x": random.standard_normal(100), "y": random.standard_normal(100)}
    diagnosis = run_on(table, optimizer={"learning_rate": 0.1})
    assert (diagnosis.verdict, above_note(diagnosis)) == ("stuck", ["no-linear-signal"])


@pytest.mark.parametrize(
    ("table", "rate", "epochs", "needed"),
    [(CARS, 2e-11, 1000, "1 epoch."), (HOUSES, 5e-8, 10, "5 epochs.")],
    ids=["cars", "houses"],
)
def test_scale_is_the_cause_where_it_takes_a_rate_too(table, rate, epochs, needed):
    diagnosis = run_on(table, optimizer={"learning_rate": rate}, training={"epochs": epochs})
    assert above_note(diagnosis) == [SCALE]
    summary = diagnosis.findings[0].summary
    assert "; standardized and with a rate of 0." in summary
    assert summary.endswith("the loss would be near its optimum in " + needed)


def test_the_rate_is_the_cause_in_regular_points():
    optimizer = {"learning_rate": 0.01, "momentum": 0.9}
    summed = run_on(POINTS, optimizer=optimizer, loss={"reduction": "sum"}, training={"epochs": 30})
    assert above_note(summed) == [ABOVE, SCALE]
    for table in (THREE, FOUR):
        plain = run_on(table, optimizer={"learning_rate": 0.3}, training={"epochs": 60})
        assert above_note(plain) == [ABOVE, SCALE]
        assert "influential-rows" not in causes(plain)
    assert "influential-rows" not in causes(summed)


def test_a_row_that_stands_apart_is_influential():
    diagnosis = run_on(FAR, optimizer={"learning_rate": 0.01})
    assert above_note(diagnosis)[0] == "influential-rows"


def test_adadelta_at_its_default_rate():
    table, training = line(1, 0.1, rows=40), {"epochs": 50, "batch_size": 8}
    optimizer = {"key": "adadelta", "learning_rate": 0.001}
    diagnosis = run_on(table, optimizer=optimizer, training=training)
    first = diagnosis.findings[0]
    assert (first.cause, first.severity) == (LOW, "warning")
    assert 1 <= first.evidence[0].limit <= 100


def test_a_target_of_tens_of_thousands():
    diagnosis = run_on(
        PAY,
        scaling={"features": "standard"},
        optimizer={"key": "adam", "learning_rate": 0.001},
        training={"epochs": 200},
    )
    assert set(above_note(diagnosis)) == {LOW, "target-unscaled"}
    assert "no-linear-signal" not in causes(diagnosis)


def test_a_rate_that_suits_a_standardized_target_is_not_too_low():
    diagnosis = run_on(
        PAY,
        scaling={"features": "standard"},
        optimizer={"key": "adam", "learning_rate": 0.05},
        training={"epochs": 200},
    )
    assert above_note(diagnosis)[0] == "target-unscaled"


def test_the_targets_scale_makes_no_difference_to_sgd():
    rate, training = {"learning_rate": 1e-4}, {"epochs": 50}
    diagnosis = run_on(PAY, scaling={"features": "standard"}, optimizer=rate, training=training)
    assert "target-unscaled" not in causes(diagnosis)
    assert above_note(diagnosis)[0] == LOW


def test_prices_of_houses_in_dollars():
    diagnosis = run_on(PRICES, optimizer={"learning_rate": 0.005})
    assert above_note(diagnosis) == [ABOVE, SCALE]


@pytest.mark.parametrize(
    ("table", "rate", "epochs"), [(TWINS, 0.02, 2000), (DOUBLES, 0.005, 3000)], ids=["x+1", "2x"]
)
def test_columns_that_repeat_each_other_are_a_note(table, rate, epochs):
    diagnosis = run_on(table, optimizer={"learning_rate": rate}, training={"epochs": epochs})
    assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
    assert note(diagnosis, "collinear-features").summary == (
        "x1 and x2 repeat each other, so the weights are not unique: others fit exactly as well."
    )
    assert "weights-off-optimum" not in causes(diagnosis)


def test_columns_that_have_nothing_in_common_are_none():
    diagnosis = run_on(line(3, 0.1), optimizer={"learning_rate": 0.1})
    assert (diagnosis.verdict, causes(diagnosis)) == ("healthy", [])


def test_an_intercept_that_has_hardly_moved_is_a_note():
    diagnosis = run_on(RAMP, optimizer={"learning_rate": 1e-5})
    assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
    found = note(diagnosis, "weights-off-optimum")
    assert found.summary.startswith("The loss is near its optimum, but the intercept is 0.0")
    assert "where least squares has 3: along it the loss is 53,100 × less steep" in found.summary
    assert found.summary.endswith("it has hardly begun to move.")


def test_momentum_swings_far_below_the_limit():
    optimizer = {"learning_rate": 0.05, "momentum": 0.98}
    diagnosis = run_on(line(2, 0.1), optimizer=optimizer)
    assert diagnosis.verdict == "oscillating"
    (first,) = [f for f in diagnosis.findings if f.severity != "note"]
    assert first.cause == "momentum-too-high"
    assert "50 × as long" in first.summary
    assert "keeps 98.0% of its swing from step to step" in first.summary


def test_a_swing_that_more_epochs_would_end_is_no_fault_of_the_momentum():
    momentum = {"learning_rate": 0.08, "momentum": 0.9}
    diagnosis = run_on(line(3, 0.1), optimizer=momentum, training={"epochs": 5})
    assert (diagnosis.verdict, above_note(diagnosis)) == ("oscillating", ["too-few-epochs"])


def test_momentum_has_its_part_in_a_divergence():
    """Batches bear less of a rate with momentum, so that each alone would have cured it."""
    optimizer = {"learning_rate": 0.3, "momentum": 0.98}
    training = {"batch_size": 4, "epochs": 30}
    diagnosis = run_on(line(2, 0.1), optimizer=optimizer, training=training)
    assert (diagnosis.verdict, above_note(diagnosis)) == ("diverging", [ABOVE, "momentum-too-high"])


def test_a_helpful_momentum_is_no_cause():
    optimizer = {"learning_rate": 1e-4, "momentum": 0.9}
    diagnosis = run_on(line(2, 0.1), optimizer=optimizer)
    assert "momentum-too-high" not in causes(diagnosis)
    assert above_note(diagnosis)[0] == LOW


def test_no_number_of_epochs_is_named_that_nobody_can_give():
    diagnosis = run_on(HOUSES, optimizer={"learning_rate": 5e-8}, training={"epochs": 10})
    assert "too-few-epochs" not in causes(diagnosis)


def test_a_constant_column_stands_in_for_a_bias_that_is_switched_off():
    off = {"use_bias": False, "initializer": "zeros"}
    table = {"one": [1.0] * 6} | LEVEL
    diagnosis = run_on(
        table, model=off, optimizer={"learning_rate": 0.05}, training={"epochs": 900}
    )
    assert "no-bias" not in causes(diagnosis)
    assert note(diagnosis, "constant-feature").summary == (
        "one is 1 in every row, so it stands in for the bias."
    )


@pytest.mark.parametrize("share", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_rate_below_the_limit_never_diverges_by_itself(share, momentum):
    critical = 2 * (1 + momentum) / 7.7  # λmax of the table below, about
    optimizer = {"learning_rate": share * critical / 1.5, "momentum": momentum}
    diagnosis = run_on({"x": [1.0, 2, 3], "y": [1.0, 2, 2.9]}, optimizer=optimizer)
    shown = [f for f in diagnosis.findings if f.cause == ABOVE and f.severity == "error"]
    assert all(f.evidence[0].value > f.evidence[0].limit for f in shown)


@pytest.mark.parametrize(
    ("steps", "words"), [(40, "standardized, the loss"), (5, "standardized and with a constant")]
)
def test_a_schedule_that_would_do_is_kept_in_what_is_proposed(steps, words):
    diagnosis = run_on(
        PAY,
        scaling={"features": "standard"},
        optimizer={"key": "adam", "learning_rate": 0.05},
        schedule={"key": "cosine_decay", "decay_steps": steps},
        training={"epochs": 200},
    )
    assert words in next(f.summary for f in diagnosis.findings if f.cause == "target-unscaled")


def test_batches_swing_by_their_momentum_far_below_the_limit():
    optimizer = {"learning_rate": 0.01, "momentum": 0.98}
    training = {"epochs": 5, "batch_size": 8}
    diagnosis = run_on(line(2, 0.1, rows=40), optimizer=optimizer, training=training)
    assert above_note(diagnosis)[0] in ("momentum-too-high", "too-few-epochs")
    assert ABOVE not in causes(diagnosis)


def test_a_loss_that_stands_high_up_at_too_high_a_rate():
    optimizer = {"key": "rmsprop", "learning_rate": 10.0}
    diagnosis = run_on(line(2, 0.1), optimizer=optimizer, training={"epochs": 300})
    assert above_note(diagnosis)[0] == ABOVE


def test_three_rows_are_enough_to_be_worse_than_the_mean():
    """No test tells three rows from chance; but the line is what it is."""
    off = {"use_bias": False, "initializer": "zeros"}
    table = {"hours": [8.9, 8.5, 8.8], "y": [41_180.0, 84_170, 54_193]}
    rate, scaling = {"learning_rate": 0.5}, {"features": "standard"}
    diagnosis = run_on(table, model=off, optimizer=rate, scaling=scaling)
    assert diagnosis.verdict == "biased"
    assert above_note(diagnosis) == ["no-bias"]
    assert "probability by chance" not in [fact.name for fact in diagnosis.findings[0].evidence]


def test_what_would_be_too_slow_with_a_bias_is_named_beside_it():
    off = {"use_bias": False, "initializer": "zeros"}
    rate, scaling = {"learning_rate": 0.9, "momentum": 0.97}, {"features": "standard"}
    diagnosis = run_on(LEVEL, model=off, optimizer=rate, scaling=scaling)
    assert diagnosis.verdict == "biased"
    assert above_note(diagnosis) == ["no-bias", "momentum-too-high", "too-few-epochs"]
    momentum, epochs = diagnosis.findings[1:3]
    assert "; with a bias, and with a momentum of 0.9 the same run" in momentum.summary
    assert epochs.summary.startswith("With a bias 100 epochs are too few: its optimum takes about ")
    plain = {"learning_rate": 0.4}
    alone = run_on(LEVEL, model=off, optimizer=plain, scaling=scaling)
    assert above_note(alone) == ["no-bias"]


def test_epochs_that_are_too_few_at_any_rate_are_named_beside_a_rate_that_is_too_low():
    table = line(2, 0.1)
    table["y"] = [60_000 + 1000 * value for value in table["y"]]
    adam = {"key": "adam", "learning_rate": 0.001}
    diagnosis = run_on(table, optimizer=adam, training={"epochs": 12})
    assert above_note(diagnosis) == [LOW, "too-few-epochs"]
    assert diagnosis.findings[1].summary.startswith("12 epochs are too few at any rate: at ")
    longer = run_on(table, optimizer=adam, training={"epochs": 60})
    assert above_note(longer)[0] == LOW
    assert "too-few-epochs" not in causes(longer)


@pytest.mark.parametrize(("bug", "key"), [("epoch-drift", "drift"), ("repeated-scaling", "factor")])
def test_one_number_a_step_tells_a_drift_from_a_factor(bug, key):
    table = {"age": [30.0, 18, 39, 18, 20, 25, 33, 41], "y": [45.0, 63, 33, 65, 62, 57, 44, 30]}
    diagnosis = run_on(
        table,
        bug={"key": bug},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.05},
        training={"batch_size": 1, "epochs": 60},
    )
    assert diagnosis.findings[0].cause == f"bug:{bug}", key


@pytest.mark.parametrize(("left", "said"), [(0.1, False), (0.2, False), (0.3, True), (0.4, True)])
def test_a_weight_is_off_where_its_owner_would_be_surprised(left, said):
    """Steps are few and tiny: so much of its way is left to the intercept; the loss is fine."""
    x = np.linspace(50, 150, 40)
    noise = np.random.default_rng(3).normal(0, 3.0, 40)
    table = {"x": x.tolist(), "y": (2 * x + 40 + noise).tolist()}
    best = np.polyfit(x, table["y"], 1)
    kernel = best[0] + left * best[1] * x.mean() / np.mean(x**2)
    start = {"initial_weights": {"kernel": [float(kernel)], "bias": float((1 - left) * best[1])}}
    diagnosis = run_on(
        table, model=start, optimizer={"learning_rate": 1e-5}, training={"epochs": 20}
    )
    assert diagnosis.verdict == "healthy"
    assert ("weights-off-optimum" in causes(diagnosis)) == said


def test_columns_that_only_scaling_with_a_bias_would_mend():
    """Standardized without a bias they would be worse, so both are named."""
    random = np.random.default_rng(4)
    area, age = random.uniform(1000, 1200, 30), random.uniform(20, 30, 30)
    table = {"area": area.tolist(), "age": age.tolist()}
    table["y"] = (50 + 0.2 * (area - 1100) - 2 * (age - 25) + random.normal(0, 1, 30)).tolist()
    off = {"use_bias": False, "initializer": "zeros"}
    diagnosis = run_on(table, model=off, optimizer={"learning_rate": 1e-7})
    assert above_note(diagnosis)[0] == SCALE
    assert "standardized, with a bias and a rate of " in diagnosis.findings[0].summary
    assert "no-bias" in above_note(diagnosis)


def test_a_bug_does_not_hide_features_that_would_be_too_slow_without_it():
    table = {"c": [-40.0, -10, 0, 8, 15, 22, 38], "y": [-40.0, 14, 32, 46.4, 59, 71.6, 100.4]}
    diagnosis = run_on(table, bug={"key": "half-precision"}, optimizer={"learning_rate": 1e-4})
    assert above_note(diagnosis) == ["bug:half-precision", SCALE]
    told = diagnosis.findings[1].summary
    assert "; once the program is right, and standardized and with a rate of " in told


def test_a_table_of_squares_is_known_by_its_gradients_beside_a_large_target():
    """The first outputs are so small beside it that the loss is the same to seven digits."""
    table = {"x": [1.0, 2, 3, 4, 5, 6], "y": [43_000.0, 59_000, 90_000, 77_000, 37_000, 41_000]}
    diagnosis = run_on(
        table,
        bug={"key": "broadcast-loss"},
        model={"initializer": "glorot_uniform"},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.5},
    )
    assert above_note(diagnosis) == ["bug:broadcast-loss"]
    assert diagnosis.findings[0].stage == "gradient"


def test_a_rate_is_not_blamed_where_no_lower_one_would_settle():
    table = {"year": [1994.0, 1996, 1995, 1993], "y": [45.4, 72.9, 52.0, 31.2]}
    diagnosis = run_on(table, optimizer={"key": "adam", "learning_rate": 0.1})
    assert above_note(diagnosis)[0] == SCALE
    assert ABOVE not in causes(diagnosis)


CELSIUS = [-40.0, -10, 0, 8, 15, 22, 38]
DEGREES = {"celsius": CELSIUS, "y": [1.8 * c + 32 for c in CELSIUS]}
DOWN = {"x": list(map(float, range(26))), "y": [10.1 - 4 * x + 0.5 * (-1) ** x for x in range(26)]}
GIVEN = {"initializer": "glorot_uniform"}
ONE_BY_ONE = {"batch_size": 1, "shuffle": True, "seed": 29}


def test_a_bias_is_missed_where_batches_keep_the_loss_restless():
    diagnosis = run_on(
        DEGREES,
        model=GIVEN | {"use_bias": False},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.0276, "momentum": 0.9},
        training=ONE_BY_ONE | {"epochs": 200},
    )
    assert (diagnosis.verdict, above_note(diagnosis)[0]) == ("biased", "no-bias")


def test_a_rate_that_is_too_low_is_named_beside_a_bias_that_is_missing():
    """Without a bias next to nothing of the loss can be learnt, and so next to nothing is left."""
    diagnosis = run_on(
        {"x": list(range(20)), "y": [1000 + x for x in range(20)]},
        model={"use_bias": False},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 1e-8},
    )
    assert {"no-bias", LOW} <= set(above_note(diagnosis))


def test_what_batches_shake_is_not_near_its_optimum_while_a_direction_is_on_its_way():
    """The loss goes up and down by the batches' noise, and its intercept has hardly moved."""
    training = {"batch_size": 8, "shuffle": True, "seed": 269}
    diagnosis = run_on(DOWN, model=GIVEN, optimizer={"learning_rate": 0.001}, training=training)
    assert (diagnosis.verdict, above_note(diagnosis)[0]) == ("slow", SCALE)


def test_what_is_disturbed_from_the_first_step_is_not_scaled_again_and_again():
    """One cell a step: any number is a multiple of another one."""
    diagnosis = run_on(
        DEGREES,
        bug={"key": "feature-noise"},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.855},
        training=ONE_BY_ONE | {"epochs": 50},
    )
    assert above_note(diagnosis) == ["bug:feature-noise", ABOVE]


def test_a_rate_that_is_too_low_is_named_beside_a_bug():
    diagnosis = run_on(
        THREE,
        bug={"key": "broadcast-loss"},
        optimizer={"learning_rate": 0.0001},
        training={"batch_size": None},
    )
    assert above_note(diagnosis)[:2] == ["bug:broadcast-loss", LOW]
    assert "once the program is right, at " in diagnosis.findings[1].summary


def test_a_rate_that_no_scale_bears_is_not_blamed_where_scaling_would_do():
    """Adam at 0.1 on raw columns: no lower rate settles in time; standardized, one does."""
    random = np.random.default_rng(3)
    people, share = random.uniform(1e6, 3e6, 12), random.uniform(0.2, 0.4, 12)
    table = {"people": people, "share": share, "y": people / 5e6 - share + 0.5}
    diagnosis = run_on(
        table,
        model=GIVEN,
        optimizer={"key": "adam", "learning_rate": 0.1},
        training={"batch_size": 8, "shuffle": True, "epochs": 500},
    )
    assert above_note(diagnosis)[0] == SCALE


def test_a_schedule_that_rises_above_the_limit_grows_nothing_where_the_gradient_is_0():
    diagnosis = run_on(
        {"x": list(map(float, range(12))), "y": [10.0 + 2 * x for x in range(12)]},
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.55},
        schedule={"key": "exponential_decay", "decay_steps": 20, "decay_rate": 1.5},
        training={"batch_size": 8, "shuffle": True, "seed": 413, "epochs": 200},
    )
    summary = note(diagnosis, "schedule-crosses-critical").summary
    assert summary.endswith("has become exactly 0 keeps the loss where it is.")


@pytest.mark.parametrize(
    "table",
    [{"x": [5.0], "y": [3.0]}, {"x": [5.0, 5], "y": [3.0, 3]}, {"x": [5.0, 5], "y": [3.0, 4]}],
    ids=["one row", "two equal rows", "two equal cells"],
)
def test_a_column_of_one_value_has_no_scale(table):
    diagnosis = run_on(table, optimizer={"learning_rate": 0.1})
    assert (diagnosis.verdict, above_note(diagnosis)) == ("diverging", [ABOVE])
    told = [f.summary for f in diagnosis.findings]
    told += [fact.text for f in diagnosis.findings for fact in f.evidence]
    assert not [text for text in told if "1 ×" in text or "1 rows" in text]


def test_one_row_is_one_row():
    diagnosis = run_on({"x": [5.0], "y": [3.0]}, optimizer={"learning_rate": 0.01})
    assert note(diagnosis, "few-rows").summary == (
        "1 row proves little: a line with 2 weights can go through it wherever it lies, so that a "
        "loss near 0 says nothing of other rows."
    )


def test_twins_whose_difference_is_what_counts_do_not_repeat_each_other():
    random = np.random.default_rng(3)
    a, off = random.standard_normal(60), random.standard_normal(60)
    table = {"a": a, "b": a + 1e-5 * off, "y": off}
    diagnosis = run_on(table, optimizer={"learning_rate": 0.1}, training={"epochs": 5})
    (found,) = [f for f in diagnosis.findings if f.cause == "collinear-features"]
    assert found.severity == "warning"
    assert "even standardized, and 5 steps are too few for that." in found.summary


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        ({"key": "adamw", "weight_decay": 0.5, "learning_rate": 0.05}, "A weight decay of 0.5 "),
        (
            {"key": "ftrl", "learning_rate": 0.5, "l2_regularization_strength": 500.0},
            "An L2 penalty of 500 pulls ",
        ),
    ],
    ids=["weight decay", "penalty"],
)
def test_what_pulls_the_weights_to_0_is_no_lack_of_epochs(optimizer, words):
    diagnosis = run_on(line(1, 0.1), optimizer=optimizer, training={"epochs": 300})
    assert above_note(diagnosis) == ["regularization-too-strong"]
    assert diagnosis.findings[0].summary.startswith(words)


def test_a_weak_pull_is_none():
    optimizer = {"key": "adamw", "weight_decay": 0.004, "learning_rate": 0.05}
    diagnosis = run_on(line(1, 0.1), optimizer=optimizer, training={"epochs": 300})
    assert (diagnosis.verdict, causes(diagnosis)) == ("healthy", [])


def test_a_gradient_cut_short_is_no_low_rate():
    diagnosis = run_on(line(1, 0.1), optimizer={"learning_rate": 0.1, "clip_norm": 0.01})
    assert above_note(diagnosis) == ["clip-norm-too-small"]
    assert diagnosis.findings[0].summary.startswith("Clipping shortens gradients, as long as ")


def test_a_gradient_cut_at_a_length_that_does_is_none():
    diagnosis = run_on(line(1, 0.1), optimizer={"learning_rate": 0.1, "clip_norm": 10.0})
    assert (diagnosis.verdict, causes(diagnosis)) == ("healthy", [])


def test_a_target_is_not_too_large_for_steps_that_are_only_cut_short():
    diagnosis = run_on(
        PAY,
        scaling={"features": "standard"},
        optimizer={"learning_rate": 0.1, "clip_norm": 1.0},
        training={"epochs": 100},
    )
    assert above_note(diagnosis) == ["clip-norm-too-small"]


def test_a_loss_that_stands_above_the_best_line_is_not_healthy_behind_an_activation():
    """What hangs on a column of hundredths is not learnt, though the loss has settled."""
    random = np.random.default_rng(2)
    a, b = random.standard_normal((2, 60))
    table = {"a": a, "b": b / 100, "y": np.tanh(0.5 * a + 0.5 * b)}
    bent = {"activation": "tanh", "initializer": "zeros"}
    diagnosis = run_on(table, model=bent, optimizer={"learning_rate": 0.3})
    assert diagnosis.verdict in ("slow", "biased")
    scaled = run_on(
        table, model=bent, optimizer={"learning_rate": 0.3}, scaling={"features": "standard"}
    )
    assert scaled.verdict == "healthy"
