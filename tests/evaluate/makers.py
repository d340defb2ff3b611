"""Runs as people bring them, a maker for each kind: what is wrong is put into one that was fine."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.bugs import BUGS
from core.bugs.bug import Bug, Setting
from core.model.activations import RANGES
from core.spec import Spec
from tests.evaluate.cases import Case
from tests.evaluate.tables import free_fall, table_of
from tests.evaluate.undo import (
    critical,
    data_of,
    good,
    mending,
    mending_pairs,
    mends,
    regime,
    with_rate,
)

BATCHES = (None, None, 32, 8, 1)
SCHEDULES = (
    {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5},
    {"key": "inverse_time_decay", "decay_steps": 1, "decay_rate": 1.0},
    {"key": "polynomial_decay", "decay_steps": 20},
    {"key": "cosine_decay", "decay_steps": 15},
    {"key": "piecewise_constant", "boundaries": [5, 10], "values": [1e-4, 1e-6, 1e-8]},
    {"key": "reduce_on_plateau", "patience": 2, "factor": 0.1},
    {"key": "reduce_on_plateau", "patience": 1, "factor": 0.5},
    {"key": "reduce_on_plateau", "patience": 5, "factor": 0.2},
)
TUTORIALS = (  # optimizers as they are copied
    {"key": "sgd", "learning_rate": 0.01},
    {"key": "sgd", "learning_rate": 0.001},
    {"key": "sgd", "learning_rate": 0.1},
    {"key": "sgd", "learning_rate": 0.01, "momentum": 0.9},
    {"key": "adam", "learning_rate": 0.001},
    {"key": "adam", "learning_rate": 0.01},
    {"key": "adam", "learning_rate": 0.1},
    {"key": "rmsprop", "learning_rate": 0.001},
)


@dataclass(frozen=True, eq=False)
class PeopleCase(Case):
    """A run, of which `pairs` must be named together where no cause alone mends it."""

    pairs: tuple[tuple[str, str], ...] = field(default=())


Maker = Callable[[np.random.Generator], "PeopleCase | None"]


def sick(group: str, spec: Spec, table: pd.DataFrame, cause: str) -> PeopleCase | None:
    """A case with one fault; None if nothing is wrong, or if undoing it does not mend it."""
    if mends(spec, table, "slow") or regime(spec, table) == "unknown":
        return None
    expected = mending(spec, table)
    return PeopleCase(group, expected, (), spec, table) if cause in expected else None


def spec_on(table: pd.DataFrame, random: np.random.Generator, **sections: dict) -> Spec:
    """Usual settings on that table; `sections` are patched in."""
    patch: dict = {
        "data": {"source": "people", "target": table.columns[-1], "validation_fraction": 0.0},
        "scaling": {"features": "standard", "target": "none"},
        "loss": {"key": str(random.choice(["mse", "mse", "half_mse"]))},
        "training": {
            "batch_size": BATCHES[int(random.integers(len(BATCHES)))],
            "epochs": int(random.choice([50, 100, 200, 500])),
            "seed": int(random.integers(1000)),
        },
    }
    for section, values in sections.items():
        patch[section] = patch.get(section, {}) | values
    return Spec().patched(patch)


def momentum_of(random: np.random.Generator) -> dict:
    return {"key": "sgd", "momentum": float(random.choice([0.0, 0.0, 0.9]))}


def healthy(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    optimizers = (
        {"key": "sgd"},
        {"key": "sgd", "momentum": 0.9},
        {"key": "adam"},
        {"key": "rmsprop"},
        {"key": "adagrad"},
        {"key": "adadelta"},
        {"key": "sgd", "momentum": 0.9, "nesterov": True},
    )
    schedules = (
        {"key": "constant"},
        {"key": "constant"},
        {"key": "exponential_decay", "decay_steps": 1000, "decay_rate": 0.96},
        {"key": "reduce_on_plateau", "patience": 20},
    )
    scale = str(random.choice(["standard", "standard", "standard", "none", "minmax"]))
    spec = spec_on(
        table,
        random,
        optimizer=optimizers[int(random.integers(len(optimizers)))],
        schedule=schedules[int(random.integers(len(schedules)))],
        scaling={"features": scale, "target": str(random.choice(["none", "standard"]))},
        loss={"reduction": str(random.choice(["mean", "mean", "mean", "sum"]))},
        training={"epochs": int(random.choice([100, 200, 500, 1000]))},
    )
    spec = good(spec, table)
    return PeopleCase("healthy", (), (), spec, table) if spec else None


def raw_units_diverge(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = spec_on(table, random, optimizer=momentum_of(random), scaling={"features": "none"})
    spec = with_rate(spec, float(random.choice([0.1, 0.01, 0.001, 1e-4])))
    return sick("raw units: diverges", spec, table, "features-unscaled")


def raw_units_slow(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = spec_on(
        table,
        random,
        optimizer=momentum_of(random),
        scaling={"features": "none"},
        training={"epochs": int(random.choice([5, 10, 30, 100, 1000]))},
    )
    limit = critical(spec, table)
    if limit is None:
        return None
    spec = with_rate(spec, 10.0 ** np.floor(np.log10(limit * random.uniform(0.1, 0.9))))
    return sick("raw units: slow", spec, table, "features-unscaled")


def rate_too_high(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    reduction = str(random.choice(["mean", "mean", "sum"]))
    optimizer = momentum_of(random)
    spec = spec_on(table, random, optimizer=optimizer, loss={"reduction": reduction})
    limit = critical(spec, table)
    if limit is None:
        return None
    spec = with_rate(spec, limit * 10 ** float(random.uniform(0.05, 2)))
    return sick(f"rate too high ({reduction})", spec, table, "learning-rate-above-critical")


def rate_too_low(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = spec_on(table, random, optimizer=momentum_of(random))
    spec = with_rate(spec, 10 ** float(random.uniform(-10, -4)))
    return sick("rate too low", spec, table, "learning-rate-too-low")


def default_rate(random: np.random.Generator) -> PeopleCase | None:
    """Adadelta, Adagrad, Adam at Keras' own rate, with a target far from 0."""
    table = table_of(random)
    key = str(random.choice(["adadelta", "adagrad", "adam", "rmsprop"]))
    spec = spec_on(table, random, optimizer={"key": key, "learning_rate": 0.001})
    return sick(f"Keras' default rate ({key})", spec, table, "learning-rate-too-low")


