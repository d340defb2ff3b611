"""How often the prediction is right: random tables, rates from 0.3 to 3 times the critical one."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from core.record import Record
from core.spec import Spec
from core.theory.predict import predict
from core.theory.prediction import Prediction
from core.training.trainer import train
from tests.evaluate.cases import prepared, spec_of, tables, with_rate

LIKELY = 20.0  # powers of e that a growing loss should have grown by, so that the run shows it
MOST_EPOCHS = 3000
EDGE = {"full batch": 0.02, "mini-batch": 0.20}  # of the critical rate: nearer is not counted
LOWEST = 1e-6  # of the baseline loss: below it float32 has few digits left
VARIANTS: tuple[dict, ...] = (
    {"momentum": 0.0},
    {"momentum": 0.9},
    {"momentum": 0.6, "nesterov": True},
)


@dataclass
class Score:
    """What was counted for one kind of batch: right or wrong, and how far the curves were apart."""

    regimes: Counter[bool] = field(default_factory=Counter)
    by_rate: Counter[bool] = field(default_factory=Counter)
    apart: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measured(random: np.random.Generator, count: int) -> dict[str, Score]:
    """Predicts and runs `count` specs of each kind of batch."""
    scores = {kind: Score() for kind in EDGE}
    for index, (table, target) in enumerate(tables(random, count)):
        for kind, batch in (("full batch", None), ("mini-batch", (16, 32)[index % 2])):
            optimizer = {"key": "sgd"} | VARIANTS[index % len(VARIANTS)]
            training = {"batch_size": batch, "seed": int(random.integers(1000))}
            spec = spec_of(table, target, optimizer=optimizer, training=training)
            spec = with_rate(spec, table, float(np.exp(random.uniform(*np.log([0.3, 3.0])))))
            if spec is None:
                continue
            data = prepared(spec, table)
            told = predict(spec, data)
            spec = long_enough(spec, told, kind)
            told = predict(spec, data)
            count_one(scores[kind], kind, told, Record.of(train(spec, data)), spec)
    return scores


def long_enough(spec: Spec, told: Prediction, kind: str) -> Spec:
    """The spec with as many epochs as a growing loss needs to show that it grows."""
    if kind != "full batch" or told.growth_per_step is None or told.growth_per_step <= 1:
        return spec
    needed = int(LIKELY / np.log(told.growth_per_step)) + 1
    return spec.patched({"training": {"epochs": int(np.clip(needed, 100, MOST_EPOCHS))}})


def count_one(score: Score, kind: str, told: Prediction, record: Record, spec: Spec) -> None:
    """Counts one run, unless its rate is so near the limit that the run need not show it."""
    ratio = told.learning_rate_ratio
    diverged = record.outcome == "diverged"
    if ratio is None or abs(ratio - 1) > EDGE[kind]:
        score.regimes[(told.regime == "diverges") == diverged] += 1
        if ratio is not None:
            score.by_rate[(ratio > 1) == diverged] += 1
        if (told.regime == "diverges") != diverged:
            score.wrong.append(f"{ratio} {told.regime} {record.outcome} {spec.model_dump_json()}")
    if kind == "full batch" and told.full_loss is not None:
        score.apart.append(distance(np.array(told.full_loss), record.full_loss, told))


def distance(predicted: np.ndarray, real: np.ndarray, told: Prediction) -> float:
    """The largest relative difference of the two curves, until float32 ends."""
    count = min(len(predicted), len(real))
    predicted, real = predicted[:count], real[:count]
    largest = np.finfo(np.float32).max
    fine = np.isfinite(predicted) & np.isfinite(real) & (np.abs(predicted) < largest / 1e3)
    fine &= predicted > LOWEST * (told.baseline_loss or 0.0)
    if not fine.any():
        return 0.0
    return float(np.max(np.abs(real[fine] / predicted[fine] - 1)))


def report(scores: dict[str, Score], show: bool) -> None:
    """Prints the shares."""
    asked = {"full batch": "99 %, all outside ±2 %", "mini-batch": "95 % outside ±20 %"}
    for kind, score in scores.items():
        right, runs = score.regimes[True], score.regimes.total()
        print(
            f"prediction, {kind}: diverging or not right for {right} of {runs}, "
            f"{right / max(runs, 1):.1%} (at least {asked[kind]}); by the critical rate alone "
            f"{score.by_rate[True]} of {score.by_rate.total()}"
        )
        if score.apart:
            print(
                f"predicted curve against the real one: at most {max(score.apart):.2%} apart in "
                f"{len(score.apart)} runs (at most 1 %)"
            )
        for line in score.wrong if show else ():
            print("!", line)
