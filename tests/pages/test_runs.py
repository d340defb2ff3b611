"""The runs page and shared links, run by Streamlit's own test runner on a real store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.uploads import keep_file
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Finding
from core.errors import InputError
from core.events import Event, decode, encode, failed
from core.lessons import LESSONS
from core.service.run_log import RunLog
from core.service.service import Service
from core.spec import Spec
from core.store import Store
from core.store.takeover import LEFT
from core.web.learner import COOKIE, owner_of
from tests.core.charts.runs import completed, diverged
from tests.core.service.stand_ins import Obedient

ENTRY = str(Path(__file__).parents[2] / "pages" / "main.py")
MODULES = (
    "findings_view",
    "run_view",
    "remedies_view",
    "runs_actions",
    "runs_compare",
    "runs_learner",
    "runs_share",
)
STORED = (
    "runs_actions",
    "runs_learner",
    "runs_share",
    "runs_table",
    "runs_ticked",
)
ME, YOU = "m" * 22, "y" * 22
SPEC = Spec().patched(LESSONS[0].patch)
SLOW = SPEC.patched({"scaling": {"features": "standard"}, "training": {"epochs": 7}})
EVENTS = completed(epochs=7)


class KeepingService(Service):
    """Takes orders and keeps runs; trains nothing."""

    def train(self, spec: Spec, **asked: Any) -> str:
        token = f"{len(self._logs):022d}"
        self._logs[token] = RunLog(spec, asked.get("pace"))
        self._store.started(token, spec)
        return token


class Finder(Obedient):
    """A worker that answers at once; the diagnosis has tests of its own."""

    def order(self, **order: Any) -> None:
        super().order(**order)
        if order["do"] == "diagnose":
            summary = f"The features are {order['spec']['scaling']['features']}."
            finding = Finding("features-unscaled", "data", "warning", summary)
            outcome = decode(order["events"][-1])["outcome"]
            told = Diagnosis(outcome, "slow", (finding,), ()).to_json()
            self._listener.answered(order["token"], orjson.dumps(told))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.opened.wait(20)
    for name in STORED:
        monkeypatch.setattr(f"pages.ui.{name}.store", lambda: store)
    monkeypatch.setattr("core.store.store", lambda: store)
    monkeypatch.setattr("core.store.writer.SPACING", 0.0)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def service(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeepingService]:
    yield begun(store, monkeypatch)
    st.cache_resource.clear()


def begun(store: Store, monkeypatch: pytest.MonkeyPatch) -> KeepingService:
    """The service of a server that has just begun."""
    service = KeepingService(1, store, hire=Finder)
    for name in MODULES:
        monkeypatch.setattr(f"pages.ui.{name}.service", lambda: service)
    monkeypatch.setattr("core.service.service.service", lambda: service)
    return service


@pytest.fixture(autouse=True)
def browser(cookies: dict[str, str]) -> dict[str, str]:
    """The cookies of a learner who has been here before."""
    cookies[COOKIE] = ME
    return cookies


def kept(store: Store, name: str, spec: Spec, events: list[Event], owner: str = ME) -> str:
    token = name.replace(" ", "-").ljust(22, "_")
    store.started(token, spec)
    store.own(token, owner_of(owner), 1.25)
    for event in events:
        store.told(token, encode(event))
    assert store.writer.flush(20)
    store.rename(owner_of(owner), token, name)
    return token


def opened(page: str, **link: str) -> AppTest:
    at = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    at.switch_page(page)
    return sound(at.run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception, [(e.message, e.stack_trace) for e in at.exception]
    return at


def ticked(at: AppTest, *rows: int) -> AppTest:
    at.session_state[at.dataframe[0].proto.id.rpartition("-")[2]] = {
        "selection": {"rows": list(rows), "columns": [], "cells": []}
    }
    return sound(at.run())


def rows(at: AppTest) -> list[int]:
    """The rows of the table that are ticked."""
    state = at.session_state[at.dataframe[0].proto.id.rpartition("-")[2]]
    return state["selection"]["rows"]


def press(at: AppTest, label: str) -> AppTest:
    (button,) = [button for button in at.button if button.label == label]
    button.click()
    return sound(at.run())


def names(at: AppTest) -> list[str]:
    return at.dataframe[0].value["name"].tolist()


def said(at: AppTest) -> str:
    return " ".join([*at.markdown.values, *at.caption.values, *at.error.values, *at.info.values])


def test_a_newcomer_is_told_what_to_do():
    at = opened("runs.py")
    assert "No runs yet" in at.info.values[0]
    assert not at.dataframe


def test_the_list_shows_ones_own_runs_and_what_differs(store):
    kept(store, "first", SPEC, diverged())
    kept(store, "second", SLOW, EVENTS)
    kept(store, "foreign", SPEC, diverged(), owner=YOU)
    table = opened("runs.py").dataframe[0].value
    assert table["name"].tolist() == ["second", "first"]
    assert table["outcome"].tolist() == ["completed", "diverged"]
    assert table["scaling"].tolist() == ["standard", "none"]
    assert table["epochs"].tolist() == [7, 100]
    assert table["rate / critical"].tolist() == [1.25, 1.25]
    assert "seed" not in table
    assert table["final loss"][0] == EVENTS[-2]["full_loss"]
    assert table["finding"].tolist() == ["not looked for"] * 2


def test_the_list_is_searched_filtered_sorted_and_paged(store, monkeypatch):
    for name in ("b", "c", "a"):
        kept(store, name, SPEC, diverged())
    kept(store, "d", SLOW, EVENTS)
    at = opened("runs.py")
    sound(at.selectbox(key="runs_sort").select("name").run())
    assert names(at) == ["a", "b", "c", "d"]
    sound(at.text_input(key="runs_search").set_value("standard").run())
    assert names(at) == ["d"]
    assert "1 run of your 4." in said(at)
    sound(at.multiselect(key="runs_outcomes").select("failed").run())
    assert "None of your 4 runs fits" in at.info.values[0]
    sound(at.text_input(key="runs_search").set_value("").run())
    sound(at.multiselect(key="runs_outcomes").set_value(["diverged"]).run())
    assert names(at) == ["a", "b", "c"]
    monkeypatch.setattr("core.store.listing.PAGE", 2)
    sound(at.run())
    assert names(at) == ["a", "b"]
    sound(at.get("pagination")[0].set_value(2).run())
    assert names(at) == ["c"]
    sound(at.selectbox(key="runs_sort").select("newest first").run())
    assert names(at) == ["a", "c"]


def test_a_run_is_found_by_the_name_of_its_file(store, service, uploads_folder):
    upload = keep_file([b"a,b\n1,2\n3,4\n5,7\n"], "grades.csv", owner_of(ME))
    press(opened("lab.py", source=upload.source, target="b"), "Train")
    kept(store, "other", SPEC, diverged())
    assert store.writer.flush(20)
    at = opened("runs.py")
    sound(at.text_input(key="runs_search").set_value("grades").run())
    assert at.dataframe[0].value["table"].tolist() == ["grades.csv · 3 × 2"]


def test_a_run_from_before_names_were_kept_is_found_by_its_file_and_by_no_other_learners(
    store, uploads_folder
):
    mine, other = (
        keep_file([b"a,b\n1,2\n3,4\n5,7\n"], name, owner_of(who)).source
        for name, who in (("grades.csv", ME), ("Secret.csv", "z" * 22))
    )
    for name, source in (("mine", mine), ("theirs", other), ("sample", "diabetes")):
        spec = Spec.of({"data": {"source": source, "target": "b"}})
        kept(store, name, spec, diverged())
    at = opened("runs.py")
    for text, found in (
        ("GRADES", ["mine"]),
        ("grades.csv · 3 × 2", ["mine"]),
        ("mine grades diverged", ["mine"]),
        ("grades sample", []),
        ("secret", []),
    ):
        sound(at.text_input(key="runs_search").set_value(text).run())
        assert (names(at) if at.dataframe else []) == found, text


def test_ticked_runs_are_compared_and_their_causes_found(store):
    kept(store, "wild", SPEC, diverged())
    token = kept(store, "calm", SLOW, EVENTS)
    at = ticked(opened("runs.py"), 0, 1)
    assert len(at.get("plotly_chart")) == 1
    values, settings = (table.value for table in at.table)
    assert values.index.tolist() == settings.columns.tolist() == ["A · calm", "B · wild"]
    assert float(values["loss"].iloc[0]) == pytest.approx(EVENTS[-2]["loss"], rel=1e-6)
    assert values["loss"].iloc[1] == "nan"
    assert settings.index.tolist() == ["scaling", "epochs"]
    assert settings.loc["scaling"].tolist() == ["standard", "none"]
    assert "- A · calm: **completed.** The features are standard." in said(at)
    assert store.writer.flush(20)
    sound(at.run())
    assert at.dataframe[0].value["finding"].tolist() == ["features-unscaled"] * 2
    assert store.diagnosis(token)["verdict"] == "slow"


def test_a_cause_that_was_found_is_not_looked_for_again(store, service, monkeypatch):
    kept(store, "calm", SLOW, EVENTS)
    ticked(opened("runs.py"), 0)
    assert store.writer.flush(20)
    assert service.workers[0].said() == ["diagnose"]
    st.cache_resource.clear()
    restarted = begun(store, monkeypatch)
    at = press(ticked(opened("runs.py"), 0), "Open in the lab")
    assert "The features are standard." in said(at)
    assert "diagnose" not in restarted.workers[0].said()


def test_a_cause_that_cannot_be_found_is_not_called_none(store, monkeypatch):
    kept(store, "calm", SLOW, EVENTS)

    def gone(self, **order: Any) -> None:
        self._listener.answered(order["token"], b'{"error": "The table is gone."}')

    monkeypatch.setattr(Finder, "order", gone)
    told = said(ticked(opened("runs.py"), 0))
    assert "The cause cannot be looked for. The table is gone." in told
    assert "Nothing is wrong" not in told


def test_values_are_exact_at_one_epoch_and_a_run_that_ended_before_has_none(store):
    kept(store, "wild", SPEC, diverged())
    kept(store, "calm", SLOW, EVENTS)
    at = ticked(opened("runs.py"), 0, 1)
    sound(at.get("button_group")[0].set_value("at one epoch").run())
    sound(at.number_input(key="compared_epoch").set_value(5).run())
    values = at.table[0].value
    assert values["epochs"].tolist() == ["5", "–"]
    epochs = [event for event in EVENTS if event["event"] == "epoch_ended"]
    assert float(values["loss"].iloc[0]) == pytest.approx(epochs[4]["loss"], rel=1e-6)


def test_of_many_ticked_runs_eight_are_compared(store):
    for number in range(9):
        kept(store, f"run {number}", SPEC, diverged())
    at = ticked(opened("runs.py"), *range(9))
    assert "9 runs are ticked; the first 8" in at.warning.values[0]
    assert len(at.table[0].value) == 8
    assert "these runs have the same settings" in said(at)


def chips(at: AppTest) -> list[str]:
    """The labels in the list of what is ticked."""
    return at.multiselect(key="runs_ticked").options


def test_ticks_stay_on_other_pages_and_under_other_filters(store, monkeypatch):
    monkeypatch.setattr("core.store.listing.PAGE", 2)
    for name in ("d", "c"):
        kept(store, name, SPEC, diverged())
    for name in ("b", "a"):
        kept(store, name, SLOW, EVENTS)
    at = ticked(opened("runs.py"), 1)
    sound(at.get("pagination")[0].set_value(2).run())
    assert names(at) == ["c", "d"]
    ticked(at, 0)
    assert chips(at) == ["A · b", "B · c"]
    assert at.table[0].value.index.tolist() == ["A · b", "B · c"]
    sound(at.text_input(key="runs_search").set_value("standard").run())
    assert names(at) == ["a", "b"]
    assert rows(at) == [1]
    sound(at.text_input(key="runs_search").set_value("nothing fits this").run())
    assert chips(at) == ["A · b", "B · c"]


def test_a_run_is_unticked_in_the_list_of_what_is_ticked(store):
    tokens = [kept(store, name, SPEC, diverged()) for name in ("c", "b", "a")][::-1]
    at = ticked(opened("runs.py"), 0, 1, 2)
    sound(at.multiselect(key="runs_ticked").unselect(tokens[1]).run())
    assert chips(at) == ["A · a", "B · c"]
    assert rows(at) == [0, 2]
    sound(at.multiselect(key="runs_ticked").set_value([]).run())
    assert rows(at) == []
    assert not at.table


def test_a_deleted_run_is_no_longer_ticked(store):
    for name in ("b", "a"):
        kept(store, name, SPEC, diverged())
    at = press(ticked(opened("runs.py"), 0), "Delete this run")
    assert names(at) == ["b"]
    assert rows(at) == []
    assert not at.table


def test_a_run_is_opened_in_the_lab(store):
    token = kept(store, "calm", SLOW, EVENTS)
    at = press(ticked(opened("runs.py"), 0), "Open in the lab")
    assert at.query_params["run"] == [token] or at.query_params["run"] == token
    assert at.number_input(key="epochs").value == 7
    assert any("**Completed**" in text for text in [*at.success.values, *at.warning.values])


def test_a_run_is_trained_again(store, service):
    kept(store, "calm", SLOW, EVENTS)
    at = press(ticked(opened("runs.py"), 0), "Train again")
    assert at.number_input(key="epochs").value == 7
    assert [log.spec for log in service._logs.values() if not log.ended] == [SLOW]
    assert store.writer.flush(20)
    assert names(opened("runs.py")) == ["", "calm"]


def test_a_run_is_starred_named_and_deleted(store):
    kept(store, "calm", SLOW, EVENTS)
    token = kept(store, "wild", SPEC, diverged())
    at = press(ticked(opened("runs.py"), 0), "Star")
    assert at.dataframe[0].value["★"].tolist() == ["★", ""]
    sound(at.text_input(key=f"runs_name_{token}").set_value(" the **<b>wild</b>** one ").run())
    assert names(at)[0] == "the bwild/b one"
    sound(at.toggle(key="runs_starred").set_value(True).run())
    assert names(at) == ["the bwild/b one"]
    press(ticked(at, 0), "Delete this run")
    sound(at.toggle(key="runs_starred").set_value(False).run())
    assert names(at) == ["calm"]
    assert store.recall(token) is None


def test_two_runs_cannot_be_opened_or_named_at_once(store):
    for name in "ab":
        kept(store, name, SPEC, diverged())
    at = ticked(opened("runs.py"), 0, 1)
    idle = {button.label for button in at.button if button.disabled}
    assert idle >= {"Open in the lab", "Train again"}


def test_without_a_cookie_a_tab_has_runs_of_its_own(store, service, browser):
    kept(store, "mine", SPEC, diverged())
    browser.clear()
    at = opened("runs.py")
    assert "No runs yet" in at.info.values[0]
    browser[COOKIE] = "not one of ours"
    assert "No runs yet" in opened("runs.py").info.values[0]


def test_a_run_that_was_left_by_its_server_says_so_and_can_be_trained_again(store):
    token = kept(store, "broken", SPEC, [*diverged()[:4], failed(LEFT)])
    at = opened("lab.py", run=token)
    assert at.error.values == [f"**Failed.** {LEFT}"]
    (train,) = [button for button in at.button if button.label == "Train"]
    assert not train.disabled
    assert f"**failed.** {LEFT}" in said(ticked(opened("runs.py"), 0))


def test_a_run_whose_table_is_gone_is_shown_with_what_was_found(store):
    spec = SPEC.patched({"data": {"source": "upload-" + "A" * 22}})
    token = kept(store, "orphan", spec, diverged())
    cause = Finding("learning-rate-above-critical", "hyperparameters", "error", "It was too steep.")
    store.diagnosed(token, Diagnosis("diverged", "diverging", (cause,), ()).to_json())
    assert store.writer.flush(20)
    at = opened("lab.py", run=token)
    assert any("It was too steep." in text for text in at.error.values)
    assert "live" in [element.key for element in at.get("bidi_component")]
    assert "It was too steep." in said(ticked(opened("runs.py"), 0))


def test_a_shared_run_is_read_by_a_stranger_until_it_is_revoked(store, browser):
    token = kept(store, "calm", SLOW, EVENTS)
    press(ticked(opened("runs.py"), 0), "Make a link to this run")
    (share,) = store.shares(owner_of(ME))
    browser[COOKIE] = YOU
    at = opened("shared.py", share=share.slug)
    assert "A shared run" in said(at)
    assert "**Completed.**" in at.success.values[0]
    assert "**Why?** The features are standard." in at.success.values[0]
    assert len(at.get("plotly_chart")) == 1
    assert token not in repr(at)
    assert "No runs yet" in opened("runs.py").info.values[0]
    browser[COOKIE] = ME
    press(ticked(opened("runs.py"), 0), "Revoke")
    at = opened("shared.py", share=share.slug)
    assert "taken it back" in at.error.values[0]
    assert not at.get("plotly_chart")


def test_the_lab_lists_its_runs_and_shares_its_settings(store):
    at = press(opened("lab.py", learning_rate="0.003"), "Train")
    at.session_state["share_open"] = True
    press(sound(at.run()), "Link to these settings")
    assert store.writer.flush(20)
    table = opened("runs.py").dataframe[0].value
    assert table["outcome"].tolist() == ["running"]
    assert table["rate / critical"][0] == pytest.approx(0.3 * 1.4427, rel=1e-3)
    (share,) = store.shares(owner_of(ME))
    at = opened("shared.py", share=share.slug)
    assert "Shared settings" in said(at)
    assert "**Prediction:" in said(at)
    press(at, "Open in the lab")
    assert at.number_input(key="learning_rate").value == 0.003


def test_a_shared_upload_stays_its_owners_alone(store):
    source = "upload-" + "A" * 22
    slug = store.share(owner_of(ME), SPEC.patched({"data": {"source": source}}))
    at = opened("shared.py", share=slug)
    assert "theirs alone" in said(at)
    assert "A" * 22 not in said(at)
    assert not at.button


@pytest.mark.parametrize("link", [{}, {"share": "nonsense"}, {"share": "a" * 5000}])
def test_a_link_that_is_none_is_one_sentence(link):
    at = opened("shared.py", **link)
    assert len(at.error.values) == 1


@pytest.mark.parametrize("page", ["runs.py", "shared.py", "lab.py"])
def test_a_database_out_of_reach_is_one_sentence_and_the_lab_goes_on(store, page, monkeypatch):
    def gone() -> None:
        raise OSError("gone")

    monkeypatch.setattr(store.database, "check", gone)
    at = opened(page)
    if page == "lab.py":
        assert not at.error.values
        at.session_state["share_open"] = True
        assert "cannot be reached just now" in said(sound(at.run()))
    else:
        assert len(at.error.values) == 1
        assert "cannot be reached just now" in at.error.values[0]
    with pytest.raises(InputError):
        store.recall("x" * 22)
