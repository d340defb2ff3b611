"""The pictures beside the loss in a real browser: drawn from events, at any of their epochs."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from core.charts import CHART_BY_KEY, CHARTS, Frame, Scene, to_json, why_absent
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.events import Event, number
from core.lessons import LESSONS
from core.spec import Spec
from core.theory.wording import figure
from pages.ui.modules import MODULES, module
from tests.browser.component_page import EventServer, show_component
from tests.core.charts.runs import ended, epoch, probe, started

pytestmark = pytest.mark.browser
TEN = {"training": {"epochs": 10, "batch_size": None}}
LINE = LESSONS[0].spec.patched(TEN)
MANY = Spec.of({"scaling": {"features": "standard"}} | TEN)
MOUNT = """async (data) => {
    const { default: mount } = await import("/module_loader.js");
    const parentElement = document.body.appendChild(document.createElement("div"));
    mount({ data, parentElement, setTriggerValue() {} });
}"""
STYLE = """.live-chart-pair { display: grid; grid-template-columns: 3fr 2fr }
.live-chart-plot { height: 300px } .live-chart-box { position: relative; margin: 0; min-width: 0 }
.live-chart [hidden] { display: none } .live-point { position: absolute; top: 0; left: 0;
width: 14px; height: 14px; margin: -7px; padding: 0; touch-action: none }
.live-chart-more { display: none }"""


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """One page for all tests, so that the chart library is parsed from the cache."""
    with browser.new_context(viewport={"width": 1000, "height": 700}) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page


@pytest.fixture
def page(shared: Page) -> Page:
    shared.emulate_media(reduced_motion="reduce")
    return shared


@pytest.fixture
def show(event_server: EventServer, page: Page) -> Callable[..., None]:
    """Mounts the loss and the pictures of a spec, with a run of these events or without one."""
    page.goto(event_server.url)
    page.wait_for_function("window.ready")
    page.evaluate("localStorage.clear()")
    page.add_style_tag(content=STYLE)

    def shown(
        spec: Spec,
        events: list[Event] | None = None,
        inline: bool = False,
        more: Sequence[dict[str, Any]] = (),
        **settings: Any,
    ) -> None:
        polled = events and not inline
        if polled:
            event_server.runs["t"] = events
        data = {"token": "t" if polled else None, "charts": [*payloads(spec), *more]}
        data["picture"] = settings
        show_component(page, "live_chart.js", data | ({"events": events} if inline else {}))
        page.wait_for_function("document.querySelector('[data-chart=fit]')?.data")
        if events:
            page.wait_for_function("document.querySelector('.live-chart-state').textContent")
            expect(page.locator(".live-chart-state")).to_have_text("completed")

    return shown


@cache
def prepared(spec: Spec) -> Prepared:
    return prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)


@cache
def payloads(spec: Spec) -> list[dict[str, Any]]:
    data = prepared(spec)
    frame = Frame.before(spec, len(data.x_train), data.features, scene=Scene(spec, data))
    told = []
    for chart in CHARTS:
        picture = chart.picture(frame) if chart.picture else None
        texts = {"key": chart.key, "title": chart.title, "shows": chart.shows}
        if chart.picture and not picture and frame.scene:
            told.append(texts | {"missing": why_absent(chart.key, frame.scene)})
        if chart.key != "loss" and not picture:
            continue
        told.append(texts | {"figure": to_json(chart.draw(frame))})
        if picture:
            told[-1]["picture"] = picture | {"rate": spec.optimizer.learning_rate}
    return told


def losses(spec: Spec, weights: np.ndarray) -> np.ndarray:
    """The mean squared error of weights (…, p), from the rows themselves."""
    data = prepared(spec)
    design = np.column_stack([data.x_train, np.ones(len(data.x_train))])
    return np.mean((weights @ design.T - data.y_train[:, 0]) ** 2, axis=-1)


def walk(spec: Spec, epochs: int = 10, reach: float = 0.1) -> tuple[list[Event], np.ndarray]:
    """A run whose weights go straight through the air, and the weights, of the start too."""
    features = len(prepared(spec).features)
    begin = np.array(payloads(spec)[1]["picture"]["start_weights"])
    weights = begin + reach * np.arange(epochs + 1)[:, None] * np.arange(1, features + 2)
    told = [[number(w) for w in row] for row in weights.tolist()]
    full = losses(spec, weights).tolist()
    first = started(features, epochs, 1, weights=told[0], full_loss=full[0])
    rest = [
        epoch(k, full[k + 1], 1, weights=told[k + 1], full_loss=full[k + 1]) for k in range(epochs)
    ]
    return [first, *rest, ended(step=epochs - 1)], weights


def trace(page: Page, chart: str, name: str) -> dict[str, Any]:
    """x, y and z of one trace of a picture, by the name that the payload gives its number."""
    number_of = next(c for c in page.evaluate("window.data.charts") if c["key"] == chart)
    i = number_of["picture"]["traces"][name]
    return page.evaluate(
        f"""() => {{ const t = document.querySelector('[data-chart={chart}]').data[{i}];
        return {{ x: [...t.x], y: [...t.y], z: t.z, text: t.text }}; }}"""
    )


def ranges(page: Page, chart: str) -> list[list[float]]:
    layout = f"document.querySelector('[data-chart={chart}]').layout"
    return page.evaluate(f"['x', 'y'].map((axis) => {layout}[axis + 'axis'].range)")


def wait_for_words(page: Page, chart: str, words: str) -> None:
    """Waits until a picture's name, which says what it shows, has these words."""
    name = f"document.querySelector('[data-chart={chart}]').ariaLabel"
    page.wait_for_function(f"{name}.includes('{words}')")


