"""One severity of a run, whatever screen shows it."""

import pytest

from core.bugs import BUGS
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Finding
from core.diagnosis.severity import severity_of
from core.lessons import LESSONS
from core.spec import Spec
from tests.core.diagnosis.runs import diagnosis_of

NOTE, WARNING, ERROR = (
    Finding("few-rows", "data", severity, "A sentence.")
    for severity in ("note", "warning", "error")
)


@pytest.mark.parametrize(
    ("outcome", "verdict", "findings", "level"),
    [
        ("diverged", "diverging", (), "error"),
        ("failed", "failed", (WARNING,), "error"),
        ("completed", "healthy", (), "good"),
        ("completed", "healthy", (NOTE,), "good"),
        ("completed", "slow", (), "warning"),
        ("completed", "slow", (NOTE,), "warning"),
        ("completed", "slow", (WARNING, NOTE), "warning"),
        ("completed", "biased", (ERROR, WARNING), "error"),
        ("completed", "diverging", (WARNING,), "error"),
        ("stopped", "slow", (WARNING,), "note"),
        (None, "slow", (WARNING,), "note"),
    ],
)
def test_a_run_is_as_bad_as_its_root_cause(outcome, verdict, findings, level):
    assert severity_of(outcome, Diagnosis(outcome, verdict, findings, ())) == level


def test_unknown_is_neither_good_nor_bad():
    assert severity_of("completed", None) == "note"
    assert severity_of("diverged", None) == "error"


@pytest.mark.parametrize(
    "spec",
    [
        *(lesson.spec for lesson in LESSONS),
        *(Spec().patched(bug.example).patched({"bug": {"key": bug.name()}}) for bug in BUGS),
    ],
)
def test_the_first_finding_and_the_run_are_equally_bad(spec):
    diagnosis = diagnosis_of(spec)
    level = severity_of(diagnosis.outcome, diagnosis)
    first = diagnosis.findings[0].severity if diagnosis.findings else "note"
    assert level == (first if first != "note" else "good")
