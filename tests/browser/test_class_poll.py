"""How a page hears that its class has changed, in a real browser, against a route of the test's."""

import pytest
from playwright.sync_api import Page, Route

from tests.browser.component_page import EventServer, show_component

pytestmark = pytest.mark.browser
TRIGGERS = "window.triggers"


@pytest.fixture
def show(event_server: EventServer, page: Page):
    """Mounts the poll of a page that knows the class in some state; the class is in state `new`."""

    def answer(route: Route) -> None:
        route.fulfill(json={"state": "new"})

    page.clock.install()
    page.route("**/api/class/ticket/state**", answer)
    page.goto(event_server.url)
    page.wait_for_function("window.ready")
    return lambda state: show_component(page, "class_poll.js", {"ticket": "ticket", "state": state})


def polls(page: Page, milliseconds: int) -> None:
    """Lets time pass on the page's clock, with some answers in it."""
    for _ in range(milliseconds // 1000):
        with page.expect_response("**/state**"):
            page.clock.run_for(1000)


def test_the_page_is_told_once_of_a_change_and_again_if_it_does_not_show_it(page, show):
    show("old")
    page.wait_for_function(f"{TRIGGERS}.length")
    polls(page, 5000)
    assert page.evaluate(TRIGGERS) == [["changed", "new"]]
    polls(page, 5000)  # what the page was told got lost
    assert page.evaluate(TRIGGERS) == [["changed", "new"]] * 2
    show("new")
    polls(page, 20_000)
    assert len(page.evaluate(TRIGGERS)) == 2
