"""The pictures against the runs and the losses that they show."""

import numpy as np
import orjson
import pytest
from scipy.special import expit

from core.charts import CHART_BY_KEY, Frame, Scene, to_json, why_absent
from core.charts.scene import LONGEST_TITLE, shortened
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.lessons import LESSONS
from core.record import Record
from core.spec import Spec
from core.theory.extremes import section_of
from core.theory.initial_weights import initial_weights
from core.theory.predict import predict
from core.theory.problem import Problem
from core.theory.section import directions_of, steepest_and_flattest
from core.theory.spectrum import spectrum_of
from core.training.projection import Projection
from core.training.trainer import train

LINE = {"data": {"source": "one-to-twenty", "target": "y"}, "training": {"epochs": 12}}
SEVERAL = {"data": {"source": "diabetes"}, "scaling": {"features": "standard"}}


def prepared(spec: Spec) -> Prepared:
    return prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)


def frame_of(spec: Spec, private: bool = False) -> tuple[Frame, Prepared]:
    data = prepared(spec)
    scene = Scene(spec, data, private)
    return Frame.before(spec, len(data.x_train), data.features, scene=scene), data


def picture_of(key: str, spec: Spec) -> dict:
    chart = CHART_BY_KEY[key]
    assert chart.picture is not None
    told = chart.picture(frame_of(spec)[0])
    assert told is not None
    return told


def loss_of(spec: Spec, data: Prepared, weights: np.ndarray) -> np.ndarray:
    spectrum = spectrum_of(data, spec.model.use_bias)
    assert spectrum is not None
    return Problem(spec, data, spectrum).full_loss(weights)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_what_a_picture_describes_is_its_figure_as_plotly_checks_it(lesson, private):
    told, _ = frame_of(lesson.spec, private)
    for chart in (CHART_BY_KEY[key] for key in ("fit", "surface", "valley")):
        assert to_json(chart.describe(told)) == to_json(chart.draw(told))


def test_a_long_name_stands_beside_an_axis_without_its_middle():
    assert shortened("weight of bmi") == "weight of bmi"
    assert shortened("predicted price of the house in EUR") == "predicted price o…the house in EUR"
    assert len(shortened("x" * 60)) == LONGEST_TITLE


def test_the_line_of_an_epoch_is_that_of_its_weights():
    spec = Spec.of(LINE | {"scaling": {"features": "standard", "target": "standard"}})
    record = Record.of(train(spec, prepared(spec)))
    told, data = picture_of("fit", spec), prepared(spec)
    weights = record.weights[7]
    sums = np.array(told["design"]) @ weights
    drawn = sums * told["target"]["factor"] + told["target"]["offset"]
    raw = np.array(told["x"])[:, None]
    outputs = data.scale_features(raw) @ weights[:1, None] + weights[1]
    np.testing.assert_allclose(drawn, data.unscale_target(outputs)[:, 0], rtol=1e-5)


@pytest.mark.parametrize("patch", [LINE, SEVERAL], ids=["line", "several"])
@pytest.mark.parametrize("loss", ["mse", "half_mse"])
def test_the_surface_is_the_loss(patch, loss):
    spec = Spec.of(patch | {"loss": {"key": loss}})
    data, random = prepared(spec), np.random.default_rng(0)
    told = picture_of("surface", spec)
    for plane in (told | choice for choice in told["choices"]):
        directions = np.array(plane["directions"])
        best, hessian = np.array(plane["best"]), np.array(plane["hessian"])
        rows, optimum = np.array(plane["gradient_rows"]), told["loss"]
        theta = random.normal(size=directions.shape[1])
        offsets = random.normal(size=(100, 2))
        slope = rows @ (theta - np.array(optimum["best_weights"]))
        rise = offsets @ slope + 0.5 * np.sum((offsets @ hessian) * offsets, 1)
        exact = loss_of(spec, data, theta + offsets @ directions)
        scale = np.abs(exact).max()
        np.testing.assert_allclose(loss_of(spec, data, theta) + rise, exact, atol=1e-5 * scale)
        assert np.allclose(best, directions @ np.array(optimum["best_weights"]), rtol=1e-5)


