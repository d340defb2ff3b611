"""A mystery on screen: taken, trained, its evidence bought, guessed, opened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.classroom.mystery import Secret
from core.classroom.play import PIECES, START
from core.events import encode
from core.lessons import LESSON_BY_KEY
from core.service.mysteries import WAITS
from core.service.veil import sealed
from core.spec import Spec
from core.store import Store
from core.store.mysteries import UNKNOWN
from core.training.trainer import train
from core.web.learner import COOKIE, owner_id, sign
from pages.ui.lab.mystery import PIECE_TITLES, TRAIN_FIRST
from pages.ui.lab.mystery_evidence import NOTHING
from tests.conftest import data_of
from tests.pages.app import ME, button, checked, component_data, open_page, press, use_store

LESSON = "bug-in-the-gradient"
PLAIN = LESSON_BY_KEY[LESSON].spec.patched({"bug": None, "training": {"epochs": 6}})
SECRET, OTHER = Secret.of("bug:gradient-ascent"), Secret.of("bug:broadcast-loss")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service, cookies) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    use_store(monkeypatch, store)
    service.store = store
    cookies[COOKIE] = sign(ME)
    monkeypatch.setattr("pages.ui.mysteries.TRIAL_SECONDS", 0.0)  # no worker: nothing is tried
    yield store
    store.close()


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    spec = SECRET.applied(PLAIN)
    return list(train(spec, data_of(spec)))


def with_run(service, spec: Spec, events: list[dict[str, Any]], token: str = "run-0") -> None:
    """Gives the run on screen its events, as the service keeps them."""
    for event in events:
        service.logs[token].append(sealed(encode(event), spec))


def opened(name: str, **more: str) -> AppTest:
    return open_page(lesson=LESSON, bug="mystery", epochs="6", **{"mystery.id": name}, **more)


def trained(service, name: str, events: list[dict[str, Any]]) -> AppTest:
    at = press(opened(name), "Train")
    with_run(service, service.logs["run-0"].spec, events)
    return checked(at.run())


def id_in(at: AppTest) -> str:
    """The mystery that the address names."""
    given = at.query_params["mystery.id"]
    return given if isinstance(given, str) else given[-1]


def said(at: AppTest) -> str:
    kinds = (at.markdown, at.caption, at.error, at.warning, at.info, at.success, at.code)
    return "\n".join(text for kind in kinds for text in kind.values)


def test_whoever_chooses_a_mystery_gets_one_that_the_link_keeps(store, service):
    at = open_page(lesson=LESSON, bug="mystery")
    name = id_in(at)
    assert len(name) == 22 and store.mysteries.to_train(name)
    assert TRAIN_FIRST in said(at)
    assert button(at, f"Norms · {PIECES['norms']}").disabled
    again = opened(name)
    assert id_in(again) == name
    at = press(again, "Another one")
    assert id_in(at) != name
    assert len(service.commands) == 2, "each was tried once"


def test_evidence_is_bought_and_the_mystery_found(store, service, events):
    name = store.mysteries.make(owner_id(ME), SECRET)
    at = trained(service, name, events)
    assert f"**{START} points** to win" in said(at)
    assert not button(at, "Train").disabled
    for piece in PIECES:
        title = PIECE_TITLES[piece]
        at = press(at, f"{title} · {PIECES[piece]}")
        assert button(at, title) and NOTHING not in said(at), piece
    at = press(at, "Gradient")
    shown = "".join(str(table.value) for table in at.table)
    assert "≠" in shown and "gradient of" in shown
    at.selectbox(key=f"guess_{name}_").select("loss")
    at = press(at, "Guess")
    assert "Not: the loss" in said(at)
    at.selectbox(key=f"guess_{name}_").select("gradient")
    at = press(at, "Guess")
    at.selectbox(key=f"guess_{name}_gradient").select(SECRET.cause)
    at = press(at, "Guess")
    left = START - sum(PIECES.values()) - 2
    assert f"Found for **{left} points**" in said(at) or f"{left} point" in said(at)
    assert "It was **Gradient ascent**" in said(at)
    at = press(at, "Train it with its name")
    assert at.selectbox(key="bug").value == "gradient-ascent"
    assert service.logs["run-1"].spec.bug.key == "gradient-ascent"


def test_how_it_ended_is_said_beside_what_a_line_can_do(store, service, events):
    frozen = Secret.of("learning-rate-too-low")
    name = store.mysteries.make(owner_id(ME), frozen)
    at = press(opened(name), "Train")
    with_run(
        service, service.logs["run-0"].spec, list(train(f := frozen.applied(PLAIN), data_of(f)))
    )
    told = component_data(checked(at.run()), "sentence")["sentence"]
    assert told["title"] == "Completed" and "The best a line can do is" in told["text"]


def test_who_gives_up_reads_what_it_was(store, service):
    name = store.mysteries.make(owner_id(ME), Secret.of("momentum-too-high"))
    at = press(opened(name), "Give up")
    assert "no points" in said(at) and "It was **Momentum" in said(at)


def everything(at: AppTest) -> str:
    """All that Python has sent to the browser, but for what names the mystery."""
    tables = [str(table.value) for table in at.table]
    return f"{at.main}{at.sidebar}{said(at)}{tables}{component_data(at, 'charts')}"


@pytest.mark.parametrize("bought", [False, True])
def test_the_page_is_the_same_whatever_is_hidden(store, service, events, bought):
    pages = []
    for secret in (SECRET, OTHER):
        name = store.mysteries.make(owner_id(ME), secret)
        if bought:
            store.mysteries.buy(name, owner_id(ME), "norms")
            store.mysteries.guess(name, owner_id(ME), "update")
        service.logs.clear()
        at = trained(service, name, events)
        pages.append(everything(at).replace(name, "ID"))
    assert pages[0] == pages[1]


def test_the_diagnosis_the_program_and_the_picture_wait(store, service, events):
    name = store.mysteries.make(owner_id(ME), SECRET)
    at = trained(service, name, events)
    keys = [chart["key"] for chart in component_data(at, "charts")["charts"]]
    assert keys == ["loss"]
    at.session_state["takeaway_open"] = True
    checked(at.run())
    labels = {found.label for found in at.get("download_button")}
    assert {"CSV", "JSON"} <= labels and not {"Script", "Notebook", "Report"} & labels
    assert WAITS not in said(at) and "What helps" not in said(at)
    assert "wait until the mystery is opened" in said(at)
    assert "Learnt" not in said(at)


@pytest.mark.parametrize("name", ["no-such-mystery", "%00", "x" * 40])
def test_an_id_that_names_none_is_told_in_one_sentence(store, service, name):
    at = opened(name)
    assert [error.value for error in at.error] == [UNKNOWN]
