"""Whether remedies called verified cure: each is run in full again, against its optimum."""

from dataclasses import dataclass, field

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.remedies import verify
from core.events import from_number
from core.record import Record
from core.spec import Spec
from core.theory.regime import NEAR, OPTIMUM_NOISE, SETTLED
from core.training.trainer import train
from tests.evaluate.cases import Case, prepared


@dataclass
class Cures:
    """What was counted: remedies tried, verified ones, those of them that fail, and findings cured.

    Attributes:
        tried, verified: Remedies.
        failed: Verified ones that fail when they are run in full, as titles.
        findings, cured: Runs with remedies, and those of them with a verified one.
    """

    tried: int = 0
    verified: int = 0
    failed: list[str] = field(default_factory=list)
    findings: int = 0
    cured: int = 0

    def count(self, case: Case, diagnosis: Diagnosis) -> None:
        """Verifies the remedies of a run's first finding."""
        first = diagnosis.findings[0] if diagnosis.findings else None
        if first is None or not first.remedies:
            return
        told = [
            verify(case.spec, remedy, lambda spec: run(spec, case)) for remedy in first.remedies
        ]
        verified = [remedy for remedy in told if remedy.verified]
        self.tried += len(told)
        self.verified += len(verified)
        self.findings += 1
        self.cured += bool(verified)
        for remedy in verified:
            if not cures(Record.of(run(case.spec.patched(remedy.patch), case))):
                self.failed.append(f"{case.group}: {remedy.title}")

    def report(self) -> None:
        """Prints the sums."""
        print(
            f"remedies: {self.tried} tried, {self.verified} verified; "
            f"{self.cured} of {self.findings} findings have a verified one"
        )
        print(f"verified remedies that fail when run in full: {len(self.failed)} (none)")
        for line in self.failed:
            print("!", line)


def run(spec: Spec, case: Case):
    """The events of a changed spec on the case's table."""
    return train(spec, prepared(spec, case.table))


def cures(record: Record) -> bool:
    """Whether a run ended at its optimum: no more than 5 % of the way from the baseline left."""
    optimal = from_number(record.started["optimal_loss"])
    baseline = from_number(record.started["baseline_loss"])
    way = max(baseline - optimal, OPTIMUM_NOISE * optimal / NEAR)
    return record.outcome == "completed" and record.full_loss[-1] <= optimal + SETTLED * way
