"""What a class moves over its one access point: bytes of a first visit, and of a second."""

import base64
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pages.ui.plotly_bundle import PART, PART_URL, PLOTLY_URL
from tests.browser.app import READY, Server, open_page

pytestmark = pytest.mark.browser
FIRST, SECOND = 2_500_000, 200_000  # bytes, at most
KNOB, TRAIN = 36_000, 24_000  # the same of one answer over the WebSocket, once the page stands


class Network:
    """Bytes that a page receives, by HTTP and over its WebSocket, as they are on the wire."""

    def __init__(self, page: Page):
        self.bytes = self.socket_bytes = 0
        self.urls: list[str] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._received)
        session.on("Network.requestWillBeSent", lambda e: self.urls.append(e["request"]["url"]))

    def _loaded(self, event: dict) -> None:
        self.bytes += event["encodedDataLength"]

    def _received(self, event: dict) -> None:
        received = len(base64.b64decode(event["response"]["payloadData"]))
        self.bytes += received
        self.socket_bytes += received

    def loaded(self, part: str) -> list[str]:
        return [url for url in self.urls if part in url]


def visit(context: BrowserContext, address: str) -> tuple[Page, Network]:
    """Opens the lab, and waits until its charts are drawn and nothing more comes."""
    page = context.new_page()
    network = Network(page)
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_selector(".rate-slider input")
    page.wait_for_selector("[data-chart=loss] .main-svg", state="attached")
    page.wait_for_selector(".live-picture:not([hidden]) .main-svg", state="attached")
    page.wait_for_load_state("networkidle")
    return page, network


def test_a_first_visit_is_light_and_a_second_moves_next_to_nothing(
    browser: Browser, server: Server
):
    context = browser.new_context(viewport={"width": 1366, "height": 650})
    page, network = visit(context, server.address)
    assert 500_000 < network.bytes < FIRST
    assert network.loaded(PART_URL)
    assert not network.loaded("SyntaxHighlighter")  # of code that nobody has opened
    assert not network.loaded("PlotlyChart")  # Streamlit's own, which is whole
    page.close()
    page, network = visit(context, server.address)
    assert 1_000 < network.bytes < SECOND
    told = page.locator(".sentence-words")
    for number, most in enumerate((SECOND, KNOB)):  # menus tell once more what is chosen in them
        before = network.bytes
        rate = f"0.000{number + 3}"
        page.get_by_role("spinbutton", name=re.compile("Learning rate")).fill(rate)
        page.keyboard.press("Enter")
        expect(told).to_contain_text(f"Your rate {rate}")
        page.wait_for_load_state("networkidle")
        assert 5_000 < network.bytes - before < most
    before = network.socket_bytes
    page.get_by_role("button", name="Train", exact=True).click()
    expect(told).not_to_contain_text("Prediction")
    assert 5_000 < network.socket_bytes - before < TRAIN
    context.close()


def test_the_surface_in_3d_loads_the_whole_of_plotly_and_takes_nothing_from_the_rest(
    browser: Browser, server: Server
):
    page = open_page(browser, server.address)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    network = Network(page)
    page.get_by_role("button", name="Surface", exact=True).click()
    third = page.get_by_role("button", name="3-D")
    third.click()
    page.wait_for_selector("[data-chart=relief] canvas", state="attached")
    assert network.loaded("/api/plotly/")
    page.set_viewport_size({"width": 1200, "height": 900})  # each resizes what it has drawn
    third.click()
    page.wait_for_selector("[data-chart=relief]", state="detached")
    page.get_by_role("button", name="Valley", exact=True).click()
    page.wait_for_selector("[data-chart=valley] .main-svg", state="attached")
    assert errors == []
    page.context.close()


def test_the_part_of_plotly_is_of_the_installed_version():
    assert PART.exists(), "renew it: pages/ui/vendor/README.md"
    assert PLOTLY_URL == PART_URL
