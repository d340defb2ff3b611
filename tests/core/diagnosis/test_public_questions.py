"""Questions that people asked in public, with the data they gave: the cause, and what mends it."""

import numpy as np
import pandas as pd
import pytest

from core.data.prepare import prepare
from core.diagnosis.diagnosis import diagnose
from core.diagnosis.remedies.search import search
from core.spec import Spec
from core.training.trainer import train
from tests.core.diagnosis.asked import LAST, LATER, Question

RANDOM = np.random.default_rng(0)
TOO_HIGH, UNSCALED = "learning-rate-above-critical", "features-unscaled"


def _uniform(low: float, high: float, count: int) -> np.ndarray:
    return RANDOM.uniform(low, high, count)


CELSIUS = np.array([-40.0, -10, 0, 8, 15, 22, 38, -20, 5, 30, 45, 60, 80])
WAVE = np.linspace(-1, 1, 111)
UNIT = np.linspace(0, 1, 40)
TELEVISIONS = [4, 315, 4, 1.7, 8, 5.6, 15, 503, 2.6, 2.6, 44, 1.5, 23, 7.4, 96, 3.8, 18, 592, 11, 2]
LIFE = [70.5, 53.5, 65, 76.5, 70, 71, 60.5, 51.5, 78, 76, 57.5, 61, 64.5, 78.5, 61, 79, 61, 70, 70]
LIFE += [72]
MANY = {f"x{i}": RANDOM.normal(size=300) for i in range(40)}
MARKS = [85, 80, 84, 80, 82, 70, 44, 30, 22, 10, 15]
ONE, TWO = RANDOM.integers(1, 10_000, (2, 500)).astype(float)

QUESTIONS = (
    Question(
        "https://github.com/keras-team/keras/issues/3040",
        {"x": np.arange(200.0), "y": 2 * np.arange(200.0)},
        {"optimizer": {"learning_rate": 0.001}, "training": {"epochs": 1, "batch_size": 1}},
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
    Question(
        "https://github.com/keras-team/keras/issues/3471",
        MANY
        | {
            "y": 3e5
            + 2e4 * sum((i % 5 - 2) * MANY[f"x{i}"] for i in range(40))
            + _uniform(0, 3e5, 300)
        },
        {
            "optimizer": {"key": "adagrad", "learning_rate": 0.01},
            "training": {"epochs": 300, "batch_size": 128},
        },
        "completed",
        {"target-unscaled", "learning-rate-too-low"},
    ),
    Question(
        "https://stackoverflow.com/questions/48335501",
        {"x": np.arange(5.0, 45, 5), "y": np.arange(2.0, 18, 2)},
        {"optimizer": {"learning_rate": 0.01}, "training": {"epochs": 3000, "batch_size": None}},
        "diverged",
        {TOO_HIGH, UNSCALED},
        remedy={"scaling": {"features": "standard"}},
    ),
    Question(
        "https://datascience.stackexchange.com/questions/68962",
        {"celsius": CELSIUS, "fahrenheit": 1.8 * CELSIUS + 32},
        {"optimizer": {"key": "adam", "learning_rate": 0.01}, "training": {"epochs": 500}},
        "completed",
        {"learning-rate-too-low", "target-unscaled", "too-few-epochs"},
        remedy={"training": {"epochs": 5000}},
    ),
    Question(
        "https://stats.stackexchange.com/questions/284189",
        {"people_per_tv": TELEVISIONS, "life": LIFE},
        {
            "optimizer": {"learning_rate": 0.01},
            "training": {"epochs": 30, "batch_size": 1, "shuffle": False},
        },
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
    Question(
        "https://stackoverflow.com/questions/3837692",
        {
            "area": [2104.0, 1600, 2400, 1416, 3000],
            "rooms": [3, 3, 3, 2, 4],
            "price": [400.0, 330, 369, 232, 540],
        },
        {
            "loss": {"key": "half_mse"},
            "optimizer": {"learning_rate": 1e-4},
            "training": {"epochs": 50, "batch_size": 1},
        },
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
    Question(
        "https://stackoverflow.com/questions/58886861",
        {"x": WAVE, "y": -1 / (np.exp(10 * WAVE) + 1)},
        {
            "model": {"activation": "sigmoid"},
            "optimizer": {"key": "adam", "learning_rate": 0.01},
            "training": {"epochs": 200},
        },
        "completed",
        {"target-unreachable-by-activation"},
        remedy={"model": {"activation": "linear"}},
    ),
    Question(
        "https://stats.stackexchange.com/questions/350130",
        {"x": UNIT, "y": np.sin(1.5 * np.pi * UNIT) + 0.3 * np.cos(97 * UNIT)},
        {
            "data": {"degree": 5},
            "loss": {"key": "half_mse"},
            "optimizer": {"learning_rate": 1.0},
            "training": {"epochs": 5000, "batch_size": None},
        },
        "completed",
        set(),
        {"collinear-features"},
    ),
    Question(
        "https://datascience.stackexchange.com/questions/52542",
        {"x": np.arange(400.0), "y": 4 * np.arange(400.0) + 3},
        {"optimizer": {"learning_rate": 1e-5}, "training": {"epochs": 100, "batch_size": None}},
        "completed",
        set(),
        {"weights-off-optimum"},
    ),
    Question(
        "https://stackoverflow.com/questions/67320404",
        {"x1": ONE, "x2": TWO, "y": ONE + TWO + _uniform(0, 0.5, 500)},
        {
            "loss": {"key": "half_mse"},
            "model": {"initial_weights": {"kernel": [1, 1], "bias": 0}},
            "optimizer": {"learning_rate": 0.01},
            "training": {"epochs": 5, "batch_size": None},
        },
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
)


ALL = (*QUESTIONS, *LATER, *LAST)


@pytest.mark.parametrize("question", ALL, ids=[q.address for q in ALL])
def test_a_public_question_gets_its_cause_and_what_mends_it(question: Question):
    table = pd.DataFrame(question.table)
    spec = Spec.of(
        question.settings
        | {
            "data": {"source": "asked", "target": table.columns[-1], "validation_fraction": 0}
            | question.settings.get("data", {})
        }
    )
    data = prepare(table, spec.data, spec.scaling, spec.training.seed)
    events = list(train(spec, data))
    diagnosis = diagnose(spec, data, events)
    assert diagnosis.outcome == question.outcome
    named = {finding.cause for finding in diagnosis.findings if finding.severity != "note"}
    assert named <= question.causes
    assert bool(named) is bool(question.causes)
    assert named >= question.also
    assert {f.cause for f in diagnosis.findings if f.severity == "note"} >= question.notes
    if question.causes:
        found = search(spec, table, data, events, diagnosis, train)
        mending = [remedy.patch for remedy in found.remedies if remedy.reaches == "optimum"]
        assert mending
        assert question.remedy is None or question.remedy in mending
        assert question.first in (None, mending[0])
