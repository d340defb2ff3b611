"""The screens, run by Streamlit's own test runner: whatever is chosen, the lab renders."""

from typing import get_args

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core.bugs import BUGS
from core.bugs.bug import Stage
from core.diagnosis.finding import Attempt, Remedy, Search
from core.events import encode, failed
from core.lessons import LESSON_BY_KEY, LESSONS
from core.model.losses import LOSS_BY_KEY
from core.model.optimizers import OPTIMIZER_BY_KEY
from core.model.schedules import SCHEDULE_BY_KEY
from core.service.run_log import RunLog
from core.spec import Spec
from core.web.learner import COOKIE, owner_id, sign
from pages.ui import cached
from pages.ui.knob_values import knob_values
from pages.ui.lab.rate_slider import slider_range
from pages.ui.plain_text import plain
from tests.core.diagnosis.runs import begun, run_of, searched
from tests.pages.app import ME, button, checked, component_data, open_page, press, sentence

SCHEDULE_OF_ITS_OWN = {
    "schedule": "piecewise_constant",
    "piecewise_constant.boundaries": "5",
    "piecewise_constant.values": "1, 2",
}
SETTINGS = {
    "optimizer": list(OPTIMIZER_BY_KEY),
    "schedule": list(SCHEDULE_BY_KEY),
    "loss": list(LOSS_BY_KEY),
}


def prediction_text(at: AppTest) -> str:
    assert component_data(at, "sentence")["sentence"]["phase"] == "prediction"
    return sentence(at)


def toasts(at: AppTest) -> list[str]:
    return [told.value for told in at.toast]


def test_it_opens_on_the_question_everyone_asks():
    at = open_page()
    assert at.selectbox(key="chosen").value == LESSONS[0].key
    assert "Prediction: diverges." in prediction_text(at)
    assert not button(at, "Train").disabled
    assert all(button(at, label).disabled for label in ("Pause", "Stop", "Start again", "Why?"))
    assert not any(button(at, label).disabled for label in ("One step", "One epoch"))
    assert component_data(at, "charts")["token"] is None
    assert not at.error
    assert not at.warning


def test_an_optimizer_shows_the_parameters_that_its_lesson_speaks_of():
    opened = [
        box.proto.expanded
        for lesson in (LESSONS[0].key, "momentum-too-high")
        for box in open_page(lesson=lesson).expander
        if box.label.startswith("SGD")
    ]
    assert opened == [False, True]


def test_a_batch_of_more_rows_than_there_are_gets_a_word():
    word = "Only 20 rows to train on: every update takes all."
    assert word in [told.value for told in open_page(batch="64").caption]
    assert word not in [told.value for told in open_page(batch="20").caption]


def test_the_slider_carries_the_critical_rate():
    at = open_page()
    told = component_data(at, "limit")
    assert (told["rate"], round(told["limit"]["critical"], 5)) == (0.01, 0.00693)
    assert (
        told["lowest"] <= told["limit"]["critical"] / 100
        and told["highest"] >= told["limit"]["critical"] * 10
    )
    at = checked(at.selectbox(key="optimizer").set_value("adam").run())
    assert component_data(at, "limit")["limit"]["critical"] is None


@pytest.mark.parametrize(
    ("link", "peak"),
    [
        ({"schedule": "exponential_decay"}, 1.0),
        ({"schedule": "exponential_decay", "exponential_decay.decay_rate": "2"}, 2**0.099),
        (SCHEDULE_OF_ITS_OWN, None),
    ],
)
def test_while_the_slider_moves_the_schedule_is_not_forgotten(link, peak):
    at = open_page(**link)
    limit = component_data(at, "limit")["limit"]
    assert limit == component_data(at, "sentence")["sentence"]["limit"]
    assert not limit["constant"]
    assert limit["peak"] == (None if peak is None else pytest.approx(peak, rel=1e-6))


