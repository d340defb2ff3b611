"""The catalogue's cards alone: which of them has the focus when the reader comes back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.component_page import EventServer, show_component

pytestmark = pytest.mark.browser
CURVE = {"loss": [[0, 1], [2.0, 1.0]]}
ITEMS = [{"key": key, "title": key, "line": "", "words": "", **CURVE} for key in ("one", "two")]
SHOWN: dict[str, Any] = {"groups": [["Group", ITEMS]], "find": True}
MOVED = "() => document.body.prepend(document.getElementById('mount'))"
HIDDEN = "(hidden) => { document.getElementById('mount').hidden = hidden; }"
NOBODY = "() => document.activeElement === document.body"


@pytest.fixture
def opened(page: Page, event_server: EventServer) -> Iterator[Page]:
    """The cards, shown again after the second was opened."""
    page.goto(event_server.url)
    page.wait_for_function("() => window.ready")
    show_component(page, "catalogue/cards.js", SHOWN)
    page.locator(".card", has_text="two").click()
    assert page.evaluate("window.triggers") == [["opened", "two"]]
    page.evaluate("window.unmount()")
    show_component(page, "catalogue/cards.js", SHOWN)
    yield page


def test_the_card_that_was_opened_has_the_focus(opened: Page):
    expect(opened.locator(".card", has_text="two")).to_be_focused()


def test_it_keeps_the_focus_where_the_page_moves_it(opened: Page):
    expect(opened.locator(".card", has_text="two")).to_be_focused()
    opened.evaluate(MOVED)
    expect(opened.locator(".card", has_text="two")).to_be_focused()


def test_it_has_the_focus_again_when_it_is_hidden_for_a_while(opened: Page):
    expect(opened.locator(".card", has_text="two")).to_be_focused()
    opened.evaluate(HIDDEN, True)
    opened.wait_for_function(NOBODY)
    opened.evaluate(HIDDEN, False)
    expect(opened.locator(".card", has_text="two")).to_be_focused()


def test_who_has_moved_on_is_not_brought_back(opened: Page):
    expect(opened.locator(".card", has_text="two")).to_be_focused()
    opened.mouse.click(5, 900)
    opened.evaluate(MOVED)
    show_component(opened, "catalogue/cards.js", SHOWN)
    expect(opened.locator(".card").first).to_be_visible()
    assert opened.evaluate(NOBODY)