def choose(page: Page, picture: str) -> None:
    page.get_by_role("button", name=picture, exact=True).click()
    page.wait_for_function(f"document.querySelector('[data-chart={picture.lower()}]').data")


def line_of(spec: Spec, weights: np.ndarray, x: list[float]) -> np.ndarray:
    data = prepared(spec)
    scaled = data.scale_features(np.array(x)[:, None])
    return data.unscale_target(scaled @ weights[:-1, None] + weights[-1])[:, 0]


def area_of(page: Page, chart: str) -> dict[str, float]:
    """Where a chart's points are on the page."""
    area = f"document.querySelector('[data-chart={chart}] .nsewdrag').getBoundingClientRect()"
    return page.evaluate(f"(({{x, y, width, height}}) => ({{x, y, width, height}}))({area})")


def pointer_over_epoch(page: Page, trained: float, epochs: int = 10) -> None:
    area = area_of(page, "loss")
    page.mouse.move(area["x"] + area["width"] * trained / epochs, area["y"] + 40)


@pytest.mark.parametrize("scale", ["none", "standard"])
def test_hovering_over_an_epoch_shows_its_line_and_leaving_returns_to_now(scale, page, show):
    spec = LINE.patched({"scaling": {"features": scale, "target": scale}})
    events, weights = walk(spec, reach=0.003)
    show(spec, events)
    drawn = trace(page, "fit", "line")
    assert drawn["y"] == pytest.approx(line_of(spec, weights[-1], drawn["x"]), rel=1e-5)
    before = drawn["y"]
    pointer_over_epoch(page, 7)
    wait_for_words(page, "fit", "After epoch 7")
    drawn = trace(page, "fit", "line")
    assert drawn["y"] == pytest.approx(line_of(spec, weights[7], drawn["x"]), rel=1e-5)
    expect(page.locator(".live-chart-status")).to_contain_text("epoch 7 of 10")
    page.mouse.move(2, 690)
    expect(page.locator(".live-chart-status")).to_contain_text("epoch 10 of 10")
    assert trace(page, "fit", "line")["y"] == before


def test_the_slider_below_the_loss_goes_through_the_epochs_by_keys(page, show):
    events, weights = walk(LINE, reach=0.003)
    show(LINE, events)
    slider = page.get_by_role("slider", name="Epoch shown")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "After epoch 7: loss 313")
    drawn = trace(page, "fit", "line")
    assert drawn["y"] == pytest.approx(line_of(LINE, weights[7], drawn["x"]), rel=1e-5)
    page.keyboard.press("End")
    expect(page.locator(".live-chart-status")).to_contain_text("epoch 10 of 10")


