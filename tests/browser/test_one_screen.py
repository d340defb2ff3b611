"""The lab's first screen, held by bounding boxes; its keys; the presenter's view."""

import os
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import (
    READY,
    SECONDS,
    Server,
    button,
    expect_outcome,
    trace_values,
    wait_for_points,
)

pytestmark = pytest.mark.browser
SIZES = [(1366, 650), (390, 844)]
if os.environ.get("SIZES") == "full":
    SIZES += [(1280, 720), (1440, 780), (1920, 1080), (800, 900)]
ROOMS = [(1920, 1080, "dark"), (1280, 720, "light")]
NARROW = 900  # px: below, the knobs are behind a button
MOVED = 4  # px, at most
WIDE_TABLE = ",".join([*(f"x{i}" for i in range(1, 13)), "y"]) + "\n"
WIDE_TABLE += "".join(
    ",".join(f"{(7 * i * j + j) % 23 / 10 + j}" for j in range(13)) + "\n" for i in range(1, 41)
)
CASES = {
    "lesson": ("?speed=100+epochs/s", "section_scaling"),
    "bug": ("?lesson=bug-in-the-gradient&speed=100+epochs/s", "section_model"),
    "own table": ("?speed=100+epochs/s&epochs=60", "section_data"),
}
BOXES = """() => Object.fromEntries(
  ['.st-key-what_to_do', '.st-key-train', '.st-key-controls', '.sentence', '[data-chart=loss]',
   '[data-chart=fit]', '.st-key-below'].map(name => {
    const box = document.querySelector(name).getBoundingClientRect();
    return [name, [box.left, box.top, box.right, box.bottom]];
  }))"""


def open_lab(browser: Browser, address: str, width: int, height: int, **options: Any) -> Page:
    size = {"width": width, "height": height}
    page = browser.new_context(viewport=size, reduced_motion="reduce", **options).new_page()
    page.set_default_timeout(SECONDS)
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_selector("[data-chart=loss] .main-svg", state="attached")
    return page


def upload(page: Page) -> None:
    data = {"name": "wide.csv", "mimeType": "text/csv", "buffer": WIDE_TABLE.encode()}
    page.get_by_text("Use your own table").dispatch_event("click")  # on a phone behind a button
    page.locator("input[type=file]").first.set_input_files(data)
    expect(page.get_by_text("wide.csv").first).to_be_attached()
    expect(page.locator(".sentence")).to_contain_text("Prediction:")
    page.wait_for_selector("[data-test-script-state=notRunning]")


def boxes(page: Page) -> dict[str, list[float]]:
    return page.evaluate(BOXES)


def assert_fields_can_be_read(page: Page) -> None:
    fields = page.locator("[data-testid=stSidebar] :is([type=text], [type=number])")
    width = "all => all.map(e => [e.ariaLabel, e.getBoundingClientRect().width])"
    seen = [found for found in fields.evaluate_all(width) if found[1]]
    assert len(seen) > 5
    assert [found for found in seen if found[1] < 40] == []


def assert_in_sight(page: Page, found: dict[str, list[float]], width: int, height: int) -> None:
    _, top, right, bottom = found["[data-chart=loss]"]
    assert bottom - top >= 260
    for name in (".st-key-what_to_do", ".st-key-train", ".sentence", "[data-chart=loss]"):
        box = found[name]
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height, (name, box)
    if width > NARROW:
        picture = found["[data-chart=fit]"]
        assert picture[0] >= right and picture[2] <= width and picture[3] <= height, picture
        assert picture[1] == pytest.approx(top, abs=1)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    overflow = """() => [...document.querySelectorAll('[data-testid=stMain], html')]
        .map(e => e.scrollWidth - e.clientWidth)"""
    assert page.evaluate(overflow) == [0, 0]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("case", CASES)
def test_all_that_matters_is_in_sight_and_nothing_moves(
    browser, server: Server, case, width, height
):
    link, section = CASES[case]
    page = open_lab(browser, f"{server.address}/{link}", width, height)
    if case == "own table":
        upload(page)
    before = boxes(page)
    assert_in_sight(page, before, width, height)
    knobs = page.locator(f".st-key-{section} [data-testid=stWidgetLabel]").first
    if width > NARROW:
        expect(knobs).to_be_in_viewport()
        assert_fields_can_be_read(page)
    else:
        expect(knobs).not_to_be_in_viewport()
    page.keyboard.press(">")  # an epoch, and a pause: some of these runs break within a second
    expect(page.locator(".sentence")).to_have_attribute("data-phase", "progress")
    wait_for_points(page, 1)
    during = boxes(page)
    page.keyboard.press("t")
    expect(page.locator(".sentence")).to_have_attribute("data-phase", "verdict", timeout=SECONDS)
    after = boxes(page)
    for found in (during, after):
        assert_in_sight(page, found, width, height)
        for name, box in found.items():
            edges = 4 if name != ".st-key-below" else 2  # it grows downwards
            moved = [abs(a - b) for a, b in zip(box[:edges], before[name][:edges], strict=True)]
            assert max(moved) <= MOVED, (name, before[name], box)
    if width <= NARROW:  # the first tap opens the knobs, and they stay open
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
        expect(page.get_by_test_id("stSidebarContent")).to_be_in_viewport(ratio=0.5)
        if case == "lesson":  # and they cover no page that is opened next
            page.goto(f"{server.address}/about")
            sidebar = page.get_by_test_id("stSidebar")
            expect(sidebar).to_have_attribute("data-collapsed", "true", timeout=SECONDS)
    page.context.close()


