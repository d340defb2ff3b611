"""Scripts of the kinds that strangers' public programs showed, after those had been scored.

Five batches of public programs were labelled, each before the reader had seen any of it, and read
with what the batches before it had taught. Of their fields these were right at first sight, and
wrong without a mark: 88.2 % of 280 and 2; 82.8 % of 290 and 0; of harder ones, with loops of their
own, 75.8 % of 240 and 1, and 83.8 % of 240 and 2; of ordinary ones 98.7 % of 150 and 0. The
scripts here say the same kinds of thing in other words and other numbers.
"""

from typing import Any

from tests.core.script.labels import FULL_BATCH, SEEDED, ZEROS, file, numbers

ADAM = {"key": "adam"}
ANY_START = "dense bias ? linear"
STRANGERS: dict[str, dict[str, Any]] = {
    "third_01": {
        "data": numbers(
            "np.random.uniform(0, 8, 60).astype(np.float32)",
            "4 * x + 35 + np.random.normal(0, 2, 60).astype(np.float32)",
            SEEDED.format(31),
        ),
        "model": ZEROS,
        "rate": 0.015,
        "epochs": 450,
        **FULL_BATCH,
    },
    "third_02": {
        "data": numbers("np.arange(24.0)", "1.5 * x - 6"),
        "loss": "mae mean",
        "optimizer": ADAM,
        "rate": 0.004,
        "epochs": 90,
        "batch": 6,
    },
    "third_03": {
        "data": numbers("np.linspace(0, 3, 40)", "2 - 0.5 * x"),
        "rate": "?",
        "epochs": 35,
        "batch": 8,
    },
    "third_04": {
        "data": numbers("rng.normal(size=(80, 1))", "7 * x + 1", "rng = np.random.default_rng(12)"),
        "rate": 0.02,
        "epochs": 14,
        "batch": "?",
    },
    "third_05": {
        "data": "?",
        "scaling": "~none none",
        "optimizer": {"key": "rmsprop"},
        "rate": 0.07,
        "epochs": 55,
        "batch": 4,
    },
    "third_06": {
        "data": numbers("np.arange(30) / 10", "4 * x + 2"),
        "optimizer": ADAM,
        "rate": 0.05,
        "epochs": 65,
    },
    "third_07": {
        "data": numbers("np.array([1.0, 2, 4, 5, 7])", "2 * x + 1"),
        "rate": 0.025,
        "epochs": 120,
        "batch": 1,
        "order": False,
    },
    "third_08": {
        "data": "?",
        "scaling": "~none none",
        "loss": "mae mean",
        "optimizer": {"key": "rmsprop"},
        "rate": 0.001,
        "epochs": 130,
        "batch": 16,
    },
    "third_09": {
        "data": "?",
        "model": ANY_START,
        "loss": "half_mse mean",
        "rate": 0.04,
        "epochs": 6,
        "batch": 20,
    },
    "third_10": {
        "data": "?",
        "scaling": "~none none",
        "optimizer": ADAM,
        "rate": 0.03,
        "epochs": 70,
        "batch": 40,
    },
    "third_11": {
        "data": numbers("np.arange(6.0)", "3 - x"),
        "rate": "~0.02",
        "epochs": 45,
        "batch": 2,
        "order": False,
    },
    "third_12": {
        "data": numbers("np.linspace(-2, 2, 30)", "5 * x + 1"),
        "rate": 0.06,
        "epochs": "?",
    },
    "third_13": {
        "data": numbers(
            "X[:40]",
            "(-1.5 * X + 4 + np.random.normal(0, 0.1, 50))[:40]",
            "np.random.seed(8); X = np.linspace(-3, 3, 50); np.random.shuffle(X)",
        ),
        "rate": 0.01,
        "epochs": 240,
        **FULL_BATCH,
    },
    "third_14": {
        "data": file("ice.csv", ["heat"], "sold"),
        "scaling": "standard none",
        "optimizer": ADAM,
        "rate": 0.2,
        "epochs": 85,
    },
    "third_15": {
        "data": numbers("np.arange(1.0, 13)", "0.25 * x + 2"),
        "model": "dense bias [0.5];1.0 linear",
        "rate": 0.01,
        "epochs": 25,
        "batch": 4,
        "order": False,
    },
    "third_16": {
        "data": numbers("np.arange(10.0)", "2 * x"),
        "rate": 0.001,
        "epochs": "?",
        "batch": "?",
        "order": False,
    },
}
