"""Sentences about what people bring, each read back: kinds of which one was once not so."""

import numpy as np
import pandas as pd
import pytest

from core.data.prepare import Prepared
from core.diagnosis.diagnosis import diagnose
from core.diagnosis.finding import Remedy, Search
from core.diagnosis.remedies.search import search
from core.diagnosis.remedies.wording import remedy_in_words
from core.events import Event
from core.spec import Spec
from core.theory.equation import equation_of
from core.theory.predict import predict
from core.theory.wording import figure
from core.training.trainer import train
from tests.conftest import data_of
from tests.evaluate.sentences.check import Runs, Sentences
from tests.evaluate.sentences.of_bugs import BUGS
from tests.evaluate.sentences.of_predictions import COMMON, WHY
from tests.evaluate.sentences.of_remedies import ENDS, equation_holds
from tests.evaluate.sentences.truth import Truth


def numbers(text: str) -> np.ndarray:
    return np.array(text.split(), float)


CELSIUS = numbers("-40 -10 0 8 15 22 38")
FAHRENHEIT = {"celsius": CELSIUS, "fahrenheit": 1.8 * CELSIUS + 32}
SHARES = {
    "share": [0.4, 0.4, 0.383, 0.4, 0.368, 0.4, 0.373],
    "price": [192700.0, 195300, 296100, 234700, 429600, 229400, 401200],
}
YIELDS = {
    "share": [0.315, 0.318, 0.316, 0.318, 0.313, 0.32, 0.314, 0.314, 0.316, 0.316, 0.318, 0.316],
    "dose": [0.598, 0.844, 0.674, 0.809, 0.262, 0.16, 0.355, 0.515, 0.513, 1.0, 0.335, 0.818],
    "rooms": [7.0, 7, 7, 7, 2, 7, 8, 2, 5, 7, 4, 6],
    "yield": [0.548, 0.589, 0.641, 0.726, 0.323, 1.031, 0.513, 0.39, 0.569, 0.503, 0.809, 0.578],
}
CROWDS = {
    "x": numbers("11 10 10 11 10 11 10 10 10 10"),
    "population": numbers(
        "1372868 2116590 2022767 1742539 2374534 1243815 2001054 1136965 1415639 1511422"
    ),
    "yield": numbers("0.698 0.47 0.479 0.438 0.344 0.694 0.483 0.922 0.778 0.784"),
}
POWER = numbers(
    "101 190 70 126 150 59 198 137 150 195 192 62 138 206 172 201 117 208 103 108 130 109 60 140 "
    "183 164 169 209 178 177 123 83 136 163 101 68"
)
WEIGHT = numbers(
    "2330 3972 2368 2938 3461 2240 4524 3480 3532 4418 3912 2072 3081 3931 3378 3681 2903 4532 "
    "2815 2905 2779 2860 2169 2964 4429 3901 3717 4072 3379 3434 2849 2272 3222 3474 2797 2035"
)
YEAR = numbers(
    "72 73 79 79 75 77 82 77 77 73 80 71 70 76 77 77 82 71 73 70 78 73 80 80 78 70 81 71 79 71 78 "
    "82 75 79 76 77"
)
MILES = numbers(
    "31.5 21.9 31.7 26.6 25.9 35.2 24.2 24 27.1 18.8 26.1 30.5 29.9 22.5 27.7 24.1 34 13.8 26.8 "
    "26.7 27.7 28.7 37.4 31.6 17.6 21.8 28 15.5 30.6 24.5 29.5 35.2 25.8 24.3 30.4 34"
)
AGES = {
    "age": numbers("19 21 21 21 21 21 21 19 19 21 21 21 20 21 20 20 20 21 19 20 21 19 21"),
    "y": numbers(
        "7.680908949637596 3.8324911677849234 4.322602409540879 4.890904967319643 "
        "4.077344172728959 3.913154797654663 3.858495364479934 7.686917421355407 "
        "7.366573112207637 4.09378993088745 4.1710351742399565 3.56171582416198 "
        "5.600559001133154 3.815064893925585 6.341164198382988 5.600624441275817 "
        "5.634808840101653 3.7901047887499826 8.226274290556024 5.550741434343558 "
        "3.7852690034053076 7.240290787070491 4.131031831149763"
    ),
}
CARS = {"horsepower": POWER, "weight": WEIGHT, "year": YEAR, "mpg": MILES}


def spec_of(columns: dict, **sections) -> Spec:
    own = {"source": "own", "target": [*columns][-1], "validation_fraction": 0.0}
    return Spec().patched({"data": own} | sections)


