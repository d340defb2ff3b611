"""Every cause in data and settings is found in its own example, the one of the catalogue."""

import pytest

from core.diagnosis.causes import CAUSES
from core.spec import Spec
from tests.catalogue import assert_as_kept, looks_of
from tests.core.diagnosis.runs import above_note, diagnosis_of, run_of, sentences_of

OWN = [cause for cause in CAUSES if not cause.key.startswith("bug:")]


NOTES = ("few-rows", "weights-off-optimum")  # surprises of a healthy run


@pytest.mark.parametrize("cause", OWN, ids=lambda cause: cause.key)
def test_a_cause_is_found_in_its_own_example(cause):
    spec = Spec().patched(cause.example)
    diagnosis = diagnosis_of(spec)
    assert_as_kept(cause.key, run_of(spec)[1], looks_of(diagnosis))
    assert not sentences_of(spec, diagnosis)
    if cause.key in NOTES:
        assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
        assert cause.key in [finding.cause for finding in diagnosis.findings]
    else:
        assert cause.key in above_note(diagnosis)[:2]


def test_a_bug_has_its_example_with_the_bug():
    assert not any(cause.example for cause in CAUSES if cause.key.startswith("bug:"))
