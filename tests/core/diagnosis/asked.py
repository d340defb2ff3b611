"""More questions from the open, tried once all else was done, and what they taught.

The causes that are right were written down before the first run: those that the accepted answers
name, or that the asker found.
"""

from typing import Any, NamedTuple

import numpy as np

RANDOM = np.random.default_rng(14)


class Question(NamedTuple):
    """What was asked.

    Attributes:
        address: Where.
        table: The data, or made-up data of the same form; the target stands last.
        settings: A partial spec.
        outcome: Of the run.
        causes: Those that are right above a note, whichever comes first; none for a healthy run.
        notes: Causes that are told as a note.
        remedy: A patch that must be offered as one that reaches the optimum.
        also: Causes that must be among those that are named.
        first: The patch that must be offered before all others.
    """

    address: str
    table: dict[str, Any]
    settings: dict[str, Any]
    outcome: str
    causes: set[str]
    notes: set[str] = set()
    remedy: dict[str, Any] | None = None
    also: set[str] = set()
    first: dict[str, Any] | None = None


TOO_HIGH, UNSCALED, LOW = (
    "learning-rate-above-critical",
    "features-unscaled",
    "learning-rate-too-low",
)
FIRES = [6.2, 9.5, 10.5, 7.7, 8.6, 34.1, 11, 6.9, 7.3, 15.1, 29.1, 2.2, 5.7, 2, 2.5, 4, 5.4, 2.2]
FIRES += [7.2, 15.1, 16.5, 18.4, 36.2, 39.7, 18.5, 23.3, 12.2, 5.6, 21.8, 21.6, 9, 3.6, 5, 28.6]
THEFTS = [29, 44, 36, 37, 53, 68, 75, 18, 31, 25, 34, 14, 11, 11, 22, 16, 27, 9, 29, 30, 40, 32, 41]
THEFTS += [147, 22, 29, 46, 23, 4, 31, 39, 15, 32, 27]
HORSEPOWER = [130.0, 165, 150, 150, 140, 198, 220, 215, 225, 190, np.nan, 150, 95, 88, 46, np.nan]
MILES = [18.0, 15, 18, 16, 17, 15, 14, 14, 14, 15, 20, 15, 24, 27, 26, 25]
AGE = [25.0, 30, 47, 32, 43, 51, 28, 33, 37, 39, 29, 47, 54, 51, 44, 41, 58, 23, 44, 37]
WORKED = [1.0, 3, 2, 5, 10, 7, 5, 4, 5, 8, 1, 9, 5, 4, 12, 6, 17, 1, 9, 10]
INCOME = [30450.0, 35670, 31580, 40130, 47830, 41630, 41340, 37650, 40250, 45150, 27840, 46110]
INCOME += [36720, 34800, 51300, 38900, 63600, 30870, 44190, 48700]
SIZE, TEN, UNIT = RANDOM.uniform(30, 250, 60), RANDOM.uniform(0, 10, 100), np.linspace(0, 1, 40)
WEIGHT = RANDOM.normal(66, 13, 60)

