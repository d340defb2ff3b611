"""A second benchmark, drawn from what people bring: few rows, raw units, two faults at once.

The first one is drawn from what this project has thought of. Here a run is put together from parts
that public questions have: features far from zero against their spread, condition numbers up to
10¹⁰, targets in the hundred thousands, no intercept, half the mean squared error and sums,
momentum, every schedule, optimizers at Keras' defaults, 5 to 30 epochs, rates from 10⁻¹⁰ to 10.

What is right is computed, before any run: a cause may come first if undoing it alone mends the run,
by theory; where only two together do, both must be named. `UNDO` says what undoing means.

Run with `python -m tests.evaluate.people [--runs N] [--seed S] [--show]`.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import argparse
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from core.bugs import BUGS
from core.data.prepare import Prepared
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.errors import InputError
from core.spec import Spec
from core.theory.predict import predict
from core.training.structure import Structure
from core.training.trainer import train
from tests.evaluate.cases import Case, prepared
from tests.evaluate.evaluate import named, shows

SEED = 20_270_000  # kept apart from those used while developing
FULL = 600  # about so many runs, 150 of them healthy
TRIES = 60  # to draw one case
MOST_TABLES = 50  # that are kept prepared
FEATURES = (  # what people's columns are: name, lowest, highest, whole numbers
    ("year", 1990, 2023, True),
    ("area", 500, 4000, True),
    ("income", 2e4, 2e5, False),
    ("temperature", -10, 35, False),
    ("x", 1, 20, True),
    ("age", 18, 70, True),
    ("dose", 0, 1, False),
    ("mileage", 0, 2e5, True),
    ("rating", 1, 5, False),
    ("hours", 0, 12, False),
    ("rooms", 1, 8, True),
    ("pressure", 980, 1040, False),
    ("population", 1e4, 5e6, True),
    ("share", 0.2, 0.4, False),
)
TARGETS = (("price", 3e5), ("salary", 6e4), ("score", 50.0), ("y", 5.0), ("yield", 0.6))
BATCHES = (None, None, 32, 8, 1)
SCHEDULES = (
    {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5},
    {"key": "inverse_time_decay", "decay_steps": 1, "decay_rate": 1.0},
    {"key": "polynomial_decay", "decay_steps": 20},
    {"key": "cosine_decay", "decay_steps": 15},
    {"key": "piecewise_constant", "boundaries": [5, 10], "values": [1e-4, 1e-6, 1e-8]},
    {"key": "reduce_on_plateau", "patience": 2, "factor": 0.1},
)


_prepared: dict[int, tuple[pd.DataFrame, dict[tuple, Prepared]]] = {}  # by the table's id


# --- tables and runs as people have them ---


def table_of(random: np.random.Generator, features: int | None = None) -> pd.DataFrame:
    """A small table in raw units; `y` is linear in the rest, with an intercept and some noise."""
    rows = int(random.integers(3, 51))
    count = features or int(random.integers(1, min(5, max(2, rows // 3)) + 1))
    columns = {}
    for index in random.choice(len(FEATURES), count, replace=False):
        name, low, high, whole = FEATURES[index]
        centre = random.uniform(low, high)
        spread = (high - low) * float(random.choice([0.05, 0.3, 1.0]))
        values = np.clip(centre + spread * (random.random(rows) - 0.5), low, high)
        columns[name] = np.round(values) if whole else np.round(values, 4)
    table = pd.DataFrame(columns)
    z = (table - table.mean()) / table.std().replace(0, 1)
    name, size = TARGETS[int(random.integers(len(TARGETS)))]
    signal = z.to_numpy() @ random.normal(size=count)
    signal += float(random.uniform(0.02, 0.3)) * signal.std() * random.normal(size=rows)
    scale = 0.3 * size / max(float(signal.std()), 1e-9)
    table[name] = size + scale * signal
    return table


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


def data_of(spec: Spec, table: pd.DataFrame) -> Prepared:
    """The table, prepared; the same object for the same preparation, so that theory can cache."""
    if len(_prepared) > MOST_TABLES:
        _prepared.clear()
    _, known = _prepared.setdefault(id(table), (table, {}))
    key = (spec.data.model_dump_json(), spec.scaling.model_dump_json(), spec.training.seed)
    if key not in known:
        known[key] = prepared(spec, table)
    return known[key]


def regime(spec: Spec, table: pd.DataFrame) -> str:
    """What theory says of the correct program."""
    with np.errstate(all="ignore"):
        return predict(spec.patched({"bug": None}), data_of(spec, table), doubt=False).regime


def critical(spec: Spec, table: pd.DataFrame) -> float | None:
    """The largest stable rate; None where there is no closed form."""
    with np.errstate(all="ignore"):
        found = predict(with_rate(spec, 1e-12), data_of(spec, table)).critical_learning_rate
    return found if found and np.isfinite(found) else None


def with_rate(spec: Spec, rate: float) -> Spec:
    return spec.patched({"optimizer": {"learning_rate": float(f"{rate:.3g}")}})


def good_rates(spec: Spec, table: pd.DataFrame) -> Iterator[float]:
    """Rates that suit the data, the likeliest first."""
    limit = critical(spec, table) if spec.optimizer.key == "sgd" else None
    if limit:
        yield from (limit / 2, limit / 4, limit / 8)
    yield from (10.0**power for power in range(-3, 5))


def good(spec: Spec, table: pd.DataFrame) -> Spec | None:
    """The spec with a rate by which it converges; None if none of them does."""
    tried = (with_rate(spec, rate) for rate in good_rates(spec, table))
    return next((one for one in tried if regime(one, table) == "converges"), None)


# --- what undoing a cause means ---


def _rate(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    patch = {} if spec.schedule.key == "reduce_on_plateau" else {"schedule": {"key": "constant"}}
    yield from (with_rate(spec, rate).patched(patch) for rate in good_rates(spec, table))


def _features(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    """Standardized, with the rate as it is or one for it: nobody keeps the rate of raw units."""
    scaled = spec.patched({"scaling": {"features": "standard"}})
    yield scaled
    yield from (with_rate(scaled, rate) for rate in good_rates(scaled, table))


def _target(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"scaling": {"target": "standard"}})


def _bias(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"model": {"use_bias": True}})


def _momentum(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    if spec.optimizer.key == "sgd" and spec.optimizer.momentum:
        for value in (0.0, 0.5):
            yield spec.patched({"optimizer": {"momentum": value}})


def _schedule(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    if spec.schedule.key != "constant":
        yield spec.patched({"schedule": {"key": "constant"}})


def _epochs(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    epochs = spec.training.epochs
    yield from (spec.patched({"training": {"epochs": factor * epochs}}) for factor in (2, 5, 10))


def _rows(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    """Without a row that stands apart: more than ten times as far out as the others are."""
    x = table.drop(columns=spec.data.target).to_numpy()
    distance = np.abs(x - np.median(x, axis=0))
    distance /= np.median(distance, axis=0) + 1e-12
    far = np.flatnonzero((distance > 10).any(axis=1)) + 1
    if 0 < len(far) <= len(x) // 5:
        yield spec.patched({"data": {"exclude_rows": far.tolist()}})


def _activation(spec: Spec, table: pd.DataFrame) -> Iterator[Spec]:
    yield spec.patched({"model": {"activation": "linear"}})


Undo = Callable[[Spec, pd.DataFrame], Iterator[Spec]]
UNDO: dict[str, Undo] = {
    "no-bias": _bias,
    "target-unreachable-by-activation": _activation,
    "features-unscaled": _features,
    "influential-rows": _rows,
    "schedule-decays-too-soon": _schedule,
    "schedule-crosses-critical": _schedule,
    "momentum-too-high": _momentum,
    "learning-rate-above-critical": _rate,
    "learning-rate-too-low": _rate,
    "target-unscaled": _target,
    "too-few-epochs": _epochs,
}
APPLIES: dict[str, Callable[[Spec], bool]] = {
    "no-bias": lambda spec: not spec.model.use_bias,
    "target-unreachable-by-activation": lambda spec: spec.model.activation != "linear",
    "features-unscaled": lambda spec: spec.scaling.features != "standard",
    "target-unscaled": lambda spec: spec.scaling.target == "none",
}


def mends(spec: Spec, table: pd.DataFrame, sick: str) -> bool:
    """Whether a changed run does what the sick one did not: of a diverging one, not to diverge."""
    if not spec.model.use_bias and not _fits_without_bias(spec, table):
        return False
    try:
        now = regime(spec, table)
    except InputError:
        return False
    return now == "converges" or (sick == "diverges" and now in ("slow", "oscillates"))


def _fits_without_bias(spec: Spec, table: pd.DataFrame) -> bool:
    """Whether the best line through the origin is better than the mean."""
    data = data_of(spec, table)
    x, y = data.x_train.astype(float), data.y_train[:, 0].astype(float)
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean(residuals**2)) < 0.9 * float(np.var(y))


def is_wrong_way(cause: str, sick: str) -> bool:
    """Causes of one kind of symptom only: a rate too low never makes a loss grow."""
    slow_only = ("learning-rate-too-low", "too-few-epochs", "schedule-decays-too-soon")
    fast_only = ("learning-rate-above-critical", "schedule-crosses-critical")
    if sick == "diverges":
        return cause in slow_only
    return cause in fast_only and sick != "oscillates"


def mending(spec: Spec, table: pd.DataFrame) -> tuple[str, ...]:
    """The causes of which undoing one alone mends the run."""
    sick = regime(spec, table)
    return tuple(
        cause
        for cause, undo in UNDO.items()
        if APPLIES.get(cause, lambda _: True)(spec)
        and not is_wrong_way(cause, sick)
        and any(mends(changed, table, sick) for changed in undo(spec, table))
    )


def mending_pairs(spec: Spec, table: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of causes of which undoing both mends the run."""
    sick = regime(spec, table)
    usable = [cause for cause in UNDO if APPLIES.get(cause, lambda _: True)(spec)]
    usable = [cause for cause in usable if not is_wrong_way(cause, sick)]
    return [
        (one, other)
        for one, other in combinations(usable, 2)
        if UNDO[one] is not UNDO[other]
        and any(
            mends(twice, table, sick)
            for once in UNDO[one](spec, table)
            for twice in UNDO[other](once, table)
        )
    ]


