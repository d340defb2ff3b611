"""What each script says, read by hand, in the ten fields that decide a run.

A value with `~` before it may as well be marked as not understood; `?` must be. Fields that a label
does not give are the defaults below. `x` and `y` are Python for the numbers that reach the scaling.
"""

from typing import Any

DEFAULTS: dict[str, Any] = {
    "scaling": "none none",
    "model": "dense bias glorot_uniform linear",
    "loss": "mse mean",
    "optimizer": {"key": "sgd"},
    "schedule": {"key": "constant"},
    "batch": 32,
    "order": True,
}
FULL_BATCH = {"batch": None, "order": False}
ZEROS = "dense bias zeros linear"
FIELDS = (
    "data", "scaling", "model", "loss", "optimizer", "rate", "schedule", "epochs", "batch", "order",
)  # fmt: skip
FROZEN = (  # drawn at random before the reader was written, and never looked at while tuning it
    "keras_01", "keras_05", "keras_06", "keras_09", "keras_10", "keras_12", "keras_14", "keras_15",
    "keras_17", "numpy_01", "numpy_02", "numpy_03", "numpy_04", "numpy_13", "numpy_15", "numpy_17",
    "sgdr_02", "tf1_01", "tf1_02", "tf1_07",
)  # fmt: skip


def numbers(x: str, y: str, setup: str = "", val: float = 0) -> dict[str, Any]:
    """A table that the script makes, as Python that makes the same."""
    return {"x": x, "y": y, "setup": setup, "val": val}


def file(name: str, features: list | None, target: Any, val: float = 0) -> dict[str, Any]:
    """A table that the script reads from a file; columns by name, or by position from 0."""
    return {"file": name, "features": features, "target": target, "val": val}