def test_a_run_whose_events_are_sent_with_the_page_is_gone_through_without_a_poll(
    event_server, page, show
):
    events, weights = walk(LINE, reach=0.003)
    show(LINE, events, inline=True)
    pointer_over_epoch(page, 4)
    wait_for_words(page, "fit", "After epoch 4")
    drawn = trace(page, "fit", "line")
    assert drawn["y"] == pytest.approx(line_of(LINE, weights[4], drawn["x"]), rel=1e-5)
    assert event_server.polls == []


def test_a_line_out_of_the_frame_leaves_a_mark(page, show):
    events, _ = walk(LINE, reach=1e4)
    show(LINE, events)
    mark = trace(page, "fit", "outside")
    assert mark["text"] == ["↑ 2.31e+6"]
    low, high = ranges(page, "fit")[1]
    assert low < mark["y"][0] < high
    ends = trace(page, "fit", "residuals")["y"][1::3]  # each as far as it is seen, none left out
    assert len(ends) == len(prepared(LINE).x_train) and max(ends) <= 2 * high - low


def test_many_features_are_predicted_against_actual(page, show):
    events, weights = walk(MANY)
    show(MANY, events)
    data = prepared(MANY)
    points = trace(page, "fit", "line")
    rows = {float(y): x for x, y in zip(data.x_train, data.y_raw_train[:, 0], strict=True)}
    low, high = ranges(page, "fit")[1]
    predicted = data.x_train @ weights[-1][:-1] + weights[-1][-1]
    inside = [p for p in predicted if low <= p <= high]
    assert len(rows) > 100
    for y in points["y"]:
        assert y is None or min(abs(np.array(inside) - y)) < 1e-3


def test_the_path_is_the_weights_and_contours_are_the_loss(page, show):
    events, weights = walk(LINE)
    show(LINE, events)
    choose(page, "Surface")
    path = trace(page, "surface", "path")
    assert path["x"] == pytest.approx(weights[:, 0])
    assert path["y"] == pytest.approx(weights[:, 1])
    assert_contours(page, LINE)


def assert_contours(page: Page, spec: Spec) -> None:
    """100 places of the contours against the loss of the rows themselves."""
    contours = trace(page, "surface", "contours")
    generator = np.random.default_rng(0)
    grid = len(contours["x"])
    lowest = losses(spec, np.linalg.lstsq(*_normal(spec))[0])
    for i, j in generator.integers(0, grid, (100, 2)):
        weights = np.array([contours["x"][j], contours["y"][i]])
        height = np.sqrt(losses(spec, weights) - lowest)
        assert contours["z"][i][j] == pytest.approx(height, rel=2e-3, abs=1e-3)


def _normal(spec: Spec) -> tuple[np.ndarray, np.ndarray]:
    data = prepared(spec)
    return np.column_stack([data.x_train, np.ones(len(data.x_train))]), data.y_train[:, 0]


def test_the_frame_follows_a_path_that_runs_away_and_says_so(page, show):
    events, weights = walk(LINE, reach=100.0)
    show(LINE, events)
    choose(page, "Surface")
    for (low, high), path in zip(ranges(page, "surface"), weights.T, strict=True):
        assert low <= path.min()
        assert path.max() <= high
    assert_contours(page, LINE)
    label = page.locator("[data-chart=surface]").get_attribute("aria-label")
    assert label
    assert "Zoomed out" in label


def test_the_arrow_moves_with_the_rate_and_lands_where_the_step_does(page, show):
    show(LINE)
    choose(page, "Surface")
    design, y = _normal(LINE)
    start = np.array(payloads(LINE)[1]["picture"]["start_weights"])
    gradient = 2 / len(y) * design.T @ (design @ start - y)
    for rate in (LINE.optimizer.learning_rate, 0.002):
        if rate == 0.002:
            page.evaluate(
                "dispatchEvent(new CustomEvent('uphill:rate', { detail: { rate: 0.002 } }))"
            )
            page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        arrow = trace(page, "surface", "arrow")
        tip = [arrow["x"][-1], arrow["y"][-1]]
        assert tip == pytest.approx(start - rate * gradient, rel=1e-5)


def test_the_valley_tells_where_the_next_step_lands(page, show):
    show(LINE)
    choose(page, "Valley")
    step = trace(page, "valley", "step")
    assert step["y"][1] > step["y"][0]  # past the limit
    expect(page.get_by_text("The next step lands across, higher")).to_be_visible()
    page.evaluate("dispatchEvent(new CustomEvent('uphill:rate', { detail: { rate: 0.004 } }))")
    expect(page.get_by_text("The next step lands across, lower")).to_be_visible()


