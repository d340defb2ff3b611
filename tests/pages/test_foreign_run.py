"""Somebody with another learner's link watches: no command, and nothing of an uploaded table."""

import orjson
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.uploads import save_table
from core.lessons import LESSONS
from core.service.run_log import RunLog
from core.spec import Spec
from core.sweep.spec import Axis
from core.training.trainer import train
from core.web.learner import COOKIE, owner_id, sign
from pages.ui import cached
from tests.conftest import data_of
from tests.pages.app import (
    ME,
    YOU,
    address_on_arrival,
    button,
    checked,
    component_data,
    open_page,
    press,
)

COMMANDS = ("Pause", "One step", "One epoch", "Stop")
SAMPLE = LESSONS[0].spec.patched({"training": {"epochs": 5}})


@pytest.fixture
def upload(uploads_folder) -> Spec:
    table = pd.DataFrame({"shoe size": [31.4, 40.0, 42.5, 44.0], "salary": [1.0, 2.0, 3.5, 4.0]})
    data = {"source": save_table(table, owner_id(YOU)), "target": "salary", "features": None}
    return SAMPLE.patched({"data": data | {"validation_fraction": 0.0}})


def run_of_somebody(service, spec: Spec, until: int | None = None) -> str:
    """A run of YOU, ended, or with its first events only."""
    log = service.logs["theirs"] = RunLog(spec, None, learner=owner_id(YOU))
    for event in list(train(spec, data_of(spec)))[:until]:
        log.append(orjson.dumps(event))
    return "theirs"


def everything_on(at: AppTest) -> str:
    """All that Python has sent to the browser."""
    kinds = (at.markdown, at.caption, at.error, at.warning, at.info, at.success, at.code)
    texts = [text for kind in kinds for text in kind.values]
    return " ".join([*texts, str(at.main), str(component_data(at, "charts"))])


def test_who_is_not_the_owner_cannot_command(service, cookies):
    cookies[COOKIE] = sign(ME)
    token = run_of_somebody(service, SAMPLE, until=3)
    at = open_page(run=token)
    assert all(button(at, label).disabled for label in COMMANDS)
    assert any("another learner's run" in text for text in at.markdown.values)
    checked(at.selectbox(key="speed").select("full speed").run())
    assert service.commands == []
    press(at, "Train")
    ((_, command, details),) = service.commands
    assert (command, details["instead_of"]) == ("submit", None)


def test_the_owner_can(service, cookies):
    cookies[COOKIE] = sign(YOU)
    token = run_of_somebody(service, SAMPLE, until=3)
    at = open_page(run=token)
    assert not any(button(at, label).disabled for label in COMMANDS)
    press(at, "Stop")
    press(at, "Train")
    assert [command for _, command, _ in service.commands] == ["stop", "submit"]
    assert service.commands[-1][2]["instead_of"] == token


def test_the_settings_of_a_watched_run_become_ones_own(service, cookies):
    cookies[COOKIE] = sign(ME)
    spec = SAMPLE.patched({"optimizer": {"learning_rate": 0.0123}})
    at = open_page(run=run_of_somebody(service, spec))
    press(at, "Open in the lab")
    assert at.number_input(key="learning_rate").value == 0.0123
    assert "run" not in address_on_arrival(at)
    assert component_data(at, "charts")["token"] is None


@pytest.mark.parametrize("until", [3, None])
def test_a_strangers_page_holds_nothing_of_an_uploaded_table(service, cookies, upload, until):
    cookies[COOKIE] = sign(ME)
    at = open_page(run=run_of_somebody(service, upload, until))
    text = everything_on(at)
    assert not any(secret in text for secret in ("salary", "shoe size", upload.data.source))
    assert component_data(at, "charts")["token"] == "theirs"
    assert not [b for b in at.button if b.label in ("Apply", "Run beside")]
    assert not at.get("download_button")
    press(at, "Open in the lab")
    assert any("its table is its owner's" in warning for warning in at.warning.values)
    assert not button(at, "Train").disabled


def test_the_picture_of_a_strangers_many_columns_comes_when_a_worker_has_it(
    service, cookies, upload, monkeypatch
):
    cookies[COOKIE] = sign(ME)
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 1)  # one is the lab's own table's
    service.answers = False
    token = run_of_somebody(service, upload.patched({"data": {"degree": 2}}))
    assert component_data(open_page(run=token), "tokens")["tokens"] == ["theory-outlook"]


def test_a_run_of_ones_own_behind_it_tells_no_difference_from_it(service, cookies, upload):
    """The run before stays on the chart as a ghost, and what has changed since is said."""
    cookies[COOKIE] = sign(ME)
    at = press(open_page(run=run_of_somebody(service, upload)), "Train")
    assert not any(secret in everything_on(at) for secret in ("salary", "shoe size"))
    assert at.session_state["uphill"].token != "theirs"


def test_the_owner_of_an_upload_sees_all_of_it(service, cookies, upload):
    cookies[COOKIE] = sign(YOU)
    at = open_page(run=run_of_somebody(service, upload))
    assert "shoe size" in everything_on(at)


def test_the_compare_page_draws_a_strangers_losses_and_names_no_column(service, cookies, upload):
    cookies[COOKIE] = sign(ME)
    run_of_somebody(service, upload)
    at = open_page("compare.py")
    at.text_area(key="curve_text").set_value("3\n2\n1")
    checked(at.text_input(key="curve_run").set_value("theirs").run())
    assert not any("salary" in text for text in (*at.caption.values, *at.markdown.values))
    assert not at.error


def test_a_strangers_sweep_is_watched_and_stays_as_it_is(service, cookies, upload):
    cookies[COOKIE] = sign(ME)
    axes = (Axis(path="optimizer.learning_rate", values=(0.01, 0.1)),)
    service.logs["theirs"] = RunLog(upload, None, axes=axes, learner=owner_id(YOU))
    at = open_page("sweep.py", sweep="theirs")
    assert button(at, "Stop").disabled
    assert not any("salary" in text for text in (*at.caption.values, *at.markdown.values))
    press(at, next(b.label for b in at.button if b.label.startswith("Sweep")))
    assert service.commands[-1][2]["instead_of"] is None