def test_keys_press_the_buttons_but_not_while_somebody_writes(browser: Browser, server: Server):
    page = open_lab(browser, f"{server.address}/?speed=slow+motion", 1366, 650)
    said = page.locator(".sentence")
    page.get_by_role("spinbutton", name=re.compile("Epochs")).focus()
    page.keyboard.press("t")
    page.keyboard.press(".")
    expect(said).to_have_attribute("data-phase", "prediction")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(".")
    expect(said).to_contain_text("Paused.", timeout=SECONDS)  # once TensorFlow has started
    expect(said).to_contain_text("epoch 1 of 100")
    page.keyboard.press(">")
    expect(said).to_contain_text("epoch 2 of 100")
    shown = page.get_by_role("slider", name="Epoch shown")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("aria-valuetext", re.compile("After epoch 1:"))
    page.get_by_role("spinbutton", name=re.compile("Epochs")).focus()  # arrows are its own
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("aria-valuetext", re.compile("After epoch 1:"))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("aria-valuetext", re.compile("After epoch 2:"))
    page.keyboard.press("t")
    expect(button(page, "Pause")).to_be_enabled()
    page.keyboard.press("t")
    expect(button(page, "Resume")).to_be_enabled()
    page.keyboard.press("0")
    expect(said).to_have_attribute("data-phase", "prediction")
    assert trace_values(page) == []
    page.wait_for_url(re.compile("^((?!run=).)*$"))
    page.keyboard.press("n")
    expect(page.get_by_role("combobox", name="Lesson")).to_have_value(re.compile("half the rate"))
    page.context.close()


@pytest.mark.parametrize(("width", "height", "scheme"), ROOMS)
def test_a_room_sees_large_type_and_waits_for_the_verdict(
    browser: Browser, server: Server, width, height, scheme
):
    link = f"{server.address}/?present=1&speed=100+epochs/s"
    page = open_lab(browser, link, width, height, color_scheme=scheme)
    for hidden in ("[data-testid=stSidebar]", ".st-key-controls", ".st-key-lesson_row"):
        expect(page.locator(hidden)).to_be_hidden()
    said = page.locator(".sentence")
    expect(said).to_contain_text("What will the loss do?")
    expect(page.get_by_text("Prediction")).to_have_count(0)
    page.keyboard.press("v")
    expect(said).to_contain_text("Prediction: diverges.")
    page.keyboard.press("t")
    expect(said).to_contain_text("What happened, and why?", timeout=SECONDS)
    page.keyboard.press("v")
    expect_outcome(page, "1.44 × the largest stable one")
    wait_for_points(page, 60)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.sentence-words, .presenter-hints, .main-svg text')]
            .filter(e => e.textContent.trim() && e.getBoundingClientRect().width)
            .map(e => [e.textContent, parseFloat(getComputedStyle(e).fontSize)])"""
    )
    assert [found for found in sizes if found[1] < 20] == []
    lines = page.evaluate(
        """() => [...document.querySelectorAll('[data-chart=loss] .scatterlayer .js-line')]
            .map(e => parseFloat(getComputedStyle(e).strokeWidth))"""
    )
    assert lines and min(lines) >= 4
    bottom = page.locator("[data-chart=loss]").bounding_box()
    assert bottom and bottom["y"] + bottom["height"] <= height
    page.keyboard.press("p")
    expect(page.locator(".st-key-controls")).to_be_visible()
    expect(page).not_to_have_url(re.compile("present"))
    page.context.close()


def test_a_link_leaves_controls_out_and_keeps_their_settings(browser: Browser, server: Server):
    link = f"{server.address}/?hide=lessons,bug,optimizer&optimizer=adam&speed=full+speed"
    page = open_lab(browser, link, 1366, 650)
    for name in ("bug", "optimizer"):
        expect(page.locator(f".st-key-knobs_{name}")).to_be_hidden()
    expect(page.locator(".st-key-knobs_schedule")).to_be_visible()
    page.keyboard.press("n")  # the next lesson, were it not left out
    page.keyboard.press("t")
    expect_outcome(page, "Completed")  # by Adam: SGD would have diverged
    assert "optimizer=adam" in page.url
    page.get_by_role("button", name="Share").click()
    button(page, "Link with fewer controls").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("code")).to_contain_text("hide=lessons,bug,optimizer")
    dialog.get_by_role("button", name="Scaling").click()
    expect(dialog.locator("code")).to_contain_text("hide=lessons,scaling,bug,optimizer")
    page.context.close()