def test_a_click_on_the_surface_asks_for_a_start_there(page, show):
    show(LINE, startable=True)
    choose(page, "Surface")
    area = area_of(page, "surface")
    page.mouse.click(area["x"] + area["width"] / 4, area["y"] + area["height"] / 4)
    page.wait_for_function("window.triggers.length > 0")
    [(name, told)] = page.evaluate("window.triggers")
    (left, right), (low, high) = ranges(page, "surface")
    assert name == "start"
    wanted = [left + (right - left) / 4, high - (high - low) / 4]
    assert told["weights"] == pytest.approx(wanted, abs=0.02 * (right - left))


def test_where_nothing_can_be_started_a_click_does_nothing(page, show):
    show(LINE)
    choose(page, "Surface")
    page.evaluate("() => { const later = setTimeout; window.setTimeout = (call) => later(call); }")
    page.locator("[data-chart=surface] .nsewdrag").first.click()
    page.evaluate("new Promise((done) => setTimeout(done))")  # behind all that a click may await
    assert page.evaluate("window.triggers") == []


def test_the_choice_of_picture_stays_and_its_zoom_too(page, show):
    events, _ = walk(LINE)
    show(LINE, events)
    choose(page, "Surface")
    page.evaluate("window.unmount()")
    page.evaluate("window.show(window.data)")
    expect(page.locator(".live-chart-state")).to_have_text("completed")
    page.wait_for_selector("[data-chart=surface] .nsewdrag")
    expect(page.locator("[data-chart=fit]")).to_be_hidden()
    area = area_of(page, "surface")
    page.mouse.move(area["x"] + 20, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + 120, area["y"] + 120, steps=3)
    page.mouse.up()
    zoomed = ranges(page, "surface")
    pointer_over_epoch(page, 3)
    wait_for_words(page, "surface", "After epoch 3")
    assert ranges(page, "surface") == zoomed


def test_the_landscape_is_drawn_on_demand(page, show):
    events, _ = walk(LINE)
    show(LINE, events)
    choose(page, "Surface")
    page.get_by_role("button", name="3-D").click()
    page.wait_for_function("document.querySelector('[data-chart=relief]')?.data")
    x, y, z = page.evaluate(
        "(() => { const s = document.querySelector('[data-chart=relief]').data[0];"
        "return [s.x[3], s.y[5], s.z[5][3]]; })()"
    )
    assert z == pytest.approx(losses(LINE, np.array([x, y])), rel=1e-4)
    page.get_by_role("button", name="3-D").click()
    expect(page.locator("[data-chart=surface]")).to_be_visible()


def test_points_are_moved_added_and_removed(page, show):
    points = [[1.0, 2.0], [5.0, 4.0], [10.0, 6.0]]
    show(LINE, points=points)
    handles = page.locator(".live-point")
    expect(handles).to_have_count(3)
    handles.nth(1).focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("window.triggers.length === 1")
    moved = page.evaluate("window.triggers[0][1].points")
    assert moved[1][0] == 5.0
    assert moved[1][1] > 4.0
    box = handles.nth(2).bounding_box()
    assert box
    page.mouse.move(box["x"] + 7, box["y"] + 7)
    page.mouse.down()
    page.mouse.move(box["x"] + 7, box["y"] - 60, steps=4)
    page.mouse.up()
    page.wait_for_function("window.triggers.length === 2")
    assert page.evaluate("window.triggers[1][1].points")[2][1] > 6.0
    handles.nth(0).focus()
    page.keyboard.press("Delete")
    page.wait_for_function("window.triggers.length === 3")
    assert len(page.evaluate("window.triggers[2][1].points")) == 2
    page.keyboard.press("Delete")
    expect(page.get_by_text("At least 2 points")).to_be_visible()
    area = area_of(page, "fit")
    page.mouse.click(area["x"] + area["width"] - 30, area["y"] + area["height"] - 30)
    page.wait_for_function("window.triggers.length === 4")
    assert len(page.evaluate("window.triggers[3][1].points")) == 3


DRAWN = [[1.0, 2.0], [2.0, 1.0], [4.0, 4.0], [5.0, 4.5]]


