"""A mystery in real browsers: taken alone, and hidden from a class by its teacher."""

import re

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.app import READY, SECONDS, Server, button, open_page
from tests.browser.test_accessibility import check, settle

pytestmark = pytest.mark.browser
CODE = re.compile(r"[a-z]+-[a-z]+-\d{4}")
LAPTOP = {"width": 1366, "height": 650}  # as much as a browser leaves of its screen
LAB = "?lesson=bug-in-the-gradient&epochs=30&speed=full+speed"


def choose(page: Page, where: str, option: str) -> None:
    """Chooses in a menu, of which a page holds what is in sight alone: by typing."""
    page.locator(f"{where} input").fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def guess(page: Page, option: str, answer: str) -> None:
    choose(page, ".st-key-mystery [data-testid=stSelectbox]", option)
    button(page, "Guess").click()
    expect(page.locator(".st-key-mystery")).to_contain_text(answer, timeout=SECONDS)
    settle(page)


def bottom(page: Page, what: str) -> float:
    box = page.locator(what).bounding_box()
    assert box
    return box["y"] + box["height"]


def test_one_alone_is_played_on_one_screen(browser: Browser, server: Server):
    page = open_page(browser, server.address)
    page.set_viewport_size(LAPTOP)
    told: list[Response] = []
    page.on("response", lambda it: told.append(it) if "/events" in it.url else None)
    page.goto(f"{server.address}/{LAB}&bug=mystery")
    page.wait_for_selector(READY)
    panel = page.locator(".st-key-mystery")
    expect(panel).to_contain_text("20 points", timeout=SECONDS)
    expect(button(page, "Norms · 1")).to_be_disabled()
    button(page, "Train").click()
    expect(page.locator(".sentence[data-phase=verdict]")).to_be_visible(timeout=SECONDS)
    settle(page)
    button(page, "Norms · 1").click()
    expect(page.locator(".st-key-mystery_shown .js-plotly-plot")).to_be_visible(timeout=SECONDS)
    expect(panel).to_contain_text("19 points to win")
    page.evaluate("scrollTo(0, 0)")
    assert bottom(page, ".st-key-mystery") <= LAPTOP["height"], "to buy and to guess is in sight"
    chart = page.locator("[data-chart=loss]").bounding_box()
    assert chart and chart["height"] >= 260 and chart["y"] + chart["height"] <= LAPTOP["height"]
    check(page)
    events = [event for answer in told for event in answer.json()["events"]]
    epochs = [event for event in events if event["event"] == "epoch_ended"]
    assert epochs and all(e["gradient_norm"] is None and not e["weights"] for e in epochs)
    button(page, "Give up").click()
    expect(panel).to_contain_text("It was", timeout=SECONDS)
    button(page, "Train it with its name").click()
    expect(page).not_to_have_url(re.compile("bug=mystery"), timeout=SECONDS)
    page.context.close()


def test_a_class_finds_what_its_teacher_hides(browser: Browser, server: Server):
    teacher = open_page(browser, f"{server.address}/classroom")
    button(teacher, "Open a class").click()
    code = CODE.search(teacher.inner_text(".st-key-teacher_row"))
    assert code
    learner = open_page(browser, f"{server.address}/c/{code[0]}")
    button(learner, "Join").click()
    expect(learner.locator(".st-key-class_row")).to_be_visible(timeout=SECONDS)
    expect(teacher.locator(".room-tile")).to_have_count(1, timeout=SECONDS)
    settle(teacher)  # it heard of the learner
    button(teacher, "Push").click()
    choose(teacher, ".st-key-push_mystery", "Gradient ascent")
    button(teacher, "Push to everybody").click()
    expect(learner.locator(".st-key-mystery")).to_contain_text("20 points", timeout=SECONDS)
    strip, colour = learner.locator(".st-key-class_strip"), "rgb(232, 241, 247)"
    expect(strip).to_have_css("background-color", colour)
    guess(learner, "the loss", "Not: the loss.")
    guess(learner, "the gradient", "In the gradient.")
    guess(learner, "Gradient ascent", "Found for 18 points")
    expect(strip).to_have_css("background-color", colour)  # the toast took no style sheet's place
    assert not learner.get_by_text("It was").count()
    teacher.keyboard.press("Escape")
    panel = teacher.locator(".st-key-class_mystery")
    expect(panel).to_contain_text("1 of 1 have found it.", timeout=SECONDS)
    button(teacher, "Open it for all").click()
    expect(panel).to_contain_text("It was Gradient ascent", timeout=SECONDS)
    expect(learner.locator(".st-key-mystery")).to_contain_text(
        "It was Gradient ascent", timeout=SECONDS
    )
    teacher.context.close()
    learner.context.close()