def run_on(columns: dict, **sections) -> tuple[Spec, pd.DataFrame, Prepared, list[Event]]:
    spec, table = spec_of(columns, **sections), pd.DataFrame(columns)
    data = data_of(spec, table)
    return spec, table, data, list(train(spec, data))


@pytest.mark.parametrize(
    ("columns", "sections", "text"),
    [
        (
            SHARES,
            {
                "scaling": {"features": "standard"},
                "bug": {"key": "half-precision"},
                "optimizer": {"learning_rate": 0.5},
                "training": {"batch_size": None},
            },
            "At step 0 (epoch 1) the gradients became infinite or not a number.",
        ),
        (
            YIELDS,
            {
                "schedule": {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5},
                "training": {"epochs": 10, "batch_size": 1, "seed": 308},
            },
            "2.62e-06 against 0.05",
        ),
        (
            CARS,
            {
                "model": {"use_bias": False},
                "optimizer": {"learning_rate": 1e-8, "momentum": 0.9},
                "training": {"epochs": 30, "batch_size": 1, "seed": 50},
            },
            "standardized 732 without a bias, 3.93 with one",
        ),
        (
            CROWDS,
            {
                "scaling": {"features": "standard"},
                "optimizer": {"learning_rate": 0.383},
                "training": {"epochs": 10, "batch_size": 8, "seed": 638},
            },
            "0.383 against 0.767",
        ),
        (
            AGES,
            {
                "data": {"source": "own", "target": "y"},
                "optimizer": {"key": "rmsprop", "learning_rate": 0.001},
                "training": {"seed": 973},
            },
            "condition number: 303,000, standardized 1",
        ),
    ],
    ids=[
        "gradients that overflow",
        "a schedule beside a scale",
        "a bias beside a scale",
        "batches that take a run from its optimum",
        "an optimum that some roundings leave",
    ],
)
def test_what_is_said_is_so(columns, sections, text):
    spec, table, data, events = run_on(columns, **sections)
    sentences = Sentences()
    found = diagnose(spec, data, events)
    sentences.check(spec, table, data, events, found)
    facts = [fact.text for finding in found.findings for fact in finding.evidence]
    assert text in (*facts, events[-1]["reason"])
    assert not sentences.wrong


def remedies_of(columns: dict, **sections) -> Search:
    """Those of a run; what is said of them has been read back."""
    spec, table, data, events = run_on(columns, **sections)
    runs: Runs = {}

    def counted(spec, data):
        return runs.setdefault(spec.model_dump_json(), list(train(spec, data)))

    diagnosis = diagnose(spec, data, events)
    found = search(spec, table, data, events, diagnosis, counted)
    sentences = Sentences()
    sentences.check_remedies(spec, table, data, events, diagnosis, found, runs)
    assert not sentences.wrong
    return found


def test_an_error_of_the_size_of_rounding_is_told_as_none():
    found = remedies_of(
        FAHRENHEIT, scaling={"features": "standard"}, optimizer={"learning_rate": 0.001}
    )
    none = [each for each in found.remedies if "no error" in remedy_in_words(each, 1, False)]
    assert none
    assert all(0 <= each.to_json()["rmse"] <= each.rounding < 1e-3 for each in none)


def test_an_error_is_that_of_all_rows_where_the_last_batch_is_short():
    """A sum over batches of 8 and of 4 rows weighs them otherwise than their mean."""
    apart = np.r_[np.zeros(32), 15, -15, 15, -15]  # the rows of the short one
    found = remedies_of(
        CARS | {"mpg": MILES + apart},
        scaling={"features": "standard"},
        loss={"reduction": "sum"},
        optimizer={"learning_rate": 3.0},
        training={"epochs": 50, "batch_size": 8},
    )
    assert any(each.rmse is not None for each in found.remedies)


@pytest.mark.parametrize(
    ("rounding", "said"),
    [(1e-5, "no error beyond float32's rounding"), (1e-7, "an error of 1.61e-06 (RMSE)")],
)
def test_the_words_for_an_error(rounding, said):
    remedy = Remedy("Standardize", {}, 1, "optimum", 1, 0.05, 0.0, 1.61e-6, rounding)
    text = f"near the optimum after 1 epoch; all 200 epochs take 0.05 s and leave {said}"
    assert remedy_in_words(remedy, 200, False) == text
    kept = {name: value for name, value in remedy.to_json().items() if name != "rounding"}
    assert "an error of 1.61e-06" in remedy_in_words(Remedy.from_json(kept), 200, False)


@pytest.mark.parametrize(
    ("diverged", "said"), [(True, "no longer diverges"), (False, "comes down")]
)
def test_only_of_a_run_that_diverged_is_it_said_that_it_no_longer_does(diverged, said):
    remedy = Remedy("Use the corrected code", {"bug": None}, 1, "stable", 463)
    text = f"{said}; near the optimum after 463 epochs (100 planned)"
    assert remedy_in_words(remedy, 100, diverged) == text