def test_every_lesson_sets_its_knobs():
    at = open_page()
    at.session_state["why_open"] = True
    for lesson in LESSONS[1:] + LESSONS[:1]:
        checked(at.selectbox(key="chosen").select(lesson.key).run())
        shown = at.markdown.values
        assert any(lesson.why in text for text in shown)
        assert not at.error
        assert at.number_input(key="learning_rate").value == lesson.spec.optimizer.learning_rate
        assert at.selectbox(key="bug").value == (lesson.spec.bug.key if lesson.spec.bug else "none")
        assert "Back to the lesson's settings" not in [button.label for button in at.button]


def test_a_lesson_named_in_the_link_is_the_one_shown():
    at = open_page(lesson="healthy")
    assert at.selectbox(key="chosen").value == "healthy"


def test_the_contrast_of_a_lesson_is_one_press_away():
    at = open_page()
    press(at, "Standardize the features")
    assert at.get("button_group")[0].value == "standard"
    assert "Prediction: slow." in prediction_text(at)
    checked(at.number_input(key="learning_rate").set_value(0.05).run())
    assert "Standardize the features" not in [found.label for found in at.button]  # they are
    press(at, "Back to the lesson's settings")
    assert "Prediction: diverges." in prediction_text(at)


def test_bugs_are_told_by_title_stage_and_what_they_need_while_links_keep_their_keys():
    at = open_page(bug="wrong-feature-index")
    menu = at.selectbox(key="bug")
    assert menu.value == "wrong-feature-index"
    assert "Wrong feature index · forward, needs two features or more" in menu.options
    assert menu.options[:3] == ["none", "your own code", "a mystery: find out"]
    stages = [option.split(" · ")[1].split(",")[0] for option in menu.options[3:]]
    assert list(dict.fromkeys(stages)) == list(get_args(Stage))  # each stage's stand together


def test_lessons_have_a_next_and_a_last_one_and_a_line_of_what_was_learnt(service):
    at = open_page()
    assert button(at, "Lesson before").disabled
    press(at, "Next lesson")
    assert at.selectbox(key="chosen").value == LESSONS[1].key
    assert at.number_input(key="learning_rate").value == 0.005
    press(at, "Lesson before")
    ended_run(service)
    at = open_page(run="ended")
    assert any(LESSONS[0].learnt in text for text in at.markdown.values)
    press(at, f"Next: {LESSONS[1].title}")
    assert at.selectbox(key="chosen").value == LESSONS[1].key
    assert component_data(at, "charts")["token"] is None  # the run was another lesson's


def test_a_step_without_a_run_starts_one_and_pauses_it_and_start_again_takes_it_back(service):
    at = open_page()
    press(at, "One step")
    pauses = {"instead_of": None, "advance": {"steps": 1}}
    assert service.commands == [("run-0", "submit", pauses)]
    assert component_data(at, "charts")["token"] == "run-0"
    press(at, "Start again")
    assert service.commands[-1] == ("run-0", "stop", {})
    assert component_data(at, "charts")["token"] is None
    assert "Prediction: diverges." in prediction_text(at)


def test_knobs_that_move_on_after_a_run_put_the_next_one_on_screen(service):
    ended_run(service)
    at = open_page(run="ended")
    assert sentence(at).startswith("Diverged.")
    checked(at.number_input(key="learning_rate").set_value(0.003).run())
    assert "Your rate 0.003" in prediction_text(at)
    assert component_data(at, "charts")["token"] is None
    names = [t.get("name") for t in component_data(at, "charts")["charts"][0]["figure"]["data"]]
    assert "previous run" in names
    checked(at.number_input(key="learning_rate").set_value(0.01).run())
    assert sentence(at).startswith("Diverged.")


def test_every_bug_renders_with_its_code():
    at = open_page()
    for bug in BUGS:
        checked(at.selectbox(key="bug").select(bug.name()).run())
        assert any(bug.what in text for text in at.markdown.values)
        assert any("\n- " in "\n" + code.value for code in at.code)
        assert not at.error


def test_every_optimizer_schedule_and_loss_renders():
    at = open_page(boxes=["layer", "loss", *(key for keys in SETTINGS.values() for key in keys)])
    for turn in range(max(map(len, SETTINGS.values()))):
        for name, keys in SETTINGS.items():
            at.selectbox(key=name).select(keys[turn % len(keys)])
        checked(at.run())
        assert not at.error, at.error.values
        assert prediction_text(at)
        assert not button(at, "Train").disabled


