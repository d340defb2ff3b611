"""A script and a method of one's own in a real browser: corrected, trained, taken away."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import SECONDS, Server, button, expect_outcome, open_page, wait_for_points
from tests.browser.test_accessibility import check

pytestmark = pytest.mark.browser
SCRIPT = """import numpy as np
x = np.array([2, 5, 8, 11, 14, 17, 20, 23.0])
y = 3 * x + 40
w, b = 0.0, 0.0
for epoch in range(40):
    error = w * x + b - y
    w =- 0.02 * np.mean(error * x)
    b -= 0.02 * np.mean(error)
"""
CORRECTED = SCRIPT.replace("w =-", "w -=")
CORRECT = "residuals = targets - outputs"
BROKEN = "residuals = targets[:, 0] - outputs"


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    page = open_page(browser, server.address + "/own")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield page
    page.context.close()


def write(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("textbox", name=label)
    box.fill(text)
    box.press("Control+Enter")


def test_a_script_is_pasted_corrected_trained_and_its_remedy_copied(page: Page):
    write(page, "Paste your script", SCRIPT)
    expect(page.get_by_text("Line 7.")).to_be_visible()
    write(page, "Paste your script", CORRECTED)
    expect(page.get_by_text("Line 7.")).to_be_hidden()
    expect(page.get_by_text("the largest stable one")).to_be_visible()
    button(page, "Train").click()
    expect_outcome(page, "Diverged.")
    wait_for_points(page, 30)
    page.get_by_role("link", name=re.compile("Your own")).first.click()
    expect(page.get_by_text("What helps, as changes of your script")).to_be_visible(timeout=SECONDS)
    page.get_by_role("tab", name=re.compile("rate")).first.click()
    code = page.locator("[data-testid=stCode]", has_text="-    w -= 0.02").first
    expect(code).to_contain_text("-    w -= 0.02 * np.mean(error * x)")
    code.hover()
    code.get_by_role("button").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "-    w -= 0.02 * np.mean(error * x)" in copied
    assert "\n+" in copied


def test_a_method_is_broken_found_and_mended(browser: Browser, server: Server):
    link = "/?lesson=healthy&bug=own&own.part=loss"
    page = open_page(browser, server.address + link)
    editor = page.get_by_role("textbox", name="Its code")
    expect(editor).to_have_value(re.compile(re.escape(CORRECT)))
    correct = editor.input_value()
    write(page, "Its code", correct.replace(CORRECT, BROKEN))
    expect(page.get_by_text("the correct one gives")).to_be_attached()
    page.get_by_text("What may be used").click()
    expect(page.get_by_text("never run as Python")).to_be_visible()
    check(page)
    button(page, "Train").click()
    expect_outcome(page, "Every output is compared with all 32 targets")
    write(page, "Its code", correct)
    expect(page.get_by_text("It is the correct method as it stands")).to_be_visible()
    expect(page.get_by_text("the correct one gives")).to_be_hidden()
    page.context.close()
