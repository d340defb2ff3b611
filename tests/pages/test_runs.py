"""The runs page and shared links, run by Streamlit's own test runner on a real store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core import cache
from core.data.uploads import save_file
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Finding
from core.errors import InputError
from core.events import Event, decode, encode, failed
from core.lessons import LESSONS
from core.service.run_log import RunLog
from core.service.service import Service
from core.service.veil import sealed
from core.spec import Spec
from core.store import Store
from core.store.takeover import ORPHANED
from core.web.learner import COOKIE, owner_id, sign
from pages.ui import cached
from tests.core.charts.runs import completed, diverged
from tests.core.disk import full_database
from tests.core.service.stand_ins import RecordingWorker
from tests.pages.app import (
    ME,
    YOU,
    address_on_arrival,
    checked,
    component_data,
    forget_runs,
    open_page,
    press,
    sentence,
    use_service,
    use_store,
)

SPEC = Spec().patched(LESSONS[0].patch)
SLOW = SPEC.patched({"scaling": {"features": "standard"}, "training": {"epochs": 7}})
EVENTS = completed(epochs=7)


class StoringService(Service):
    """Stores the runs that are submitted; trains nothing."""

    def submit(self, spec: Spec, **options: Any) -> str:
        token = f"{len(self._logs):022d}"
        self._logs[token] = RunLog(spec, options.get("pace"))
        self._store.add_run(token, spec)
        return token


class DiagnosingWorker(RecordingWorker):
    """A worker that answers at once; the diagnosis has tests of its own."""

    def send(self, **command: Any) -> None:
        super().send(**command)
        if command["do"] == "diagnose":
            summary = f"The features are {command['spec']['scaling']['features']}."
            finding = Finding("features-unscaled", "data", "warning", summary)
            outcome = decode(command["events"][-1])["outcome"]
            answer = Diagnosis(outcome, "slow", (finding,), ()).to_json()
            self._listener.on_answer(command["token"], orjson.dumps(answer))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    use_store(monkeypatch, store)
    monkeypatch.setattr("core.store.writer.COMMIT_SECONDS", 0.0)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def service(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoringService]:
    yield start_server(store, monkeypatch)
    forget_runs()


def start_server(store: Store, monkeypatch: pytest.MonkeyPatch) -> StoringService:
    """The service of a server that has just begun."""
    service = StoringService(1, store, start_worker=DiagnosingWorker)
    use_service(monkeypatch, service)
    return service


@pytest.fixture(autouse=True)
def browser(cookies: dict[str, str]) -> dict[str, str]:
    """The cookies of a learner who has been here before."""
    cookies[COOKIE] = sign(ME)
    return cookies


def save_run(store: Store, name: str, spec: Spec, events: list[Event], owner: str = ME) -> str:
    token = name.replace(" ", "-").ljust(22, "_")
    store.add_run(token, spec)
    store.set_owner(token, owner_id(owner), 1.25)
    for event in events:
        store.append_event(token, encode(event))
    assert store.writer.flush(20)
    store.rename(owner_id(owner), token, name)
    return token


def tick(at: AppTest, *rows: int) -> AppTest:
    at.session_state[at.dataframe[0].proto.id.rpartition("-")[2]] = {
        "selection": {"rows": list(rows), "columns": [], "cells": []}
    }
    return checked(at.run())


def ticked_rows(at: AppTest) -> list[int]:
    """The rows of the table that are ticked."""
    state = at.session_state[at.dataframe[0].proto.id.rpartition("-")[2]]
    return state["selection"]["rows"]


def names(at: AppTest) -> list[str]:
    return at.dataframe[0].value["name"].tolist()


def page_text(at: AppTest) -> str:
    shown = [at.title, at.header, at.subheader, at.markdown, at.caption, at.error, at.info]
    return " ".join(text for elements in shown for text in elements.values)


def test_a_newcomer_is_told_what_to_do():
    at = open_page("runs.py")
    assert "No runs yet" in at.info.values[0]
    assert not at.dataframe


def test_the_list_shows_ones_own_runs_and_what_differs(store):
    save_run(store, "first", SPEC, diverged())
    save_run(store, "second", SLOW, EVENTS)
    save_run(store, "foreign", SPEC, diverged(), owner=YOU)
    table = open_page("runs.py").dataframe[0].value
    assert table["name"].tolist() == ["second", "first"]
    assert table["outcome"].tolist() == ["completed", "diverged"]
    assert table["scaling"].tolist() == ["standard", "none"]
    assert table["epochs"].tolist() == [7, 100]
    assert table["rate / largest stable"].tolist() == [1.25, 1.25]
    assert "seed" not in table
    assert table["final loss"][0] == EVENTS[-2]["full_loss"]
    assert table["finding"].tolist() == ["not looked for"] * 2


def test_the_list_is_searched_filtered_sorted_and_paged(store, monkeypatch):
    for name in ("b", "c", "a"):
        save_run(store, name, SPEC, diverged())
    save_run(store, "d", SLOW, EVENTS)
    at = open_page("runs.py")
    checked(at.selectbox(key="runs_sort").select("name").run())
    assert names(at) == ["a", "b", "c", "d"]
    checked(at.text_input(key="runs_search").set_value("standard").run())
    assert names(at) == ["d"]
    assert "1 run of your 4." in page_text(at)
    checked(at.multiselect(key="runs_outcomes").select("failed").run())
    assert "None of your 4 runs fits" in at.info.values[0]
    checked(at.text_input(key="runs_search").set_value("").run())
    checked(at.multiselect(key="runs_outcomes").set_value(["diverged"]).run())
    assert names(at) == ["a", "b", "c"]
    monkeypatch.setattr("core.store.listing.PAGE_SIZE", 2)
    checked(at.run())
    assert names(at) == ["a", "b"]
    checked(at.get("pagination")[0].set_value(2).run())
    assert names(at) == ["c"]
    checked(at.selectbox(key="runs_sort").select("newest first").run())
    assert names(at) == ["a", "c"]


def test_a_run_is_found_by_the_name_of_its_file(store, service, uploads_folder):
    upload = save_file([b"a,b\n1,2\n3,4\n5,7\n"], "grades.csv", owner_id(ME))
    press(open_page("lab.py", source=upload.source, target="b"), "Train")
    save_run(store, "other", SPEC, diverged())
    assert store.writer.flush(20)
    at = open_page("runs.py")
    checked(at.text_input(key="runs_search").set_value("grades").run())
    assert at.dataframe[0].value["table"].tolist() == ["grades.csv · 3 × 2"]


def test_a_run_from_before_names_were_kept_is_found_by_its_file_and_by_no_other_learners(
    store, uploads_folder
):
    mine, other = (
        save_file([b"a,b\n1,2\n3,4\n5,7\n"], name, owner_id(who)).source
        for name, who in (("grades.csv", ME), ("Secret.csv", "z" * 22))
    )
    for name, source in (("mine", mine), ("theirs", other), ("sample", "diabetes")):
        spec = Spec.of({"data": {"source": source, "target": "b"}})
        save_run(store, name, spec, diverged())
    at = open_page("runs.py")
    for text, found in (
        ("GRADES", ["mine"]),
        ("grades.csv · 3 × 2", ["mine"]),
        ("mine grades diverged", ["mine"]),
        ("grades sample", []),
        ("secret", []),
    ):
        checked(at.text_input(key="runs_search").set_value(text).run())
        assert (names(at) if at.dataframe else []) == found, text


def test_ticked_runs_are_compared_and_their_causes_found(store):
    save_run(store, "wild", SPEC, diverged())
    token = save_run(store, "calm", SLOW, EVENTS)
    at = tick(open_page("runs.py"), 0, 1)
    assert len(at.get("plotly_chart")) == 1
    values, settings = (table.value for table in at.table)
    assert values.index.tolist() == settings.columns.tolist() == ["A · calm", "B · wild"]
    assert float(values["loss"].iloc[0]) == pytest.approx(EVENTS[-2]["full_loss"], rel=1e-6)
    assert values["loss"].iloc[1] == "nan"
    assert settings.index.tolist() == ["scaling", "epochs"]
    assert settings.loc["scaling"].tolist() == ["standard", "none"]
    assert "- A · calm: **completed.** The features are standard." in page_text(at)
    assert store.writer.flush(20)
    checked(at.run())
    assert at.dataframe[0].value["finding"].tolist() == ["Features without a common scale"] * 2
    assert store.load_diagnosis(token)["verdict"] == "slow"


def test_a_cause_that_was_found_is_not_looked_for_again(store, service, monkeypatch):
    save_run(store, "calm", SLOW, EVENTS)
    tick(open_page("runs.py"), 0)
    assert store.writer.flush(20)
    assert service.workers[0].received() == ["diagnose"]
    cache.clear()
    restarted = start_server(store, monkeypatch)
    at = press(tick(open_page("runs.py"), 0), "Open in the lab")
    assert "The features are standard." in page_text(at)
    assert "diagnose" not in restarted.workers[0].received()


def test_a_cause_that_cannot_be_found_is_not_called_none(store, monkeypatch):
    save_run(store, "calm", SLOW, EVENTS)

    def refuse(self, **command: Any) -> None:
        RecordingWorker.send(self, **command)
        if command["do"] == "diagnose":
            self._listener.on_answer(command["token"], b'{"error": "The table is gone."}')

    monkeypatch.setattr(DiagnosingWorker, "send", refuse)
    told = page_text(tick(open_page("runs.py"), 0))
    assert "The cause cannot be looked for. The table is gone." in told
    assert "Nothing is wrong" not in told


def test_a_mysterys_run_is_compared_and_shared_by_its_curve_alone(store, browser):
    spec = SLOW.patched({"bug": {"key": "mystery", "id": "m" * 22}})
    save_run(store, "sound", SLOW, EVENTS)
    token = save_run(store, "hidden", spec, [decode(sealed(encode(e), spec)) for e in EVENTS])
    at = tick(open_page("runs.py"), 0, 1)
    exact = at.table[0].value
    gone = [list(exact.iloc[row]).count("–") for row in (0, 1)]
    assert gone == [3, 0], "norms and rate are evidence"
    assert exact["loss"].iloc[0] == exact["loss"].iloc[1] != "–"
    assert "wait until the mystery is opened" in page_text(at)
    checked(at.selectbox(key="compared").select("gradient_norm").run())
    slug = store.shares.make(owner_id(ME), spec, token)
    browser[COOKIE] = sign(YOU)
    shared = open_page("shared.py", share=slug)
    charts = component_data(shared, "charts")
    assert [chart["key"] for chart in charts["charts"]] == ["loss"]
    told = [event for event in charts["events"] if event["event"] == "epoch_ended"]
    assert told and all(e["gradient_norm"] is None and e["weights"] == [] for e in told)
    assert "Why?" not in page_text(shared)


def test_values_are_exact_at_one_epoch_and_a_run_that_ended_before_has_none(store):
    save_run(store, "wild", SPEC, diverged())
    save_run(store, "calm", SLOW, EVENTS)
    at = tick(open_page("runs.py"), 0, 1)
    checked(at.get("button_group")[0].set_value("at one epoch").run())
    checked(at.number_input(key="compared_epoch").set_value(5).run())
    values = at.table[0].value
    assert values["epochs"].tolist() == ["5", "–"]
    epochs = [event for event in EVENTS if event["event"] == "epoch_ended"]
    assert float(values["loss"].iloc[0]) == pytest.approx(epochs[4]["full_loss"], rel=1e-6)


def test_of_many_ticked_runs_eight_are_compared(store):
    for number in range(9):
        save_run(store, f"run {number}", SPEC, diverged())
    at = tick(open_page("runs.py"), *range(9))
    assert "9 runs are ticked; the first 8" in at.warning.values[0]
    assert len(at.table[0].value) == 8
    assert "these runs have the same settings" in page_text(at)


def chips(at: AppTest) -> list[str]:
    """The labels in the list of what is ticked."""
    return at.multiselect(key="runs_ticked").options


def test_ticks_stay_on_other_pages_and_under_other_filters(store, monkeypatch):
    monkeypatch.setattr("core.store.listing.PAGE_SIZE", 2)
    for name in ("d", "c"):
        save_run(store, name, SPEC, diverged())
    for name in ("b", "a"):
        save_run(store, name, SLOW, EVENTS)
    at = tick(open_page("runs.py"), 1)
    checked(at.get("pagination")[0].set_value(2).run())
    assert names(at) == ["c", "d"]
    tick(at, 0)
    assert chips(at) == ["A · b", "B · c"]
    assert at.table[0].value.index.tolist() == ["A · b", "B · c"]
    checked(at.text_input(key="runs_search").set_value("standard").run())
    assert names(at) == ["a", "b"]
    assert ticked_rows(at) == [1]
    checked(at.text_input(key="runs_search").set_value("nothing fits this").run())
    assert chips(at) == ["A · b", "B · c"]


def test_a_run_is_unticked_in_the_list_of_what_is_ticked(store):
    tokens = [save_run(store, name, SPEC, diverged()) for name in ("c", "b", "a")][::-1]
    at = tick(open_page("runs.py"), 0, 1, 2)
    checked(at.multiselect(key="runs_ticked").unselect(tokens[1]).run())
    assert chips(at) == ["A · a", "B · c"]
    assert ticked_rows(at) == [0, 2]
    checked(at.multiselect(key="runs_ticked").set_value([]).run())
    assert ticked_rows(at) == []
    assert not at.table


def test_a_deleted_run_is_no_longer_ticked(store):
    for name in ("b", "a"):
        save_run(store, name, SPEC, diverged())
    at = press(tick(open_page("runs.py"), 0), "Delete this run")
    assert names(at) == ["b"]
    assert ticked_rows(at) == []
    assert not at.table


def test_a_run_is_opened_in_the_lab(store):
    token = save_run(store, "calm", SLOW, EVENTS)
    at = press(tick(open_page("runs.py"), 0), "Open in the lab")
    assert address_on_arrival(at)["run"] == [token]
    assert at.number_input(key="epochs").value == 7
    assert sentence(at).startswith("Completed at a loss of")


def test_a_run_is_trained_again(store, service):
    save_run(store, "calm", SLOW, EVENTS)
    at = press(tick(open_page("runs.py"), 0), "Train again")
    assert at.number_input(key="epochs").value == 7
    assert [log.spec for log in service._logs.values() if not log.ended] == [SLOW]
    assert store.writer.flush(20)
    assert names(open_page("runs.py")) == ["", "calm"]


def test_a_run_is_starred_named_and_deleted(store):
    save_run(store, "calm", SLOW, EVENTS)
    token = save_run(store, "wild", SPEC, diverged())
    at = press(tick(open_page("runs.py"), 0), "Star")
    assert at.dataframe[0].value["★"].tolist() == ["★", ""]
    checked(at.text_input(key=f"runs_name_{token}").set_value(" the **<b>wild</b>** one ").run())
    assert names(at)[0] == "the bwild/b one"
    checked(at.toggle(key="runs_starred").set_value(True).run())
    assert names(at) == ["the bwild/b one"]
    press(tick(at, 0), "Delete this run")
    checked(at.toggle(key="runs_starred").set_value(False).run())
    assert names(at) == ["calm"]
    assert store.load_run(token) is None


def test_two_runs_cannot_be_opened_or_named_at_once(store):
    for name in "ab":
        save_run(store, name, SPEC, diverged())
    at = tick(open_page("runs.py"), 0, 1)
    idle = {button.label for button in at.button if button.disabled}
    assert idle >= {"Open in the lab", "Train again"}


def test_without_a_cookie_a_tab_has_runs_of_its_own(store, service, browser):
    save_run(store, "mine", SPEC, diverged())
    browser.clear()
    at = open_page("runs.py")
    assert "No runs yet" in at.info.values[0]
    browser[COOKIE] = "not one of ours"
    assert "No runs yet" in open_page("runs.py").info.values[0]


def test_a_run_that_was_left_by_its_server_says_so_and_can_be_trained_again(store):
    token = save_run(store, "broken", SPEC, [*diverged()[:4], failed(ORPHANED)])
    at = open_page("lab.py", run=token)
    assert sentence(at) == f"Failed. {ORPHANED}"
    (train,) = [button for button in at.button if button.label == "Train"]
    assert not train.disabled
    assert f"**failed.** {ORPHANED}" in page_text(tick(open_page("runs.py"), 0))


def test_a_run_whose_table_is_gone_is_shown_with_what_was_found(store):
    spec = SPEC.patched({"data": {"source": "upload-" + "A" * 22}})
    token = save_run(store, "orphan", spec, diverged())
    cause = Finding("learning-rate-above-critical", "hyperparameters", "error", "It was too steep.")
    store.save_diagnosis(token, Diagnosis("diverged", "diverging", (cause,), ()).to_json())
    assert store.writer.flush(20)
    at = open_page("lab.py", run=token)
    assert "It was too steep." in sentence(at)
    assert "live" in [element.key for element in at.get("bidi_component")]
    assert "Learning rate above the largest stable one" in page_text(at)  # and not the cause's key
    listed = tick(open_page("runs.py"), 0)
    assert "It was too steep." in page_text(listed)
    assert "critical" not in page_text(at) + page_text(listed)
    assert listed.dataframe[0].value["finding"].tolist() == [
        "Learning rate above the largest stable one"
    ]


def test_a_run_has_its_owners_name_in_legends_and_links_too(store, browser):
    token = save_run(store, "too bold", SPEC, diverged())
    save_run(store, "calm", SLOW, EVENTS)
    at = open_page("lab.py", run=token)
    assert "too bold" in curves(at)
    checked(at.number_input(key="learning_rate").set_value(0.003).run())
    assert {"loss", "too bold"} <= curves(at)
    at = press(tick(open_page("runs.py"), 1), "Make a link to this run")
    assert "Run: too bold" in page_text(at)
    (share,) = store.shares.of(owner_id(ME))
    browser[COOKIE] = sign(YOU)
    assert "too bold" in page_text(open_page("shared.py", share=share.slug))


def test_a_new_name_is_told_at_once_in_the_same_tab(store):
    token = save_run(store, "bold", SPEC, diverged())
    at = open_page("lab.py", run=token)
    at.switch_page("runs.py")
    at = tick(checked(at.run()), 0)
    (name,) = [field for field in at.text_input if field.label == "Name of this run"]
    checked(name.set_value("wild").run())
    press(at, "Open in the lab")
    assert "wild" in curves(at)


def curves(at: AppTest) -> set[str]:
    """The names in the legend of the lab's loss chart."""
    loss = component_data(at, "charts")["charts"][0]["figure"]
    return {trace.get("name", "") for trace in loss["data"]}


