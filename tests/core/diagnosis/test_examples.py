"""Every cause in data and settings is found in its own example, which the catalogue runs."""

import pytest

from core.diagnosis.causes import CAUSES
from core.spec import Spec
from tests.core.diagnosis.runs import above_note, diagnosis_of

OWN = [cause for cause in CAUSES if not cause.key.startswith("bug:")]


NOTES = ("few-rows", "weights-off-optimum")  # surprises of a healthy run


@pytest.mark.parametrize("cause", OWN, ids=lambda cause: cause.key)
def test_a_cause_is_found_in_its_own_example(cause):
    diagnosis = diagnosis_of(Spec().patched(cause.example))
    if cause.key in NOTES:
        assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
        assert cause.key in [finding.cause for finding in diagnosis.findings]
    else:
        assert cause.key in above_note(diagnosis)[:2]


def test_a_bug_has_its_example_with_the_bug():
    assert not any(cause.example for cause in CAUSES if cause.key.startswith("bug:"))
