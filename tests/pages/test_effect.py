"""A bug that changes nothing says so, at its menu and after the run; one that does says nothing."""

import numpy as np
import pytest

from core.bugs import BUGS
from core.events import encode
from core.service.run_log import RunLog
from core.spec import Spec
from pages.ui.lab.effect import without_effect
from pages.ui.state import RUN_PARAMETER
from tests.conftest import column
from tests.core.diagnosis.runs import run_of
from tests.pages.app import open_page

ONE = {"data": {"source": "one-to-twenty", "target": "y"}, "optimizer": {"learning_rate": 0.001}}
TWO = {"data": {"source": "two-features", "target": "y"}, "optimizer": {"learning_rate": 0.01}}
WITHOUT = {  # patches in which a bug cannot show
    "wrong-feature-index": ONE,
    "dropped-bias": TWO | {"model": {"use_bias": False}},
    "unscaled-validation": TWO,
    "sorted-batches": TWO | {"training": {"batch_size": None}},
    "broadcast-loss": ONE | {"training": {"batch_size": 1}},
    "sum-for-mean": TWO | {"loss": {"reduction": "sum"}, "optimizer": {"learning_rate": 1e-4}},
}
OPTIONS = {"missing-as-sentinel": {"share": 0.0}, "mixed-units": {"share": 0.0}}


@pytest.mark.parametrize("key", [*WITHOUT, *OPTIONS])
def test_a_bug_that_is_said_to_change_nothing_changes_nothing(key):
    spec = Spec().patched(WITHOUT.get(key, TWO) | {"training": {"epochs": 5}})
    spec = Spec().patched(spec.model_dump() | WITHOUT.get(key, {}))
    bug = spec.patched({"bug": {"key": key} | OPTIONS.get(key, {})})
    why = without_effect(bug)
    assert why.endswith(".") and why == why.strip()
    wrong, right = (column(list(run_of(one)[1]), "full_loss") for one in (bug, spec))
    np.testing.assert_allclose(wrong, right, rtol=1e-5)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_a_bug_that_shows_in_its_example_is_not_said_to_be_without_effect(bug):
    assert without_effect(Spec().patched(bug.example | {"bug": {"key": bug.name()}})) == ""


def test_it_is_said_at_the_menu_and_after_the_run(service):
    spec = Spec().patched(ONE | {"bug": {"key": "wrong-feature-index"}})
    service.logs["run-0"] = log = RunLog(spec, None)
    for event in run_of(spec)[1]:
        log.append(encode(event))
    link = {RUN_PARAMETER: "run-0", "source": "one-to-twenty", "bug": "wrong-feature-index"}
    said = [info.value for info in open_page(**link).info if "changes nothing here" in info.value]
    assert len(said) == 2
    assert said[0].startswith("The bug “Wrong feature index” changes nothing here. There is only ")