def large_target(random: np.random.Generator) -> PeopleCase | None:
    """Steps of an adaptive optimizer are about its rate: the weights are 100,000 of them away."""
    table = table_of(random)
    optimizer = {"key": str(random.choice(["adam", "nadam", "rmsprop"]))}
    spec = spec_on(table, random, optimizer=optimizer, training={"epochs": 200})
    spec = with_rate(spec, float(random.choice([0.1, 0.03, 0.01])))
    return sick("large target", spec, table, "target-unscaled")


def no_bias(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = good(spec_on(table, random, optimizer=momentum_of(random)), table)
    if spec is None:
        return None
    spec = spec.patched({"model": {"use_bias": False}})
    return sick("no bias", spec, table, "no-bias")


def momentum(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = spec_on(
        table,
        random,
        optimizer={"key": "sgd", "momentum": float(random.choice([0.95, 0.98, 0.99]))},
        training={"epochs": int(random.choice([20, 30, 50, 100])), "batch_size": None},
    )
    plain = good(spec.patched({"optimizer": {"momentum": 0.0}}), table)
    if plain is None:
        return None
    spec = with_rate(spec, plain.optimizer.learning_rate)
    return sick("momentum", spec, table, "momentum-too-high")


def schedule(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = good(spec_on(table, random, optimizer=momentum_of(random)), table)
    if spec is None:
        return None
    chosen = dict(SCHEDULES[int(random.integers(len(SCHEDULES)))])
    if chosen["key"] == "piecewise_constant":
        rate = spec.optimizer.learning_rate
        chosen["values"] = [rate * factor for factor in (1, 0.01, 0.0001)]
    spec = spec.patched({"schedule": chosen})
    return sick(f"schedule ({chosen['key']})", spec, table, "schedule-decays-too-soon")


def rising_schedule(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = good(spec_on(table, random, training={"epochs": 200}), table)
    if spec is None:
        return None
    steps = 200 * -(-len(table) // (spec.training.batch_size or len(table)))
    rising = {"key": "exponential_decay", "decay_steps": max(1, steps // 20), "decay_rate": 1.5}
    spec = spec.patched({"schedule": rising})
    return sick("schedule (rising)", spec, table, "schedule-crosses-critical")


def few_epochs(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = good(spec_on(table, random, optimizer=momentum_of(random)), table)
    if spec is None:
        return None
    spec = spec.patched({"training": {"epochs": int(random.choice([2, 3, 5, 10, 20]))}})
    return sick("few epochs", spec, table, "too-few-epochs")


def far_row(random: np.random.Generator) -> PeopleCase | None:
    """A slip of the keyboard: one value is a thousand times too large."""
    table = table_of(random)
    spec = spec_on(table, random, optimizer=momentum_of(random), scaling={"features": "none"})
    spec = good(spec, table)
    if spec is None or len(table) < 8:
        return None
    row, column = int(random.integers(len(table))), table.columns[0]
    table = table.astype(float)
    table.loc[row, column] *= 1000.0
    return sick("a far row", spec, table, "influential-rows")


def activation(random: np.random.Generator) -> PeopleCase | None:
    """An activation whose range leaves out so many targets that a line without it is better."""
    table = table_of(random)
    key = str(random.choice(["sigmoid", "tanh", "tanh", "softmax", "softplus", "relu"]))
    scaling = {"features": "standard", "target": str(random.choice(["none", "standard"]))}
    spec = spec_on(
        table, random, model={"activation": key}, optimizer={"learning_rate": 0.01}, scaling=scaling
    )
    if key in ("softplus", "relu") and scaling["target"] == "none":  # these reach what is above 0
        table = table.assign(**{table.columns[-1]: -table[table.columns[-1]]})
    data = data_of(spec, table)
    x, y = data.x_train.astype(float), data.y_train[:, 0].astype(float)
    a = np.c_[x, np.ones(len(x))]
    line = float(np.mean((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2))
    short = float(np.mean((y - np.clip(y, *RANGES[key])) ** 2))
    if short <= line:
        return None
    cause = "target-unreachable-by-activation"
    return PeopleCase(f"activation ({key})", (cause,), (), spec, table)


def tutorial(random: np.random.Generator) -> PeopleCase | None:
    """Settings copied from a tutorial, on a table of one's own, as it is."""
    table = table_of(random)
    spec = spec_on(
        table,
        random,
        optimizer=dict(TUTORIALS[int(random.integers(len(TUTORIALS)))]),
        scaling={"features": "none"},
        loss={"key": "mse"},
        training={
            "epochs": int(random.choice([10, 20, 50, 100, 200, 500])),
            "batch_size": int(random.choice([8, 32, 32])),
        },
    )
    if len(table) >= 10 and random.random() < 0.5:
        spec = spec.patched({"data": {"validation_fraction": 0.2}})
    return whatever("a tutorial's settings", spec, table)


def powers(random: np.random.Generator) -> PeopleCase | None:
    """Powers of x, as they are: their sizes are powers too."""
    table = free_fall(random)
    rate = float(random.choice([0.1, 0.01, 0.001, 1e-4]))
    key = str(random.choice(["sgd", "sgd", "adam"]))
    spec = spec_on(
        table, random, optimizer={"key": key, "learning_rate": rate}, scaling={"features": "none"}
    )
    spec = spec.patched({"data": {"degree": int(random.integers(2, 5))}})
    return whatever("powers of x", spec, table)


def whatever(group: str, spec: Spec, table: pd.DataFrame) -> PeopleCase | None:
    """A case of which theory says what is wrong; None where it is nothing, or more than two."""
    if mends(spec, table, "slow") or regime(spec, table) == "unknown":
        return None
    expected = mending(spec, table)
    if expected:
        return PeopleCase(group, expected, (), spec, table)
    if spec.optimizer.key != "sgd":
        return None  # too many simulations for pairs
    pairs = tuple(mending_pairs(spec, table))
    return PeopleCase(group, (), (), spec, table, pairs) if pairs else None


def injected(spec: Spec, table: pd.DataFrame, random: np.random.Generator) -> type[Bug] | None:
    """A bug that can show in such a run; None where the one that was drawn cannot."""
    kind = BUGS[int(random.integers(len(BUGS)))]
    data = data_of(spec, table)
    rows = len(data.x_train)
    setting = Setting(
        features=len(data.features),
        rows=rows,
        batch=min(spec.training.batch_size or rows, rows),
        use_bias=spec.model.use_bias,
        loss=spec.loss.key,
        summed=spec.loss.reduction == "sum",
        scaled=spec.scaling.features != "none",
        held_out=0 if data.x_val is None else len(data.x_val),
    )
    return None if kind().without_effect(setting) else kind


def bug(random: np.random.Generator) -> PeopleCase | None:
    table = table_of(random)
    spec = spec_on(table, random, optimizer=momentum_of(random))
    if len(table) >= 10 and random.random() < 0.5:
        spec = spec.patched({"data": {"validation_fraction": 0.2}})
    spec = good(spec, table)
    kind = spec and injected(spec, table, random)
    if spec is None or not kind:
        return None
    spec = spec.patched({"bug": {"key": kind.name()}})
    return PeopleCase("a bug", (kind.finding(),), (), spec, table)


def bug_and_rate(random: np.random.Generator) -> PeopleCase | None:
    made = rate_too_high(random) if random.random() < 0.5 else raw_units_diverge(random)
    kind = made and injected(made.spec, made.table, random)
    if made is None or not kind:
        return None
    spec = made.spec.patched({"bug": {"key": kind.name()}})
    pairs = tuple((kind.finding(), cause) for cause in made.expected)
    return PeopleCase("two: a bug and settings", (), (), spec, made.table, pairs)


def two_settings(random: np.random.Generator) -> PeopleCase | None:
    makers = (raw_units_slow, rate_too_low, rate_too_high, few_epochs, default_rate, momentum)
    made = makers[int(random.integers(len(makers)))](random)
    if made is None:
        return None
    second = int(random.integers(3))
    patch = (
        {"model": {"use_bias": False}},
        {"schedule": dict(SCHEDULES[0])},
        {"training": {"epochs": 5}},
    )[second]
    spec, table = made.spec.patched(patch), made.table
    if mends(spec, table, "slow") or regime(spec, table) == "unknown" or mending(spec, table):
        return None
    pairs = tuple(mending_pairs(spec, table))
    return PeopleCase("two: settings", (), (), spec, table, pairs) if pairs else None


MAKERS: tuple[tuple[Maker, float], ...] = (  # with the share of the runs that are not healthy
    (raw_units_diverge, 0.08),
    (raw_units_slow, 0.1),
    (tutorial, 0.1),
    (powers, 0.04),
    (rate_too_high, 0.08),
    (rate_too_low, 0.05),
    (default_rate, 0.06),
    (large_target, 0.04),
    (no_bias, 0.05),
    (momentum, 0.06),
    (schedule, 0.07),
    (rising_schedule, 0.03),
    (few_epochs, 0.05),
    (far_row, 0.03),
    (activation, 0.04),
    (bug, 0.07),
    (bug_and_rate, 0.04),
    (two_settings, 0.06),
)
