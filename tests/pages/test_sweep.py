"""The sweep's page, run by Streamlit's own test runner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import InputError
from core.events import encode, failed
from core.lessons import LESSON_BY_KEY
from core.service.service import RunLog
from core.spec import Spec
from core.store import Store
from core.sweep.spec import Axis, SweepSpec, axes_to_json

RATE_PATH = "optimizer.learning_rate"
RATE = "loss-goes-up.learning rate."
ENTRY = str(Path(__file__).parents[2] / "pages" / "main.py")


class FakeService:
    """Takes orders, trains nothing."""

    def __init__(self) -> None:
        self.logs: dict[str, RunLog] = {}
        self.sweeps: list[SweepSpec] = []
        self.orders: list[tuple[str, str]] = []

    def train(self, spec: Spec, *, axes: tuple[Axis, ...], **asked: Any) -> str:
        token = f"sweep-{len(self.logs)}"
        self.logs[token] = RunLog(spec, None, axes=axes)
        self.sweeps.append(SweepSpec(spec=spec, axes=axes))
        started = {"event": "sweep_started", "sweep": self.sweeps[-1].model_dump(mode="json")}
        self.logs[token].add(encode(started))
        return token

    def order(self, token: str, do: str) -> None:
        self.orders.append((token, do))

    def forget(self, token: str) -> None:
        self.logs.pop(token)

    def log(self, token: str) -> RunLog:
        if token not in self.logs:
            raise InputError("This run is not known here.")
        return self.logs[token]


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    fake = FakeService()
    for name in ("sweep_view", "sweep_list", "runs_learner"):
        monkeypatch.setattr(f"pages.ui.{name}.service", lambda: fake)
    yield fake
    st.cache_resource.clear()


def opened(**link: str) -> AppTest:
    at = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    at.switch_page("sweep.py")
    return sound(at.run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception, [(e.message, e.stack_trace) for e in at.exception]
    return at


def told(at: AppTest) -> dict[str, Any]:
    given = [orjson.loads(found.proto.json) for found in at.get("bidi_component")]
    (found,) = [data for data in given if data]  # that of the map
    return found


def test_it_opens_on_rate_and_momentum_around_the_limit(service):
    at = opened()
    assert [at.selectbox(key=f"{side}.knob").value for side in "xy"] == [
        "learning rate",
        "momentum",
    ]
    limit = 2 / 288.5  # of the first lesson
    assert at.number_input(key=RATE + "low").value < limit
    assert at.number_input(key=RATE + "high").value > limit
    assert at.button(key="stop").disabled
    assert told(at)["token"] is None
    sound(at.button(key="start").click().run())
    (sweep,) = service.sweeps
    assert [axis.path for axis in sweep.axes] == ["optimizer.learning_rate", "optimizer.momentum"]
    assert sweep.spec == LESSON_BY_KEY["loss-goes-up"].spec
    assert at.query_params["sweep"] in ("sweep-0", ["sweep-0"])
    assert told(at)["token"] == "sweep-0"
    sound(at.button(key="stop").click().run())
    assert service.orders == [("sweep-0", "stop")]


def test_a_reload_comes_back_to_the_sweep_and_says_if_it_is_gone(service):
    axes = (Axis(path="training.seed", values=(1, 2, 3)),)
    token = service.train(Spec(), axes=axes, instead_of=None)
    at = opened(sweep=token)
    assert told(at)["token"] == token
    assert told(at)["figure"]["layout"]["meta"]["shape"] == [3, 1]
    at = opened(sweep="gone")
    assert "was deleted, or never was" in at.info[0].value
    assert told(at)["token"] is None


def test_every_knob_can_be_chosen_on_both_sides():
    at = opened(base="healthy")
    menu = at.selectbox(key="x.knob")
    for title in menu.options:
        sound(at.selectbox(key="x.knob").select(title).run())
        assert not at.error, (title, at.error[0].value)
        assert title not in at.selectbox(key="y.knob").options
    sound(at.selectbox(key="y.knob").select("nothing").run())
    assert told(at)["figure"]["layout"]["meta"]["shape"][1] == 1


def test_another_start_begins_with_values_that_suit_it():
    at = opened()
    before = at.number_input(key=RATE + "high").value
    sound(at.selectbox(key="base").select("healthy").run())
    assert at.number_input(key="healthy.learning rate.high").value > 10 * before
    assert at.query_params["base"] in ("healthy", ["healthy"])


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("high", 1e-9, "must have low < high."),
        ("low", 0.0, "must begin above 0."),
        ("count", 100_000, "must be <= 1024. Received: 100000."),
    ],
)
def test_what_cannot_be_swept_is_said(service, key, value, sentence):
    at = opened()
    sound(at.number_input(key=RATE + key).set_value(value).run())
    assert sentence in at.error[0].value
    assert at.button(key="start").disabled


def test_a_cell_opens_in_the_lab_with_its_knobs(service):
    at = opened(base="healthy")
    sound(at.button(key="start").click().run())
    sound(at.selectbox(key="cell.x").select_index(5).run())
    sound(at.button(key="open").click().run())
    rate = service.sweeps[0].axes[0].points[5]
    assert at.number_input(key="learning_rate").value == rate
    assert at.number_input(key="sgd.momentum").value == 0.0


def test_a_learners_sweeps_are_listed_opened_and_deleted(service, tmp_path, monkeypatch):
    kept = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert kept.writer.opened.wait(20)
    for name in ("sweep_view", "sweep_list"):
        monkeypatch.setattr(f"pages.ui.{name}.store", lambda: kept)
    monkeypatch.setattr("pages.ui.sweep.list.learner", lambda: "me")
    axes = (Axis(path="training.seed", values=(1, 2, 3)), Axis(path=RATE_PATH, values=(0.1, 0.2)))
    tokens = ["a" * 22, "b" * 22]
    for token, owner in zip(tokens, ("me", "another"), strict=True):
        service.logs[token] = RunLog(Spec(), None, axes=axes)
        kept.started(token, Spec(), axes=axes_to_json(axes))
        kept.own(token, owner, None)
    assert kept.writer.flush(20)
    at = opened()
    (line,) = [m.value for m in at.markdown if "runs ·" in m.value]
    assert line.startswith("**seed × learning rate** · 6 runs · diabetes · not finished · ")
    sound(at.button(key=f"sweep.open.{tokens[0]}").click().run())
    assert told(at)["token"] == tokens[0]
    assert told(at)["figure"]["layout"]["meta"]["shape"] == [3, 2]
    assert at.button(key=f"sweep.open.{tokens[0]}").disabled
    sound(at.button(key=f"sweep.delete.{tokens[0]}").click().run())
    assert kept.recall(tokens[0]) is None
    assert kept.recall(tokens[1]) is not None
    assert not [m.value for m in at.markdown if "runs ·" in m.value]
    kept.close()


def test_a_run_is_no_sweep(service):
    service.logs["run"] = RunLog(Spec(), None)
    assert told(opened(sweep="run"))["token"] is None


def test_an_ended_sweep_can_be_started_anew(service):
    at = opened()
    sound(at.button(key="start").click().run())
    service.logs["sweep-0"].add(encode(failed("")))
    sound(at.run())
    assert at.button(key="stop").disabled
    sound(at.button(key="start").click().run())
    assert at.query_params["sweep"] in ("sweep-1", ["sweep-1"])
