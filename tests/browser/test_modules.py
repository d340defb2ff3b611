"""Components load their scripts from our route: each once, and from the browser's cache later."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from pages.ui.modules import MODULES
from tests.browser.app import Server, open_page

pytestmark = pytest.mark.browser
SCRIPTS = ["live_view.js", "live_chart.js", "sweep/map.js", "lab/rate_slider.js"]
TRANSFERRED = """url => performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith(url)).map(entry => entry.transferSize)"""


def drawn(page: Page, selector: str) -> None:
    page.wait_for_function("selector => document.querySelector(selector)?.data", arg=selector)


def test_charts_and_map_share_one_module_that_is_requested_once(browser: Browser, server: Server):
    page = open_page(browser, server.address)
    drawn(page, "[data-chart=loss]")
    requests: Counter[str] = Counter()
    errors: list[str] = []
    page.on("request", lambda request: requests.update([urlsplit(request.url).path]))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.goto(f"{server.address}/sweep")
    drawn(page, ".sweep-map-plot")
    for name, selector in (("Lab", "[data-chart=loss]"), ("Sweep", ".sweep-map-plot")):
        page.get_by_role("link", name=name, exact=True).click()
        drawn(page, selector)
        if name == "Lab":
            page.wait_for_selector(".rate-slider input")
    assert {name: requests[MODULES.url(name)] for name in SCRIPTS} == dict.fromkeys(SCRIPTS, 1)
    assert page.evaluate(TRANSFERRED, MODULES.url("live_view.js")) == [0]  # the cache had it
    assert errors == []
    page.context.close()
