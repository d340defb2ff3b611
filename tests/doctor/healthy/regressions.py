"""Healthy regressions, drawn by seed: nothing above a note may be said of them.

Each kind is a model that somebody would build, with data that it can learn and settings that suit
them. Healthy is what really trains so: the run ends with no more left to learn than `LEFT` of the
way from the target's variance down to what can be reached, which is least squares for a model that
is linear in its features, and else the noise that was drawn. A model with dropout or one behind an
activation is given `LEFT_NONLINEAR`. What does not arrive is not counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd

from tests.doctor.cases.case import Fit, standardized
from tests.doctor.cases.training import losses_of

LEFT, LEFT_NONLINEAR = 0.01, 0.08
OPTIMIZERS: tuple[Callable[[], keras.optimizers.Optimizer], ...] = (
    lambda: keras.optimizers.SGD(0.05),
    lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    lambda: keras.optimizers.Adam(0.02),
    lambda: keras.optimizers.AdamW(0.02, weight_decay=1e-4),
    lambda: keras.optimizers.Nadam(0.02),
    lambda: keras.optimizers.Adamax(0.05),
    lambda: keras.optimizers.RMSprop(0.005),
    lambda: keras.optimizers.Adagrad(0.3),
    lambda: keras.optimizers.Adadelta(5.0),
    lambda: keras.optimizers.Ftrl(0.5),
    lambda: keras.optimizers.Lion(0.002),
)


@dataclass(frozen=True, eq=False)
class Regression:
    """A healthy one.

    Attributes:
        kind: What it is.
        make: Its program, the same each time.
        reachable: Mean squared error that can be reached.
        left: The share of the way that may be left.
    """

    kind: str
    make: Callable[[], Fit]
    reachable: float
    left: float

    def arrives(self) -> bool:
        """Whether it really trains as far as it should."""
        errors, _, y = losses_of(self.program())
        return errors[-1] <= self.reachable + self.left * max(y.var() - self.reachable, 0.0)

    def program(self) -> Fit:
        """Made anew, with the same weights."""
        keras.utils.set_random_seed(3)
        return self.make()


def regressions(count: int, seed: int) -> Iterator[Regression]:
    """About so many, each kind as often as the others."""
    for index in range(count):
        random = np.random.default_rng([seed, index])
        yield KINDS[index % len(KINDS)](random, index // len(KINDS))


def _linear(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Standardized features, a standardized target with noise, and least squares' error."""
    rows, features = int(random.integers(100, 500)), int(random.integers(1, 7))
    x = standardized(random.normal(size=(rows, features)))
    noise = random.choice([0.05, 0.3, 1.0])
    y = (
        x @ random.uniform(0.5, 2, features)
        + random.normal(0, 1)
        + noise * random.normal(size=rows)
    )
    y = standardized(y) if random.random() < 0.5 else y
    return x, y, _least_squares(x, y)


def _least_squares(x: np.ndarray, y: np.ndarray) -> float:
    columns = np.column_stack([x, np.ones(len(x))])
    return float(np.mean((y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]) ** 2))


