"""Whether remedies do what is said of them: each is run in full again, and judged apart.

What is said of them in words is read back too.
"""

from dataclasses import dataclass, field

import numpy as np

from core.data.prepare import Prepared
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Search
from core.diagnosis.remedies.search import search
from core.events import Event, from_number
from core.record import Record
from core.spec import Spec
from core.theory.regime import NEAR, OPTIMUM_NOISE, SETTLED
from core.training.trainer import train
from tests.evaluate.cases import Case, prepared
from tests.evaluate.sentences.check import Runs, Sentences


@dataclass
class Cures:
    """What was counted.

    Attributes:
        runs, mended, stable: Unhealthy runs, those of them with a remedy that reaches the optimum,
            and those with none but one that stops a divergence.
        offered: Remedies.
        failed: Those of them that do not do what is said, as titles.
        trials: Runs that the searches took.
        sentences: What is said of them.
    """

    runs: int = 0
    mended: int = 0
    stable: int = 0
    offered: int = 0
    failed: list[str] = field(default_factory=list)
    trials: int = 0
    sentences: Sentences = field(default_factory=Sentences)

    def count(self, case: Case, events: list[Event], diagnosis: Diagnosis) -> Search | None:
        """Searches for the remedies of an unhealthy run, and runs each of them again."""
        if not diagnosis.unhealthy:
            return None

        runs: Runs = {}

        def counted(spec, data):
            self.trials += 1
            runs[spec.model_dump_json()] = list(train(spec, data))
            return runs[spec.model_dump_json()]

        found = search(case.spec, case.table, case.data, events, diagnosis, counted)
        self.sentences.check_remedies(
            case.spec, case.table, case.data, events, diagnosis, found, runs
        )
        reached = {remedy.reaches for remedy in found.remedies}
        self.runs += 1
        self.mended += "optimum" in reached
        self.stable += reached == {"stable"}
        self.offered += len(found.remedies)
        for remedy in found.remedies:
            spec = case.spec.patched(remedy.patch)
            record = Record.of(run(spec, case))
            ends_well = comes_down(record)
            if remedy.reaches == "optimum":
                ends_well = cures(record, resolution(spec, prepared(spec, case.table)))
            if not ends_well:
                self.failed.append(f"{case.group}: {remedy.title}")
        return found

    def add(self, other: "Cures") -> None:
        """Takes what was counted of other runs to it."""
        for name in ("runs", "mended", "stable", "offered", "trials"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failed += other.failed
        self.sentences.counts += other.sentences.counts
        self.sentences.wrong += other.sentences.wrong

    def report(self) -> None:
        """Prints the sums."""
        print(
            f"remedies: {self.offered} offered after {self.trials} runs; of {self.runs} unhealthy "
            f"runs {self.mended} have one that reaches the optimum, {self.stable} only one that "
            "stops the divergence"
        )
        print(f"remedies that fail when run in full: {len(self.failed)} (none)")
        for line in self.failed:
            print("!", line)


def run(spec: Spec, case: Case):
    """The events of a changed spec on the case's table."""
    return train(spec, prepared(spec, case.table))


def resolution(spec: Spec, data: Prepared) -> float:
    """The loss that float32 cannot tell from 0: of predicting 0, a billionth."""
    y = data.y_train.astype(np.float64)
    loss = {"mse": y**2, "half_mse": y**2 / 2}.get(spec.loss.key, np.abs(y)).mean()
    rows = min(spec.training.batch_size or len(y), len(y))
    return 1e-9 * float(loss) * (rows if spec.loss.reduction == "sum" else 1)


def cures(record: Record, unseen: float) -> bool:
    """Whether a run came near its optimum and ended there, no worse than predicting the mean.

    Args:
        record: Of the run.
        unseen: The loss that float32 cannot tell from 0.
    """
    optimal = from_number(record.started["optimal_loss"])
    baseline = from_number(record.started["baseline_loss"])
    way = max(baseline - optimal, (OPTIMUM_NOISE * optimal + unseen) / NEAR)
    curve = record.full_loss
    if record.outcome != "completed" or not np.isfinite(curve[-1]):
        return False
    near = curve.min() <= optimal + NEAR * way and curve[-1] <= optimal + SETTLED * way
    return bool(near and curve[-1] <= baseline * (1 + OPTIMUM_NOISE) + unseen)


def comes_down(record: Record) -> bool:
    """Whether a run ends below its start, and no worse than predicting the mean."""
    baseline = from_number(record.started["baseline_loss"])
    start = from_number(record.started["full_loss"])
    last = record.full_loss[-1] if len(record.full_loss) else np.inf
    return bool(
        record.outcome == "completed" and last <= start and last <= baseline * (1 + OPTIMUM_NOISE)
    )
