"""Every bug shows the symptom it documents, as the catalogue draws it; without it there is none."""

from functools import cache

import pytest

from core.bugs import BUGS, Bug
from core.spec import Spec
from core.training.trainer import train
from tests.catalogue import assert_as_kept
from tests.conftest import data_of
from tests.core.bugs.symptoms import SYMPTOMS, Run

# Keras says so itself where a weight has no gradient; that warning is a clue to the learner.
pytestmark = pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")


@cache
def run_of(spec: Spec) -> Run:
    return Run(list(train(spec, data_of(spec))))


def specs_of(bug: type[Bug]) -> tuple[Spec, Spec]:
    """The bug's example without it, and with it."""
    healthy = Spec().patched(bug.example)
    return healthy, healthy.patched({"bug": {"key": bug.name()}})


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_shows_its_symptom(bug):
    healthy, buggy = (run_of(spec) for spec in specs_of(bug))
    assert SYMPTOMS[bug.symptom](buggy, healthy), buggy.ended["reason"]
    assert_as_kept(bug.name(), buggy.events, bug.symptom)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_the_healthy_run_has_no_symptom(bug):
    healthy = run_of(specs_of(bug)[0])
    assert healthy.ended["outcome"] == "completed", healthy.ended["reason"]
    assert healthy.final < 0.5 * healthy.started("baseline_loss")
    assert not [name for name, shows in SYMPTOMS.items() if shows(healthy, healthy)]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_two_runs_are_identical(bug):
    spec = specs_of(bug)[1]
    first, second = run_of(spec), Run(list(train(spec, data_of(spec))))
    for run in (first, second):
        run.ended.pop("seconds", None)
    assert first.events == second.events


def test_the_outcome_of_a_rising_loss_is_diverged():
    rising = [bug for bug in BUGS if bug.symptom in ("rises", "non-finite")]
    outcomes = {bug.name(): run_of(specs_of(bug)[1]).ended["outcome"] for bug in rising}
    assert set(outcomes.values()) == {"diverged"}, outcomes


def test_the_initial_weights_follow_the_seed():
    bug = {"key": "large-init"}
    specs = [
        specs_of(BUGS[0])[0].patched({"bug": bug, "training": {"seed": seed, "epochs": 1}})
        for seed in (0, 1)
    ]
    first, second = (run_of(spec).events[0]["weights"] for spec in specs)
    assert first != second