def sent(at) -> str:
    """What a page's components are told."""
    return "".join(component.proto.json for component in at.get("bidi_component"))


def test_a_shared_run_is_read_by_a_stranger_until_it_is_revoked(store, browser):
    token = save_run(store, "calm", SLOW, EVENTS)
    press(tick(open_page("runs.py"), 0), "Make a link to this run")
    (share,) = store.shares.of(owner_id(ME))
    browser[COOKIE] = sign(YOU)
    at = open_page("shared.py", share=share.slug)
    assert "A shared run" in page_text(at)
    (said,) = at.warning.values  # as its cause is everywhere, and not green for being completed
    assert said.startswith("**Completed** at a loss of ")  # as in the lab
    assert "**Why?** The features are standard." in said
    assert '"run_ended"' in sent(at)  # the curve, without asking for it
    assert token not in repr(at) + sent(at)
    assert "No runs yet" in open_page("runs.py").info.values[0]
    browser[COOKIE] = sign(ME)
    press(tick(open_page("runs.py"), 0), "Revoke")
    at = open_page("shared.py", share=share.slug)
    assert "taken it back" in at.error.values[0]
    assert '"run_ended"' not in sent(at)


def test_the_lab_lists_its_runs_and_shares_its_settings(store):
    at = press(open_page("lab.py", learning_rate="0.003"), "Train")
    at.session_state["share_open"] = True
    press(checked(at.run()), "Link to these settings")
    assert store.writer.flush(20)
    table = open_page("runs.py").dataframe[0].value
    assert table["outcome"].tolist() == ["running"]
    assert table["rate / largest stable"][0] == pytest.approx(0.3 * 1.4427, rel=1e-3)
    (share,) = store.shares.of(owner_id(ME))
    at = open_page("shared.py", share=share.slug)
    assert "Shared settings" in page_text(at)
    assert "**Prediction:" in page_text(at)
    press(at, "Open in the lab")
    assert at.number_input(key="learning_rate").value == 0.003