LATER = (
    Question(
        "https://github.com/tensorflow/tensorflow/issues/8630",
        {
            "x": [600.0, 760, 802, 568, 679, 865, 1103, 865, 896, 1068, 769, 1062, 1123, 1081],
            "y": [59.8, 60.5, 60.9, 61, 61.5, 64, 64.5, 64.8, 67.8, 71.2, 72, 78.9, 79.2, 81],
        },
        {
            "loss": {"key": "half_mse"},
            "optimizer": {"learning_rate": 1e-4 / 17},
            "training": {"epochs": 100, "batch_size": 1, "shuffle": False},
        },
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
    Question(
        "https://github.com/peterroelants/peterroelants.github.io/issues/5",
        {"x": UNIT, "y": 2 * UNIT + 0.2 * np.cos(97 * UNIT)},
        {
            "loss": {"reduction": "sum"},
            "model": {"use_bias": False, "initial_weights": {"kernel": [0.1], "bias": 0}},
            "optimizer": {"learning_rate": 0.1},
            "training": {"epochs": 10, "batch_size": None},
        },
        "diverged",
        {TOO_HIGH},
    ),
    Question(
        "https://github.com/llSourcell/linear_regression_live/issues/16",
        {"horsepower": HORSEPOWER, "mpg": MILES},
        {
            "data": {"missing": "keep"},
            "model": {"initializer": "zeros"},
            "optimizer": {"learning_rate": 1e-4},
            "training": {"epochs": 1000, "batch_size": None},
        },
        "diverged",
        {"non-finite-values"},
    ),
    Question(
        "https://github.com/hunkim/DeepLearningZeroToAll/issues/129",
        {"x": [1.0, 2, 3, 4], "y": [0.0, -1, -2, -3]},
        {"optimizer": {"learning_rate": 0.01}, "training": {"epochs": 100}},
        "completed",
        {LOW, "too-few-epochs"},
    ),
    Question(
        "https://github.com/chiphuyen/stanford-tensorflow-tutorials/issues/22",
        {"fires": FIRES, "thefts": THEFTS},
        {
            "data": {"degree": 2},
            "model": {"initializer": "zeros"},
            "optimizer": {"learning_rate": 0.001},
            "training": {"epochs": 100, "batch_size": 1, "shuffle": False},
        },
        "diverged",
        {TOO_HIGH, UNSCALED},
    ),
    Question(
        "https://stackoverflow.com/questions/49988668",
        {"x": TEN, "y": 3 * TEN + 5 + RANDOM.normal(0, 1, 100)},
        {
            "optimizer": {"learning_rate": 0.001, "momentum": 0.5},
            "schedule": {"key": "inverse_time_decay", "decay_steps": 1, "decay_rate": 100},
            "training": {"epochs": 25},
        },
        "completed",
        {"schedule-decays-too-soon", LOW},
        also={"schedule-decays-too-soon"},
    ),
    Question(
        "https://stackoverflow.com/questions/74934500",
        {"year": np.arange(2002.0, 2019), "population": np.linspace(21730496, 19473970, 17)},
        {
            "loss": {"key": "mae"},
            "optimizer": {"key": "adam", "learning_rate": 0.001},
            "training": {"epochs": 100, "batch_size": 10},
        },
        "completed",
        {UNSCALED, "target-unscaled"},
        remedy={"scaling": {"features": "standard", "target": "standard"}},
        also={UNSCALED, "target-unscaled"},
    ),
    Question(
        "https://community.deeplearning.ai/t/752992",
        {"age": AGE, "experience": WORKED, "income": INCOME},
        {
            "scaling": {"features": "standard"},
            "optimizer": {"key": "adam", "learning_rate": 0.001},
            "training": {"epochs": 200},
        },
        "completed",
        {LOW, "target-unscaled"},
    ),
    Question(
        "https://javascripter.space/questions/"
        "one-of-the-parameters-is-converging-faster-than-the-other-with-gradient-descent",
        {"size": SIZE, "price": 5 * SIZE + 50 + RANDOM.normal(0, 10, 60)},
        {
            "loss": {"key": "half_mse"},
            "model": {"initializer": "zeros"},
            "optimizer": {"learning_rate": 1e-6},
            "training": {"epochs": 1000, "batch_size": None},
        },
        "completed",
        set(),
        {"weights-off-optimum"},
    ),
    Question(
        "https://github.com/tensorflow/tensorflow/issues/6070",
        {"weight": WEIGHT, "height": 170 + 0.5 * (WEIGHT - 66) + RANDOM.normal(0, 6, 60)},
        {
            "model": {"initializer": "zeros"},
            "optimizer": {"key": "ftrl", "learning_rate": 0.2},
            "training": {"epochs": 400, "batch_size": None},
        },
        "completed",
        {UNSCALED, "target-unscaled", LOW, "too-few-epochs"},
        also={"target-unscaled"},
    ),
)

ONE, TWO, PART = *RANDOM.uniform(0, 1, (2, 100)), np.linspace(0, 1, 80)
CURVE = 1 + 2 * PART - PART**3 + RANDOM.normal(0, 0.05, 80)
SHORT = {f"x{i}": RANDOM.normal(0, 1 / np.sqrt(300), 300) for i in range(5)}
WHOLE = {"batch_size": None}

LAST = (
    Question(  # the far row lies on the line of the others: it is no mistake
        "https://github.com/tensorflow/tfjs/issues/8302",
        {"x": [-1.0, 0, 1, 2, 3, 4, 26], "y": [-3.0, -1, 1, 3, 5, 7, 51]},
        {"optimizer": {"learning_rate": 0.01}, "training": {"epochs": 250}},
        "diverged",
        {TOO_HIGH, UNSCALED, "influential-rows"},
        first={"optimizer": {"learning_rate": 0.00494}},
    ),
    Question(
        "https://stackoverflow.com/questions/47417671",
        {"a": [1.0, 1, 2], "b": [1.0, 2, 2], "y": [2.0, 3, 4]},
        {
            "bug": {"key": "broadcast-loss"},
            "optimizer": {"learning_rate": 0.01},
            "training": WHOLE | {"epochs": 1000},
        },
        "completed",
        {"bug:broadcast-loss"},
        remedy={"bug": None},
    ),
    Question(
        "https://qa.1r1g.com/sf/ask/3361946101",
        {"x1": ONE, "x2": TWO, "y": 0.1 * ONE + 0.2 * TWO + 0.3},
        {
            "loss": {"reduction": "sum"},
            "optimizer": {"learning_rate": 0.01},
            "training": WHOLE | {"epochs": 201},
        },
        "diverged",
        {TOO_HIGH},
    ),
    Question(  # the sign is wrong, and the rate is too high once it is right
        "https://math.techqa.club/wrong-weights-update-when-using-polynomial-regression-2487184",
        {"x": PART, "y": CURVE},
        {
            "data": {"degree": 3},
            "loss": {"reduction": "sum"},
            "bug": {"key": "gradient-ascent"},
            "optimizer": {"learning_rate": 0.1},
            "training": WHOLE | {"epochs": 200},
        },
        "diverged",
        {"bug:gradient-ascent", TOO_HIGH},
        also={"bug:gradient-ascent", TOO_HIGH},
    ),
    Question(
        "https://github.com/Lightning-Universe/lightning-bolts/issues/575",
        SHORT | {"y": 152 + 900 * sum(SHORT.values()) + RANDOM.normal(0, 50, 300)},
        {
            "model": {"use_bias": False},
            "optimizer": {"learning_rate": 1e-5},
            "training": WHOLE | {"epochs": 100},
        },
        "completed",
        {"no-bias", LOW},
        also={"no-bias"},
    ),
    Question(  # two rows, both alike
        "https://stats.stackexchange.com/questions/274046",
        {"x": [3.0, 3], "y": [2.0, 2]},
        {
            "loss": {"key": "half_mse"},
            "model": {"use_bias": False, "activation": "sigmoid"},
            "optimizer": {"learning_rate": 1.0},
            "training": WHOLE | {"epochs": 1000},
        },
        "completed",
        {"target-unreachable-by-activation"},
    ),
)