def of_weights(spec: Spec, columns: dict, weights: list[float]) -> Truth:
    """A run that has ended with these weights."""
    table = pd.DataFrame(columns)
    ends: list[Event] = [
        {"event": "run_started"},
        {"event": "epoch_ended", "weights": weights},
        {"event": "run_ended"},
    ]
    return Truth(spec, table, data_of(spec, table), ends)


@pytest.mark.parametrize(
    ("scaling", "weights"),
    [("none", [0.816, -0.323, 0.897, -3.06e-8]), ("standard", [-3.16e19, 0.168, 2.0, 6.31e22])],
)
def test_tiny_weights_are_told_as_they_are(scaling, weights):
    """An intercept far below float64's rounding of the target, and a weight beside a huge one."""
    columns = {"a": POWER, "b": WEIGHT, "c": YEAR, "price": 1e5 * MILES}
    run = of_weights(spec_of(columns, scaling={"features": scaling}), columns, weights)
    line = equation_of(run.data, np.array(weights[:-1]), weights[-1])
    assert equation_holds(run, line.text()) == ()
    for other in (0, 1, -1) if scaling == "none" else (0, 1):
        changed = [*line.weights, line.intercept]
        changed[other] *= 1.1
        told = type(line)(line.features, line.target, np.array(changed[:-1]), changed[-1], 0.0)
        assert equation_holds(run, told.text()), other


def test_the_loss_is_foretold_where_columns_differ_hugely_in_size():
    """Once off by a factor of 60: the rounding of the largest weight hid what others must do."""
    random = np.random.default_rng(3)
    columns = {
        "population": random.integers(10**5, 10**7, 16).astype(float),
        "dose": random.uniform(0.0, 1e-3, 16),
        "hours": random.uniform(1.0, 9, 16),
    }
    columns["salary"] = 3e4 + 5e6 * columns["dose"] + 1e3 * columns["hours"]
    spec = spec_of(
        columns, optimizer={"learning_rate": 1e-15}, training={"epochs": 50, "batch_size": None}
    )
    run = of_weights(spec, columns, [0.0, 0.0, 0.0, 0.0])
    told = predict(spec, run.data).full_loss
    assert run.curve is not None and told is not None
    assert np.allclose(told, run.curve, rtol=1e-3)


def test_another_stage_than_the_first_is_noticed():
    spec = spec_of(FAHRENHEIT, training={"batch_size": None})
    run = of_weights(spec, FAHRENHEIT, [1.0, 0.0])
    run.ended["non_finite"] = {"stage": "gradients", "step": 0, "epoch": 0}
    run.epochs[0] |= {"loss": 8.8e10, "full_loss": "nan"}
    shot = {"step": 0, "weights_before": {"kernel": [1.0]}, "outputs": [1.0], "loss": 8.8e10}
    shot |= {"gradients": {"kernel": ["inf"]}, "weights_after": {"kernel": ["nan"]}}
    run.probes.append(shot)
    text = "At step 0 (epoch 1) the gradients became infinite or not a number."
    assert ENDS.read(text, run).wrong == ()
    assert ENDS.read(text.replace("gradients", "updated weights"), run).wrong
    assert ENDS.read(text.replace("step 0", "step 1"), run).wrong


NEAR = "the loss will be near its optimum, {optimum}, "
LEAVES = NEAR + "in 2 epochs, then leave it, and end at {last}"
HANGS = "whether the loss that comes near its optimum, {optimum}, in 2 epochs stays there hangs on "