def test_the_contours_are_the_loss_above_the_lowest_of_the_section():
    spec = Spec.of(SEVERAL)
    frame, data = frame_of(spec)
    figure = to_json(CHART_BY_KEY["surface"].draw(frame))
    told = picture_of("surface", spec)
    contours = figure["data"][told["traces"]["contours"]]
    theta, directions = np.array(told["start_weights"]), np.array(told["directions"])
    x, y = np.meshgrid(contours["x"], contours["y"])
    offsets = np.stack([x - told["start"][0], y - told["start"][1]], axis=-1)
    losses = loss_of(spec, data, theta + offsets @ directions)
    heights = np.array(contours["z"]) ** 2
    np.testing.assert_allclose(heights - heights.min(), losses - losses.min(), rtol=5e-3, atol=1)


NOT_QUADRATIC = [
    LINE | {"loss": {"key": "mae"}},
    LINE | {"model": {"activation": "sigmoid"}},
    SEVERAL | {"model": {"activation": "softplus"}, "loss": {"key": "huber", "delta": 20.0}},
    LINE | {"loss": {"key": "log_cosh", "reduction": "sum"}, "training": {"batch_size": None}},
]


@pytest.mark.parametrize("patch", NOT_QUADRATIC)
def test_contours_of_another_loss_are_those_of_the_rows_that_are_sent(patch):
    spec = Spec.of(patch)
    told, figure = picture_of("surface", spec), CHART_BY_KEY["surface"].draw(frame_of(spec)[0])
    loss, data = told["loss"], prepared(spec)
    assert loss["form"] == "rows" and len(loss["design"]) <= 200
    contours = to_json(figure)["data"][told["traces"]["contours"]]
    x, y = np.meshgrid(contours["x"], contours["y"])
    offsets = np.stack([x - told["start"][0], y - told["start"][1]], axis=-1)
    theta = np.array(told["start_weights"]) + offsets @ np.array(told["directions"])
    outputs = {"linear": lambda z: z, "sigmoid": expit, "softplus": lambda z: np.logaddexp(z, 0)}[
        spec.model.activation
    ](theta @ np.array(loss["design"]).T)
    residuals = np.abs(outputs - np.array(loss["target"]))
    delta = 20.0
    rows = {
        "mse": lambda r: r**2,
        "mae": lambda r: r,
        "huber": lambda r: np.where(r < delta, r**2 / 2, delta * r - delta**2 / 2),
        "log_cosh": lambda r: np.log(np.cosh(np.minimum(r, 300.0))) + np.maximum(r - 300.0, 0),
    }[spec.loss.key](residuals)
    losses = loss["scale"] * rows.sum(axis=-1)
    heights = np.array(contours["z"]) ** 2
    worst = np.abs(heights - (losses - losses.min())).max()
    assert worst < 2e-3 * (losses.max() - losses.min())
    if len(loss["target"]) == len(data.y_train):
        first = next(event for event in train(spec, data) if event["event"] == "run_started")
        at = np.unravel_index(
            np.argmin((x - told["start"][0]) ** 2 + (y - told["start"][1]) ** 2), x.shape
        )
        assert losses[at] == pytest.approx(first["full_loss"], rel=0.2)


def test_of_a_sample_the_loss_is_about_that_of_all_rows():
    spec = Spec.of(SEVERAL | {"loss": {"key": "mae"}})
    told, data = picture_of("surface", spec)["loss"], prepared(spec)
    weights = np.ones(len(data.features) + 1)
    residuals = np.array(told["design"]) @ weights - np.array(told["target"])
    sampled = told["scale"] * np.abs(residuals).sum()
    assert sampled == pytest.approx(loss_of(spec, data, weights), rel=0.1)


