"""A learner's runs in a real browser: compared, shared, and still there after a kill -9."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import (
    SECONDS,
    Server,
    button,
    expect_outcome,
    open_page,
    trace_values,
    wait_for_points,
)

pytestmark = pytest.mark.browser
HEADER, ROW = 36, 35  # pixels of the table, which is a picture


@pytest.fixture
def lab(browser: Browser, server: Server) -> Iterator[Page]:
    """The lab, set to a run that completes, at full speed."""
    page = open_page(browser, f"{server.address}/?scale=standard&speed=full%20speed")
    expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    yield page
    page.context.close()


def tick(page: Page, row: int) -> None:
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.click(position={"x": 18, "y": HEADER + ROW * row + ROW // 2})


def test_two_runs_are_compared_and_one_is_opened_and_shared(browser, server, lab):
    button(lab, "Train").click()
    expect_outcome(lab, "Completed")
    button(lab, "Back to the lesson's settings").click()
    expect(lab.get_by_text("Prediction: diverges.")).to_be_visible()
    button(lab, "Train").click()
    expect_outcome(lab, "Diverged")

    lab.get_by_role("link", name="Runs").click()
    expect(lab.get_by_text("2 runs.")).to_be_visible()
    tick(lab, 0)
    expect(button(lab, "Open in the lab")).to_be_enabled()
    tick(lab, 1)
    expect(lab.get_by_text("What differs in the settings")).to_be_visible()
    wait_for_points(lab, 60, "A · scaling none")
    assert len(trace_values(lab, "B · scaling standard")) == 101  # and the start
    expect(lab.get_by_text("so every epoch multiplies the loss by 3.55")).to_be_visible()

    tick(lab, 0)
    expect(lab.get_by_text("What became of them")).to_be_hidden()
    expect(button(lab, "Open in the lab")).to_be_enabled()
    lab.get_by_test_id("stPopover").get_by_role("button", name="Share").click()
    button(lab, "Make a link to this run").click()
    link = lab.get_by_test_id("stPopoverBody").locator("code").inner_text()
    assert re.fullmatch(rf"{server.address}/s/[\w-]{{12}}", link)

    stranger = open_page(browser, link)
    expect(stranger.get_by_text("A shared run")).to_be_visible()
    wait_for_points(stranger, 100)
    cookies = {cookie["name"]: cookie for cookie in stranger.context.cookies()}
    assert cookies["uphill_learner"]["httpOnly"]
    assert cookies["uphill_learner"]["sameSite"] == "Lax"
    stranger.get_by_role("link", name="Runs").click()
    expect(stranger.get_by_text("No runs yet")).to_be_visible()

    button(lab, "Revoke").click()
    expect(button(lab, "Revoke")).to_be_hidden()
    stranger.goto(link)
    expect(stranger.get_by_text("its owner has taken it back")).to_be_visible()
    stranger.context.close()

    lab.keyboard.press("Escape")
    button(lab, "Open in the lab").click()
    expect_outcome(lab, "Completed")
    wait_for_points(lab, 100)


def wait_for_rerun(page: Page) -> None:
    """Waits until an open page has rerun by itself on the new server, which did not know it."""
    page.wait_for_selector("[data-test-script-state=running]")
    page.wait_for_selector("[data-test-script-state=notRunning]")


def test_a_killed_server_loses_nothing_that_was_shown(server, lab):
    lab.goto(f"{server.address}/?scale=standard&epochs=1000")
    expect(button(lab, "Train")).to_be_enabled(timeout=SECONDS)
    server.kill()
    server.start()
    wait_for_rerun(lab)
    button(lab, "Train").click()
    wait_for_points(lab, 10)
    server.kill()
    shown = trace_values(lab)
    server.start()
    wait_for_rerun(lab)
    wait_for_points(lab, len(shown) + 10)  # it goes on where it was, in the page as it stands open
    assert trace_values(lab)[: len(shown)] == shown
    button(lab, "Stop").click()
    expect_outcome(lab, "Stopped by hand.")
    lab.get_by_role("link", name="Runs").click()
    expect(lab.get_by_text("1 run.")).to_be_visible()
    tick(lab, 0)
    button(lab, "Train again").click()
    expect_outcome(lab, "Completed")
    expect(lab.get_by_text("Stopped by hand.")).to_be_hidden()