def test_a_shared_upload_stays_its_owners_alone(store):
    source = "upload-" + "A" * 22
    slug = store.shares.make(owner_id(ME), SPEC.patched({"data": {"source": source}}))
    at = open_page("shared.py", share=slug)
    assert "theirs alone" in page_text(at)
    assert "A" * 22 not in page_text(at)
    assert not at.button


@pytest.mark.parametrize("of_run", [False, True])
def test_what_a_worker_predicts_of_many_columns_comes_to_a_shared_page(store, monkeypatch, of_run):
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 0)
    token = save_run(store, "wide", SLOW, EVENTS) if of_run else None
    at = open_page("shared.py", share=store.shares.make(owner_id(YOU), SLOW, token))
    assert "a worker computes" in page_text(at)
    assert len(component_data(at, "tokens")["tokens"]) == 1


def own_run_on_an_upload(store, owner: str) -> tuple[Spec, str]:
    upload = save_file([b"salary,tax\n1,2\n3,4\n5,7\n8,9\n"], "grades.csv", owner_id(owner))
    data = {"source": upload.source, "target": "tax", "features": ["salary"]}
    spec = SPEC.patched({"data": data})
    return spec, save_run(store, "mine", spec, EVENTS, owner=owner)


@pytest.mark.parametrize("with_data", [False, True])
def test_an_owner_may_share_a_run_with_what_its_table_holds(
    store, browser, uploads_folder, with_data
):
    own_run_on_an_upload(store, ME)
    at = tick(open_page("runs.py"), 0)
    (choice,) = [box for box in at.checkbox if "With what the table holds" in box.label]
    assert not choice.value
    if with_data:
        choice.check()
    press(checked(at.run()), "Make a link to this run")
    (share,) = store.shares.of(owner_id(ME))
    browser[COOKIE] = sign(YOU)
    at = open_page("shared.py", share=share.slug)
    assert ("salary" in page_text(at)) is with_data
    assert ("salary" in sent(at)) is with_data
    assert ('"fit"' in sent(at)) is with_data
    said = (at.warning if with_data else at.info).values[0]  # what is not known is not judged
    assert said.startswith("**Completed** at a loss" if with_data else "**Completed.**")
    assert ("**Why?**" in said) is with_data
    assert not at.button  # nobody else can train on it


