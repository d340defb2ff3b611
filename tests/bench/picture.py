"""What the picture costs a learner's browser: main-thread time per answer, with and without it.

A run of 8 features at 20 epochs a second is drawn by a real Chromium, from a server that tells some
epochs more with each poll. `make bench` runs it.
"""

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from core.charts import CHARTS, Frame, Scene, to_json
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.events import Event
from core.spec import Spec
from tests.browser.component_page import EventServer, serve, show_component
from tests.browser.conftest import ARGS, CHROMIUM
from tests.core.charts.runs import epoch, started

FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4")
SPEC = Spec.of(
    {
        "data": {"features": FEATURES},
        "scaling": {"features": "standard"},
        "training": {"epochs": 300, "batch_size": None},
    }
)
PER_POLL = 7  # epochs, about, at 20 a second and a poll every 0.33 s
POLLS = 25
KINDS = ("fit", "surface", "valley")
LIMIT = 1.5
STYLE = ".live-chart-plot { height: 300px } [hidden] { display: none }"


def main() -> None:
    data = prepare(find_table("diabetes"), SPEC.data, SPEC.scaling, 0)
    events = run_of(data)
    path = str(CHROMIUM) if CHROMIUM.exists() else None
    with serve() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        bare = milliseconds(browser, server, data, events, None)
        print(f"browser's time per update, loss alone      {bare:8.1f} ms")
        for kind in KINDS:
            spent = milliseconds(browser, server, data, events, kind)
            ratio = f"{spent / bare:.2f} ×, limit {LIMIT}"
            print(f"browser's time per update, with {kind:10} {spent:8.1f} ms  {ratio}")
        browser.close()


def run_of(data: Prepared) -> list[Event]:
    """Weights that go towards 0 from the initial ones, over all epochs."""
    start = Scene(SPEC, data).start
    told = [start * np.exp(-k / 50) for k in range(SPEC.training.epochs)]
    first = started(8, SPEC.training.epochs, 1, weights=start.tolist())
    rest = [epoch(k, 100.0 / (k + 1), 1, weights=w.tolist()) for k, w in enumerate(told)]
    return [first, *rest]


def milliseconds(
    browser: Browser, server: EventServer, data: Prepared, events: list[Event], kind: str | None
) -> float:
    """Time of the page's main thread for one answer, from the poll on."""
    server.reset()
    server.runs["t"], server.shown = events, 20
    page = browser.new_page(viewport={"width": 1066, "height": 650})
    page.goto(server.url)
    page.wait_for_function("window.ready")
    page.evaluate(f"localStorage.setItem('uphill-shown', JSON.stringify({{picture: '{kind}'}}))")
    page.goto(server.url)
    page.wait_for_function("window.ready")
    page.add_style_tag(content=STYLE)
    show_component(page, "live_chart.js", {"token": "t", "charts": payloads(data, bool(kind))})
    page.wait_for_function("document.querySelector('[data-chart=loss]')?.data")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # of a busy machine, too

    def busy() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    def poll() -> None:
        with page.expect_response(lambda response: "since=" in response.url):
            pass

    poll()
    began = busy()
    for _ in range(POLLS):
        server.shown += PER_POLL
        poll()
    spent = busy() - began
    page.close()
    return 1000 * spent / POLLS


def payloads(data: Prepared, with_picture: bool) -> list[dict]:
    frame = Frame.before(SPEC, len(data.x_train), data.features, scene=Scene(SPEC, data))
    told = []
    for chart in CHARTS:
        picture = chart.picture(frame) if chart.picture and with_picture else None
        if chart.key == "loss" or picture:
            texts = {"key": chart.key, "title": chart.title, "shows": chart.shows}
            told.append(texts | {"figure": to_json(chart.draw(frame))})
        if picture:
            told[-1]["picture"] = picture | {"rate": SPEC.optimizer.learning_rate}
    return told


if __name__ == "__main__":
    main()
