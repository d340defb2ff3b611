"""The benchmark's runs: each with the causes that may come first, by the way it was made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.bugs import BUGS
from core.data.datasets import load_table
from core.data.prepare import Prepared, prepare
from core.errors import InputError
from core.spec import Spec
from core.theory.predict import predict
from core.theory.problem import Problem
from core.theory.spectrum import spectrum_of

REAL = (
    ("diabetes", "target"),
    ("cars", "Miles_per_Gallon"),
    ("engel", "foodexp"),
    ("stackloss", "STACKLOSS"),
    ("statecrime", "murder"),
    ("longley", "TOTEMP"),
)
OPTIMIZERS: tuple[dict, ...] = (
    {"key": "sgd"},
    {"key": "sgd", "momentum": 0.9},
    {"key": "adam"},
    {"key": "sgd", "momentum": 0.9, "nesterov": True},
    {"key": "rmsprop"},
    {"key": "adamw", "weight_decay": 0.0},
    {"key": "nadam"},
    {"key": "adamax"},
    {"key": "adagrad"},
    {"key": "adadelta"},
    {"key": "ftrl"},
    {"key": "lion"},
)


@dataclass(frozen=True, eq=False)
class Case:
    """A run to be diagnosed.

    Attributes:
        group: The row of the confusion table: `healthy`, or the cause it was made for.
        expected: The causes that may come first; empty for a healthy run.
        stages: The stages that are right.
        spec, table: What is run on what.
    """

    group: str
    expected: tuple[str, ...]
    stages: tuple[str, ...]
    spec: Spec
    table: pd.DataFrame

    @property
    def data(self) -> Prepared:
        """The table, prepared."""
        return prepared(self.spec, self.table)


def prepared(spec: Spec, table: pd.DataFrame) -> Prepared:
    """A table, prepared by a spec."""
    return prepare(table, spec.data, spec.scaling, spec.training.seed)


def made(seed: int, **knobs) -> tuple[pd.DataFrame, str]:
    """A made table and its target."""
    values = {"rows": 200, "features": 4, "seed": seed} | knobs
    return load_table("synthetic:" + ",".join(f"{k}={v}" for k, v in values.items())), "y"


def spec_of(table: pd.DataFrame, target: str, scaling: str = "standard", **sections) -> Spec:
    """A spec on a table."""
    patch = {"data": {"source": "benchmark", "target": target}, "scaling": {"features": scaling}}
    for section, values in sections.items():
        patch[section] = patch.get(section, {}) | values
    return Spec().patched(patch)


def with_rate(spec: Spec, table: pd.DataFrame, factor: float) -> Spec | None:
    """A rate that is this share of the critical one; for others than SGD, of a likely one."""
    data = prepared(spec, table)
    base = spec.patched({"bug": None, "optimizer": {"learning_rate": 1e-9}})
    if base.optimizer.key == "sgd" and base.loss.key == "mse":
        critical = predict(base, data).critical_learning_rate
        if critical is None:
            return None
        return spec.patched({"optimizer": {"learning_rate": factor * critical}})
    spectrum = spectrum_of(data, spec.model.use_bias)
    assert spectrum is not None
    far = float(np.abs(spectrum.best_weights).max())
    steps = Problem(spec, data, spectrum).steps_per_epoch * spec.training.epochs
    unit = {"adagrad": 40.0, "adadelta": 4000.0, "ftrl": 40.0}.get(spec.optimizer.key, 12.0)
    return spec.patched({"optimizer": {"learning_rate": factor * unit * far / steps}})


def regime(spec: Spec, table: pd.DataFrame) -> str:
    """The regime that the correct program would have."""
    with np.errstate(all="ignore"):
        return predict(spec, prepared(spec, table)).regime


def tables(random: np.random.Generator, count: int) -> Iterator[tuple[pd.DataFrame, str]]:
    """Made tables, and in between the real ones."""
    for index in range(count):
        if index % 3 == 2:
            key, target = REAL[(index // 3) % len(REAL)]
            yield load_table(key), target
        else:
            yield made(
                int(random.integers(1 << 30)),
                noise=round(float(random.uniform(0.05, 0.5)), 3),
                condition_number=round(float(random.uniform(1, 8)), 3),
            )


def healthy(random: np.random.Generator, count: int) -> Iterator[Case]:
    """Runs that theory says converge, and that have nothing wrong with them."""
    found = tried = 0
    sources = tables(random, 20 * count)
    while found < count and tried < 20 * count:
        table, target = next(sources)
        optimizer = OPTIMIZERS[tried % len(OPTIMIZERS)]
        tried += 1
        spec = spec_of(
            table,
            target,
            optimizer=optimizer,
            training={
                "batch_size": [None, 32, 16][int(random.integers(3))],
                "seed": int(random.integers(1000)),
            },
            model={"layer": ["dense", "custom"][tried % 2]},
        )
        spec = with_rate(spec, table, float(random.uniform(0.1, 0.7)))
        if spec is None or regime(spec, table) != "converges":
            continue
        found += 1
        yield Case("healthy", (), (), spec, table)


def bugs(random: np.random.Generator, each: int) -> Iterator[Case]:
    """Every bug on several tables, with several optimizers and batch sizes."""
    for bug in BUGS:
        sources = tables(random, each)
        for index, (table, target) in enumerate(sources):
            spec = spec_of(
                table,
                target,
                optimizer=OPTIMIZERS[index % 3],
                training={
                    "batch_size": [32, None, 16][(index // 3) % 3],
                    "seed": int(random.integers(1000)),
                },
                bug={"key": bug.name()},
            )
            spec = with_rate(spec, table, float(random.uniform(0.1, 0.6)))
            if spec is not None:
                yield Case(bug.finding(), (bug.finding(),), (bug.stage,), spec, table)


def _case(key: str, stage: str, spec: Spec, table: pd.DataFrame, *also: str) -> Case:
    stages = (stage, "hyperparameters", "data") if also else (stage,)
    return Case(key, (key, *also), stages, spec, table)


def settings(random: np.random.Generator, each: int) -> Iterator[Case]:
    """Runs whose data or settings are wrong, each made for one cause."""
    makers = (
        _rate_above,
        _rate_low,
        _unscaled,
        _influential,
        _collinear,
        _constant,
        _not_finite,
        _no_signal,
        _crosses,
        _decays,
        _few_epochs,
        _unreachable,
    )
    for make in makers:
        found = 0
        for tried in range(8 * each):
            try:
                case = make(random, tried)
            except InputError:
                case = None
            if case is not None:
                found += 1
                yield case
            if found == each:
                break


def _training(random, tried, **more):
    batch = [None, 32][tried % 2]
    return {"batch_size": batch, "seed": int(random.integers(1000))} | more


def _plain(random, tried):
    return {"key": "sgd", "momentum": [0.0, 0.9][(tried // 2) % 2]}


def _any(random, tried):
    return next(tables(random, 3)) if tried % 3 else _real(tried)


def _real(tried):
    key, target = REAL[(tried // 3) % len(REAL)]
    return load_table(key), target


def _rate_above(random, tried):
    table, target = _any(random, tried)
    spec = spec_of(
        table, target, optimizer=_plain(random, tried), training=_training(random, tried)
    )
    spec = with_rate(spec, table, float(random.uniform(1.2, 4)))
    if spec is None or regime(spec, table) != "diverges":
        return None
    return _case("learning-rate-above-critical", "hyperparameters", spec, table)


def _rate_low(random, tried):
    table, target = _any(random, tried)
    spec = spec_of(
        table, target, optimizer=_plain(random, tried), training=_training(random, tried)
    )
    good = with_rate(spec, table, 0.4)
    spec = with_rate(spec, table, float(10 ** random.uniform(-5, -3)))
    if good is None or spec is None or regime(good, table) != "converges":
        return None
    if regime(spec, table) != "slow":
        return None
    return _case("learning-rate-too-low", "hyperparameters", spec, table)


def _unscaled(random, tried):
    if tried % 3 == 0:
        key, target = (("diabetes", "target"), ("cars", "Miles_per_Gallon"))[(tried // 3) % 2]
        table = load_table(key)
    else:
        spread = round(float(10 ** random.uniform(2, 4)), 1)
        table, target = made(int(random.integers(1 << 30)), scale_spread=spread)
    scaled = spec_of(
        table, target, optimizer=_plain(random, tried), training=_training(random, tried)
    )
    scaled = with_rate(scaled, table, float(random.uniform(0.1, 0.5)))
    if scaled is None or regime(scaled, table) != "converges":
        return None
    spec = scaled.patched({"scaling": {"features": "none"}})
    if regime(spec, table) != "diverges":
        return None
    # where a lower rate alone would do as well, that may be named first
    lower = with_rate(spec, table, 0.5)
    both = lower is not None and regime(lower, table) == "converges"
    also = ("learning-rate-above-critical",) if both else ()
    return _case("features-unscaled", "data", spec, table, *also)


def _influential(random, tried):
    table, target = made(int(random.integers(1 << 30)), noise=0.2)
    spec = spec_of(
        table,
        target,
        scaling="none",
        optimizer=_plain(random, tried),
        training=_training(random, tried),
    )
    far = random.choice(200, int(random.integers(1, 4)), replace=False)
    wild = table.copy()
    wild.loc[far, ["x1", "x2", "x3", "x4"]] *= float(random.uniform(15, 40))
    spec = with_rate(spec, table, float(random.uniform(0.2, 0.5)))
    if spec is None or regime(spec, wild) != "diverges":
        return None
    return _case("influential-rows", "data", spec, wild)


def _collinear(random, tried):
    rows, near = 200, float(10 ** random.uniform(-2.5, -1.5))
    x1, x3, e, noise = random.standard_normal((4, rows))
    table = pd.DataFrame(
        {"x1": x1, "x2": x1 + near * e, "x3": x3, "x4": random.standard_normal(rows)}
    )
    table["y"] = 3 * e + x3 + 0.1 * noise
    spec = spec_of(table, "y", optimizer=_plain(random, tried), training=_training(random, tried))
    spec = with_rate(spec, table, 0.5)
    if spec is None or regime(spec, table) != "slow":
        return None
    return _case("collinear-features", "data", spec, table)


def _constant(random, tried):
    table, target = made(int(random.integers(1 << 30)), features=3)
    spec = spec_of(
        table,
        target,
        scaling="none",
        optimizer=_plain(random, tried),
        training=_training(random, tried),
    )
    spec = with_rate(spec, table, float(random.uniform(0.2, 0.5)))
    table = table.assign(same=float(random.uniform(20, 200)))[["x1", "x2", "x3", "same", "y"]]
    if spec is None or regime(spec, table) != "diverges":
        return None
    return _case("constant-feature", "data", spec, table)


def _not_finite(random, tried):
    table, target = made(int(random.integers(1 << 30)))
    table = table.copy()
    cells = random.choice(200, int(random.integers(5, 20)), replace=False)
    table.iloc[cells, int(random.integers(5))] = [np.nan, np.inf][tried % 2]
    spec = spec_of(
        table,
        target,
        data={"source": "benchmark", "target": target, "missing": "keep"},
        training=_training(random, tried),
    )
    if (
        np.isfinite(prepared(spec, table).x_train).all()
        and np.isfinite(prepared(spec, table).y_train).all()
    ):
        return None
    return _case("non-finite-values", "data", spec, table)


def _no_signal(random, tried):
    table, target = made(int(random.integers(1 << 30)))
    table = table.assign(y=3 + random.standard_normal(200))
    spec = spec_of(
        table, target, optimizer=_plain(random, tried), training=_training(random, tried)
    )
    spec = with_rate(spec, table, float(random.uniform(0.1, 0.4)))
    return None if spec is None else _case("no-linear-signal", "data", spec, table)


def _crosses(random, tried):
    table, target = _any(random, tried)
    optimizer = {"key": "sgd", "momentum": [0.0, 0.9][tried % 2]}
    training = _training(random, 0 if tried % 3 else 1)
    spec = spec_of(table, target, optimizer=optimizer, training=training)
    spec = with_rate(spec, table, float(random.uniform(0.02, 0.3)))
    if spec is None:
        return None
    rows = len(prepared(spec, table).x_train)
    steps = -(-rows // (training["batch_size"] or rows)) * 100
    spec = spec.patched(
        {
            "schedule": {
                "key": "exponential_decay",
                "decay_steps": max(1, steps // 20),
                "decay_rate": float(random.uniform(1.3, 1.8)),
            }
        }
    )
    if regime(spec, table) != "diverges":
        return None
    return _case("schedule-crosses-critical", "hyperparameters", spec, table)


def _decays(random, tried):
    table, target = _any(random, tried)
    training = _training(random, tried)
    spec = spec_of(table, target, optimizer=_plain(random, tried), training=training)
    spec = with_rate(spec, table, float(random.uniform(0.05, 0.4)))
    if spec is None or regime(spec, table) != "converges":
        return None
    spec = spec.patched(
        {
            "schedule": {
                "key": "exponential_decay",
                "decay_steps": int(random.integers(1, 6)),
                "decay_rate": float(random.uniform(0.3, 0.7)),
            }
        }
    )
    if regime(spec, table) != "slow":
        return None
    return _case("schedule-decays-too-soon", "hyperparameters", spec, table)


def _few_epochs(random, tried):
    table, target = made(
        int(random.integers(1 << 30)), condition_number=round(float(random.uniform(10, 40)), 1)
    )
    training = _training(random, 0, epochs=int(random.integers(1, 6)))
    spec = spec_of(table, target, optimizer={"key": "sgd"}, training=training)
    spec = with_rate(spec, table, float(random.uniform(0.35, 0.5)))
    if spec is None or regime(spec, table) != "slow":
        return None
    better = with_rate(spec, table, 0.5)
    if better is None or regime(better, table) == "converges":
        return None
    return _case("too-few-epochs", "hyperparameters", spec, table)


def _unreachable(random, tried):
    table, target = made(int(random.integers(1 << 30)), noise=0.1)
    activation = ["sigmoid", "tanh", "relu", "softplus"][tried % 4]
    scale = 3.0 if tried % 4 < 2 else -1.0
    table = table.assign(y=table["y"] * scale)
    spec = spec_of(
        table,
        target,
        model={"activation": activation},
        optimizer={"key": "sgd", "learning_rate": 0.05},
        training=_training(random, tried),
    )
    return _case("target-unreachable-by-activation", "hyperparameters", spec, table)
