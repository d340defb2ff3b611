"""A lesson on thirty devices: a teacher who has only the screen, four learners in real browsers.

`make load-lesson` runs it. The others speak Streamlit's protocol, as in `classroom.py`. The teacher
opens a class, asks, has everybody train, and sees the room: how long after the first click
everybody is in, has answered, and has a curve that is known to rise.
"""

import asyncio
import random
import re
import sys
import time

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.conftest import ARGS, CHROMIUM
from tests.load.classroom import Lesson, Pupil
from tests.load.learner import Measured
from tests.load.server import Server

DEVICES = 30
LAPTOPS, PHONES = 2, 2  # real browsers among them
ARRIVAL = 45.0  # seconds in which all come, once the code is on the wall
WANTED = 120.0  # seconds until everybody is in
PATIENCE = 90_000  # ms
CODE = re.compile(r"[a-z]+-[a-z]+-\d{4}")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LAPTOP = {"viewport": {"width": 1366, "height": 650}}


class Clock:
    """Seconds since the teacher's first click, printed with what had happened by then."""

    def __init__(self) -> None:
        self.began = time.perf_counter()

    def tell(self, what: str) -> float:
        seconds = time.perf_counter() - self.began
        print(f"{what:60} {seconds:7.1f} s", flush=True)
        return seconds


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(address)
    await page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    return page


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile(rf"\b{name}$")).first.click()


async def learner(browser: Browser, address: str, code: str, phone: bool, wait: float) -> Page:
    """Comes by the code: on a phone by the link, on a laptop by typing it."""
    await asyncio.sleep(wait)
    context = await browser.new_context(**(PHONE if phone else LAPTOP))
    page = await opened(context, f"{address}/c/{code}" if phone else f"{address}/classroom")
    if not phone:
        await page.get_by_placeholder("amber-otter-4821").fill(code)
    await press(page, "Join")
    await page.wait_for_selector(".st-key-class_row")
    return page


async def ask(teacher: Page) -> None:
    await press(teacher, "Ask")
    await press(teacher, "Ask everybody")
    await teacher.wait_for_selector(".st-key-question_panel")
    await teacher.keyboard.press("Escape")


async def teach(server: Server) -> bool:
    """The whole lesson; whether everybody was in soon enough and nothing failed."""
    measured, lesson, chance = Measured(), Lesson(), random.Random(0)
    simulated = DEVICES - LAPTOPS - PHONES
    path = str(CHROMIUM) if CHROMIUM.exists() else None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGS)
        teacher = await opened(await browser.new_context(**LAPTOP), f"{server.address}/classroom")
        clock = Clock()
        await teacher.get_by_placeholder("Physics 8b").fill("Physics 8b")
        await press(teacher, "Open a class")
        await teacher.wait_for_selector(".room")
        found = CODE.search(await teacher.inner_text(".st-key-teacher_row"))
        assert found
        clock.tell("the code is on the screen")
        pupils = [Pupil(number, server.address, measured) for number in range(simulated)]
        tasks = [
            asyncio.create_task(p.take_part(found[0], chance.uniform(0, ARRIVAL), lesson))
            for p in pupils
        ]
        pages = await asyncio.gather(
            *(
                learner(browser, server.address, found[0], k < PHONES, chance.uniform(0, ARRIVAL))
                for k in range(LAPTOPS + PHONES)
            )
        )
        await expect(teacher.locator(".room-tile")).to_have_count(DEVICES, timeout=PATIENCE)
        joined = clock.tell(f"{DEVICES} devices are in the room, {LAPTOPS + PHONES} real browsers")

        lesson.act, lesson.began = "ask", time.perf_counter()
        await ask(teacher)
        await asyncio.gather(*(press(page, "It rises") for page in pages))
        given = teacher.locator(".room-given")
        await expect(given).to_have_text(f"{DEVICES} of {DEVICES} answered", timeout=PATIENCE)
        clock.tell("everybody has answered")

        lesson.act, lesson.began = "train", time.perf_counter()
        await press(teacher, "Everybody Train")
        risen = teacher.locator(".room-tile[data-look=rises]")
        await expect(risen).to_have_count(DEVICES, timeout=PATIENCE)
        clock.tell("everybody's loss has risen, and the room knows")
        await press(teacher, "Show answers")
        happened = teacher.locator(".room-bar[data-when=happened]")
        await expect(happened).to_have_text(f"{DEVICES} runs did", timeout=PATIENCE)
        clock.tell("what was thought stands beside what happened")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await browser.close()
    for error, count in measured.errors.most_common(8):
        print(f"  - {count} × {error}")
    print(f"points lost: {measured.lost}; errors: {measured.errors.total()}")
    return joined <= WANTED and not measured.errors and not measured.lost


def main() -> int:
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 8597)
    try:
        server.wait()
        return 0 if asyncio.run(teach(server)) else 1
    finally:
        server.end()


if __name__ == "__main__":
    sys.exit(main())
