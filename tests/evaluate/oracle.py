"""An oracle for remedies: it trains what the search only predicts.

Wherever some change of up to three settings brings an unhealthy run to its optimum, the search must
have found one. The oracle knows nothing of the search: it has a space of its own, in plain values,
and really trains each of its points, the smallest changes first. Where the search offers a remedy,
that is run again and judged here; where it offers none that reaches the optimum, the oracle looks
for one until it finds it or its trials are spent.

Run by `python -m tests.evaluate.oracle`; slow by nature.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd

from core.diagnosis.diagnosis import diagnose
from core.errors import InputError
from core.record import Record
from core.spec import MAX_EPOCHS, Spec
from core.training.trainer import train
from tests.evaluate import people
from tests.evaluate.cases import Case, prepared
from tests.evaluate.cures import Cures, cures, resolution
from tests.evaluate.evaluate import chosen

TRIALS = 400  # runs of one case, at most
SECONDS = 90.0  # of one case, at most
SEED = 31_415

Patch = dict[str, dict | None]


@dataclass
class Verdict:
    """What was counted.

    Attributes:
        possible: Runs that some change brings to the optimum.
        found: Those of them for which the search has one.
        missed: The others, with the change that the oracle found.
        none, spent: Runs that no change mends, and those where not all could be tried.
        there: Runs that are at their optimum as they are, which is no better than the mean.
    """

    possible: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    none: int = 0
    spent: int = 0
    there: int = 0


def compare(cases: Iterable[Case], trials: int = TRIALS) -> tuple[Verdict, Cures]:
    """Holds the search against the oracle on any list of runs; healthy ones are left out."""
    verdict, counted = Verdict(), Cures()
    for case in cases:
        events = list(train(case.spec, case.data))
        diagnosis = diagnose(case.spec, case.data, events)
        failed = len(counted.failed)
        found = counted.count(case, events, diagnosis)
        if found is None:
            continue
        if case.spec.bug is None and cures(Record.of(events), resolution(case.spec, case.data)):
            verdict.there += 1
            continue
        optimum = any(remedy.reaches == "optimum" for remedy in found.remedies)
        if optimum and len(counted.failed) == failed:
            verdict.possible += 1
            verdict.found += 1
            continue
        patch, all_tried = first_that_cures(case, trials)
        verdict.possible += patch is not None
        verdict.none += patch is None and all_tried
        verdict.spent += patch is None and not all_tried
        if patch is not None:
            told = found.why_none or [remedy.title for remedy in found.remedies]
            run = f"{case.spec.model_dump_json()}\n  {case.table.to_csv(index=False)!r}"
            verdict.missed.append(f"{case.group}: {patch}, not: {told}\n  {run}")
    return verdict, counted


def first_that_cures(case: Case, trials: int) -> tuple[Patch | None, bool]:
    """The first patch that brings a run to its optimum, and whether all were tried."""
    began = time.monotonic()
    for index, patch in enumerate(patches(case)):
        if index >= trials or time.monotonic() - began > SECONDS:
            return None, False
        try:
            spec = case.spec.patched(patch)
            data = prepared(spec, case.table)
            record = Record.of(train(spec, data))
        except InputError:
            continue
        if cures(record, resolution(spec, data)):
            return patch, True
    return None, True


def patches(case: Case) -> Iterator[Patch]:
    """Every change of up to three settings; a bug is left out of all of them."""
    base: list[Patch] = [{"bug": None}] if case.spec.bug else []
    knobs = {name: values for name, values in space(case).items() if values}
    for count in range(0 if base else 1, 4):
        for names in combinations([*knobs, "rate", "adam"], count):
            if {"rate", "adam"} <= {*names}:
                continue
            for values in product(*(knobs[name] for name in names if name in knobs)):
                patch = merged([*base, *values])
                if "rate" in names:
                    yield from with_rates(case, patch)
                elif "adam" in names:
                    yield from with_adam(case, patch)
                else:
                    yield patch


def space(case: Case) -> dict[str, list[Patch]]:
    """The settings but the rate, each with the values that it could have instead."""
    spec = case.spec
    epochs = [spec.training.epochs * factor for factor in (2, 5, 10)]
    momentum = getattr(spec.optimizer, "momentum", 0.0) if spec.optimizer.key == "sgd" else 0.0
    raw = case.data.x_raw_train
    varies = [
        name
        for name, column in zip(case.data.features, raw.T, strict=True)
        if len(np.unique(column)) > 1
    ]
    finite = np.isfinite(raw).all() and np.isfinite(case.data.y_train).all()
    return {
        "missing": [] if finite else [{"data": {"missing": how}} for how in ("drop", "mean")],
        "features": [{"scaling": {"features": "standard"}}]
        if spec.scaling.features != "standard"
        else [],
        "target": [{"scaling": {"target": "standard"}}]
        if spec.scaling.target != "standard"
        else [],
        "bias": [] if spec.model.use_bias else [{"model": {"use_bias": True}}],
        "activation": []
        if spec.model.activation == "linear"
        else [{"model": {"activation": "linear"}}],
        "schedule": [] if spec.schedule.key == "constant" else [{"schedule": {"key": "constant"}}],
        "momentum": [{"optimizer": {"momentum": m}} for m in (0.0, 0.5) if m < momentum],
        "columns": [{"data": {"features": varies}}] if 0 < len(varies) < raw.shape[1] else [],
        "epochs": [{"training": {"epochs": count}} for count in epochs if count <= MAX_EPOCHS],
    }


def with_rates(case: Case, patch: Patch) -> Iterator[Patch]:
    """The patch with each of the rates to try."""
    try:
        spec = case.spec.patched(patch)
        half = half_critical(spec, case.table)
    except InputError:
        return
    own = spec.optimizer.learning_rate
    rates = [1.0, 0.1, 0.01, 10 * own, 100 * own, own / 10, own / 100]
    for rate in [*([half] if half else []), *rates]:
        if rate != own and np.isfinite(rate) and rate > 0:
            yield merged([patch, {"optimizer": {"learning_rate": float(rate)}}])


def with_adam(case: Case, patch: Patch) -> Iterator[Patch]:
    """The patch with Adam, at two rates that go a few times the way to the weights."""
    try:
        spec = case.spec.patched(patch)
        data = prepared(spec, case.table)
    except InputError:
        return
    if spec.optimizer.key == "adam" or not np.isfinite(data.x_train).all():
        return
    x = np.hstack([data.x_train, np.ones((len(data.x_train), int(spec.model.use_bias)))])
    weights = np.linalg.lstsq(x.astype(np.float64), data.y_train.astype(np.float64), rcond=None)[0]
    steps = spec.training.epochs * -(-len(x) // (spec.training.batch_size or len(x)))
    for far in (4, 12):
        rate = float(far * np.abs(weights).max() / steps)
        yield merged([patch, {"optimizer": {"key": "adam", "learning_rate": rate}}])


def half_critical(spec: Spec, table: pd.DataFrame) -> float | None:
    """(1 + β) / λmax, of all rows at once; None where there is no such rate."""
    if spec.optimizer.key != "sgd" or spec.loss.key not in ("mse", "half_mse"):
        return None
    data = prepared(spec, table)
    x = data.x_train.astype(np.float64)
    if not np.isfinite(x).all():
        return None
    ones = np.ones((len(x), int(spec.model.use_bias)))
    top = float(np.linalg.norm(np.hstack([x, ones]), 2)) ** 2
    rows = min(spec.training.batch_size or len(x), len(x))
    scale = 2.0 if spec.loss.key == "mse" else 1.0
    top *= scale / len(x) * (rows if spec.loss.reduction == "sum" else 1.0)
    return float((1 + spec.optimizer.momentum) / top) if top > 0 else None


def merged(parts: list[Patch]) -> Patch:
    """Several patches as one."""
    whole: Patch = {}
    for part in parts:
        for section, change in part.items():
            known = whole.get(section)
            joins = isinstance(known, dict) and isinstance(change, dict)
            whole[section] = known | change if joins else change
    return whole


def kept(folder: Path) -> Iterator[Case]:
    """The runs of a folder: each a spec as `NAME.json` with its table as `NAME.csv`."""
    for file in sorted(folder.glob("*.json")):
        table = pd.read_csv(file.with_suffix(".csv"))
        yield Case(file.stem, (), (), Spec.from_json(file.read_bytes()), table)


def main() -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser("python -m tests.evaluate.oracle", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="about how many unhealthy runs")
    parser.add_argument("--seed", type=int, default=SEED, help="of the benchmark")
    parser.add_argument("--trials", type=int, default=TRIALS, help="of one run, at most")
    parser.add_argument("--people", action="store_true", help="runs of the second benchmark")
    parser.add_argument("--folder", type=Path, help="runs to take in place of the benchmark's")
    words = parser.parse_args()
    began = time.monotonic()
    draw = people.chosen if words.people else chosen
    cases = kept(words.folder) if words.folder else sample(draw, words.runs, words.seed)
    verdict, counted = compare(cases, words.trials)
    share = f"{verdict.found} of {verdict.possible}"
    print(f"runs that some change brings to the optimum, and the search has one: {share} (all)")
    for line in verdict.missed:
        print("!", line)
    print(
        f"runs that no change mends: {verdict.none}; trials spent: {verdict.spent}; at their "
        f"optimum as they are: {verdict.there}"
    )
    counted.report()
    print(f"took {time.monotonic() - began:.0f} s")


def sample(draw: Callable[[int, int], Sequence[Case]], runs: int, seed: int) -> list[Case]:
    """Unhealthy runs of a benchmark, of every kind in turn."""
    groups: dict[str, list[Case]] = {}
    for case in draw(2 * runs, seed):
        if case.group != "healthy":
            groups.setdefault(case.group, []).append(case)
    places = range(max(map(len, groups.values())))
    turns = [group[place] for place in places for group in groups.values() if place < len(group)]
    return turns[:runs]


if __name__ == "__main__":
    main()
