"""What a learner takes away, downloaded by a real browser; the report opened without network."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import orjson
import plotly
import pytest
from playwright.sync_api import Browser, Page, Route

from core.charts import CHART_BY_KEY, Frame, filled, to_json
from core.data.uploads import find_table
from core.export.events import events_csv
from core.export.script import script
from pages.ui.modules import MODULES, module
from tests.browser.app import free_port
from tests.browser.takeaway_page import SPEC, events

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
UI = ROOT / "pages" / "ui"
FILES = {
    "/module_loader.js": UI / "module_loader.js",
    **{MODULES.url(path.relative_to(UI).as_posix()): path for path in UI.rglob("*.js")},
    "/plotly.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
}
PAGE = """<!doctype html><html lang="en"><style>
body { --st-text-color: #eeeeee; --st-background-color: #123456; }
</style><div id="mount"></div><script type="module">
import mount from "/module_loader.js";
window.show = (data) => mount({ data, parentElement: document.getElementById("mount") });
</script>"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Streamlit server of the one small page; no worker, no TensorFlow."""
    port = free_port()
    page = Path(__file__).parent / "takeaway_page.py"
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", page, "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    assert process.stdout is not None
    while "URL" not in process.stdout.readline():
        assert process.poll() is None
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    process.stdout.close()


def downloaded(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_every_file_arrives_and_the_report_opens_without_network(
    browser: Browser, page: Page, address: str, tmp_path: Path
):
    page.goto(address)
    page.get_by_text("Take away").click()
    files = {
        name: downloaded(page, name, tmp_path)
        for name in ("Script", "Notebook", "CSV", "JSON", "Report")
    }
    assert files["Script"].name == "uphill-run.py"
    assert files["Script"].read_text(encoding="utf-8") == script(SPEC, find_table("two-features"))
    nbformat.validate(nbformat.read(files["Notebook"], as_version=4))
    assert files["CSV"].read_text(encoding="utf-8") == events_csv(events())
    assert orjson.loads(files["JSON"].read_bytes()) == events()
    read_offline(browser, files["Report"])


def read_offline(browser: Browser, file: Path) -> None:
    """Opens the report with the network cut: it asks for nothing, complains of nothing, prints."""
    with browser.new_context(offline=True, color_scheme="dark") as context:
        page = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        assert page.title() == "Completed: y on two-features · Uphill"
        box = page.locator("svg polyline").last.bounding_box()
        assert box is not None and box["width"] > 300 and box["height"] > 30
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 28)"
        page.emulate_media(media="print")
        white = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert white == "rgb(255, 255, 255)"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.pdf(format="A4").startswith(b"%PDF")
        assert asked == [file.as_uri()]
        assert said == []


@pytest.mark.parametrize(("form", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_a_figure_is_saved_by_the_browser_itself(page: Page, tmp_path: Path, form, start):
    def answer(route: Route) -> None:
        path = FILES.get(urlsplit(route.request.url).path)
        if path:
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route("**/*", answer)
    page.goto("http://uphill.test/")
    page.wait_for_function("Boolean(window.show)")
    chart = CHART_BY_KEY["loss"]
    figure = to_json(filled(chart.draw(Frame(events()[0])), events()))
    charts = [{"key": "loss", "title": chart.title, "shows": chart.shows, "figure": figure}]
    data = {**module("live_chart.js"), "charts": charts, "plotly": "/plotly.js"}
    page.evaluate("(data) => { window.show(data); }", data)
    page.locator("[data-chart=loss]").hover()
    with page.expect_download() as download:
        page.locator(f"[data-chart=loss] [data-title='Save as {form}']").click()
    assert download.value.suggested_filename == f"uphill-loss.{form.lower()}"
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(start)
    if form == "SVG":
        assert b"validation loss" in content
        assert b"rgb(18, 52, 86)" in content  # the page's background, so that light words are seen
