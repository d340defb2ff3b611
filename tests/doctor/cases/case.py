"""What a public case is: a program as its owner wrote it, and the same program mended.

Each file of `tuned` and `frozen` is one case: its docstring says what was asked, `ADDRESS` where,
`SYMPTOM` what its owner saw, `ACCEPTED` which causes are right, and `asked()` and `mended()` make
the two programs. Where the data are not public, made-up ones have their form.

A cause is right if it names the mechanism: what mends it mends the run. A rate that is too high
for unscaled features is mended by either, so that both are right. Where only the stage of a fault
can be known, `fault:unknown@stage` says which.

The frozen ones were drawn at random, `default_rng(2026_11_26).choice(names, 15)`, before any rule
was written; no rule is tuned on them.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import keras
import numpy as np

import tests.doctor.cases.frozen
import tests.doctor.cases.tuned

TOO_FAST = {"learning-rate-above-critical", "features-unscaled"}
TARGET = {"learning-rate-above-critical", "target-unscaled"}
TOO_SLOW = {"learning-rate-too-low", "too-few-epochs"}
OUT_OF_RANGE = {"target-unreachable-by-activation"}
NON_FINITE = {"non-finite-values"}
ASCENT = {"fault:gradient-ascent"}
BROADCAST = {"fault:broadcast-loss"}
SUM = {"fault:sum-for-mean"}
ACCUMULATED = {"fault:accumulated-gradients"}
FROZEN_WEIGHTS = {"fault:frozen-weights"}
NEAR = 0.02  # of the target's variance, above least squares: a mended run that ends there arrived


@dataclass(frozen=True, eq=False)
class Fit:
    """A compiled model and how it is fitted.

    Attributes:
        model: Compiled.
        x, y: What `fit` gets.
        epochs, batch_size, shuffle, sample_weight: As `fit` gets them.
    """

    model: keras.Model
    x: Any
    y: Any
    epochs: int
    batch_size: int = 32
    shuffle: bool = True
    sample_weight: Any = None


@dataclass(frozen=True, eq=False)
class Loop:
    """A hand-written loop: its body as a function of rows and weights.

    Attributes:
        step: Returns the new weights, or a dict with them and what else it computed.
        x, y: The rows of a step.
        weights: To start from.
        learning_rate: What the loop uses.
        loss: What it is meant to minimize.
        steps: How many its owner ran.
    """

    step: Callable[[Any, Any, Any], Any]
    x: Any
    y: Any
    weights: Any
    learning_rate: float
    loss: str = "mse"
    steps: int = 100


@dataclass(frozen=True)
class Case:
    """One public case.

    Attributes:
        name: Of its file.
        frozen: Whether no rule may be tuned on it.
        address, symptom, accepted: As in its file.
        reaches: The share of the target's variance that the mended run may leave; None for that of
            least squares.
        asked, mended: Make its programs.
    """

    name: str
    frozen: bool
    address: str
    symptom: str
    accepted: frozenset[str]
    reaches: float | None
    asked: Callable[[], Fit | Loop]
    mended: Callable[[], Fit | Loop]


def cases(frozen: bool) -> list[Case]:
    """The frozen ones or the others, by name."""
    package = tests.doctor.cases.frozen if frozen else tests.doctor.cases.tuned
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [
        _case(name, frozen, importlib.import_module(f"{package.__name__}.{name}")) for name in names
    ]


def _case(name: str, frozen: bool, module: ModuleType) -> Case:
    return Case(
        name=name,
        frozen=frozen,
        address=module.ADDRESS,
        symptom=module.SYMPTOM,
        accepted=frozenset(module.ACCEPTED),
        reaches=getattr(module, "REACHES", None),
        asked=module.asked,
        mended=module.mended,
    )


def made(make: Callable[[], Fit | Loop]) -> Fit | Loop:
    """A program of a case, the same each time."""
    keras.utils.set_random_seed(7)
    return make()


def standardized(values: Any) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1."""
    values = np.asarray(values, dtype=float)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def sequential(*layers: Any, features: int = 1, optimizer: Any = "sgd", loss: Any = "mse") -> Any:
    """A compiled sequential model."""
    model = keras.Sequential([keras.Input((features,)), *layers])
    model.compile(optimizer=optimizer, loss=loss)
    return model