def _curve(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Standardized features, a smooth function of them, and the noise on it."""
    rows, features = int(random.integers(200, 400)), int(random.integers(1, 4))
    x = standardized(random.uniform(-1, 1, (rows, features)))
    y = np.sin(x[:, 0]) + 0.4 * x[:, -1]
    noise = random.choice([0.05, 0.2])
    return x, y + noise * random.normal(size=rows), float(noise**2)


def _compiled(
    layers: list[keras.layers.Layer], features: int, optimizer: object, loss: object = "mse"
) -> keras.Model:
    model = keras.Sequential([keras.Input((features,)), *layers])
    model.compile(optimizer=optimizer, loss=loss, metrics=["mae"])
    return model


def each_optimizer(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    optimizer = OPTIMIZERS[turn % len(OPTIMIZERS)]

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], x.shape[1], optimizer())
        return Fit(model, x, y, epochs=150)

    return Regression(f"linear, {optimizer().__class__.__name__}", make, reachable, LEFT)


def another_optimizer(random: np.random.Generator, turn: int) -> Regression:
    return each_optimizer(random, turn + 6)


def normalization_layer(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    raw = x * random.uniform(10, 500, x.shape[1]) + random.uniform(-300, 300, x.shape[1])

    def make() -> Fit:
        scaling = keras.layers.Normalization()
        scaling.adapt(raw)
        model = _compiled([scaling, keras.layers.Dense(1)], x.shape[1], keras.optimizers.SGD(0.05))
        return Fit(model, raw, y, epochs=150)

    return Regression("Normalization layer", make, reachable, LEFT)


def full_batch(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], x.shape[1], keras.optimizers.SGD(0.2))
        return Fit(model, x, y.reshape(-1, 1), epochs=200, batch_size=len(x), shuffle=False)

    return Regression("full batch, target (n, 1)", make, reachable, LEFT)


def scheduled(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    steps = 100 * -(-len(x) // 32)
    schedules = keras.optimizers.schedules
    rates = (
        lambda: schedules.CosineDecay(0.1, steps),
        lambda: schedules.ExponentialDecay(0.08, steps // 2, 0.5),
        lambda: schedules.PiecewiseConstantDecay([steps // 2], [0.05, 0.01]),
        lambda: schedules.InverseTimeDecay(0.08, steps // 2, 1.0),
    )

    def make() -> Fit:
        optimizer = keras.optimizers.SGD(rates[turn % len(rates)]())
        return Fit(_compiled([keras.layers.Dense(1)], x.shape[1], optimizer), x, y, epochs=100)

    return Regression("schedule", make, reachable, LEFT)


def stacked_linear(random: np.random.Generator, turn: int) -> Regression:
    x, y, _ = _linear(random)
    y = standardized(y)

    def make() -> Fit:
        layers = [keras.layers.Dense(8), keras.layers.Dense(1)]
        model = _compiled(layers, x.shape[1], keras.optimizers.SGD(0.02))
        return Fit(model, x, y, epochs=120)

    return Regression("two linear layers", make, _least_squares(x, y), LEFT)


def perceptron(random: np.random.Generator, turn: int) -> Regression:
    x, y, noise = _curve(random)
    activation = ("relu", "tanh", "gelu", "elu")[turn % 4]

    def make() -> Fit:
        layers = [keras.layers.Dense(24, activation=activation), keras.layers.Dense(1)]
        model = _compiled(layers, x.shape[1], keras.optimizers.Adam(0.01))
        return Fit(model, x, y, epochs=150)

    return Regression(f"one hidden layer, {activation}", make, noise, LEFT_NONLINEAR)


def deep(random: np.random.Generator, turn: int) -> Regression:
    x, y, noise = _curve(random)

    def make() -> Fit:
        hidden = [keras.layers.Dense(16, activation="relu") for _ in range(2)]
        optimizer = (
            keras.optimizers.SGD(0.02, momentum=0.9)
            if turn % 2
            else keras.optimizers.RMSprop(0.003)
        )
        model = _compiled([*hidden, keras.layers.Dense(1)], x.shape[1], optimizer)
        return Fit(model, x, y, epochs=150)

    return Regression("two hidden layers", make, noise, LEFT_NONLINEAR)


def dropout(random: np.random.Generator, turn: int) -> Regression:
    x, y, noise = _curve(random)

    def make() -> Fit:
        layers = [
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(1),
        ]
        return Fit(_compiled(layers, x.shape[1], keras.optimizers.Adam(0.01)), x, y, epochs=150)

    return Regression("dropout", make, noise, LEFT_NONLINEAR)


def batch_normalization(random: np.random.Generator, turn: int) -> Regression:
    x, y, noise = _curve(random)
    raw = 40 * x + 100

    def make() -> Fit:
        layers = [
            keras.layers.BatchNormalization(),
            keras.layers.Dense(32, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
        return Fit(_compiled(layers, x.shape[1], keras.optimizers.Adam(0.01)), raw, y, epochs=150)

    return Regression("batch normalization, raw features", make, noise, LEFT_NONLINEAR)


def within_range(random: np.random.Generator, turn: int) -> Regression:
    x, _, _ = _linear(random)
    activation = ("sigmoid", "softplus")[turn % 2]
    formed = x @ random.uniform(0.5, 1, x.shape[1])
    y = 1 / (1 + np.exp(-formed)) if activation == "sigmoid" else np.log1p(np.exp(formed))

    def make() -> Fit:
        layers = [keras.layers.Dense(1, activation=activation)]
        return Fit(_compiled(layers, x.shape[1], keras.optimizers.Adam(0.02)), x, y, epochs=150)

    return Regression(f"target within {activation}'s range", make, 0.0, LEFT)


def other_loss(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    loss = (keras.losses.Huber, keras.losses.MeanAbsoluteError)[turn % 2]

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], x.shape[1], keras.optimizers.Adam(0.01), loss())
        return Fit(model, x, y, epochs=150)

    return Regression(loss.__name__, make, reachable, LEFT_NONLINEAR)


def summed_loss(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)

    def make() -> Fit:
        loss = keras.losses.MeanSquaredError(reduction="sum")
        optimizer = keras.optimizers.SGD(0.001)
        model = _compiled([keras.layers.Dense(1)], x.shape[1], optimizer, loss)
        return Fit(model, x, y, epochs=100)

    return Regression("summed squares", make, reachable, LEFT)


def regularized(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)

    def make() -> Fit:
        layer = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(1e-3))
        return Fit(_compiled([layer], x.shape[1], keras.optimizers.SGD(0.05)), x, y, epochs=100)

    return Regression("weak L2", make, reachable, LEFT)


def table_of_pandas(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    table = pd.DataFrame(x, columns=[f"column {i}" for i in range(x.shape[1])])

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], x.shape[1], keras.optimizers.Adam(0.02))
        return Fit(model, table, pd.Series(y), epochs=150)

    return Regression("pandas", make, reachable, LEFT)


def weighted(random: np.random.Generator, turn: int) -> Regression:
    x, y, reachable = _linear(random)
    weight = random.uniform(0.5, 1.5, len(x))

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], x.shape[1], keras.optimizers.SGD(0.05))
        return Fit(model, x, y, epochs=100, sample_weight=weight)

    return Regression("sample weights", make, reachable, LEFT)


def integers(random: np.random.Generator, turn: int) -> Regression:
    x = random.integers(0, 5, (300, 2))
    y = 2 * x[:, 0] - x[:, 1] + random.integers(0, 3, 300)

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], 2, keras.optimizers.SGD(0.03))
        return Fit(model, x, y, epochs=150)

    return Regression("small integers", make, _least_squares(x, y.astype(float)), LEFT)


def raw_units(random: np.random.Generator, turn: int) -> Regression:
    """Not standardized, and yet well: the rate was chosen for them."""
    x = random.normal(0, 3, (400, 2))
    y = x @ np.array([1.5, -2.0]) + 2 + random.normal(size=400)

    def make() -> Fit:
        model = _compiled([keras.layers.Dense(1)], 2, keras.optimizers.SGD(0.005))
        return Fit(model, x, y, epochs=120)

    return Regression("own units, suitable rate", make, _least_squares(x, y), LEFT)


KINDS = (
    each_optimizer,
    another_optimizer,
    normalization_layer,
    full_batch,
    scheduled,
    stacked_linear,
    perceptron,
    deep,
    dropout,
    batch_normalization,
    within_range,
    other_loss,
    summed_loss,
    regularized,
    table_of_pandas,
    weighted,
    integers,
    raw_units,
)
