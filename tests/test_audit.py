"""What `make check` says of dependencies is no more than what was looked at."""

import json

import pytest

from tests.audit import summary

FINE = {"name": "numpy", "version": "2.4.1", "vulns": []}
SKIPPED = {"name": "keras", "skip_reason": "Dependency not found on PyPI"}
HOLE = {"name": "ray", "version": "2.60", "vulns": [{"id": "PYSEC-2026-1"}]}


def audit(*packages: dict) -> str:
    return summary(json.dumps({"dependencies": packages, "fixes": []}))


@pytest.mark.parametrize("text", ["", "no network", "{}", "[]", "null"])
def test_no_answer_is_no_clean_bill(text):
    assert summary(text) == "pip-audit: nothing was audited; is there no network?"


def test_what_was_not_audited_is_named():
    told = audit(FINE, SKIPPED)
    assert told.startswith("pip-audit: 1 of 2 packages audited, no known vulnerability.")
    assert "Not audited, so nothing is known of them: keras." in told


def test_an_audit_of_nothing_finds_no_absence():
    assert "no known vulnerability" not in audit(SKIPPED, SKIPPED)
    assert "0 of 2 packages audited" in audit(SKIPPED, SKIPPED)


def test_a_hole_is_named():
    assert audit(FINE, HOLE).splitlines()[-1] == "  ray 2.60: PYSEC-2026-1"
    assert "1 vulnerabilities" in audit(FINE, HOLE)
