"""One stage of one step, number by number: the first stage that differs is where the bug is."""

import pytest

from core.bugs import BUG_BY_KEY
from core.diagnosis.case import Case
from core.diagnosis.compared import FOLLOWED, MOST, OTHER_SHAPE, Compared, compared
from core.diagnosis.conformance import STAGES
from core.diagnosis.spec_run import declared_by
from core.record import Record
from core.spec import Spec
from tests.core.diagnosis.runs import run_of

OF_STAGES = ("shifted-targets", "misplaced-scale", "gradient-ascent", "double-update")


def case_of(spec: Spec) -> Case:
    data, events = run_of(spec)
    return Case(declared_by(spec, data), Record.of(events))


def at_first(case: Case) -> dict[str, Compared]:
    return {stage: compared(case, stage, case.snapshots[0]) for stage in STAGES}


@pytest.mark.parametrize("key", OF_STAGES)
def test_the_first_stage_that_differs_is_the_bugs(key):
    bug = BUG_BY_KEY[key]
    found = at_first(case_of(Spec().patched(bug.example).patched({"bug": {"key": key}})))
    differing = [stage for stage in STAGES if found[stage].differing]
    assert differing[0] == bug.stage
    told = found[bug.stage]
    assert 0 < len(told.lines) <= MOST and not told.why_not
    wrong = [line for line in told.lines if line.differs]
    assert wrong and all(line.actual != line.reference for line in wrong)


def test_in_a_correct_run_all_is_as_it_should_be():
    case = case_of(Spec().patched(BUG_BY_KEY["gradient-ascent"].example))
    for shot in case.snapshots:
        for stage in STAGES:
            told = compared(case, stage, shot)
            assert told.differing == 0 < told.total, (stage, shot.step)
            assert not any(line.differs for line in told.lines)


def test_a_rate_that_is_not_the_declared_one_is_told_with_the_update():
    spec = Spec().patched(BUG_BY_KEY["gradient-ascent"].example)
    data, events = run_of(spec)
    declared = spec.patched({"optimizer": {"learning_rate": 0.005}})
    case = Case(declared_by(declared, data), Record.of(events))
    rate, *weights = at_first(case)["update"].lines
    assert (rate.name, rate.differs) == ("learning rate", True)
    assert (rate.actual, rate.reference) == pytest.approx((0.05, 0.005))
    assert not any(line.differs for line in weights), "the step itself is the optimizer's"


def test_what_cannot_be_compared_says_why():
    spec = Spec().patched(BUG_BY_KEY["gradient-ascent"].example)
    data, events = run_of(spec)
    adam = spec.patched({"optimizer": {"key": "adam"}})
    case = Case(declared_by(adam, data), Record.of(events))
    last = case.snapshots[-1]
    assert compared(case, "update", last).why_not == FOLLOWED
    assert compared(case, "update", case.snapshots[1]).total
    last.before["kernel"] = last.before["kernel"][:1]
    for stage in ("forward", "gradient", "update"):
        assert compared(case, stage, last).why_not == OTHER_SHAPE
