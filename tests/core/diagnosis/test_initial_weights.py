"""Runs that start from weights of their own, and ones that were to and do not."""

import pytest

from core.spec import Spec
from tests.conftest import data_of
from tests.core.diagnosis.runs import above_note, diagnosis_of

SPEC = Spec().patched(
    {
        "data": {"source": "two-features", "target": "y"},
        "scaling": {"features": "standard"},
        "model": {"initial_weights": {"kernel": [300.0, -20.0], "bias": 7.0}},
        "optimizer": {"learning_rate": 0.1},
    }
)


def test_a_run_from_far_away_starts_as_it_was_told():
    assert above_note(diagnosis_of(SPEC)) == []
    assert above_note(diagnosis_of(SPEC.patched({"model": {"layer": "custom"}}))) == []


def test_a_layer_that_draws_large_weights_in_place_of_the_given_ones():
    large = SPEC.patched({"bug": {"key": "large-init"}})
    near = large.patched({"model": {"initial_weights": {"kernel": [1.0, -2.0]}}})
    (finding, *_) = diagnosis_of(near).findings
    assert finding.cause == "bug:large-init"
    assert "where initial_weights gives 2 at most" in finding.summary


@pytest.mark.parametrize("source", ["constant-column", "near-twins"])
def test_what_a_run_would_do_without_a_feature_is_asked_with_weights_given_too(source):
    plain = Spec.of({"data": {"source": source, "target": "y"}})
    count = len(data_of(plain).features)
    spec = plain.patched({"model": {"initial_weights": {"kernel": [1.0] * count}}})
    assert {f.cause for f in diagnosis_of(spec).findings} >= {
        "constant-column": {"constant-feature"},
        "near-twins": {"collinear-features"},
    }[source]
