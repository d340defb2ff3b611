"""A class in real browsers: a teacher, the wall, a laptop and a phone, from the code on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import READY, SECONDS, Server, button, expect_outcome, open_page
from tests.browser.test_accessibility import check, settle

pytestmark = pytest.mark.browser
CODE = re.compile(r"[a-z]+-[a-z]+-\d{4}")


@pytest.fixture(scope="module")
def teacher(browser: Browser, server: Server) -> Iterator[Page]:
    page = open_page(browser, f"{server.address}/classroom")
    page.get_by_placeholder("Physics 8b").fill("Physics 8b")
    button(page, "Open a class").click()
    page.wait_for_selector(".room")
    expect(page.locator(".st-key-first_steps")).to_be_visible(timeout=SECONDS)
    yield page
    page.context.close()


def phone(browser: Browser, address: str) -> Page:
    size = {"width": 390, "height": 844}
    page = browser.new_context(viewport=size, reduced_motion="reduce", has_touch=True).new_page()
    page.set_default_timeout(SECONDS)
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def ask(teacher: Page, kind: str) -> None:
    button(teacher, "Ask").click()
    teacher.get_by_text(kind, exact=True).click()
    settle(teacher)
    button(teacher, "Ask everybody").click()
    expect(teacher.get_by_text(kind, exact=True)).to_be_hidden(timeout=SECONDS)


def test_a_lesson_from_the_code_to_the_room(browser: Browser, server: Server, teacher: Page):
    code = CODE.search(teacher.inner_text(".st-key-teacher_row"))[0]
    laptop = open_page(browser, f"{server.address}/classroom")
    check(laptop)
    laptop.get_by_placeholder("amber-otter-4821").fill(code)
    laptop.get_by_placeholder("leave it empty").fill("<img src=x onerror=a()>")
    button(laptop, "Join").click()
    mobile = phone(browser, f"{server.address}/c/{code}")
    button(mobile, "Join").click()
    for page in (laptop, mobile):
        expect(page.locator(".st-key-class_row")).to_be_visible(timeout=SECONDS)
    expect(teacher.locator(".room-tile")).to_have_count(2, timeout=SECONDS)
    expect(teacher.locator(".st-key-first_steps")).to_be_hidden()

    ask(teacher, "Rise, settle, swing?")
    for page, answer in ((laptop, "It rises"), (mobile, "It falls and settles")):
        expect(button(page, "Train")).to_be_disabled(timeout=SECONDS)
        button(page, answer).click()
        expect(button(page, "Train")).to_be_enabled(timeout=SECONDS)
    expect(teacher.locator(".room-given")).to_have_text("2 of 2 answered", timeout=SECONDS)
    check(teacher)

    button(teacher, "Everybody Train").click()
    for page in (laptop, mobile):
        expect_outcome(page, "1.44 × the largest stable one")
    expect(teacher.locator(".room-tile[data-look=rises]")).to_have_count(2, timeout=SECONDS)
    display = "all => all.map(bar => getComputedStyle(bar).display)"  # none lies over a legend
    assert {*mobile.locator(".modebar-container").evaluate_all(display)} == {"none"}
    expect(teacher.locator(".room-bar[data-when=happened]")).to_have_text("2 runs did")
    expect(teacher.locator(".room-lists")).to_contain_text("<img src=x onerror=")
    check(laptop)
    check(mobile)

    ask(teacher, "Draw the curve")
    drawing = mobile.locator(".class-curve svg")
    expect(drawing).to_be_visible(timeout=SECONDS)
    drawing.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "ArrowDown"):
        mobile.keyboard.press(key)
    check(mobile)
    mobile.keyboard.press("Enter")
    expect(teacher.locator(".room-drawn polyline")).to_have_count(1, timeout=SECONDS)

    mobile.reload()
    expect(mobile.locator(".st-key-class_row")).to_be_visible(timeout=SECONDS)

    button(teacher, "Projector").click()
    expect(teacher.locator(".room[data-named=false] .room-tile")).to_have_count(2, timeout=SECONDS)
    expect(teacher.locator(".room-given")).to_have_text("1 of 2 answered", timeout=SECONDS)
    body = teacher.locator("body")  # from which the screen with names goes a moment later
    expect(body).not_to_contain_text("onerror", use_inner_text=True)
    assert not teacher.locator(".room-drawn polyline").count()
    check(teacher)
    laptop.context.close()
    mobile.context.close()