def test_knobs_of_a_closed_box_are_not_drawn_and_keep_their_values(service):
    link = {"seed": "7", "loss": "mae", "scale_target": "standard", "missing": "mean"}
    at = open_page(**link, activation="tanh", clip_norm="2")
    for close_again in (True, False):
        drawn = {widget.key for kind in (at.number_input, at.selectbox) for widget in kind}
        assert not drawn & {"seed", "loss", "missing", "activation", "clip_norm"}
        press(at, "Train")
        spec = service.logs[f"run-{len(service.logs) - 1}"].spec
        assert (spec.training.seed, spec.loss.key, spec.model.activation) == (7, "mae", "tanh")
        assert (spec.scaling.target, spec.data.missing) == ("standard", "mean")
        assert spec.optimizer.clip_norm == 2.0
        if close_again:
            for opened in (True, False):
                for name in ("loss", "layer", "columns", "scale_target", spec.optimizer.key):
                    at.session_state[f"box_{name}"] = opened
                checked(at.run())
                assert (at.session_state["seed"], at.session_state["loss"]) == (7, "mae")
                assert opened == any(widget.key == "seed" for widget in at.number_input)


def test_scaling_changes_the_prediction():
    at = open_page()
    before = prediction_text(at)
    (group, *_) = at.get("button_group")
    checked(group.set_value("standard").run())
    assert prediction_text(at) != before


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("epochs", 0, "Epochs must be at least 1. Received: 0."),
        ("batch", 0, "The batch size must be at least 1. Received: 0."),
        ("validation", 1.0, "The validation share must be below 1. Received: 1."),
        ("seed", -1, "The seed must be at least 0. Received: -1."),
    ],
)
def test_an_impossible_value_is_said_at_its_field_and_train_waits(key, value, problem):
    at = open_page(boxes=["columns", "loss"])
    charts = component_data(at, "charts")["charts"]
    checked(at.number_input(key=key).set_value(value).run())
    assert sentence(at) == f"Train waits. {problem}"
    assert f":red[:material/error: {problem}]" in at.caption.values
    assert not at.error
    assert button(at, "Train").disabled
    assert button(at, "Train").help == problem
    assert component_data(at, "charts")["charts"] == charts  # of the last settings that can run
    assert at.query_params[key] in (f"{value:g}", [f"{value:g}"])


@pytest.mark.parametrize(
    ("link", "like"),
    [
        ({"epochs": "0", "source": "two-features"}, {"source": "two-features"}),
        ({"source": "upload-none", "lesson": "healthy"}, {"lesson": "healthy"}),
    ],
)
def test_a_link_that_cannot_run_has_the_charts_of_the_nearest_that_can(link, like):
    at = open_page(**link)
    assert sentence(at).startswith("Train waits.")
    assert (
        component_data(at, "charts")["charts"]
        == component_data(open_page(**like), "charts")["charts"]
    )
    assert (
        component_data(at, "limit")["limit"] == component_data(open_page(**like), "limit")["limit"]
    )
    assert component_data(at, "limit")["predicted"] == ""
    assert not any("data.source" in said for said in (sentence(at), *at.error.values))


def test_every_field_that_cannot_run_says_so_at_once():
    at = open_page(epochs="0", seed="-1", optimizer="adam", **{"adam.beta_1": "2"})
    said = [text for text in at.caption.values if text.startswith(":red[")]
    assert len(said) == 3
    assert ":red[:material/error: Beta 1 must be below 1. Received: 2.]" in said


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        (
            {"start_weights": "1, 2"},
            "The weights to start from must have one number for each feature, 1. Received: 2.",
        ),
        (
            {"exclude_rows": "500"},
            "Rows left out must name rows of the table, from 1 to 20. Received: 500.",
        ),
        (
            {"validation": "0.99"},
            "Too few rows are left to train on: 0 for training and 20 for validation, of 20 chosen "
            "ones, 0 of them dropped for missing values.",
        ),
    ],
)
def test_what_does_not_fit_the_table_is_said_at_its_field_which_is_in_sight(link, problem):
    at = open_page(**link)
    assert f":red[:material/error: {problem}]" in at.caption.values
    assert sentence(at) == f"Train waits. {problem}"
    (opened,) = [box for box in at.expander if any(problem in said for said in box.caption.values)]
    assert opened.proto.expanded
    assert not at.error


