"""A second benchmark, drawn from what people bring: few rows, raw units, two faults at once.

The first one is drawn from what this project has thought of. Here a run is put together from parts
that public questions have: features far from zero against their spread, condition numbers up to
10¹⁰, targets in the hundred thousands, no intercept, half the mean squared error and sums,
momentum, every schedule, optimizers at Keras' defaults, 5 to 30 epochs, rates from 10⁻¹⁰ to 10,
settings copied from a tutorial on another table.

What is right is computed before any run, see `tests.evaluate.undo`.

Run with `python -m tests.evaluate.people [--runs N] [--seed S] [--jobs J] [--show]`.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import signal
import sys
import time
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from multiprocessing import get_context

import numpy as np

from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.errors import InputError
from core.training.structure import Structure
from core.training.trainer import train
from tests.evaluate.cases import Case
from tests.evaluate.command_line import arguments
from tests.evaluate.cures import Cures
from tests.evaluate.evaluate import CURED, named, shows
from tests.evaluate.makers import MAKERS, PeopleCase, healthy

SEED = 20_270_000  # kept apart from those used while developing
FULL = 680  # about so many runs, a quarter of them healthy
TRIES = 60  # to draw one case
TOLD = 20  # runs between two lines of running totals


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


@dataclass
class Counted:
    """What was counted of some runs.

    Attributes:
        table: How often each kind was right, and what it was taken for.
        left_out: Bugs that change nothing.
        cures: Of the remedies of some of them; what is said of all in words is with it.
    """

    table: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    left_out: int = 0
    cures: Cures = field(default_factory=Cures)

    def __str__(self) -> str:
        runs = sum(row.total() for row in self.table.values())
        wrong = runs - sum(row["right"] for row in self.table.values())
        said = len(self.cures.sentences.wrong)
        return f"{wrong} of {runs} wrong, {said} sentences that are not so"

    def add(self, other: "Counted") -> None:
        """Takes what was counted of other runs to it."""
        for group, row in other.table.items():
            self.table[group].update(row)
        self.left_out += other.left_out
        self.cures.add(other.cures)

    def count(self, case: PeopleCase, cured: bool, shown: bool) -> None:
        """Runs and diagnoses a case, and counts what was said of it; of some, their remedies."""
        events = list(train(case.spec, case.data))
        if not shows(case, events):
            self.left_out += 1
            return
        diagnosis = diagnose(case.spec, case.data, events)
        self.cures.sentences.check(case.spec, case.table, case.data, events, diagnosis)
        right = is_right(case, diagnosis)
        self.table[case.group]["right" if right else named(diagnosis)] += 1
        if shown and not right:
            show(case, diagnosis)
        if cured:
            self.cures.count(case, events, diagnosis)

    def report(self) -> None:
        """Prints the sums."""
        report(self.table)
        self.cures.report()
        self.cures.sentences.report()
        print(f"bugs that change nothing, left out: {self.left_out}")


Some = tuple[
    int, list[PeopleCase], bool
]  # the place of the first, they, whether to show wrong ones


def counted(some: Some) -> Counted:
    """Of some cases."""
    first, cases, shown = some
    told = Counted()
    for place, case in enumerate(cases, first):
        told.count(case, place % CURED == 0, shown)
    return told


def main() -> None:
    """Prints the confusions and the percentages."""
    words = arguments("tests.evaluate.people", __doc__, FULL, SEED)
    warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
    began = time.monotonic()
    cases = chosen(words.runs, words.seed)
    print(f"drawn in {time.monotonic() - began:.0f} s", flush=True)
    parts = [(at, cases[at : at + TOLD], words.show) for at in range(0, len(cases), TOLD)]
    all_told, done = Counted(), 0
    with get_context("spawn").Pool(words.jobs) as pool:  # a process that has TensorFlow never forks
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("cut off"))
        try:
            for told in pool.imap(counted, parts) if words.jobs > 1 else map(counted, parts):
                all_told.add(told)
                done = min(done + TOLD, len(cases))
                print(f"{done} of {len(cases)}: {all_told}", flush=True)
        finally:  # a crash or a cut leaves what was counted
            all_told.report()
            print(f"took {time.monotonic() - began:.0f} s", flush=True)


def show(case: PeopleCase, diagnosis: Diagnosis) -> None:
    """A wrong diagnosis, with what it takes to repeat it."""
    print(
        f"! {case.group}: {diagnosis.outcome}, {diagnosis.verdict}; "
        f"right: {case.expected or case.pairs}"
    )
    for finding in diagnosis.findings:
        print("   ", finding.cause, finding.severity, finding.summary)
    print("   ", case.spec.model_dump_json())
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
