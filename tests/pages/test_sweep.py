"""The sweep's page, run by Streamlit's own test runner."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.events import encode, failed
from core.lessons import LESSON_BY_KEY
from core.service.service import RunLog
from core.spec import Spec
from core.store import Store
from core.sweep.spec import Axis, SweepSpec, axes_to_json
from core.web.learner import COOKIE, owner_id, sign
from tests.pages.app import (
    ME,
    YOU,
    address_on_arrival,
    checked,
    component_data,
    open_page,
    use_store,
)

RATE_PATH = "optimizer.learning_rate"
RATE = "loss-goes-up.learning rate."


def open_sweep(**link: str) -> AppTest:
    return open_page("sweep.py", **link)


def map_data(at: AppTest) -> dict[str, Any]:
    return component_data(at, "figure")


def test_it_opens_on_rate_and_momentum_around_the_limit(service):
    at = open_sweep()
    assert [at.selectbox(key=f"{side}.knob").value for side in "xy"] == [
        "learning rate",
        "momentum",
    ]
    limit = 2 / 288.5  # of the first lesson
    assert at.number_input(key=RATE + "low").value < limit
    assert at.number_input(key=RATE + "high").value > limit
    assert at.button(key="stop").disabled
    assert map_data(at)["token"] is None
    checked(at.button(key="start").click().run())
    (sweep,) = service.logs.values()
    assert [axis.path for axis in sweep.axes] == ["optimizer.learning_rate", "optimizer.momentum"]
    assert sweep.spec == LESSON_BY_KEY["loss-goes-up"].spec
    assert at.query_params["sweep"] in ("sweep-0", ["sweep-0"])
    assert map_data(at)["token"] == "sweep-0"
    checked(at.button(key="stop").click().run())
    assert [command[:2] for command in service.commands] == [
        ("sweep-0", "submit"),
        ("sweep-0", "stop"),
    ]


def test_a_reload_comes_back_to_the_sweep_and_says_if_it_is_gone(service):
    axes = (Axis(path="training.seed", values=(1, 2, 3)),)
    token = service.submit(Spec(), axes=axes, learner=None)
    at = open_sweep(sweep=token)
    assert map_data(at)["token"] == token
    assert map_data(at)["figure"]["layout"]["meta"]["shape"] == [3, 1]
    at = open_sweep(sweep="gone")
    assert "was deleted, or never was" in at.info[0].value
    assert map_data(at)["token"] is None


def test_every_knob_can_be_chosen_on_both_sides():
    at = open_sweep(base="healthy")
    menu = at.selectbox(key="x.knob")
    for title in menu.options:
        checked(at.selectbox(key="x.knob").select(title).run())
        assert not at.error, (title, at.error[0].value)
        assert title not in at.selectbox(key="y.knob").options
    checked(at.selectbox(key="y.knob").select("nothing").run())
    checked(at.button(key="start").click().run())
    assert map_data(at)["figure"]["layout"]["meta"]["shape"][1] == 1


def test_another_start_begins_with_values_that_suit_it():
    at = open_sweep()
    before = at.number_input(key=RATE + "high").value
    checked(at.selectbox(key="base").select("healthy").run())
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
    at = open_sweep()
    checked(at.number_input(key=RATE + key).set_value(value).run())
    said = at.error[0].value.replace("\u2060", "").replace("\\", "")  # no Markdown
    assert sentence in said
    assert at.button(key="start").disabled


def test_a_cell_opens_in_the_lab_with_its_knobs(service):
    at = open_sweep(base="healthy")
    checked(at.button(key="start").click().run())
    checked(at.selectbox(key="cell.x").select_index(5).run())
    checked(at.button(key="open").click().run())
    rate = service.logs["sweep-0"].axes[0].points[5]
    assert at.number_input(key="learning_rate").value == rate
    assert at.session_state["sgd.momentum"] == 0.0  # in a closed box, which draws nothing


def test_a_learners_sweeps_are_listed_opened_and_deleted(service, cookies, tmp_path, monkeypatch):
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(20)
    use_store(monkeypatch, store)
    cookies[COOKIE] = sign(ME)
    axes = (Axis(path="training.seed", values=(1, 2, 3)), Axis(path=RATE_PATH, values=(0.1, 0.2)))
    tokens = ["a" * 22, "b" * 22]
    for token, owner in zip(tokens, map(owner_id, (ME, YOU)), strict=True):
        service.logs[token] = RunLog(Spec(), None, axes=axes)
        store.add_run(token, Spec(), axes=axes_to_json(axes))
        store.set_owner(token, owner, None)
    assert store.writer.flush(20)
    at = open_sweep()
    (line,) = [m.value for m in at.markdown if "runs ·" in m.value]
    assert line.startswith("**seed × learning rate** · 6 runs · diabetes · not finished · ")
    checked(at.button(key=f"sweep.open.{tokens[0]}").click().run())
    assert map_data(at)["token"] == tokens[0]
    assert map_data(at)["figure"]["layout"]["meta"]["shape"] == [3, 2]
    assert at.button(key=f"sweep.open.{tokens[0]}").disabled
    checked(at.button(key=f"sweep.delete.{tokens[0]}").click().run())
    assert store.load_run(tokens[0]) is None
    assert store.load_run(tokens[1]) is not None
    assert not [m.value for m in at.markdown if "runs ·" in m.value]
    store.close()


def borders(at: AppTest) -> list[int]:
    traces = map_data(at)["figure"]["data"]
    return [len(t["x"]) for t in traces if (t.get("meta") or {}).get("feeds") == "border"]


def test_before_a_sweep_its_border_is_drawn_or_nothing_at_all():
    assert all(length > 8 for length in borders(open_sweep(base="loss-goes-up")))
    assert "figure" not in str(open_sweep(base="healthy").get("bidi_component")[0].proto.json)


def test_a_cell_opens_its_run_once(service):
    at = open_sweep(base="healthy")
    checked(at.button(key="start").click().run())
    checked(at.selectbox(key="cell.x").select_index(5).run())
    checked(at.button(key="open").click().run())
    (token,) = [token for token in service.logs if token.startswith("run")]
    sweep = service.logs["sweep-0"]
    assert service.logs[token].spec == SweepSpec(spec=sweep.spec, axes=sweep.axes).spec_at((5, 0))
    assert address_on_arrival(at)["run"] == [token]
    assert at.number_input(key="learning_rate").value == sweep.axes[0].points[5]
    checked(at.switch_page("sweep.py").run())
    checked(at.selectbox(key="cell.x").select_index(5).run())
    checked(at.button(key="open").click().run())
    assert len(service.logs) == 2


def test_a_link_to_a_sweep_sets_its_form_and_says_what_it_cannot():
    numbers = {RATE + "low": "0.001", RATE + "count": "9", RATE + "high": "inf"}
    at = open_sweep(base="loss-goes-up", **{"y.knob": "nothing", **numbers})
    assert at.number_input(key=RATE + "low").value == 0.001
    assert at.number_input(key=RATE + "count").value == 9
    assert at.selectbox(key="y.knob").value == "nothing"
    assert "which is no finite number" in at.warning[0].value
    assert "which is no lesson" in open_sweep(base="nonsense").warning[0].value


def test_a_run_is_no_sweep(service):
    service.logs["run"] = RunLog(Spec(), None)
    assert map_data(open_sweep(sweep="run"))["token"] is None


def test_an_ended_sweep_can_be_started_anew(service):
    at = open_sweep()
    checked(at.button(key="start").click().run())
    service.logs["sweep-0"].append(encode(failed("")))
    checked(at.run())
    assert at.button(key="stop").disabled
    checked(at.button(key="start").click().run())
    assert at.query_params["sweep"] in ("sweep-1", ["sweep-1"])