def test_what_has_opened_stays_open_when_its_problem_is_solved():
    at = open_page(exclude_rows="500")
    checked(at.text_input(key="exclude_rows").set_value("5").run())
    assert "Prediction" in sentence(at)
    assert [box.label.partition(" rows")[0] for box in at.expander if box.proto.expanded] == ["20"]


def test_a_problem_of_another_tables_columns_is_none_of_this_one():
    at = open_page(source="diabetes", target="s1", features=["bmi"], start_weights="1")
    assert "Prediction" in sentence(at)
    checked(at.selectbox(key="source").select("one-to-twenty").run())
    assert "Prediction" in sentence(at)


def test_words_on_a_link_are_read_once():
    at = open_page(epochs="many")
    assert "which is no number" in at.warning[0].value
    press(at, "Got it")
    assert not at.warning


def test_the_data_page_says_at_the_field_too():
    at = open_page("data.py", validation="1")
    assert any("The validation share must be below 1." in text for text in at.caption.values)
    assert not at.error


@pytest.mark.parametrize("value", ["inf", "-inf", "9" * 400])
@pytest.mark.parametrize(
    "key", ["epochs", "batch", "seed", "degree", "exponential_decay.decay_steps"]
)
def test_a_link_that_asks_for_infinitely_many_is_one_sentence(key, value):
    at = open_page(**{key: value, "schedule": "exponential_decay"})
    (said,) = at.warning.values
    assert said.startswith(f"The link asks for `{key}` = “{value[:60]}”, which is no")
    assert not at.error
    assert not button(at, "Train").disabled


@pytest.mark.parametrize("rate", [-1.0, 0.0, -1e300])
def test_a_rate_below_zero_has_a_slider_all_the_same(rate):
    low, high = slider_range(rate, 0.1)
    assert 0 < low < high


def test_a_schedule_that_is_no_list_of_numbers_is_one_sentence():
    at = open_page(boxes=["piecewise_constant"])
    checked(at.selectbox(key="schedule").select("piecewise_constant").run())
    checked(at.text_input(key="piecewise_constant.values").set_value("0.1, much").run())
    assert any("Values must be numbers with commas" in text for text in at.caption.values)
    assert not at.error
    assert button(at, "Train").disabled


def test_weights_to_start_from_are_knobs_and_stay_what_they_are(service):
    given = {"kernel": (0.1, -1 / 3), "bias": 2.5}
    spec = Spec.of({"model": {"initial_weights": given}})
    knobs = knob_values(spec)
    assert knobs["start_weights"] == "0.1, -0.3333333333333333"
    link = {"start_weights": knobs["start_weights"], "start_bias": "2.5"}
    at = open_page(boxes=["layer"], source="two-features", **link)
    press(at, "Train")
    assert service.logs["run-0"].spec.model == spec.model
    checked(at.toggle(key="bias").set_value(False).run())
    assert not at.error
    checked(at.text_input(key="start_weights").set_value("1, 2, 3").run())
    problem = "The weights to start from must have one number for each feature, 2. Received: "
    assert set(at.error.values) == {plain(f"{problem}3.")}
    assert button(at, "Train").disabled


def test_a_power_and_a_category_of_a_column_are_named_in_a_link(service):
    press(open_page(source="two-features", degree="3", features=["x1^3", "x2"]), "Train")
    data = service.logs["run-0"].spec.data
    assert (data.degree, data.features) == (3, ("x1^3", "x2"))
    one_hot = {"one_hot": "weather", "features": ["weather = rain", "wind"]}
    press(open_page(source="seattle-weather", target="temp_max", **one_hot), "Train")
    assert service.logs["run-1"].spec.data.features == ("weather = rain", "wind")