@pytest.mark.parametrize("scale", ["none", "standard", "minmax", "robust"])
def test_while_a_point_is_dragged_curvature_and_best_line_follow(page, show, scale):
    data = {"source": f"points:{';'.join(f'{x},{y}' for x, y in DRAWN)}", "target": "y"}
    spec = Spec.of(
        {"data": data | {"validation_fraction": 0, "degree": 2}, "scaling": {"features": scale}}
        | {"training": {"batch_size": None}}
    )
    show(spec, points=DRAWN)
    page.evaluate(
        "window.addEventListener('uphill:curvature', ({ detail }) => (window.told = detail.factor))"
    )
    handle = page.locator(".live-point").nth(3)
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 7, box["y"] + 7)
    page.mouse.down()
    page.mouse.move(box["x"] - 50, box["y"] + 60, steps=2)
    page.wait_for_function("window.told")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("window.triggers") == []  # it is still held
    rows = prepared(spec).train_rows
    told, best = trace(page, "fit", "data"), trace(page, "fit", "best")
    moved = np.array([told["x"], told["y"]]).T
    order = np.argsort(rows)
    assert moved[order][:3].tolist() == DRAWN[:3]
    assert moved[order][3, 0] < 5
    line = np.polyfit(moved[:, 0], moved[:, 1], 2)
    assert best["y"] == pytest.approx(np.polyval(line, best["x"]), rel=1e-6, abs=1e-9)
    curved = [largest_curvature(spec, table) for table in (moved[order], np.array(DRAWN))]
    assert page.evaluate("window.told") == pytest.approx(curved[0] / curved[1], rel=1e-6)
    page.mouse.up()
    page.wait_for_function("window.triggers.length === 1")


def largest_curvature(spec: Spec, table: np.ndarray) -> float:
    frame = pd.DataFrame(table, columns=["x", "y"])
    x = prepare(frame, spec.data, spec.scaling, 0).x_train.astype(float)
    design = np.column_stack([x, np.ones(len(x))])
    return float(np.linalg.norm(design, 2) ** 2)


def test_the_browser_writes_numbers_as_the_sentences_do(page, event_server):
    values = [0, 0.01, 0.935, 99.95, 0.000123456, 1.38e-5, 1e-8, -0.02, 7260.4, 1e6, 51_9e5, 1e9]
    page.goto(event_server.url)
    write = "async ([url, values]) => values.map((await import(url)).figure)"
    told = page.evaluate(write, [MODULES.url("live_view.js"), values])
    assert told == [figure(value) for value in values]


def test_the_slider_and_the_sentence_follow_the_curvature(page, show):
    show(LINE)
    limit = {"critical": 0.01, "constant": True, "peak": 1.0}
    slider = {"rate": 0.02, "limit": limit, "lowest": 1e-5, "highest": 1, "acknowledged": None}
    said = {"phase": "prediction", "title": "", "text": "", "icon": "", "level": "", "limit": limit}
    sentence = {"sentence": said, "rate": 0.02, "presented": False}
    for name, data in (("lab/rate_slider.js", slider), ("lab/sentence.js", sentence)):
        page.evaluate(MOUNT, module(name) | data)
    expect(page.locator(".rate-slider-ratio")).to_have_text("2 × largest stable 0.01")
    page.wait_for_selector(".sentence-words", state="attached")
    event = "new CustomEvent('uphill:curvature', { detail: { factor: 0.25 } })"
    page.evaluate(f"dispatchEvent({event})")
    expect(page.locator(".rate-slider-ratio")).to_have_text("0.5 × largest stable 0.04")
    words = "Below the limit. Your rate 0.02 is 0.5 × the largest stable one, 0.04."
    expect(page.locator(".sentence-words")).to_have_text(words)