@pytest.mark.parametrize(
    ("book", "text", "so", "not_so"),
    [
        (COMMON, NEAR + "in 2 epochs", [0.5, 0.005, 0.3], [0.5, 0.2, 0.1]),
        (COMMON, NEAR + "in 3 epochs", [0.5, 0.2, 0.005], None),  # later than it is known
        (COMMON, NEAR + "at some time", [0.5, 0.2, 0.005], [0.5, 0.2, 0.02]),
        (COMMON, HANGS + "how float32 rounds", [0.5, 0.005, 0.3], [0.5, 0.2, 0.1]),
        (
            COMMON,
            "the loss will go up and down without settling; its optimum is {optimum}",
            [0.5, 0.2, 0.3],
            [0.5, 0.3, 0.2],
        ),
        (COMMON, "the loss will end far above its start, {start}", [5.0, 50, 500], [5, 50, 0.5]),
        (
            COMMON,
            "after 3 epochs the loss will not be at its optimum, {optimum}",
            [0.5, 0.005, 0.3],
            [0.5, 0.3, 0.005],
        ),
        (WHY, LEAVES, [0.5, 0.005, 0.3], [0.5, 0.005, 0.03]),
        (WHY, LEAVES, [0.5, 0.009, 0.3], [0.5, 0.3, 0.3]),
    ],
)
def test_what_is_foretold_is_held_against_the_losses(book, text, so, not_so):
    """Losses as shares of the way from the mean to the optimum that are left."""
    spec = spec_of(
        CARS,
        scaling={"features": "standard"},
        optimizer={"key": "adadelta", "learning_rate": 100.0},
        training={"epochs": 3, "batch_size": None},
    )
    for shares, fine in ((so, not_so is not None), (not_so, False)):
        run = of_weights(spec, CARS, [0.0, 0.0, 0.0, 0.0])
        losses = run.optimal + run.way * np.array(shares if shares is not None else so)
        run.epochs[:] = [{"event": "epoch_ended", "full_loss": float(loss)} for loss in losses]
        run.ended["outcome"] = "completed"
        numbers = {"optimum": run.optimal, "start": run.start_loss, "last": losses[-1]}
        words = {name: figure(float(number)) for name, number in numbers.items()}
        said = f"Simulated step by step with Adadelta: {text.format(**words)}."
        reading = book.read(said, run, 2) if book is COMMON else book.read(said, run)
        assert reading.template is not None
        assert (reading.wrong == ()) == fine, reading


def test_a_value_of_0_is_in_every_unit():
    """Also one that is scaled: what rounding leaves of it is no departure."""
    x = np.arange(0.0, 8.0)
    columns = {"x": x, "y": 2 * x + 10}
    spec = spec_of(columns, scaling={"features": "standard"})
    run = of_weights(spec, columns, [0.0, 0.0])
    fed = run.data.x_train[:, 0].astype(float)
    fed[5] = (50.0 - x.mean()) / x.std()
    fed[0] += 1e-7
    weights = {"kernel": [0.0], "bias": [0.0]}
    told = {"targets": [0.0] * 8, "outputs": [0.0] * 8, "rows": [*range(8)]}
    told |= dict.fromkeys(("weights_before", "weights_after", "gradients"), weights)
    run.probes.append({"features": [[float(np.float32(value))] for value in fed], **told})
    text = "{} of 8 rows shown are fed features 10 × as large as in the table, as if in another "
    assert BUGS.read(text.format(1) + "unit.", run).wrong == ()
    assert BUGS.read(text.format(2) + "unit.", run).wrong


def test_the_growth_of_an_error_has_nothing_of_a_column_of_zeros():
    columns = {"a": POWER, "zero": 0 * POWER, "mpg": MILES}
    sections = {"scaling": {"features": "standard"}, "training": {"batch_size": 8}}
    run = of_weights(spec_of(columns, **sections), columns, [0.0, 0.0, 0.0])
    assert np.isfinite(run.growth(0.45)) and run.growth(0.45) < 0


def test_one_row_at_which_a_detour_shows_makes_no_factor():
    """At the probes before it the outputs are x·w + b: any factor would fit a single row."""
    mileage = "168744 146905 168366 160720 120302 141215 167433 136438 130257 155332"
    degrees = "8.9992 9.2795 7.7829 7.347 8.2611 7.458 9.1846 8.2159 7.5814 8.9375"
    y = "3.1088 5.364 3.1262 4.0922 7.5418 5.9682 3.3035 6.0188 6.6376 4.3007"
    columns = {"mileage": numbers(mileage), "degrees": numbers(degrees), "y": numbers(y)}
    spec, _, data, events = run_on(
        columns,
        scaling={"features": "standard"},
        bug={"key": "overflowing-exp"},
        optimizer={"learning_rate": 6.83},
        training={"epochs": 20, "batch_size": 1, "seed": 44},
    )
    assert diagnose(spec, data, events).findings[0].cause == "bug:overflowing-exp"


def test_weights_that_a_run_never_reaches_round_nothing():
    """Without a bias, standardized columns that rounding alone parts have best weights of 10⁷."""
    x = np.arange(1.0, 13.0)
    columns = {"x": x, "again": 2 * x + 1e-7 * np.sin(x), "price": 1e6 * (40 + x)}
    spec = spec_of(
        columns,
        scaling={"features": "standard"},
        model={"use_bias": False},
        optimizer={"learning_rate": 0.2},
        training={"epochs": 50, "batch_size": None},
    )
    told = predict(spec, data_of(spec, pd.DataFrame(columns)))
    assert told.regime != "diverges"
    assert told.full_loss is not None and told.initial_loss is not None
    assert (np.diff(told.full_loss) < 1e-6 * told.initial_loss).all()