def test_powers_are_a_step_on_the_data_page_that_can_be_taken_back():
    at = open_page("data.py", source="two-features", degree="3")
    assert "3. Add the powers of each number, up to 3" in at.markdown.values
    checked(at.button(key="undo-degree").click().run())
    assert at.number_input(key="degree").value == 1


def without_pictures(at: AppTest) -> list[dict]:
    """The charts but the pictures, which are drawn along what a worker tells of many columns."""
    charts = component_data(at, "charts")["charts"]
    return [chart for chart in charts if "picture" not in chart and "missing" not in chart]


def test_many_columns_are_predicted_by_a_worker_and_need_not_be_waited_for(service, monkeypatch):
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 3)
    service.answers = False
    at = open_page(source="two-features", degree="2", seed="77")
    assert "With 4 features, powers counted, a worker computes" in prediction_text(at)
    assert component_data(at, "tokens")["tokens"] == ["theory-outlook"]
    assert component_data(at, "limit")["limit"]["critical"] is None
    assert not at.error
    service.answers = True
    checked(at.run())
    there = prediction_text(at), component_data(at, "limit")["limit"]["critical"]
    drawn = without_pictures(at)
    assert not [d for d in at.get("bidi_component") if "theory-outlook" in d.proto.json]
    monkeypatch.setattr(cached, "MOST_FEATURES_AT_ONCE", 500)
    checked(at.run())
    assert there == (prediction_text(at), component_data(at, "limit")["limit"]["critical"])
    assert drawn == without_pictures(at)
    press(at, "Train")
    assert service.logs["run-0"].spec.data.degree == 2


def test_a_long_text_stays_out_of_the_address_and_that_is_said(service):
    at = open_page(boxes=["layer"], source="diabetes")
    text = ", ".join(["0.12345678901234567"] * 60)
    checked(at.text_input(key="start_weights").set_value(text).run())
    checked(at.run())
    assert at.text_input(key="start_weights").value == text
    assert "start_weights" not in at.query_params
    assert any("makes a short link" in caption for caption in at.caption.values)


def test_a_link_sets_the_knobs(service):
    at = open_page(
        source="cars",
        optimizer="adam",
        learning_rate="0.5",
        epochs="7",
        bug="large-init",
        scale="robust",
        shuffle="false",
        **{"large-init.stddev": "5"},
    )
    press(at, "Train")
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
    at = open_page(
        optimizer="nonsense", bug="nonsense", epochs="many", source="nonsense", scale="x"
    )
    notices = " ".join(at.warning.values)
    assert "`optimizer` = “nonsense”" in notices
    assert "`bug` = “nonsense”" in notices
    assert at.selectbox(key="optimizer").value == "sgd"
    assert not button(at, "Train").disabled


def test_train_puts_the_run_in_the_link_and_on_the_chart(service):
    at = open_page()
    press(at, "Train")
    assert at.query_params["run"] == "run-0"
    assert component_data(at, "charts")["token"] == "run-0"
    assert component_data(at, "charts")["notify"] is True
    assert service.logs["run-0"].spec == LESSONS[0].spec
    assert service.logs["run-0"].pace == 20.0
    for label, do, details in (
        ("Pause", "pause", {}),
        ("One step", "advance", {"steps": 1}),
        ("One epoch", "advance", {"epochs": 1}),
        ("Stop", "stop", {}),
    ):
        press(at, label)
        assert service.commands[-1] == ("run-0", do, details)
    checked(at.selectbox(key="speed").select("full speed").run())
    assert service.commands[-1] == ("run-0", "pace", {"pace": None})
    checked(at.number_input(key="learning_rate").set_value(0.005).run())
    assert any("learning rate **0.01 → 0.005**" in text for text in at.caption.values)
    press(at, "Train")
    assert service.commands[-1] == ("run-1", "submit", {"instead_of": "run-0"})
    assert component_data(at, "charts")["token"] == "run-1"