SEEDED = "np.random.seed({})"
LABELS: dict[str, dict[str, Any]] = {
    "keras_01": {
        "data": numbers("np.arange(1, 26)", "3 * x + 7"),
        "rate": 0.01,
        "epochs": 40,
        "batch": 5,
    },
    "keras_02": {
        "data": numbers(
            "np.array([1.5, 2, 3.5, 4, 5.5, 6, 7.5, 9])",
            "np.array([31, 35, 44, 52, 58, 61, 75, 88.0])",
        ),
        "rate": 0.01,
        "epochs": 500,
    },
    "keras_03": {
        "data": numbers(
            "np.random.rand(120, 1) * 50",
            "2.5 * x + 4 + np.random.randn(120, 1)",
            SEEDED.format(7),
        ),
        "model": ZEROS,
        "optimizer": {"key": "adam"},
        "rate": 0.1,
        "epochs": 200,
        "batch": None,
        "order": False,
    },
    "keras_04": {
        "data": file("television.csv", ["people_per_tv"], "life_expectancy"),
        "rate": 0.01,
        "epochs": 25,
        "batch": 1,
        "order": False,
    },
    "keras_05": {
        "data": file("kc_houses.csv", ["sqft_living", "bedrooms", "yr_built"], "price", 0.25),
        "scaling": "standard none",
        "optimizer": {"key": "adam"},
        "rate": 0.001,
        "epochs": 60,
        "batch": 64,
    },
    "keras_06": {
        "data": {"source": "diabetes", "val": 0.2},
        "scaling": "minmax none",
        "model": "dense nobias glorot_uniform linear",
        "loss": "mae mean",
        "optimizer": {"key": "rmsprop"},
        "rate": 0.05,
        "epochs": 30,
    },
    "keras_07": {
        "data": numbers("np.linspace(0, 10, 101)", "0.5 * x - 2"),
        "model": "dense bias random_uniform linear",
        "optimizer": {"key": "sgd", "momentum": 0.9, "nesterov": True},
        "rate": 0.05,
        "epochs": 80,
        "batch": 10,
    },
    "keras_08": {
        "data": numbers(
            "rng.normal(size=(300, 4))",
            "x @ np.array([1.0, -2.0, 0.5, 3.0]) + 0.3 + rng.normal(scale=0.1, size=300)",
            "rng = np.random.default_rng(11)",
        ),
        "schedule": {
            "key": "exponential_decay",
            "decay_steps": 100,
            "decay_rate": 0.9,
            "staircase": True,
        },
        "rate": 0.2,
        "epochs": 15,
        "batch": 30,
    },
    "keras_09": {
        "data": numbers(
            "np.array([[2104, 3], [1600, 3], [2400, 3], [1416, 2], [3000, 4], [1985, 4]])",
            "np.array([399900, 329900, 369000, 232000, 539900, 299900])",
        ),
        "scaling": "standard none",
        "rate": 0.1,
        "epochs": 300,
    },
    "keras_10": {
        "data": file("Salary_Data.csv", None, -1),
        "scaling": "standard standard",
        "optimizer": {"key": "adam"},
        "rate": 0.001,
        "epochs": 150,
        "batch": 8,
    },
    "keras_11": {
        "data": numbers("np.arange(0, 64, 1.0)", "x * 4 - 9"),
        "rate": 0.0001,
        "schedule": {"key": "piecewise_constant", "boundaries": [39], "values": [1e-4, 1e-5]},
        "epochs": 100,
        "batch": 16,
    },
    "keras_12": {
        "data": numbers(
            "np.random.uniform(-5, 5, size=(200, 2))",
            "3 * x[:, 0] - 2 * x[:, 1] + 1",
            SEEDED.format(0),
            0.1,
        ),
        "model": "dense bias he_normal linear",
        "loss": "huber mean",
        "optimizer": {"key": "rmsprop"},
        "rate": 0.001,
        "schedule": {
            "key": "reduce_on_plateau",
            "monitor": "val_loss",
            "factor": 0.5,
            "patience": 4,
            "min_lr": 1e-5,
        },
        "epochs": 50,
    },
    "keras_13": {
        "data": numbers("np.arange(1, 11)", "2 * x + 1"),
        "loss": "mse sum",
        "rate": 0.001,
        "epochs": 20,
    },
    "keras_14": {
        "data": numbers("np.array([1, 2, 3, 4])", "np.array([0, -1, -2, -3])"),
        "rate": 0.3,
        "epochs": 1000,
    },
    "keras_15": {
        "data": file("auto-mpg.csv", ["Horsepower"], "MPG", 0.2),
        "scaling": "standard none",
        "loss": "mae mean",
        "optimizer": {"key": "adam"},
        "rate": 0.1,
        "epochs": 100,
    },
    "keras_16": {
        "data": "?",
        "model": "dense bias random_normal linear",
        "rate": 0.1,
        "schedule": {"key": "inverse_time_decay", "decay_steps": 1, "decay_rate": 1e-3},
        "epochs": 10,
    },
    "keras_17": {
        "data": numbers("np.array([-40, -10, 0, 8, 15, 22, 38])", "x * 1.8 + 32"),
        "optimizer": {"key": "adam"},
        "rate": 0.1,
        "epochs": 500,
    },
    "keras_18": {
        "data": numbers(
            "np.ones((1000, 3)) * np.array([1.0, 2, 3]) + np.arange(1000).reshape(-1, 1) / 1000",
            "x.sum(axis=1)",
        ),
        "model": "?",
        "optimizer": {"key": "sgd", "clip_norm": 1.0},
        "rate": 0.01,
        "epochs": 5,
        "batch": 100,
    },
    "keras_19": {
        "data": numbers("np.array([10, 20, 30, 40, 50])", "np.array([0, 0, 1, 1, 1])"),
        "model": "dense bias glorot_uniform softmax",
        "loss": "?",
        "optimizer": {"key": "adam"},
        "rate": 0.001,
        "epochs": 10,
    },
    "functional_01": {
        "data": numbers(
            "rs.randn(256, 3)", "x.dot([0.2, -1.1, 4.0]) + 2", "rs = np.random.RandomState(3)"
        ),
        "loss": "log_cosh mean",
        "optimizer": {"key": "adagrad"},
        "rate": 0.5,
        "epochs": 12,
        "batch": 64,
    },
    "functional_02": {
        "data": numbers("np.linspace(-1, 1, 50)", "5 * x + 0.1"),
        "model": "dense bias ones linear",
        "rate": 0.5,
        "schedule": {
            "key": "piecewise_constant",
            "boundaries": [20, 60],
            "values": [0.5, 0.1, 0.02],
        },
        "epochs": 20,
        "batch": 10,
    },
    "functional_03": {
        "data": "?",
        "loss": "huber mean 2.0",
        "optimizer": {"key": "adadelta"},
        "rate": 0.001,
        "epochs": 3,
    },
    "custom_01": {
        "data": numbers("np.arange(30)", "2 * x - 5"),
        "model": "custom bias random_normal linear",
        "rate": 0.001,
        "epochs": 25,
        "batch": None,
    },
    "custom_02": {
        "data": numbers("np.array([1, 2, 3, 4])", "2 * x"),
        "model": "custom bias glorot_uniform linear",
        "optimizer": {"key": "adam"},
        "rate": 0.001,
        "epochs": 100,
    },
    "custom_03": {
        "data": numbers("np.linspace(0, 20, 81)", "0.7 * x + 3"),
        "loss": "mse sum",
        "optimizer": {"key": "nadam"},
        "rate": 0.02,
        "epochs": 40,
        "batch": 27,
        "order": False,
    },
    "custom_04": {
        "data": numbers(
            "rng.uniform(0, 1, (90, 2))",
            "x @ np.array([[2.0], [3.0]])",
            "rng = np.random.RandomState(0)",
        ),
        "model": "custom nobias he_uniform linear",
        "optimizer": {"key": "adamax"},
        "rate": 0.05,
        "epochs": 70,
        "batch": 15,
    },
    "tf1_01": {
        "data": numbers("np.array([5, 10, 15, 20, 25])", "2 * x"),
        "model": "dense bias ? linear",
        "rate": 0.1,
        "epochs": 2001,
        **FULL_BATCH,
    },
    "tf1_02": {
        "data": numbers("np.array([10, 11, 12, 13])", "10 - x"),
        "model": "dense bias [0.3];-0.3 linear",
        "loss": "mse sum",
        "rate": 0.01,
        "epochs": 1000,
        **FULL_BATCH,
    },
    "tf1_03": {
        "data": numbers("np.arange(60)", "3 * x"),
        "model": "dense bias [0.5];-0.5 linear",
        "rate": 0.005,
        "epochs": 1,
        "batch": 1,
        "order": False,
    },
    "tf1_04": {
        "data": numbers(
            "np.array([3.1, 4.2, 5.3, 6.6, 6.8, 4.1, 9.5, 6, 7.4, 2])",
            "np.array([1.6, 2.7, 2.0, 3.1, 1.6, 1.5, 3.3, 2.5, 2.5, 1.2])",
        ),
        "model": "dense bias ? linear",
        "loss": "half_mse mean",
        "rate": 0.002,  # 1/(2·10) of one row's square: a tenth of half of it
        "epochs": 300,
        "batch": 1,
        "order": False,
    },
    "tf1_05": {
        "data": numbers("np.linspace(0, 100, 40)", "1.5 * x + 20"),
        "model": ZEROS,
        "optimizer": {"key": "adam"},
        "rate": 0.5,
        "epochs": 500,
        **FULL_BATCH,
    },
    "tf1_06": {
        "data": file("weatherAUS.csv", ["Temp9am"], "Temp3pm"),
        "model": ZEROS,
        "rate": 0.05,
        "schedule": {
            "key": "exponential_decay",
            "decay_steps": 50,
            "decay_rate": 0.95,
            "staircase": True,
        },
        "epochs": 400,
        **FULL_BATCH,
    },
    "tf1_07": {
        "data": "?",
        "model": "dense bias ? linear",
        "optimizer": {"key": "sgd", "momentum": 0.9},
        "rate": 0.5,
        "epochs": 201,
        **FULL_BATCH,
    },
    "tape_01": {
        "data": numbers("np.arange(10)", "2 * x + 10"),
        "model": "dense bias [5.0];0.0 linear",
        "rate": 0.02,
        "epochs": 50,
        **FULL_BATCH,
    },
    "tape_02": {
        "data": numbers("np.linspace(-2, 2, 201)", "3 * x + 2"),
        "model": "dense bias [5.0];0.0 linear",
        "rate": 0.1,
        "epochs": 10,
        **FULL_BATCH,
    },
    "tape_03": {
        "data": numbers("np.random.rand(64, 1).astype(np.float32)", "7 * x + 1", SEEDED.format(1)),
        "model": ZEROS,
        "rate": 0.4,
        "epochs": 120,
        **FULL_BATCH,
    },
    "tape_04": {
        "data": numbers("np.arange(1, 6)", "np.array([1.2, 1.9, 3.1, 3.9, 5.2])"),
        "optimizer": {"key": "adam"},
        "rate": 0.05,
        "epochs": 200,
        **FULL_BATCH,
    },
    "tape_05": {
        "data": numbers(
            "load_diabetes().data",
            "load_diabetes().target",
            "from sklearn.datasets import load_diabetes",
        ),
        "model": "dense bias ? linear",
        "rate": 0.1,
        "epochs": 20,
        "batch": 34,
    },
    "sgdr_01": {
        "data": numbers("np.arange(1, 101)", "4 * x + 2"),
        "model": ZEROS,
        "loss": "?",  # with a penalty on the weights
        "rate": 0.01,
        "schedule": "?",
        "epochs": "?",
        "batch": 1,
    },
    "sgdr_02": {
        "data": {"source": "diabetes", "val": 0},
        "scaling": "standard none",
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.001,
        "epochs": 50,
        "batch": 1,
        "order": False,
    },
    "sgdr_03": {
        "data": file("Advertising.csv", None, "sales", 0.3),
        "scaling": "robust none",
        "model": ZEROS,
        "loss": "huber mean",
        "rate": 0.01,
        "epochs": 200,
        "batch": 1,
    },
    "numpy_01": {
        "data": numbers("np.arange(50)", "2 * x + 25"),
        "model": "dense bias [1.0];1.0 linear",
        "loss": "half_mse mean",
        "rate": 0.0005,
        "epochs": 1000,
        **FULL_BATCH,
    },
    "numpy_02": {
        "data": numbers("np.array([50, 60, 70, 80, 90])", "np.array([155, 182, 214, 236, 271])"),
        "model": ZEROS,
        "rate": 0.001,
        "epochs": 100,
        **FULL_BATCH,
    },
    "numpy_03": {
        "data": file("ex1data1.txt", [0], 1),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.01,
        "epochs": 1500,
        **FULL_BATCH,
    },
    "numpy_04": {
        "data": numbers(
            "np.random.randn(80, 3) * [1, 10, 100]",
            "x @ np.array([1.5, -0.2, 0.03]) + 4",
            SEEDED.format(42),
        ),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.0001,
        "epochs": 2000,
        **FULL_BATCH,
    },
    "numpy_05": {
        "data": numbers("np.arange(1, 7)", "2 * x + 10"),
        "model": ZEROS,
        "rate": 0.2,
        "epochs": 50,
        **FULL_BATCH,
    },
    "numpy_06": {
        "data": numbers("np.linspace(0, 5, 20)", "3 * x + 2"),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.05,
        "epochs": 300,
        **FULL_BATCH,
    },
    "numpy_07": {
        "data": numbers(
            "2 * np.random.rand(100, 1)",
            "4 + 3 * x + np.random.randn(100, 1)",
            SEEDED.format(5),
        ),
        "model": "dense bias [0.44295626];1.4438811 linear",
        "rate": 0.1,
        "epochs": 1000,
        **FULL_BATCH,
    },
    "numpy_08": {
        "data": numbers(
            "np.array([[1.0, 200.0], [2.0, 350.0], [3.0, 410.0], [4.0, 620.0], [5.0, 705.0]])",
            "np.array([3.0, 5.5, 6.9, 9.8, 12.1])",
        ),
        "scaling": "standard none",
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.01,
        "epochs": 400,
        "batch": 1,
        "order": False,
    },
    "numpy_09": {
        "data": file("points.csv", [0], 1),
        "model": ZEROS,
        "rate": 0.0001,
        "epochs": 1000,
        **FULL_BATCH,
    },
    "numpy_10": {
        "data": numbers("rng.rand(1, 500) * 100", "5 * x + 3", "rng = np.random.RandomState(9)"),
        "model": ZEROS,
        "rate": 0.01,
        "epochs": 2000,
        **FULL_BATCH,
    },
    "numpy_11": {
        "data": numbers(
            "np.random.rand(200, 2)", "x.dot(np.array([3.0, -1.0])) + 0.5", SEEDED.format(2)
        ),
        "model": ZEROS,
        "rate": 0.1,
        "epochs": 60,
        "batch": 20,
    },
    "numpy_12": {
        "data": file("ex1data1.txt", [0], 1),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.001,
        "epochs": "?",
        **FULL_BATCH,
    },
    "numpy_13": {
        "data": numbers("np.array([1, 2, 4, 3, 5])", "np.array([1, 3, 3, 2, 5])"),
        "model": "dense nobias zeros linear",
        "loss": "?",
        "rate": "~0.01",
        "epochs": 100,
        **FULL_BATCH,
    },
    "numpy_14": {
        "data": numbers(
            "np.array([850, 900, 1200, 1500, 2100, 2600])",
            "np.array([100, 120, 150, 200, 260, 330])",
        ),
        "scaling": "minmax minmax",
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.5,
        "epochs": 250,
        **FULL_BATCH,
    },
    "numpy_15": {
        "data": numbers("np.array([1, 2, 3, 4])", "np.array([6, 5, 7, 10])"),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.05,  # the gradient of 1/(2m) has no 2: its step is half
        "epochs": 500,
        **FULL_BATCH,
    },
    "numpy_16": {
        "data": numbers("np.arange(0, 30, 3)", "1.2 * x + 6"),
        "model": ZEROS,
        "loss": "half_mse mean",
        "rate": 0.001,
        "epochs": 1000,
        **FULL_BATCH,
    },
    "numpy_17": {
        "data": numbers(
            "np.random.randn(60, 2)", "x @ np.array([2.0, -3.0]) + 1", SEEDED.format(3)
        ),
        "model": ZEROS,
        "optimizer": {"key": "sgd", "momentum": 0.9},
        "rate": 0.05,
        "epochs": 150,
        **FULL_BATCH,
    },
    "notebook_01": {
        "data": numbers("np.arange(40.0)", "-2 * x + 11"),
        "rate": 0.005,
        "epochs": 20,
        "batch": 8,
    },
    "notebook_02": {
        "data": file("insurance.csv", ["age", "bmi"], "charges"),
        "rate": 0.01,
        "epochs": 10,
    },
    "torch_01": {
        "data": "?",
        "model": "?",
        "loss": "?",
        "optimizer": "?",
        "rate": "?",
        "schedule": "?",
        "epochs": "?",
        "batch": "?",
        "order": "?",
        "scaling": "?",
    },
    "odd_01": {
        "data": numbers("np.array([0.5, 1.0, 1.5, 2.0, 2.5])", "2 * x + 1"),
        "rate": 0.1,
        "epochs": 30,
    },
    "odd_02": {
        "data": "?",
        "scaling": "~none none",
        "optimizer": {"key": "sgd", "momentum": 0.5},
        "rate": 0.01,
        "epochs": 8,
        "batch": 4,
    },
    "odd_03": {
        "data": numbers("np.arange(100) / 100.0", "x * 3"),
        "optimizer": {"key": "adam"},
        "rate": "~0.003",
        "epochs": 10,
    },
    "odd_04": {
        "data": numbers(
            "shuffle(X, random_state=0)",
            "y0",
            "from sklearn.datasets import make_regression\n"
            "from sklearn.utils import shuffle\n"
            "X, y0 = make_regression(n_samples=150, n_features=3, noise=5.0, random_state=0)",
        ),
        "loss": "?",
        "optimizer": {"key": "adagrad"},
        "rate": 0.001,
        "epochs": 35,
        "batch": 50,
    },
}
FAULTS: dict[str, str] = {  # what is wrong in a script, that can be read
    "keras_19": "softmax-on-one-unit from-logits",
    "custom_02": "weight-shape",
    "tape_04": "broadcast-loss",
    "sgdr_03": "fit-on-test",
    "numpy_06": "assigns-minus",
    "numpy_07": "gradient-ascent",
    "numpy_13": "broadcast-loss",
    "numpy_16": "one-after-the-other",
    "notebook_02": "scaler-discarded",
    "odd_04": "shuffled-apart",
}
