"""Names the root cause of a run: differential first, then spectral.

The diagnosis reads the spec without its bug, the table and the run's own events. A run that
departs from the reference has a bug where it first departs; one that conforms has its cause in the
spectrum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..data.prepare import Prepared
from ..events import Event
from ..spec import Spec
from .causes import CAUSES
from .course import Verdict
from .declared import Declared
from .evidence import Evidence
from .finding import Attempt, Finding, Remedy, Search
from .ranking import ranked
from .spec_run import declared_by

SEARCHED = ("remedies", "tried", "why_none")


@dataclass(frozen=True)
class Diagnosis:
    """What became of a run, and why.

    Attributes:
        outcome: The run's own; None while it goes on.
        verdict: healthy, diverging, oscillating, slow, stuck, biased or failed.
        findings: Root cause first; a healthy run has none above `note`.
        not_checked: Causes whose evidence is missing, each with what is missing.
        search: The remedies that were looked for; None where they were not yet.
    """

    outcome: str | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    not_checked: tuple[tuple[str, str], ...]
    search: Search | None = None

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The diagnosis behind `to_json`, which loses nothing."""
        return cls(
            told["outcome"],
            told["verdict"],
            tuple(map(Finding.from_json, told["findings"])),
            tuple((lack["cause"], lack["missing"]) for lack in told["not_checked"]),
            _search(told),
        )

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What mends the run; none before they were looked for."""
        return self.search.remedies if self.search else ()

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """What was run in vain."""
        return self.search.tried if self.search else ()

    @property
    def diverged(self) -> bool:
        """Whether the loss grew, or left what float32 holds."""
        return self.verdict == "diverging"

    @property
    def unhealthy(self) -> bool:
        """Whether there is anything to mend, be its cause known or not."""
        above = any(finding.severity != "note" for finding in self.findings)
        ended = self.outcome not in (None, "stopped")
        return above or (ended and self.verdict != "healthy")

    def to_json(self) -> dict[str, Any]:
        """The diagnosis as it travels; remedies are null until they were looked for."""
        unknown: dict[str, Any] = dict.fromkeys(SEARCHED)
        search = self.search.to_json() if self.search else unknown
        return {
            "outcome": self.outcome,
            "verdict": self.verdict,
            "findings": [finding.to_json() for finding in self.findings],
            **search,
            "not_checked": [
                {"cause": cause, "missing": missing} for cause, missing in self.not_checked
            ],
        }


def _search(told: Mapping[str, Any]) -> Search | None:
    """The remedies of a diagnosis; earlier versions kept them with the findings."""
    if "remedies" in told:
        return None if told["remedies"] is None else Search.from_json(told)
    kept = [r for finding in told["findings"] for r in finding.get("remedies", ())]
    return Search(tuple(map(Remedy.from_kept, kept))) if kept else None


def diagnose(spec: Spec, data: Prepared, events: list[Event]) -> Diagnosis:
    """Diagnoses a run, ended or still going on.

    Args:
        spec: What was run; whether it names a bug makes no difference.
        data: The table, prepared by the same spec.
        events: What the run told.
    """
    spec = spec.patched({"bug": None})
    return diagnose_run(declared_by(spec, data), events)


def diagnose_run(declared: Declared, events: list[Event]) -> Diagnosis:
    """Diagnoses a run by what it was declared to do and what it told."""
    evidence = Evidence(declared, events)
    lacking = evidence.missing
    found, not_checked = [], []
    with np.errstate(all="ignore"):
        for cause in CAUSES:
            missing = [lacking[need] for need in cause.needs if need in lacking]
            if missing:
                not_checked.append((cause.key, missing[0]))
                continue
            bug = cause.key.startswith("bug:")
            if bug and any(finding.cause.startswith("bug:") for finding in found):
                continue  # one departure, one bug: the more particular causes come first
            finding = cause.find(evidence)
            if finding:
                found.append(finding)
        findings = tuple(ranked(found, evidence))
        return Diagnosis(evidence.record.outcome, evidence.verdict, findings, tuple(not_checked))