def test_why_is_answered_while_the_run_goes_on(service):
    at = open_page()
    press(at, "Train")
    button(at, "Why?").click()
    assert any("not taken a step yet" in text for text in toasts(checked(at.run())))
    for event in begun(run_of(LESSONS[0].spec)[1], epochs=2):
        service.logs["run-0"].append(encode(event))
    button(at, "Why?").click()
    shown = checked(at.run()).markdown.values
    assert "**So far**" in shown
    assert toasts(at)[-1].startswith("**So far:** ")  # what is below is out of sight
    assert any("is 1.44 × the largest stable one" in text for text in shown)
    assert "Apply" not in [found.label for found in at.button]
    (waits,) = [text for text in at.caption.values if "Only its end can show" in text]
    assert "“Learning rate too low”" in waits


def test_a_program_is_precompiled_as_soon_as_the_knobs_describe_it(service):
    at = open_page()
    checked(at.selectbox(key="optimizer").select("adam").run())
    assert service.precompiled[0] == LESSONS[0].spec
    assert service.precompiled[-1].optimizer.key == "adam"
    known = len(service.precompiled)
    at.number_input(key="epochs").set_value(0)
    checked(at.run())
    assert len(service.precompiled) == known


def ended_run(service, spec=LESSONS[0].spec):
    log = service.logs["ended"] = RunLog(spec, None)
    for event in run_of(spec)[1]:
        log.append(encode(event))


def test_remedies_are_looked_for_in_the_background_and_shown_when_they_are_found(service):
    ended_run(service)
    at = open_page(run="ended")
    assert service.searched == ["ended"]
    assert component_data(at, "tokens")["tokens"] == ["search-ended"]
    assert any("Looking for what helps" in text for text in at.caption.values)
    service.found["ended"] = searched(LESSONS[0].spec)[1]
    shown = checked(at.run()).markdown.values
    assert any("near the optimum after" in text for text in shown)
    stable = [text for text in shown if "no longer diverges; near the optimum after" in text]
    assert len(stable) == 1 and "**Standardize the features**" in stable[0]
    assert "(100 planned)" in stable[0] and "scaling **none → standard**" in stable[0]
    assert not any("tokens" in orjson.loads(c.proto.json) for c in at.get("bidi_component"))


def test_a_remedy_is_applied_trained_run_beside_and_undone(service):
    ended_run(service)
    remedy = Remedy("Lower the rate", {"optimizer": {"learning_rate": 0.003}}, 1, "optimum", 3)
    vain = Attempt("Use Adam", {"optimizer": {"key": "adam"}}, "completed", 9.0)
    service.found["ended"] = Search((remedy,), (vain,))
    at = open_page(run="ended")
    assert "Tried in vain: “Use Adam” (completed at a loss of 9)." in at.caption.values
    assert "Undo" not in [found.label for found in at.button]
    press(at, "Apply")
    assert at.number_input(key="learning_rate").value == 0.003
    press(at, "Undo")
    assert at.number_input(key="learning_rate").value == 0.01
    press(at, "Run beside")
    assert service.logs["run-1"].spec.optimizer.learning_rate == 0.003
    names = [
        trace.get("name") for trace in component_data(at, "charts")["charts"][0]["figure"]["data"]
    ]
    assert {"Lower the rate", "as it was"} <= set(names)
    assert component_data(at, "charts")["focus"] == 1
    at = open_page(run="ended")
    press(at, "Apply and train")
    assert service.logs["run-2"].spec.optimizer.learning_rate == 0.003
    assert component_data(at, "charts")["focus"] == 1
    names = [
        trace.get("name") for trace in component_data(at, "charts")["charts"][0]["figure"]["data"]
    ]
    assert {"loss", "previous run"} <= set(names)


def test_losses_of_a_target_that_is_scaled_otherwise_are_not_compared(service):
    ended_run(service)
    remedy = Remedy("Standardize the target", {"scaling": {"target": "standard"}}, 1, "optimum")
    service.found["ended"] = Search((remedy,))
    at = open_page(run="ended")
    press(at, "Run beside")
    assert any("compare shapes, not heights" in text for text in at.caption.values)


