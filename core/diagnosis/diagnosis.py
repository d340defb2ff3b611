"""Names the root cause of a run: differential first, then spectral.

The diagnosis reads the spec without its bug, the table and the run's own events. A run that
departs from the reference has a bug where it first departs; one that conforms has its cause in the
spectrum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from ..data.prepare import Prepared
from ..events import Event
from ..spec import Spec
from .causes import CAUSES
from .course import Verdict
from .evidence import Evidence
from .finding import Finding
from .ranking import ranked
from .remedies import remedies_for


@dataclass(frozen=True)
class Diagnosis:
    """What became of a run, and why.

    Attributes:
        outcome: The run's own; None while it goes on.
        verdict: healthy, diverging, oscillating, slow, stuck, biased or failed.
        findings: Root cause first; a healthy run has none above `note`.
        not_checked: Causes whose evidence is missing, each with what is missing.
    """

    outcome: str | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    not_checked: tuple[tuple[str, str], ...]

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The diagnosis behind `to_json`, which loses nothing."""
        return cls(
            told["outcome"],
            told["verdict"],
            tuple(map(Finding.from_json, told["findings"])),
            tuple((lack["cause"], lack["missing"]) for lack in told["not_checked"]),
        )

    def to_json(self) -> dict[str, Any]:
        """The diagnosis as it travels."""
        return {
            "outcome": self.outcome,
            "verdict": self.verdict,
            "findings": [finding.to_json() for finding in self.findings],
            "not_checked": [
                {"cause": cause, "missing": missing} for cause, missing in self.not_checked
            ],
        }


def diagnose(
    spec: Spec, data: Prepared, events: list[Event], table: pd.DataFrame | None = None
) -> Diagnosis:
    """Diagnoses a run, ended or still going on.

    Args:
        spec: What was run; whether it names a bug makes no difference.
        data: The table, prepared by the same spec.
        events: What the run told.
        table: The table itself, for the names of its rows; None where it is not at hand.
    """
    spec = spec.patched({"bug": None})
    evidence = Evidence(spec, data, events, table)
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
        findings = ranked(found, evidence)
        findings = tuple(remedies_for(finding, evidence) for finding in findings)
        return Diagnosis(evidence.record.outcome, evidence.verdict, findings, tuple(not_checked))