TWO = {"data": {"source": "synthetic:rows=90,features=2", "target": "y"}}


@pytest.mark.parametrize(
    ("patch", "bug"),
    [(LINE, "misplaced-scale"), (LINE, "compounding-state"), (TWO, "wrong-feature-index")],
)
def test_of_a_layer_with_a_bug_the_fit_is_what_it_gives(patch, bug):
    spec = Spec.of(
        patch
        | {"bug": {"key": bug}, "scaling": {"features": "standard", "target": "standard"}}
        | {"training": {"epochs": 2, "batch_size": None}}
    )
    data, told = prepared(spec), picture_of("fit", spec)
    record = Record.of(train(spec, data))
    first = np.array(record.started["outputs"])
    losses = [record.started["full_loss"], *record.full_loss]
    for outputs, loss in zip([first, *record.outputs], losses, strict=True):
        assert np.mean((outputs - data.y_train[:, 0]) ** 2) == pytest.approx(loss, rel=1e-5)
    weights = data.x_train @ record.weights[-1][:-1] + record.weights[-1][-1]
    assert not np.allclose(record.outputs[-1], weights, rtol=1e-3)
    assert told["design"] is None and told["of_bug"]
    if told["view"] == "line":
        assert told["x"] == sorted(data.x_raw_train[:, 0].tolist())
        assert told["x"] == data.x_raw_train[told["order"], 0].tolist()
        assert told["data"]["x"] == data.x_raw_train[:, 0].tolist()
        assert len(told["best"]["x"]) > 2


def test_where_the_layer_is_correct_no_outputs_are_told():
    spec = Spec.of(LINE | {"bug": {"key": "double-update"}, "training": {"epochs": 1}})
    assert "outputs" not in next(iter(train(spec, prepared(spec))))
    assert picture_of("fit", spec)["design"] is not None


def test_one_looks_along_each_of_several_features():
    spec = Spec.of(SEVERAL)
    told, data = picture_of("fit", spec), prepared(spec)
    assert [choice["name"] for choice in told["choices"]] == [
        "predicted against actual",
        *(f"along {name}" for name in data.features[:8]),
    ]
    weights = np.arange(11.0)
    along = told | told["choices"][3]
    raw = np.tile(data.x_raw_train.mean(axis=0), (2, 1))
    raw[:, 2] = along["x"]
    outputs = data.scale_features(raw) @ weights[:-1] + weights[-1]
    np.testing.assert_allclose(np.array(along["design"]) @ weights, outputs, rtol=1e-5, atol=1e-5)
    assert set(along["data"]["y"]) <= set(data.y_raw_train[:, 0].tolist())


def test_powers_of_one_feature_are_a_curve_over_it():
    spec = Spec.of({"data": {"source": "one-to-twenty", "target": "y", "degree": 3}})
    told = picture_of("fit", spec)
    x = np.array(told["x"])
    np.testing.assert_allclose(
        np.array(told["design"]), np.stack([x, x**2, x**3, x**0], axis=1), rtol=1e-5
    )
    assert (told["view"], told["titles"]["x"]) == ("line", "x")