def test_what_an_earlier_version_had_not_tried_is_looked_for_again(service):
    ended_run(service)
    remedy = Remedy("Lower the rate", {}, 1, "optimum", verified=False)
    service.found["ended"] = Search((remedy,))
    at = open_page(run="ended")
    assert service.searched == ["ended"]
    assert "Apply and train" not in [found.label for found in at.button]


def test_if_nothing_helps_the_page_says_why(service):
    ended_run(service)
    vain = Attempt("Train longer", {"training": {"epochs": 9}}, "completed", 9.0)
    why = "Nothing helps: no signal. Nearest: “Train longer”, which leaves 46% of the way."
    service.found["ended"] = Search((), (vain,), why)
    at = open_page(run="ended")
    assert "no signal." in at.info.values[0]
    assert not any("Tried in vain" in text for text in at.caption.values)  # it stands above


def test_a_paused_run_offers_to_resume(service):
    at = open_page()
    press(at, "Train")
    service.logs["run-0"].paused = True
    button(checked(at.run()), "Resume").click()
    checked(at.run())
    assert service.commands[-1] == ("run-0", "resume", {})


def test_a_link_comes_back_to_its_run_and_says_what_became_of_it(service):
    log = service.logs["kept"] = RunLog(LESSONS[0].spec, None)
    log.append(encode(failed("A plain reason.")))
    at = open_page(run="kept")
    assert sentence(at) == "Failed. A plain reason."
    assert component_data(at, "charts")["token"] == "kept"
    assert component_data(at, "charts")["notify"] is False


def test_a_link_to_a_run_that_is_gone_says_so():
    at = open_page(run="gone")
    assert "no longer kept" in at.warning.values[0]  # over the page
    assert not at.info
    assert component_data(at, "charts")["token"] is None
    assert not button(at, "Train").disabled


@pytest.mark.parametrize("source", ["upload-" + "A" * 22, "upload-../../x"])
def test_an_upload_that_is_gone_is_one_sentence(source):
    at = open_page(source=source)
    assert sentence(at).startswith(
        "Train waits. This is an uploaded table that is not here. Upload"
    )
    assert not at.error
    assert at.selectbox(key="source").options[-1] == "an upload, no longer kept"
    assert "not here" in button(at, "Train").help
    press(at, "Use the sample data instead")
    assert not button(at, "Train").disabled


def test_a_run_that_outlived_its_table_says_what_became_of_it_and_why_train_waits(service, cookies):
    cookies[COOKIE] = sign(ME)
    source = "upload-" + "A" * 22
    log = service.logs["kept"] = RunLog(
        Spec().patched({"data": {"source": source}}), None, learner=owner_id(ME)
    )
    log.append(encode(failed("A plain reason.")))
    at = open_page(run="kept", source=source)
    assert sentence(at) == "Failed. A plain reason."
    assert [text for text in at.error.values if "not here" in text] == at.error.values != []


def test_a_table_made_to_order_follows_its_knobs(service):
    at = open_page()
    checked(at.selectbox(key="source").select("synthetic").run())
    checked(at.number_input(key="synthetic.rows").set_value(50).run())
    press(at, "Train")
    assert "rows=50" in service.logs["run-0"].spec.data.source


def test_the_about_page_names_the_three_culprits():
    shown = " ".join(open_page("about.py").markdown.values)
    for culprit in ("Data scale", "Learning rate", "A bug"):
        assert culprit in shown


def test_every_lesson_is_reachable_by_link():
    assert set(open_page().selectbox(key="chosen").options) == {
        f"{lesson.title} · {lesson.group}" for lesson in LESSON_BY_KEY.values()
    }


def test_points_in_a_link_are_the_table():
    at = open_page(source="points:1,2;2,4;3,7")
    assert at.selectbox(key="source").value == "points:1,2;2,4;3,7"
    charts = {chart["key"]: chart for chart in component_data(at, "charts")["charts"]}
    assert charts["fit"]["picture"]["data"] == {"x": [1, 2, 3], "y": [2, 4, 7]}
    at = open_page(source="points:1,2")
    assert any("Table must have from 2 to 60 points" in text for text in at.caption.values)
    assert not at.error
