"""What is done in the picture goes into the knobs, and so into the address."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import SECONDS, Server, button, open_page

pytestmark = pytest.mark.browser


def test_points_that_are_moved_and_a_start_that_is_clicked_are_in_the_link(
    browser: Browser, server: Server
):
    page = open_page(browser, f"{server.address}/?source=points&validation=0")
    expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    last = page.locator(".live-point").last
    expect(last).to_have_attribute("aria-label", "Point 8 of 8: x 4, y 4.1")
    last.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile("source=points%3A0.5"), timeout=SECONDS)
    expect(last).to_have_attribute("aria-label", re.compile("x 4.3"))
    button(page, "Surface").click()
    area = page.locator("[data-chart=surface] .nsewdrag").first
    area.click(position={"x": 40, "y": 40})
    expect(page).to_have_url(re.compile("start_weights=.*start_bias="), timeout=SECONDS)
    button(page, "Start ✕").click()
    expect(page).not_to_have_url(re.compile("start_weights"), timeout=SECONDS)
    page.context.close()