@pytest.mark.parametrize("of_run", [False, True])
def test_nobody_shares_the_data_of_somebody_elses_table(store, browser, uploads_folder, of_run):
    spec, token = own_run_on_an_upload(store, ME)
    slug = store.shares.make(owner_id(YOU), spec, token if of_run else None, with_data=True)
    for reader in ("z" * 22, YOU):
        browser[COOKIE] = sign(reader)
        at = open_page("shared.py", share=slug)
        assert "salary" not in page_text(at) + sent(at)


def test_settings_are_shared_with_the_names_of_their_table(store, browser, uploads_folder):
    spec, _ = own_run_on_an_upload(store, ME)
    for with_data in (False, True):
        slug = store.shares.make(owner_id(ME), spec, None, with_data=with_data)
        browser[COOKIE] = sign(YOU)
        assert ("salary" in page_text(open_page("shared.py", share=slug))) is with_data


@pytest.mark.parametrize("link", [{}, {"share": "nonsense"}, {"share": "a" * 5000}])
def test_a_link_that_is_none_is_one_sentence(link):
    at = open_page("shared.py", **link)
    assert len(at.error.values) == 1


def test_what_a_full_disk_refuses_is_one_sentence_and_the_page_goes_on(store):
    save_run(store, "first", SPEC, diverged())
    at = tick(open_page("runs.py"), 0)
    with full_database(store):
        for label in ("Star", "Make a link to this run", "Delete this run"):
            at = press(at, label)
            assert "disk of the server's database is full" in at.toast[0].value
            assert names(at) == ["first"]
    assert names(press(at, "Star")) == ["first"]
    assert not at.toast


@pytest.mark.parametrize("page", ["runs.py", "shared.py", "lab.py"])
def test_a_database_out_of_reach_is_one_sentence_and_the_lab_goes_on(store, page, monkeypatch):
    def gone() -> None:
        raise OSError("gone")

    monkeypatch.setattr(store.database, "check_file", gone)
    at = open_page(page)
    if page == "lab.py":
        assert not at.error.values
        at.session_state["share_open"] = True
        assert "cannot be reached just now" in page_text(checked(at.run()))
    else:
        assert len(at.error.values) == 1
        assert "cannot be reached just now" in at.error.values[0]
    with pytest.raises(InputError):
        store.load_run("x" * 22)
