"""How often diagnosis and prediction are right: generated runs, counted. Writes nothing.

Run with `python -m tests.evaluate.evaluate [--runs N]`.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import time
import warnings
from collections import Counter, defaultdict

import numpy as np

from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.events import Event, from_number
from core.training.structure import Structure
from core.training.trainer import train
from tests.evaluate import cases, predictions
from tests.evaluate.cases import Case
from tests.evaluate.command_line import arguments
from tests.evaluate.cures import Cures
from tests.evaluate.sentences.check import Sentences

SEED = 20_260_000  # kept apart from those used while developing
FULL = 640
PREDICTED = 150  # specs of each kind of batch
CURED = 5  # the remedies of one in so many runs are verified
SAME = 1e-4  # relative difference of two losses that a learner would not see


def chosen(runs: int, seed: int) -> list[Case]:
    """About so many cases, of every kind, those of one structure together."""
    random = np.random.default_rng(seed)
    share = runs / FULL
    made = [
        *cases.healthy(random, max(12, round(180 * share))),
        *cases.bugs(random, max(2, round(12 * share))),
        *cases.settings(random, max(2, round(16 * share))),
    ]

    def structure(case: Case) -> str:
        data = case.data
        held = 0 if data.x_val is None else len(data.x_val)
        return str(Structure.of(case.spec, len(data.x_train), held, data.x_train.shape[1]))

    return sorted(made, key=structure)


def shows(case: Case, events: list[Event]) -> bool:
    """Whether a bug changed anything: one without effect cannot be found, and need not be."""
    if case.spec.bug is None or events[-1]["outcome"] == "failed":
        return True
    correct = list(train(case.spec.patched({"bug": None}), case.data))
    for name in ("full_loss", "val_loss", "loss"):
        told, wanted = (
            [from_number(e[name]) for e in run if e["event"] == "epoch_ended"]
            for run in (events, correct)
        )
        if len(told) != len(wanted):
            return True
        if not np.allclose(told, wanted, rtol=SAME, atol=0, equal_nan=True):
            return True
    return False


def main() -> None:
    """Prints the confusions and the percentages."""
    words = arguments("tests.evaluate.evaluate", __doc__, FULL, SEED)
    warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
    began = time.monotonic()
    table: dict[str, Counter[str]] = defaultdict(Counter)
    stages: Counter[bool] = Counter()
    without_effect = 0
    seconds: list[float] = []
    sentences = Sentences()
    cures = Cures(sentences=sentences)
    for index, case in enumerate(chosen(words.runs, words.seed)):
        events = list(train(case.spec, case.data))
        if not shows(case, events):
            without_effect += 1
            continue
        data = case.data
        clock = time.perf_counter()
        diagnosis = diagnose(case.spec, data, events)
        seconds.append(time.perf_counter() - clock)
        sentences.check(case.spec, case.table, data, events, diagnosis)
        first = named(diagnosis)
        right = first in case.expected or (not case.expected and first == "nothing")
        table[case.group]["right" if right else first] += 1
        if case.expected:
            stage = diagnosis.findings[0].stage if diagnosis.findings else None
            stages[stage in case.stages] += 1
        if index % CURED == 0:
            cures.count(case, events, diagnosis)
        if words.show and not right:
            show(case, diagnosis)
    report(table, stages, without_effect)
    print(f"diagnosis: median {1e3 * np.median(seconds):.0f} ms, worst {1e3 * max(seconds):.0f} ms")
    cures.report()
    sentences.report()
    random = np.random.default_rng(words.seed)
    scores = predictions.measured(random, max(6, round(PREDICTED * words.runs / FULL)))
    predictions.report(scores, words.show)
    print(f"took {time.monotonic() - began:.0f} s")


def named(diagnosis: Diagnosis) -> str:
    """The first finding above a note."""
    above = [finding.cause for finding in diagnosis.findings if finding.severity != "note"]
    return above[0] if above else "nothing"


def show(case: Case, diagnosis: Diagnosis) -> None:
    """A wrong diagnosis, with what it takes to repeat it."""
    print(f"! {case.group}: {diagnosis.verdict}")
    for finding in diagnosis.findings:
        print("   ", finding.cause, finding.stage, finding.severity, finding.summary)
    print("   ", case.spec.model_dump_json())


def report(table: dict[str, Counter[str]], stages: Counter[bool], without_effect: int) -> None:
    """The confusion table and its sums."""
    print(f"{'made for':36} {'runs':>4} {'right':>5}  taken for")
    for group in sorted(table):
        row = table[group]
        wrong = ", ".join(f"{name} {count}" for name, count in row.items() if name != "right")
        print(f"{group:36} {row.total():4} {row['right']:5}  {wrong}")
    fine = table.get("healthy", Counter())
    sick = [row for group, row in table.items() if group != "healthy"]
    right, runs = sum(row["right"] for row in sick), sum(row.total() for row in sick)
    print(f"runs: {runs + fine.total()}, and {without_effect} bugs that change nothing, left out")
    print(f"root cause first: {right} of {runs}, {right / max(runs, 1):.1%} (at least 95 %)")
    good, all_stages = stages[True], stages.total()
    print(f"right stage: {good} of {all_stages}, {good / max(all_stages, 1):.1%} (at least 98 %)")
    false = fine.total() - fine["right"]
    print(
        f"healthy runs with a finding above note: {false} of {fine.total()}, "
        f"{false / max(fine.total(), 1):.1%} (at most 1 %)"
    )


if __name__ == "__main__":
    main()