# --- one maker for each kind: what is wrong is put into a run that was right ---


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
    table = table_of(random)
    key = str(random.choice(["sigmoid", "tanh", "softmax", "softplus", "relu"]))
    spec = spec_on(table, random, model={"activation": key}, optimizer={"learning_rate": 0.01})
    if key in ("softplus", "relu"):  # these reach what is above 0
        table = table.assign(**{table.columns[-1]: -table[table.columns[-1]]})
    cause = "target-unreachable-by-activation"
    return PeopleCase(f"activation ({key})", (cause,), (), spec, table)


def bug(random: np.random.Generator) -> PeopleCase | None:
    kind = BUGS[int(random.integers(len(BUGS)))]
    table = table_of(random)
    spec = good(spec_on(table, random, optimizer=momentum_of(random)), table)
    if spec is None:
        return None
    spec = spec.patched({"bug": {"key": kind.name()}})
    return PeopleCase("a bug", (kind.finding(),), (), spec, table)


def bug_and_rate(random: np.random.Generator) -> PeopleCase | None:
    kind = BUGS[int(random.integers(len(BUGS)))]
    made = rate_too_high(random) if random.random() < 0.5 else raw_units_diverge(random)
    if made is None:
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
    (raw_units_diverge, 0.12),
    (raw_units_slow, 0.12),
    (rate_too_high, 0.1),
    (rate_too_low, 0.06),
    (default_rate, 0.06),
    (large_target, 0.04),
    (no_bias, 0.07),
    (momentum, 0.06),
    (schedule, 0.07),
    (rising_schedule, 0.03),
    (few_epochs, 0.05),
    (far_row, 0.03),
    (activation, 0.04),
    (bug, 0.07),
    (bug_and_rate, 0.03),
    (two_settings, 0.05),
)


