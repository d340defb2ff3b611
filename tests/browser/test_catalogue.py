"""The catalogue as one looks through it: curves, a word to find them by, an item and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.bugs import BUGS
from pages.ui.catalogue.items import items
from tests.browser.app import Server, open_page

pytestmark = pytest.mark.browser
CURVES = """[...document.querySelectorAll(".card")].map(card => [
    new URL(card.href).searchParams.get("item"),
    [...card.querySelectorAll("path")].map(path => path.getAttribute("d")),
    card.querySelector(".card-cross") !== null])"""
OUTSIDE = """[...document.querySelectorAll(".card")].filter(card =>
    [...card.children].some(part => part.scrollWidth > part.clientWidth + 1)
    || card.getBoundingClientRect().right > innerWidth).map(card => card.innerText)"""

AT_TOP = "() => document.querySelector('[data-testid=stMain]').scrollTop === 0"


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    page = open_page(browser, f"{server.address}/catalogue")
    page.evaluate("window.loadedOnce = true")
    yield page
    page.context.close()


@pytest.fixture(autouse=True)
def all_curves(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/catalogue")
    expect(page.locator(".card")).to_have_count(len(items()))


@pytest.mark.parametrize("width", [390, 1366])
def test_every_item_has_its_curve_on_its_card(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    curves = {key: (paths, cross) for key, paths, cross in page.evaluate(CURVES)}
    assert set(curves) == set(items())
    for key, (paths, cross) in curves.items():
        drawn = items()[key].curve
        assert len(paths) == sum(
            bool(drawn["loss"][0] and drawn.get(name)) for name in ("loss", "mended", "validation")
        )
        assert cross is bool(drawn["broke"] and drawn["loss"][0])
        assert all("NaN" not in path and "Infinity" not in path for path in paths)
    assert page.evaluate(OUTSIDE) == []


def test_the_scale_is_switched_for_all(page: Page):
    before = page.evaluate(CURVES)
    page.get_by_role("button", name="Log scale").click()
    changed = [a[0] for a, b in zip(before, page.evaluate(CURVES), strict=True) if a[1] != b[1]]
    assert len(changed) > 30


def test_items_are_found_by_words(page: Page):
    page.get_by_role("searchbox").fill("nan values")
    shown = page.locator(".card:visible")
    expect(shown.filter(has_text="Values that are not finite")).to_have_count(1)
    assert shown.count() < 6
    page.get_by_role("searchbox").fill("zebra")
    expect(shown).to_have_count(0)
    expect(page.get_by_text("No curve is described by “zebra”.")).to_be_visible()


def test_a_card_leads_to_its_page_and_back_returns_to_the_card(page: Page):
    page.get_by_test_id("stButtonGroup").get_by_text("stage").click()
    page.wait_for_url("**/catalogue?by=stage")
    page.evaluate("window.loadedOnce = true")
    bug = BUGS[-1]
    page.locator(".card", has_text=bug.title).click()
    expect(page.get_by_role("heading", level=1, name=bug.title)).to_be_visible()
    page.wait_for_url(f"**/catalogue?item={bug.name()}")
    page.wait_for_function(AT_TOP)
    page.go_back()
    expect(page.locator(".card", has_text=bug.title)).to_be_focused()
    expect(page.locator(".card", has_text=bug.title)).to_be_in_viewport()
    page.wait_for_url("**/catalogue?by=stage")
    assert page.evaluate("window.loadedOnce")  # the app was not loaded again
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name=bug.title)).to_be_visible()
    page.get_by_role("link", name="All curves").click()
    expect(page.locator(".card")).to_have_count(len(items()))
