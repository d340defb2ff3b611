"""What every page is to people who see it badly, or not at all, or who use no mouse."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pages.ui.data.explore import VIEWS
from tests.browser.app import READY, SECONDS, Server, button, expect_outcome, open_page

pytestmark = pytest.mark.browser
SETTLED = f"{READY}[data-test-script-state=notRunning]"
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
STREAMLIT: tuple[tuple[str, str, str], ...] = ()  # its own markup: rule, selector, why it is left
CHECK = """([rules, allowed]) => axe.run(
    {exclude: [".main-svg"]},  // a chart's own letters, hundreds of them, which the theme colours
    {runOnly: rules, resultTypes: ["violations"]}).then(({violations}) =>
        violations.flatMap(({id, nodes}) => nodes
            .filter(({target}) => !allowed.some(([rule, selector]) =>
                rule === id && document.querySelector(target[0])?.closest(selector)))
            .map(({html, any, all, none}) =>
                `${id}: ${html.slice(0, 200)}: ${[...any, ...all, ...none][0]?.message}`)))"""
HEADINGS = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(heading => heading.checkVisibility()).map(heading => Number(heading.tagName[1]))"""
CHARTS = """[...document.querySelectorAll(".js-plotly-plot")].filter(div => div.checkVisibility())
    .map(div => div.closest("[role=figure], [role=group]")?.getAttribute("aria-label"))"""
FOCUSED = """(() => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(document.activeElement);
    return {name: document.activeElement.innerText.trim().split("\\n").at(-1),
            test: document.activeElement.dataset.testid ?? "",
            ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 || boxShadow !== "none"};
})()"""


def settle(page: Page) -> None:
    """Waits until the script has run and nothing is being drawn."""
    page.wait_for_selector(SETTLED)
    page.wait_for_function(
        "() => !document.querySelector('[data-stale=true], [data-testid=stSpinner]')"
    )


def check(page: Page) -> None:
    """Asserts what holds of every page, in light and in dark."""
    settle(page)
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    for scheme, rules in (("dark", ["color-contrast"]), ("light", TAGS)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme",
            arg=scheme,
        )
        assert page.evaluate(CHECK, [rules, STREAMLIT]) == [], scheme
    levels = page.evaluate(HEADINGS)
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = page.evaluate(CHARTS)
    assert all(names) and len(set(names)) == len(names)


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    page = open_page(browser, server.address)
    yield page
    page.context.close()


def go_to(page: Page, name: str) -> None:
    """Goes to a page by the navigation, which is quicker than to load the app again."""
    page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
    page.wait_for_function("name => document.title.startsWith(name)", arg=name)


def test_the_lab_before_and_after_a_run_and_what_shows_the_run_then(page: Page, server: Server):
    page.goto(f"{server.address}/?lesson=own&bug=gradient-ascent&schedule=cosine_decay")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    check(page)
    page.goto(server.address)
    button(page, "Train").click()
    expect_outcome(page, "1.44 × the largest stable one")
    check(page)
    button(page, "Share").click()
    button(page, "Link to the run on screen").click()
    link = page.get_by_test_id("stPopoverBody").get_by_text("/s/")
    expect(link).to_be_visible(timeout=SECONDS)
    check(page)
    address = link.inner_text()
    page.keyboard.press("Escape")
    go_to(page, "Runs")
    check(page)
    page.goto(address)
    expect(page.get_by_role("heading", name="A shared run")).to_be_visible(timeout=SECONDS)
    check(page)


def test_every_view_of_a_table(page: Page, server: Server):
    page.goto(f"{server.address}/data")
    for view in VIEWS:
        page.get_by_test_id("stButtonGroup").get_by_text(view).click()
        settle(page)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        check(page)


def test_all_curves_a_bug_and_a_cause(page: Page, server: Server):
    page.goto(f"{server.address}/catalogue")
    for title in ("Gradient ascent", "No bias"):
        card = page.locator(".card", has_text=title)
        expect(card).to_be_visible(timeout=SECONDS)
        check(page)
        card.click()
        page.wait_for_selector(".js-plotly-plot .main-svg")
        check(page)
        page.go_back()


def test_the_other_pages(page: Page, server: Server):
    page.goto(f"{server.address}/about")
    check(page)
    go_to(page, "Sweep")
    check(page)
    go_to(page, "Your own")
    check(page)
    button(page, "Use an example").click()
    expect(page.get_by_text("What theory says:")).to_be_visible(timeout=SECONDS)
    check(page)
    page.get_by_text("Your loss curve", exact=True).click()
    button(page, "Use an example").click()
    expect(page.get_by_text("The loss grows.")).to_be_visible(timeout=SECONDS)
    check(page)


def test_a_link_leads_past_the_navigation_and_train_is_near(page: Page, server: Server):
    page.goto(server.address)
    expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    settle(page)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == {
        "name": "Skip to main content",
        "test": "stSkipToContent",
        "ring": True,
    }
    page.keyboard.press("Enter")
    reached = []
    while "Train" not in reached and len(reached) < 12:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED)["name"])
    assert reached[-1] == "Train", reached


def test_the_focus_is_seen_in_the_navigation(page: Page, server: Server):
    page.goto(f"{server.address}/about")
    settle(page)
    page.keyboard.press("Tab")
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert {focused["test"] for focused in seen} == {"stTopNavLink"}
    assert all(focused["ring"] for focused in seen)
    assert [focused["name"] for focused in seen][::7] == ["Lab", "About"]