@pytest.mark.parametrize("features", [64, 65])
def test_beyond_64_features_the_events_tell_a_place_and_outputs(features):
    spec = Spec.of(
        {
            "data": {"source": f"synthetic:features={features}", "target": "y"},
            "scaling": {"target": "standard"},
            "training": {"epochs": 2},
        }
    )
    data = prepared(spec)
    events = list(train(spec, data))
    told = [event for event in events if event["event"] in ("run_started", "epoch_ended")]
    fit, surface = picture_of("fit", spec), picture_of("surface", spec)
    assert told[0]["coordinates"] == pytest.approx(surface["start"], rel=1e-5)
    last = [event for event in events if event["event"] == "probe"][-1]["weights_after"]
    weights = np.array([*last["kernel"], *last["bias"]])
    if features == 64:
        assert told[-1]["weights"] == pytest.approx(weights)
        assert "outputs" not in told[-1] and fit["rows"] is None
        places = np.array(surface["directions"]) @ weights
        assert told[-1]["coordinates"] == pytest.approx(places, rel=1e-4, abs=1e-6)
        return
    assert told[-1]["weights"] == [] and surface["directions"] is None
    assert fit["design"] is None and fit["rows"] == len(told[-1]["outputs"]) == len(fit["x"])
    drawn = np.array(told[-1]["outputs"]) * fit["target"]["factor"] + fit["target"]["offset"]
    outputs = data.x_train.astype(float) @ weights[:-1, None] + weights[-1]
    rows = np.unique(np.linspace(0, len(outputs) - 1, len(drawn)).astype(int))
    np.testing.assert_allclose(drawn, data.unscale_target(outputs)[rows, 0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(fit["x"], data.y_raw_train[rows, 0], rtol=1e-5)


@pytest.mark.parametrize("patch", [LINE, SEVERAL], ids=["line", "several"])
def test_the_valley_is_the_loss_along_its_direction(patch):
    spec = Spec.of(patch)
    data = prepared(spec)
    told = picture_of("valley", spec)
    theta, direction = np.array(told["start_weights"]), np.array(told["direction"])
    places = np.linspace(*told["frame"]["x"], 100)
    curve = told["floor"] + told["curvature"] / 2 * (places - told["best"]) ** 2
    exact = loss_of(spec, data, theta + (places - told["start"])[:, None] * direction)
    np.testing.assert_allclose(curve, exact, rtol=1e-4, atol=1e-4 * exact.max())


@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "lion", "rmsprop", "adagrad"])
def test_the_first_step_is_where_the_arrow_points(optimizer, batch_size):
    spec = Spec.of(
        LINE
        | {"optimizer": {"key": optimizer, "learning_rate": 0.002}}
        | {"training": {"epochs": 1, "batch_size": batch_size}}
    )
    record = Record.of(train(spec, prepared(spec)))
    told = picture_of("surface", spec)
    first = record.probes[0]
    after = [*first["weights_after"]["kernel"], *first["weights_after"]["bias"]]
    landed = np.array(told["start"]) + 0.002 * np.array(told["update_per_rate"])
    np.testing.assert_allclose(landed, after, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_lesson_has_its_pictures(lesson):
    frame, data = frame_of(lesson.spec)
    few = len(data.features) + lesson.spec.model.use_bias > 1
    for key, there in {"fit": True, "surface": few, "valley": True}.items():
        chart = CHART_BY_KEY[key]
        told = chart.picture(frame) if chart.picture else None
        assert (told is not None) == there
        if told:
            drawn = orjson.dumps(to_json(chart.draw(frame))) + orjson.dumps(told)
            assert len(drawn) < 80_000
            places = [place for p in told["traces"].values() for place in np.ravel(p)]
            assert sorted(places) == list(range(len(chart.draw(frame).data)))


def test_a_stranger_sees_no_row_and_no_name():
    frame, data = frame_of(Spec.of(SEVERAL), private=True)
    told = b""
    for key in ("fit", "surface", "valley"):
        chart = CHART_BY_KEY[key]
        picture = chart.picture(frame) if chart.picture else None
        assert (picture is None) == (key == "fit")
        told += orjson.dumps([picture, to_json(chart.draw(frame))])
    assert not [name for name in data.features if f'"{name}"'.encode() in told]
    assert b'gradient_rows":[' not in told and b'weights":[' not in told


@pytest.mark.parametrize("rows", [1000, 60], ids=["regular", "fewer rows than columns"])
def test_of_many_columns_two_directions_are_the_loss_wherever_the_others_are(rows):
    source = f"synthetic:features=300,rows={rows}"
    spec = Spec.of({"data": {"source": source, "target": "y", "degree": 2}})
    data = prepared(spec)
    spectrum, start = spectrum_of(data), initial_weights(spec, 600)
    assert spectrum is not None
    found = section_of(Problem(spec, data, spectrum), start)
    directions = directions_of(spectrum.eigenvectors, steepest_and_flattest(spectrum))
    scene = Scene(spec, data, extremes=found)
    frame = Frame.before(spec, len(data.x_train), data.features, scene=scene)
    surface, valley = (CHART_BY_KEY[key].picture(frame) for key in ("surface", "valley"))
    elsewhere = start + np.random.default_rng(0).normal(size=601)  # by all directions at once
    told = Projection(spec, data).of(elsewhere.astype(np.float32))["coordinates"]
    np.testing.assert_allclose(told, directions @ elsewhere, rtol=1e-5, atol=1e-5)
    offsets = np.random.default_rng(1).normal(size=(100, 2))
    slope = np.array(surface["hessian"]) @ (told - np.array(surface["best"]))
    rise = offsets @ slope + 0.5 * np.sum(offsets @ np.array(surface["hessian"]) * offsets, -1)
    losses = loss_of(spec, data, np.vstack([elsewhere, elsewhere + offsets @ directions]))
    np.testing.assert_allclose(rise, losses[1:] - losses[0], rtol=1e-3, atol=1e-5 * losses[0])
    cut = start + np.outer(np.linspace(*valley["frame"]["x"], 9) - valley["start"], directions[0])
    curve = valley["floor"] + valley["curvature"] / 2 * (cut @ directions[0] - valley["best"]) ** 2
    np.testing.assert_allclose(curve, loss_of(spec, data, cut), rtol=1e-4)
    assert surface["directions"] is None and surface["loss"]["best_weights"] is None
    assert len(CHART_BY_KEY["surface"].draw(frame).data[0].z) > 0


MAE = {"loss": {"key": "mae"}}
WIDE = MAE | {"data": {"source": "synthetic:features=300,rows=40", "target": "y", "degree": 2}}
NO_BIAS = {"model": {"use_bias": False}, "loss": {"key": "mae"}}
MANY = {"data": {"source": "synthetic:features=65,rows=40", "target": "y"}, "loss": {"key": "mae"}}


@pytest.mark.parametrize(
    ("patch", "private", "absent"),
    [
        (LINE, False, {}),
        (WIDE, False, {"surface": "squared loss", "valley": "With 600 features"}),
        (LINE | NO_BIAS, False, {"surface": "With one weight"}),
        (MANY, False, {"valley": "told of up to 64 features"}),
        (LINE | {"loss": {"key": "mae"}}, True, {"valley": "their owner's alone"}),
    ],
)
def test_where_there_is_no_picture_a_sentence_says_why(patch, private, absent):
    frame, _ = frame_of(Spec.of(patch), private)
    assert frame.scene
    for key in ("surface", "valley"):
        chart = CHART_BY_KEY[key]
        assert chart.picture
        assert (chart.picture(frame) is None) == (key in absent)
        if key in absent:
            assert absent[key] in why_absent(key, frame.scene)


def test_what_a_worker_has_yet_to_say_of_many_columns_is_said():
    spec = Spec.of({"data": WIDE["data"]})
    scene = Scene(spec, prepared(spec), awaited=True)
    assert "a worker computes the shape of the loss" in why_absent("surface", scene)


def test_of_one_weight_the_valley_holds_its_rows_itself():
    assert picture_of("valley", Spec.of(LINE | NO_BIAS))["loss"]["form"] == "rows"
    assert picture_of("valley", Spec.of(LINE | {"loss": {"key": "mae"}}))["loss"] is None


def test_a_picture_does_not_depend_on_the_rate():
    spec = Spec.of(LINE)
    faster = spec.patched({"optimizer": {"learning_rate": 3.0}})
    assert predict(spec, prepared(spec)) != predict(faster, prepared(faster))
    for key in ("fit", "surface", "valley"):
        assert picture_of(key, spec) == picture_of(key, faster)
