"""A real Chromium for the tests that look at the page as a learner does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.app import Server
from tests.browser.component_page import EventServer, serve

CHROMIUM = Path("/usr/bin/chromium")  # where Debian has it; else the one Playwright installed
PATIENCE = 20_000  # ms
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = str(CHROMIUM) if CHROMIUM.exists() else None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, once for all tests of this process: a browser's context is a learner of its own."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def running_event_server() -> Iterator[EventServer]:
    with serve() as server:
        yield server


@pytest.fixture
def event_server(running_event_server: EventServer) -> EventServer:
    """A server of events without any, for one test."""
    running_event_server.reset()
    return running_event_server
