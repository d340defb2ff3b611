"""The pictures against the runs and the losses that they show."""

import numpy as np
import orjson
import pytest

from core.charts import CHART_BY_KEY, Frame, Scene, to_json
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.lessons import LESSONS
from core.record import Record
from core.spec import Spec
from core.theory.predict import predict
from core.theory.problem import Problem
from core.theory.spectrum import spectrum_of
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
    for plane in picture_of("surface", spec)["choices"]:
        directions = np.array(plane["directions"])
        best, hessian = np.array(plane["best"]), np.array(plane["hessian"])
        rows, optimum = np.array(plane["gradient_rows"]), picture_of("surface", spec)["loss"]
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


def test_a_picture_does_not_depend_on_the_rate():
    spec = Spec.of(LINE)
    faster = spec.patched({"optimizer": {"learning_rate": 3.0}})
    assert predict(spec, prepared(spec)) != predict(faster, prepared(faster))
    for key in ("fit", "surface", "valley"):
        assert picture_of(key, spec) == picture_of(key, faster)
