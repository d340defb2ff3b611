"""The screens, run by Streamlit's own test runner: whatever is chosen, the lab renders."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import orjson
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.bugs import BUG_BY_KEY, BUGS
from core.diagnosis.causes import CAUSE_BY_KEY
from core.diagnosis.diagnosis import Diagnosis
from core.errors import InputError
from core.events import encode, failed
from core.lessons import LESSON_BY_KEY, LESSONS
from core.model.losses import LOSS_BY_KEY
from core.model.optimizers import OPTIMIZER_BY_KEY
from core.model.schedules import SCHEDULE_BY_KEY
from core.service.run_log import RunLog
from core.spec import Spec
from tests.core.diagnosis.runs import begun, run_of
from tests.core.service.stand_ins import answer_of

ENTRY = str(Path(__file__).parents[2] / "pages" / "main.py")
SETTINGS = {
    "optimizer": list(OPTIMIZER_BY_KEY),
    "schedule": list(SCHEDULE_BY_KEY),
    "loss": list(LOSS_BY_KEY),
}


class FakeService:
    """Takes orders, trains nothing."""

    def __init__(self) -> None:
        self.logs: dict[str, RunLog] = {}
        self.orders: list[tuple[str, str, dict[str, Any]]] = []
        self.rehearsed: list[Spec] = []

    def rehearse(self, spec: Spec) -> None:
        self.rehearsed.append(spec)

    def train(
        self,
        spec: Spec,
        *,
        pace: float | None = None,
        instead_of: str | None = None,
        learner: str | None,
    ) -> str:
        token = f"run-{len(self.logs)}"
        self.logs[token] = RunLog(spec, pace)
        self.orders.append((token, "train", {"instead_of": instead_of}))
        return token

    def order(self, token: str, do: str, **details: Any) -> None:
        self.orders.append((token, do, details))

    def log(self, token: str) -> RunLog:
        if token not in self.logs:
            raise InputError("This run is not known here.")
        return self.logs[token]

    def diagnosis(self, token: str) -> Future[Diagnosis]:
        return answer_of(self.log(token))


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    fake = FakeService()
    for name in ("run_view", "runs_learner", "remedies_view", "findings_view"):
        monkeypatch.setattr(f"pages.ui.{name}.service", lambda: fake)
    yield fake
    st.cache_resource.clear()


def opened(page: str = "", **link: str) -> AppTest:
    at = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    if page:
        at.switch_page(page)
    return sound(at.run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception, [(e.message, e.stack_trace) for e in at.exception]
    return at


def button(at: AppTest, label: str) -> Any:
    (found,) = [button for button in at.button if button.label == label]
    return found


def component(at: AppTest, key: str = "charts") -> dict[str, Any]:
    """What a component was given; the one whose data has this key."""
    given = [orjson.loads(found.proto.json) for found in at.get("bidi_component")]
    (found,) = [data for data in given if key in data]
    return found


def said(at: AppTest) -> str:
    (sentence,) = [m.value for m in at.markdown if "**Prediction:" in m.value]
    return sentence


def test_it_opens_on_the_question_everyone_asks():
    at = opened()
    assert at.selectbox(key="chosen").value == LESSONS[0].key
    assert "Prediction: diverges." in said(at)
    assert not button(at, "Train").disabled
    assert all(button(at, label).disabled for label in ("Pause", "One step", "One epoch", "Stop"))
    assert component(at)["token"] is None
    assert not at.error
    assert not at.warning


def test_the_slider_carries_the_critical_rate():
    at = opened()
    told = component(at, "critical")
    assert (told["rate"], round(told["critical"], 5)) == (0.01, 0.00693)
    assert told["lowest"] <= told["critical"] / 100 and told["highest"] >= told["critical"] * 10
    at = sound(at.selectbox(key="optimizer").set_value("adam").run())
    assert component(at, "critical")["critical"] is None


def test_every_lesson_sets_its_knobs():
    at = opened()
    for lesson in LESSONS[1:] + LESSONS[:1]:
        sound(at.selectbox(key="chosen").select(lesson.key).run())
        shown = at.markdown.values
        assert any(lesson.why in text for text in shown)
        assert not at.error
        assert at.number_input(key="learning_rate").value == lesson.spec.optimizer.learning_rate
        assert at.selectbox(key="bug").value == (lesson.spec.bug.key if lesson.spec.bug else "none")
        assert "Back to the lesson's settings" not in [button.label for button in at.button]


def test_a_lesson_named_in_the_link_is_the_one_shown():
    at = opened(lesson="healthy")
    assert at.selectbox(key="chosen").value == "healthy"


def test_the_contrast_of_a_lesson_is_one_press_away():
    at = opened()
    button(at, "Standardize the features").click()
    sound(at.run())
    assert at.get("button_group")[0].value == "standard"
    assert "Prediction: slow." in said(at)
    button(at, "Back to the lesson's settings").click()
    sound(at.run())
    assert "Prediction: diverges." in said(at)


def test_every_bug_renders_with_its_code():
    at = opened()
    for bug in BUGS:
        sound(at.selectbox(key="bug").select(bug.name()).run())
        assert any(bug.what in text for text in at.markdown.values)
        assert any("\n- " in "\n" + code.value for code in at.code)
        assert not at.error


def test_every_optimizer_schedule_and_loss_renders():
    at = opened()
    for turn in range(max(map(len, SETTINGS.values()))):
        for name, keys in SETTINGS.items():
            at.selectbox(key=name).select(keys[turn % len(keys)])
        sound(at.run())
        assert not at.error, at.error.values
        assert said(at)
        assert not button(at, "Train").disabled


def test_scaling_changes_the_prediction():
    at = opened()
    before = said(at)
    (group, *_) = at.get("button_group")
    sound(group.set_value("standard").run())
    assert said(at) != before


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("epochs", 0, "`training.epochs` must be >= 1. Received: 0."),
        ("batch", 0, "`training.batch_size` must be >= 1. Received: 0."),
        ("validation", 1.0, "`data.validation_fraction` must be < 1.0. Received: 1.0."),
        ("seed", -1, "`training.seed` must be >= 0. Received: -1."),
    ],
)
def test_an_impossible_value_is_one_sentence_and_disables_train(key, value, sentence):
    at = opened()
    sound(at.number_input(key=key).set_value(value).run())
    assert set(at.error.values) == {sentence}
    assert button(at, "Train").disabled


def test_a_schedule_that_is_no_list_of_numbers_is_one_sentence():
    at = opened()
    sound(at.selectbox(key="schedule").select("piecewise_constant").run())
    sound(at.text_input(key="piecewise_constant.values").set_value("0.1, much").run())
    assert {text[:30] for text in at.error.values} == {"`values` must be numbers with "}
    assert button(at, "Train").disabled


def test_a_link_sets_the_knobs(service):
    at = opened(
        source="cars",
        optimizer="adam",
        learning_rate="0.5",
        epochs="7",
        bug="large-init",
        scale="robust",
        shuffle="false",
        **{"large-init.stddev": "5"},
    )
    button(at, "Train").click()
    sound(at.run())
    spec = service.logs["run-0"].spec
    assert spec == Spec().patched(
        LESSONS[0].patch
        | {
            "data": {"source": "cars", "target": spec.data.target, "validation_fraction": 0.0},
            "optimizer": {"key": "adam", "learning_rate": 0.5},
            "training": {"epochs": 7, "batch_size": None, "shuffle": False},
            "bug": {"key": "large-init", "stddev": 5},
            "scaling": {"features": "robust"},
        }
    )
    assert spec.data.target == "Miles_per_Gallon"


def test_a_link_with_unknown_choices_opens_and_says_so():
    at = opened(optimizer="nonsense", bug="nonsense", epochs="many", source="nonsense", scale="x")
    notices = " ".join(at.warning.values)
    assert "`optimizer` = “nonsense”" in notices
    assert "`bug` = “nonsense”" in notices
    assert at.selectbox(key="optimizer").value == "sgd"
    assert not button(at, "Train").disabled


def test_train_puts_the_run_in_the_link_and_on_the_chart(service):
    at = opened()
    button(at, "Train").click()
    sound(at.run())
    assert at.query_params["run"] == "run-0"
    assert component(at)["token"] == "run-0"
    assert component(at)["notify"] is True
    assert service.logs["run-0"].spec == LESSONS[0].spec
    assert service.logs["run-0"].pace == 20.0
    for label, do, details in (
        ("Pause", "pause", {}),
        ("One step", "advance", {"steps": 1}),
        ("One epoch", "advance", {"epochs": 1}),
        ("Stop", "stop", {}),
    ):
        button(at, label).click()
        sound(at.run())
        assert service.orders[-1] == ("run-0", do, details)
    sound(at.selectbox(key="speed").select("full speed").run())
    assert service.orders[-1] == ("run-0", "pace", {"pace": None})
    sound(at.number_input(key="learning_rate").set_value(0.005).run())
    assert any("`learning_rate` 0.01 → 0.005" in text for text in at.caption.values)
    button(at, "Train").click()
    sound(at.run())
    assert service.orders[-1] == ("run-1", "train", {"instead_of": "run-0"})
    assert component(at)["token"] == "run-1"


def test_why_is_answered_while_the_run_goes_on(service):
    at = opened()
    button(at, "Train").click()
    sound(at.run())
    button(at, "Why?").click()
    assert any("not taken a step yet" in text for text in sound(at.run()).caption.values)
    for event in begun(run_of(LESSONS[0].spec)[1], epochs=2):
        service.logs["run-0"].add(encode(event))
    button(at, "Why?").click()
    shown = sound(at.run()).markdown.values
    assert "**So far**" in shown
    assert any("is 1.44 × the largest stable one" in text for text in shown)
    assert "Apply" not in [found.label for found in at.button]
    (waits,) = [text for text in at.caption.values if "Only its end can show" in text]
    assert "“Learning rate too low”" in waits


def test_a_program_is_rehearsed_as_soon_as_the_knobs_say_it(service):
    at = opened()
    sound(at.selectbox(key="optimizer").select("adam").run())
    assert service.rehearsed[0] == LESSONS[0].spec
    assert service.rehearsed[-1].optimizer.key == "adam"
    known = len(service.rehearsed)
    at.number_input(key="epochs").set_value(0)
    sound(at.run())
    assert len(service.rehearsed) == known


def test_remedies_are_awaited_in_the_browser_and_shown_when_they_have_ended(service):
    log = service.logs["ended"] = RunLog(LESSONS[0].spec, None)
    for event in run_of(LESSONS[0].spec)[1]:
        log.add(encode(event))
    at = opened(run="ended")
    awaited = component(at, "tokens")["tokens"]
    assert awaited == [token for token in service.logs if token != "ended"]
    waiting = [text for text in at.markdown.values if "being tried" in text]
    assert len(waiting) == len(awaited)
    for token in awaited:
        for event in run_of(service.logs[token].spec)[1]:
            service.logs[token].add(encode(event))
    shown = sound(at.run()).markdown.values
    assert sum("verified: near the optimum" in text for text in shown) >= 2
    assert not any("being tried" in text for text in shown)
    assert not any("tokens" in orjson.loads(c.proto.json) for c in at.get("bidi_component"))


def test_a_paused_run_offers_to_resume(service):
    at = opened()
    button(at, "Train").click()
    sound(at.run())
    service.logs["run-0"].paused = True
    button(sound(at.run()), "Resume").click()
    sound(at.run())
    assert service.orders[-1] == ("run-0", "resume", {})


def test_a_link_comes_back_to_its_run_and_says_what_became_of_it(service):
    log = service.logs["kept"] = RunLog(LESSONS[0].spec, None)
    log.add(encode(failed("A plain reason.")))
    at = opened(run="kept")
    assert at.error.values == ["**Failed.** A plain reason."]
    assert component(at)["token"] == "kept"
    assert component(at)["notify"] is False


def test_a_link_to_a_run_that_is_gone_says_so():
    at = opened(run="gone")
    assert "no longer kept" in at.info.values[0]
    assert component(at)["token"] is None
    assert not button(at, "Train").disabled


@pytest.mark.parametrize("source", ["upload-" + "A" * 22, "upload-../../x"])
def test_an_upload_that_is_gone_is_one_sentence(source):
    at = opened(source=source)
    assert len(set(at.error.values)) == 1
    assert "uploaded table that is not here" in at.error.values[0]
    assert button(at, "Train").disabled


def test_a_table_made_to_order_follows_its_knobs(service):
    at = opened()
    sound(at.selectbox(key="source").select("synthetic").run())
    sound(at.number_input(key="synthetic.rows").set_value(50).run())
    button(at, "Train").click()
    sound(at.run())
    assert "rows=50" in service.logs["run-0"].spec.data.source


def test_every_bug_and_cause_has_its_page():
    at = opened("catalogue.py")
    causes = {key: cause for key, cause in CAUSE_BY_KEY.items() if not key.startswith("bug:")}
    for key, item in (BUG_BY_KEY | causes).items():
        sound(at.selectbox(key="item").select(key).run())
        shown = " ".join(at.markdown.values)
        for text in (item.title, item.what, item.why, item.see, item.remedy, item.reference):
            assert text in shown
        assert (len(at.code) >= 2) == (key in BUG_BY_KEY)


def test_the_about_page_names_the_three_culprits():
    shown = " ".join(opened("about.py").markdown.values)
    for culprit in ("Data scale", "Learning rate", "A bug"):
        assert culprit in shown


def test_every_lesson_is_reachable_by_link():
    assert set(opened().selectbox(key="chosen").options) == {
        lesson.title for lesson in LESSON_BY_KEY.values()
    }
