"""The live chart in a real browser, against a server that tells just what a test wants."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from core.charts import CHART_BY_KEY, CHARTS, Frame, filled, to_json
from tests.browser.component_page import NOT_LOADED, EventServer, show_component
from tests.core.charts.runs import RUNS, completed, ended, epoch, started

pytestmark = pytest.mark.browser

FRAMES = """() => new Promise((done) => {
    let left = 60;
    const next = () => (left-- ? requestAnimationFrame(next) : done());
    next();
})"""
LOSS = "document.querySelector('[data-chart=loss]')"


@pytest.fixture
def server(event_server: EventServer) -> EventServer:
    return event_server


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[Page]:
    """One page for all tests, so that the chart library is parsed from the cache."""
    with browser.new_context(viewport={"width": 1400, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page


@pytest.fixture
def page(shared: Page) -> Page:
    shared.emulate_media(reduced_motion="no-preference")
    return shared


@pytest.fixture
def show(server: EventServer, page: Page) -> Callable[..., None]:
    """Mounts the charts of a run, or calls the component again; waits for them if `loads`."""
    page.goto(server.url)
    page.wait_for_function("window.ready")

    def shown(token: str | None, frame: Frame, loads: bool = True, **more: Any) -> None:
        charts = [
            {
                "key": chart.key,
                "title": chart.title,
                "shows": chart.shows,
                "figure": to_json(chart.draw(frame)),
            }
            for chart in CHARTS
            if chart.live
        ]
        data = {"token": token, "charts": charts, "empty": "Press Train."}
        show_component(page, "live_chart.js", data | more)
        if loads:
            page.wait_for_selector("[data-chart=loss]")
            page.evaluate("document.querySelector('.live-chart-more').open = true")

    return shown


def plain(value: Any) -> Any:
    """Nested sequences of numbers and texts, comparable."""
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return float(value) if isinstance(value, int) else value


def epochs(page: Page) -> int:
    """How many epochs are drawn, behind the loss at the start."""
    return page.evaluate(f"{LOSS}.data.find((line) => line.name === 'loss').x.length") - 1


def wait_for_epochs(page: Page, count: int) -> None:
    line = f"{LOSS}.data?.find((line) => line.name === 'loss')"
    page.wait_for_function(f"{line}?.x.length === {count + 1}")


@pytest.mark.parametrize("name", RUNS)
def test_the_browser_draws_what_python_does(name, server, page, show):
    events = RUNS[name]
    server.runs["t"] = events
    frame = Frame(events[0], unstable_since=3)
    show("t", frame)
    if events[-1]["event"] == "run_ended":
        page.wait_for_function("window.triggers.length > 0")
    else:
        wait_for_epochs(page, 2)
    for chart in (chart for chart in CHARTS if chart.live):
        drawn = filled(chart.draw(frame), events)
        div = f"document.querySelector('[data-chart={chart.key}]')"
        keys = ["x", "y", "text", "customdata"]
        told = page.evaluate(f"(keys) => {div}.data.map((l) => keys.map((key) => l[key]))", keys)
        for line, columns in zip(drawn.data, told, strict=True):
            for key, column in zip(keys, columns, strict=True):
                assert plain(column) == plain(getattr(line, key)), (chart.key, line.name, key)
        width = page.evaluate(f"{div}.layout.xaxis.range")
        assert width == pytest.approx(list(drawn.layout.xaxis.range))


def test_what_comes_bit_by_bit_is_the_same_as_at_once(server, page, show):
    events = RUNS["diverged"]
    server.runs["t"], server.shown = events, 1
    frame = Frame(events[0], unstable_since=3)
    show("t", frame)
    for count in range(2, len(events) + 1):
        server.shown = count
        with page.expect_response(lambda response: "since=" in response.url):
            pass
    page.wait_for_function("window.triggers.length > 0")
    for chart in (chart for chart in CHARTS if chart.live):
        drawn = filled(chart.draw(frame), events)
        div = f"document.querySelector('[data-chart={chart.key}]')"
        told = page.evaluate(f"{div}.data.map((line) => [line.x, line.y])")
        assert plain(told) == plain([(line.x, line.y) for line in drawn.data])


def test_the_curve_grows_in_the_same_node_and_zoom_survives(server, page, show):
    events = completed(epochs=40)
    server.runs["t"], server.shown = events, 10
    show("t", Frame(events[0]))
    wait_for_epochs(page, 7)
    page.evaluate(f"window.node = {LOSS}; window.drawn = {LOSS}.querySelector('.main-svg')")
    box = page.locator("[data-chart=loss] .nsewdrag").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 200, steps=5)
    page.mouse.up()
    page.wait_for_function(f"{LOSS}.layout.xaxis.range[1] < 20")
    zoomed = page.evaluate(f"{LOSS}.layout.xaxis.range")
    server.shown = 10_000
    wait_for_epochs(page, 40)
    assert page.evaluate(f"window.node === {LOSS} && window.node.contains(window.drawn)")
    assert page.evaluate(f"{LOSS}.layout.xaxis.range") == zoomed
    expect(page.locator(".live-chart-status")).to_have_text(
        "epoch 40 of 40 · 160 steps · loss 1.8 · completed"
    )


def test_the_end_is_told_once(server, page, show):
    events = RUNS["diverged"]
    server.runs["t"] = events
    show("t", Frame(events[0]))
    page.wait_for_function("window.triggers.length > 0")
    show("t", Frame(events[0]), notify=False)
    show("t", Frame(events[0], [1.0]))  # another frame: the run is read again
    page.wait_for_function(f"{LOSS}.data.some((line) => line.name === 'predicted')")
    wait_for_epochs(page, 2)
    assert page.evaluate("window.triggers") == [["ended", "diverged"]]
    assert server.polls == [0, 0]


def test_a_lost_connection_loses_no_points(server, page, show):
    events = completed()
    server.runs["t"], server.shown = events, 5
    show("t", Frame(events[0]))
    wait_for_epochs(page, 2)
    server.status = 500
    notice = page.locator(".live-chart-notice")
    expect(notice).to_have_text("Connection lost, trying again.")
    server.shown, server.status = 10_000, 200
    wait_for_epochs(page, 10)
    expect(notice).to_be_empty()
    page.wait_for_function("window.triggers.length > 0")


def test_a_run_that_is_gone_says_so_and_is_not_asked_for_again(server, page, show):
    page.clock.install()
    show("unknown", Frame(started()))
    page.wait_for_function(f"{LOSS}.data")
    page.clock.run_for(4000)  # another server may not have it yet
    expect(page.locator(".live-chart-notice")).to_have_text("This run is no longer kept.")
    asked = len(server.polls)
    page.clock.run_for(20_000)
    assert len(server.polls) == asked


def test_a_run_that_another_server_began_is_asked_for_until_it_is_there(server, page, show):
    with page.expect_response("**/events**"):
        show("new", Frame(started()))
    server.runs["new"] = completed()
    wait_for_epochs(page, 10)
    expect(page.locator(".live-chart-notice")).to_be_empty()


def test_a_new_run_takes_the_place_of_the_old_one(server, page, show):
    server.runs = {"a": completed(), "b": [started(), epoch(0, 7.0), ended()]}
    show("a", Frame(started()))
    wait_for_epochs(page, 10)
    page.evaluate(f"window.node = {LOSS}")
    show("b", Frame(started()))
    wait_for_epochs(page, 1)
    assert page.evaluate(f"window.node === {LOSS}")
    page.wait_for_function("window.triggers.length === 2")


def test_before_a_run_nothing_is_polled(server, page, show):
    show(None, Frame(started(full_loss=None)))
    expect(page.locator(".live-chart-message")).to_have_text("Press Train.")
    show(None, Frame(started(full_loss=None), [50.0, 40.0]))
    page.wait_for_function(f"{LOSS}.data.some((line) => line.name === 'predicted')")
    expect(page.locator(".live-chart-message")).to_be_empty()
    assert server.polls == []


def test_a_failed_run_says_why(server, page, show):
    server.runs["t"] = RUNS["failed"]
    show("t", Frame(started()))
    expect(page.locator(".live-chart-message")).to_have_text("The layer cannot be built.")
    expect(page.locator(".live-chart-state")).to_have_text("failed")


def test_the_scale_is_switched_by_keyboard_and_stays(server, page, show):
    server.runs["t"], server.shown = completed(), 4
    show("t", Frame(started()))
    wait_for_epochs(page, 1)
    button = page.get_by_role("button", name="Log scale", pressed=True)
    button.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Log scale", pressed=False).is_visible()
    assert page.evaluate(f"{LOSS}.layout.yaxis.type") == "linear"
    server.shown = 10_000
    wait_for_epochs(page, 10)
    show("t", Frame(started(), [1.0]))
    page.wait_for_function(f"{LOSS}.data.some((line) => line.name === 'predicted')")
    assert page.evaluate(f"{LOSS}.layout.yaxis.type") == "linear"


def test_on_a_linear_axis_what_explodes_is_clipped_with_a_mark(server, page, show):
    server.runs["t"], server.shown = RUNS["diverged"], 1
    show("t", Frame(started()))
    wait_for_epochs(page, 0)
    button = page.get_by_role("button", name="Log scale")
    button.click()
    assert page.evaluate(f"{LOSS}.layout.annotations ?? []") == []
    server.shown = 10_000
    page.wait_for_function(f"{LOSS}.layout.annotations?.[0].text === '▲ up to 1.00e+38'")
    assert page.evaluate(f"{LOSS}.layout.yaxis.range") == [0, 240]
    assert page.evaluate(f"{LOSS}.layout.annotations[0].x") == 0.25
    button.click()
    page.wait_for_function(f"{LOSS}.layout.yaxis.type === 'log'")
    assert page.evaluate(f"{LOSS}.layout.annotations") == []
    assert page.evaluate(f"{LOSS}.layout.yaxis.range[1]") > 15


def test_another_theme_keeps_the_points(server, page, show):
    server.runs["t"] = completed()
    show("t", Frame(started()))
    wait_for_epochs(page, 10)
    page.evaluate("document.body.style.setProperty('--st-text-color', 'rgb(1, 2, 3)')")
    show("t", Frame(started()))
    page.wait_for_function(f"{LOSS}.layout.font.color === 'rgb(1, 2, 3)'")
    assert epochs(page) == 10
    assert server.polls == [0]


def draws(page: Page) -> None:
    """Counts how often the loss is drawn."""
    page.evaluate(
        f"""() => {{
            window.draws = 0;
            const extend = Plotly.extendTraces;
            Plotly.extendTraces = (div, ...rest) => {{
                window.draws += div === {LOSS};
                return extend(div, ...rest);
            }};
        }}"""
    )


@pytest.mark.parametrize(("motion", "bits"), [("no-preference", True), ("reduce", False)])
def test_an_answer_is_drawn_bit_by_bit_unless_motion_is_unwanted(motion, bits, server, page, show):
    page.emulate_media(reduced_motion=motion)
    events = completed(epochs=40)
    server.runs["t"], server.shown = events, 5
    show("t", Frame(events[0]))
    wait_for_epochs(page, 2)
    draws(page)
    server.shown = 10_000
    page.wait_for_function("window.triggers.length > 0")
    assert epochs(page) == 40
    assert (page.evaluate("window.draws") > 1) == bits


def test_a_hidden_page_does_not_poll(server, page, show):
    server.runs["t"], server.shown = completed(), 5
    show("t", Frame(started()))
    wait_for_epochs(page, 2)
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(hide, True)
    page.evaluate(FRAMES)  # the poll under way comes to its end
    polls = len(server.polls)
    page.evaluate(FRAMES)
    assert len(server.polls) == polls
    server.shown = 10_000
    page.evaluate(hide, False)
    wait_for_epochs(page, 10)


def test_what_is_unmounted_is_gone(server, page, show):
    server.runs["t"], server.shown = completed(), 5
    show("t", Frame(started()))
    wait_for_epochs(page, 2)
    page.evaluate("window.unmount()")
    expect(page.locator("#mount")).to_be_empty()


def test_charts_tell_what_they_show(server, page, show):
    show(None, Frame(started()))
    loss = CHART_BY_KEY["loss"]
    expect(page.get_by_role("figure", name=f"{loss.title}. {loss.shows}")).to_be_visible()


def fail_once(page: Page, name: str) -> list[str]:
    """Lets the first request for a file fail; returns the URLs of all requests for it."""
    urls: list[str] = []

    def answer(route: Route) -> None:
        urls.append(urlsplit(route.request.url).path)
        if len(urls) == 1:
            route.abort()
        else:
            route.continue_()

    page.route(f"**/{name}", answer)
    return urls


@pytest.mark.parametrize("name", ["live_chart.js", "live_view.js", "plotly.js"])
def test_what_did_not_load_is_requested_again(name, server, page, show):
    urls = fail_once(page, name)
    server.runs["t"] = completed()
    show("t", Frame(started()), loads=False)  # no update follows: what does not change is sent once
    expect(page.get_by_role("alert").filter(has_text=NOT_LOADED)).to_be_visible()
    page.wait_for_selector("[data-chart=loss]")
    wait_for_epochs(page, 10)
    expect(page.get_by_text(NOT_LOADED)).to_be_hidden()
    page.unroute(f"**/{name}")
    assert len(urls) == 2


def test_the_latest_update_is_shown_when_the_module_has_loaded(server, page, show):
    server.runs["t"] = completed()
    show(None, Frame(started()), loads=False)
    show("t", Frame(started()))
    wait_for_epochs(page, 10)
    assert page.locator(".live-chart").count() == 1


def test_what_is_unmounted_while_its_module_loads_never_appears(server, page, show):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/live_view.js", hold)
    with page.expect_request("**/live_view.js"):
        show("t", Frame(started()), loads=False)
    page.evaluate("window.unmount()")
    with page.expect_event("requestfinished"):
        for route in held:
            route.continue_()
    page.unroute("**/live_view.js")
    page.evaluate(FRAMES)
    expect(page.locator("#mount")).to_be_empty()
    assert len(held) == 1
    assert server.polls == []


def test_unmounting_while_plotly_draws_is_no_error(server, page, show):
    show(None, Frame(started()))
    page.wait_for_function(f"{LOSS}.data")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    figure = to_json(CHART_BY_KEY["loss"].draw(Frame(started(), [1.0])))
    page.evaluate(
        """async (figure) => {
            const react = Plotly.react;
            const drawn = new Promise((done) => {
                Plotly.react = (...args) => { done(); return react(...args); };
            });
            window.show({ ...window.data, charts: [{ ...window.data.charts[0], figure }] });
            await drawn; // and not what follows the drawing
            window.unmount();
            Plotly.react = react;
        }""",
        figure,
    )
    page.evaluate(FRAMES)
    assert errors == []