def chosen(runs: int, seed: int) -> list[PeopleCase]:
    """About so many runs, a quarter of them healthy, those of one structure together."""
    random = np.random.default_rng(seed)
    counts = [(healthy, runs // 4), *((make, round(0.75 * runs * part)) for make, part in MAKERS)]
    cases = []
    for make, count in counts:
        found = 0
        for _ in range(TRIES * count):
            if found == count:
                break
            try:
                case = make(random)
            except InputError:
                case = None
            if case is not None:
                cases.append(case)
                found += 1
    return sorted(cases, key=lambda case: str(structure(case)))


def structure(case: Case) -> Structure:
    rows, features = case.data.x_train.shape
    return Structure.of(case.spec, rows, 0, features)


def is_right(case: PeopleCase, diagnosis: Diagnosis) -> bool:
    """Whether the first cause mends the run; of two faults, whether both are named."""
    if case.pairs:
        above = {f.cause for f in diagnosis.findings if f.severity != "note"}
        return any(above.issuperset(pair) for pair in case.pairs)
    first = named(diagnosis)
    return first in case.expected or (not case.expected and first == "nothing")


def main() -> None:
    """Prints the confusions and the percentages."""
    parser = argparse.ArgumentParser("python -m tests.evaluate.people", description=__doc__)
    parser.add_argument("--runs", type=int, default=FULL, help="about how many runs")
    parser.add_argument("--seed", type=int, default=SEED, help="of the benchmark")
    parser.add_argument("--show", action="store_true", help="print each wrong diagnosis")
    words = parser.parse_args()
    warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
    began = time.monotonic()
    table: dict[str, Counter[str]] = defaultdict(Counter)
    cases = chosen(words.runs, words.seed)
    print(f"drawn in {time.monotonic() - began:.0f} s")
    for case in cases:
        events = list(train(case.spec, case.data))
        if not shows(case, events):
            continue
        diagnosis = diagnose(case.spec, case.data, events)
        right = is_right(case, diagnosis)
        table[case.group]["right" if right else named(diagnosis)] += 1
        if words.show and not right:
            show(case, diagnosis)
    report(table)
    print(f"took {time.monotonic() - began:.0f} s")


def show(case: PeopleCase, diagnosis: Diagnosis) -> None:
    """A wrong diagnosis, with what it takes to repeat it."""
    print(
        f"! {case.group}: {diagnosis.outcome}, {diagnosis.verdict}; "
        f"right: {case.expected or case.pairs}"
    )
    for finding in diagnosis.findings:
        print("   ", finding.cause, finding.severity, finding.summary)
    print("   ", case.spec.model_dump_json(exclude_defaults=True))
    print("   ", case.table.to_csv(index=False).replace("\n", ";"))


def report(table: dict[str, Counter[str]]) -> None:
    """The confusion table and its sums."""
    print(f"{'kind':36} {'runs':>4} {'right':>5}  taken for")
    for group in sorted(table):
        row = table[group]
        wrong = ", ".join(f"{name} {count}" for name, count in row.items() if name != "right")
        print(f"{group:36} {row.total():4} {row['right']:5}  {wrong}")
    fine = table.pop("healthy", Counter())
    right = sum(row["right"] for row in table.values())
    runs = sum(row.total() for row in table.values())
    print(f"root cause first: {right} of {runs}, {right / max(runs, 1):.1%} (at least 95 %)")
    false = fine.total() - fine["right"]
    print(f"healthy runs with a finding above note: {false} of {fine.total()} (none)")


if __name__ == "__main__":
    main()
