"""Makes the README's moving picture: a newcomer's first minute on a laptop, in a real browser.

`make pictures` writes it into `docs`: open the lab, train, read why, mend it in two moves, train.
"""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.app import (
    ROOT,
    SECONDS,
    Server,
    button,
    expect_outcome,
    open_page,
    wait_for_points,
)
from tests.browser.conftest import ARGS, CHROMIUM

PICTURE = ROOT / "docs" / "first_minute.webp"
SCREEN: ViewportSize = {"width": 1366, "height": 650}  # of a laptop with 1366 × 768
SHOWN = 1000  # pixels that the moving picture is wide
READ, MOVE = 2500, 150  # ms that a still frame and one of a run stand
FAST_RATE = "-1"  # the slider's place of 0.1
WATCHED = 24  # frames of a run, at most

Frame = tuple[bytes, int]  # a screenshot and how long it stands, in ms


def first_minute(page: Page) -> Iterator[Frame]:
    """What a newcomer does and sees in the first lesson."""
    page.wait_for_selector("[data-chart=loss] .main-svg")
    yield page.screenshot(), READ
    yield from trained(page, "Diverged.")
    button(page, "Standardize the features").click()
    page.get_by_text("Prediction: slow.").wait_for()
    yield page.screenshot(), READ
    page.locator("#rate-slider-input").fill(FAST_RATE)
    page.get_by_text("Prediction: converges.").wait_for()
    yield page.screenshot(), READ
    yield from trained(page, "Completed")


def trained(page: Page, outcome: str) -> Iterator[Frame]:
    """A run from its button to its verdict."""
    button(page, "Train").click()
    page.mouse.move(700, 640)  # away from the button, whose help would cover the screen
    verdict = page.locator(".sentence[data-phase=verdict]").filter(has_text=outcome)
    wait_for_points(page, 1)  # a worker that is still starting is nothing to see
    for _ in range(WATCHED):
        yield page.screenshot(), MOVE
        if verdict.is_visible():
            break
    expect_outcome(page, outcome)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    yield page.screenshot(), 2 * READ


def write(frames: list[Frame], path: Path) -> None:
    """The frames as one moving picture."""
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot, _ in frames]
    size = SHOWN, SHOWN * SCREEN["height"] // SCREEN["width"]
    small = [image.resize(size, Image.Resampling.LANCZOS) for image in images]
    small[0].save(
        path,
        save_all=True,
        append_images=small[1:],
        duration=[shown for _, shown in frames],
        loop=0,
        quality=70,
        method=6,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        try:
            path = str(CHROMIUM) if CHROMIUM.exists() else None
            browser = playwright.chromium.launch(executable_path=path, args=ARGS)
            page = open_page(browser, server.address)
            page.set_viewport_size(SCREEN)
            page.set_default_timeout(SECONDS)
            PICTURE.parent.mkdir(exist_ok=True)
            write(list(first_minute(page)), PICTURE)
        finally:
            server.kill()


if __name__ == "__main__":
    main()