def test_the_predicted_curve_and_the_sentence_follow_what_the_server_says_of_a_rate(page, show):
    show(LINE)
    told = {"phase": "prediction", "title": "Prediction:", "text": "slow.", "icon": "", "level": ""}
    answer = {"rate": 0.02, "epochs": [0, 1, 2], "losses": [3.0, 2.0, 1.0], "sentence": told}
    sentence = {"sentence": told | {"text": "", "limit": None}, "rate": 0.02, "presented": False}
    page.evaluate(MOUNT, module("lab/sentence.js") | sentence)
    page.wait_for_selector(".sentence-words", state="attached")
    page.evaluate(
        """(detail) => {
        const loss = document.querySelector("[data-chart=loss]");
        Plotly.addTraces(loss, { x: [0], y: [3], name: "predicted" });
        dispatchEvent(new CustomEvent("uphill:predicted", { detail }));
        }""",
        answer,
    )
    curve = page.evaluate(
        """() => document.querySelector("[data-chart=loss]").data.find(
        (trace) => trace.name === "predicted")"""
    )
    assert (curve["x"], curve["y"]) == (answer["epochs"], answer["losses"])
    expect(page.locator(".sentence-words")).to_have_text("Prediction: slow.")


@contextmanager
def touched(page: Page) -> Iterator[Callable[..., None]]:
    """A finger on the page: `touch("touchStart", x, y)`, `touch("touchEnd")`."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    try:
        yield touch
    finally:
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
        session.detach()


def test_a_finger_moves_points_and_removes_one_by_a_long_press(page, show):
    with touched(page) as touch:
        show(LINE, points=[[1.0, 2.0], [5.0, 4.0], [10.0, 6.0]])
        box = page.locator(".live-point").nth(1).bounding_box()
        assert box
        x, y = box["x"] + 7, box["y"] + 7
        touch("touchStart", x, y)
        for k in range(1, 5):
            touch("touchMove", x, y - 10 * k)
        touch("touchEnd")
        page.wait_for_function("window.triggers.length === 1")
        moved = page.evaluate("window.triggers[0][1].points")
        assert len(moved) == 3 and moved[1][1] > 4.5
        touch("touchStart", x, y - 40)
        page.wait_for_function("window.triggers.length === 2")  # still held
        touch("touchEnd")
        assert len(page.evaluate("window.triggers[1][1].points")) == 2


def test_a_finger_chooses_the_start_on_the_surface(page, show):
    with touched(page) as touch:
        show(LINE, startable=True)
        choose(page, "Surface")
        area = area_of(page, "surface")
        touch("touchStart", area["x"] + area["width"] / 4, area["y"] + area["height"] / 4)
        touch("touchEnd")
        page.wait_for_function("window.triggers.length > 0")
        (left, right), (low, high) = ranges(page, "surface")
        wanted = [left + (right - left) / 4, high - (high - low) / 4]
        [(name, told)] = page.evaluate("window.triggers")
        assert name == "start"
        assert told["weights"] == pytest.approx(wanted, abs=0.02 * (right - left))


def test_the_start_is_moved_by_arrow_keys_and_chosen_by_enter(page, show):
    show(LINE, startable=True)
    choose(page, "Surface")
    start, surface = page.locator(".live-start"), page.locator("[data-chart=surface]")
    begin = payloads(LINE)[1]["picture"]["start_weights"]
    named = f"Start: x {begin[0]:.4g}, bias 0"
    expect(start).to_have_attribute("aria-label", named)
    expect(surface).to_have_attribute("aria-label", re.compile("by arrow keys and press Enter"))
    start.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Enter starts there")).to_be_visible()
    page.keyboard.press("Escape")
    expect(start).to_have_attribute("aria-label", named)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    left, right = ranges(page, "surface")[0]
    [(name, told)] = page.evaluate("window.triggers")
    assert name == "start"
    wanted = [begin[0] + (right - left) / 10, 0]
    assert told["weights"] == pytest.approx(wanted, abs=0.01 * (right - left))


def test_where_a_picture_is_missing_it_says_why(page, show):
    wide = {"source": "synthetic:features=300,rows=40", "target": "y", "degree": 2}
    show(Spec.of({"data": wide} | TEN))
    button = page.get_by_role("button", name="Surface", exact=True)
    button.click()
    expect(page.get_by_text("With 600 features, powers counted")).to_be_visible()
    expect(page.locator("[data-chart=fit]")).to_be_hidden()
    page.get_by_role("button", name="Fit", exact=True).click()
    expect(page.locator("[data-chart=fit]")).to_be_visible()
    expect(page.get_by_text("With 600 features, powers counted")).to_be_hidden()
    assert trace(page, "fit", "line")["x"]  # what the initial weights give


def test_the_charts_below_say_what_they_show_now(page, show):
    events, weights = walk(LINE)
    frame = Frame.before(LINE, 20, prepared(LINE).features)
    below = CHART_BY_KEY["weights"]
    texts = {"key": below.key, "title": below.title, "shows": below.shows}
    show(LINE, events, more=[texts | {"figure": to_json(below.draw(frame))}])
    page.evaluate("document.querySelector('.live-chart-more').open = true")
    wait_for_words(page, "weights", f"After epoch 10: loss {events[-2]['full_loss']:.4g}: x ")
    pointer_over_epoch(page, 4)
    wait_for_words(page, "weights", "After epoch 4")
    name = page.locator("[data-chart=weights]").get_attribute("aria-label")
    assert f"x {weights[4, 0]:.3g}, bias {weights[4, 1]:.3g}" in (name or "")


def test_along_one_of_many_features_the_others_are_at_their_mean(page, show):
    events, weights = walk(MANY)
    show(MANY, events)
    page.get_by_role("combobox", name="What is drawn").select_option("along bmi")
    page.wait_for_function("document.querySelector('[data-chart=fit]').layout.xaxis.range[0] > 10")
    data = prepared(MANY)
    bmi = data.features.index("bmi")
    ends = ranges(page, "fit")[0]
    line = trace(page, "fit", "line")
    mean, deviation = np.mean(data.x_raw_train[:, bmi]), np.std(data.x_raw_train[:, bmi])
    wanted = (np.array(line["x"]) - mean) / deviation * weights[-1][bmi] + weights[-1][-1]
    assert ends[0] <= line["x"][0]
    assert line["y"] == pytest.approx(wanted, rel=1e-4)


def test_contours_of_a_loss_that_is_not_quadratic_follow_the_frame(page, show):
    spec = MANY.patched({"loss": {"key": "huber"}, "data": {"features": ["bmi", "bp"]}})
    events, weights = walk(spec, reach=80.0)
    show(spec, events)
    choose(page, "Surface")
    contours = trace(page, "surface", "contours")
    surface = payloads(spec)[2]["picture"]
    directions = np.array(surface["directions"])
    place = directions @ weights[-1]
    chosen = range(0, len(contours["x"]), 10)
    loss = np.empty((len(chosen), len(chosen)))
    sample = surface["loss"]
    design, target = np.array(sample["design"]), np.array(sample["target"])
    for row, i in enumerate(chosen):
        for column, j in enumerate(chosen):
            offset = np.array([contours["x"][j], contours["y"][i]]) - place
            miss = np.abs(design @ (weights[-1] + offset @ directions) - target)
            loss[row, column] = np.mean(np.where(miss <= 1, miss**2 / 2, miss - 0.5))
    z = np.array(contours["z"])[::10, ::10]
    assert ranges(page, "surface")[0][1] > surface["frame"]["x"][1]
    between = np.diff(z.ravel() ** 2)  # what is below the lowest is not told
    assert between == pytest.approx(np.diff(loss.ravel()), rel=1e-4, abs=1e-4 * np.ptp(loss))


def test_the_surface_lies_over_any_two_weights(page, show):
    events, weights = walk(MANY)
    show(MANY, events)
    choose(page, "Surface")
    names = [*prepared(MANY).features, "bias"]
    pair = [names.index("s5"), names.index("bmi")]
    page.get_by_role("combobox", name="Across").select_option("s5")
    expect(page.get_by_role("combobox", name="Upwards")).to_have_value("10")  # the bias
    page.get_by_role("combobox", name="Upwards").select_option("bmi")
    wait_for_words(page, "surface", f"s5 {weights[-1][pair[0]]:.3g}, bmi")
    path, contours = trace(page, "surface", "path"), trace(page, "surface", "contours")
    assert path["x"] == pytest.approx(weights[:, pair[0]], rel=1e-5)
    assert path["y"] == pytest.approx(weights[:, pair[1]], rel=1e-5)
    heights, exact = [], []
    for i, j in np.random.default_rng(0).integers(0, len(contours["x"]), (100, 2)):
        moved = weights[-1].copy()
        moved[pair] = contours["x"][j], contours["y"][i]
        heights.append(contours["z"][i][j] ** 2)
        exact.append(losses(MANY, moved))
    assert np.diff(heights) == pytest.approx(np.diff(exact), rel=1e-3, abs=1e-3 * np.ptp(exact))
    titles = page.locator("[data-chart=surface] .g-xtitle, [data-chart=surface] .g-ytitle")
    expect(titles).to_have_text(["weight of s5", "weight of bmi"])
    page.get_by_role("combobox", name="Across").select_option("steepest")
    wait_for_words(page, "surface", "steepest")
    page.wait_for_function(
        "document.querySelector('[data-chart=surface] .g-xtitle').textContent.includes('steep')"
    )


def test_the_valley_of_a_loss_that_is_not_quadratic_is_the_loss_of_the_rows(page, show):
    spec = MANY.patched({"loss": {"key": "mae"}, "data": {"features": ["bmi", "bp"]}})
    events, weights = walk(spec, reach=5.0)
    show(spec, events)
    choose(page, "Valley")
    told, curve = payloads(spec)[3]["picture"], trace(page, "valley", "parabola")
    sample, direction = payloads(spec)[2]["picture"]["loss"], np.array(told["direction"])
    places = np.array(curve["x"]) - direction @ weights[-1]
    at = weights[-1] + places[:, None] * direction
    exact = np.abs(at @ np.array(sample["design"]).T - np.array(sample["target"])).mean(axis=1)
    assert np.diff(curve["y"]) == pytest.approx(np.diff(exact), rel=1e-4, abs=1e-4)
    now = trace(page, "valley", "now")
    assert now["x"] == pytest.approx([direction @ weights[-1]], rel=1e-5)
    assert now["y"] == pytest.approx([events[-2]["full_loss"]])
    expect(page.get_by_text(f"from 200 of {len(prepared(spec).x_train)} rows")).to_be_visible()


def test_beside_a_bug_the_valley_is_the_loss_without_it(page, show):
    spec = LINE.patched({"bug": {"key": "misplaced-scale"}})
    events, weights = walk(spec, reach=0.003)
    events[-2] |= {"full_loss": 5000.0}  # with the bug
    show(spec, events)
    choose(page, "Valley")
    curve, now = trace(page, "valley", "parabola"), trace(page, "valley", "now")
    direction = np.array(payloads(spec)[3]["picture"]["direction"])
    at = weights[-1] + (np.array(curve["x"]) - direction @ weights[-1])[:, None] * direction
    assert curve["y"] == pytest.approx(losses(spec, at), rel=1e-4, abs=0.05)
    assert now["y"] == [5000]
    low, high = ranges(page, "valley")[1]
    assert low < 5000 < high


def test_of_a_layer_with_a_bug_the_line_is_what_it_gave(page, show):
    spec = LINE.patched({"bug": {"key": "misplaced-scale"}})
    show(spec)
    assert trace(page, "fit", "line")["x"] == []
    wait_for_words(page, "fit", "is seen once it runs")
    events, _ = walk(spec, reach=0.003)
    x = prepared(spec).x_raw_train[:, 0]
    gave = (5 + np.sin(x)).tolist()
    events[-2] |= {"outputs": gave}
    show(spec, events)
    line = trace(page, "fit", "line")
    assert line["x"] == sorted(x)
    assert line["y"] == pytest.approx([gave[i] for i in np.argsort(x)])
    residuals = trace(page, "fit", "residuals")
    assert residuals["y"][1::3] == pytest.approx(gave)
    pointer_over_epoch(page, 4)  # of which the events tell the weights alone, as before
    wait_for_words(page, "fit", "does not tell what its layer gave")


def test_the_values_in_the_code_are_those_of_the_probe_nearest_to_what_is_shown(page, show):
    events, _ = walk(LINE)
    events[1:1] = [probe(1, 80.0, per_epoch=1), probe(6, 1e4, per_epoch=1)]
    show(LINE, events)
    page.evaluate(
        MOUNT,
        module("code_values.js", parts=["picture/moment.js"]) | {"token": "t"},
    )
    caption = page.locator(".code-values caption")
    expect(caption).to_have_text("What they held at step 6, in epoch 7: the batch's loss is 10000")
    pointer_over_epoch(page, 3)
    expect(caption).to_have_text("What they held at step 1, in epoch 2: the batch's loss is 80")
    row = page.locator(".code-values tr", has_text="outputs")
    expect(row.locator("td")).to_have_text(["-2", "0.5", "1", "none"])
