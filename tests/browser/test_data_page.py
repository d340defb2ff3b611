"""A learner's way with an own table: bring it, look at it, choose, take it to the lab."""

import gzip
import io
import re

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import READY, SECONDS, Server

pytestmark = pytest.mark.browser
TABLE = pd.DataFrame(
    {
        "hours": range(1, 31),
        "rooms": [i * i % 7 for i in range(30)],
        "town": ["Bonn" if i % 3 else "Köln" for i in range(30)],
        "score": [2.0 * i + i % 4 for i in range(30)],
    }
)


def written(write) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


FILES = {
    "semicolons.csv": TABLE.to_csv(index=False, sep=";", decimal=",").encode("cp1252"),
    "sheet.xlsx": written(lambda f: TABLE.to_excel(f, index=False)),
    "table.parquet": written(TABLE.to_parquet),
    "records.json": TABLE.to_json(orient="records").encode(),
    "packed.tsv.gz": gzip.compress(TABLE.to_csv(index=False, sep="\t").encode()),
}


@pytest.fixture
def page(browser: Browser, server: Server):
    page = browser.new_page(viewport={"width": 1400, "height": 1200})
    page.set_default_timeout(SECONDS)
    page.goto(f"{server.address}/data")
    page.wait_for_selector(READY)
    yield page
    page.context.close()


def place(page: Page, chart: int, x: str, y: str) -> tuple[float, float]:
    """Where on the screen a square of a chart of categories lies."""
    return tuple(
        page.evaluate(
            """([chart, x, y]) => {
                const div = document.querySelectorAll('.js-plotly-plot')[chart];
                const across = div._fullLayout.xaxis, up = div._fullLayout.yaxis;
                const box = div.getBoundingClientRect();
                return [box.left + across._offset + across.c2p(across._categories.indexOf(x)),
                        box.top + up._offset + up.c2p(up._categories.indexOf(y))]; }""",
            [chart, x, y],
        )
    )


def test_five_formats_explore_choose_and_use_in_the_lab(page: Page):
    for count, (name, content) in enumerate(FILES.items()):
        page.get_by_text("Use your own table").click()  # it closes when it has taken a file
        # each file has a box of its own: what the last one's still takes is read by nobody
        page.locator(f".st-key-upload-{count} input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        expect(page.get_by_text(f"Your table {name}")).to_be_visible(timeout=SECONDS)
        expect(page.get_by_text("30 rows in the table")).to_be_visible(timeout=SECONDS)

    target = page.get_by_role("combobox", name=re.compile("Target"))
    expect(target).to_have_value("score")  # not what the table before was to predict

    page.get_by_test_id("stButtonGroup").get_by_text("pairs").click()
    page.wait_for_selector(".js-plotly-plot .heatmaplayer")
    across = page.get_by_text("hours and score.")
    expect(across).to_be_visible(timeout=SECONDS)
    page.mouse.click(*place(page, 0, "rooms", "score"))
    expect(page.get_by_text("Picked: rooms")).to_be_visible(timeout=SECONDS)

    page.get_by_role("button", name="Leave out the column").click()
    expect(page.get_by_text("Use 1 of the columns: hours")).to_be_visible(timeout=SECONDS)
    page.get_by_role("button", name="Use in the lab").click()
    expect(page.get_by_role("button", name="Train")).to_be_enabled(timeout=SECONDS)
    expect(page.get_by_text("Your table packed.tsv.gz")).to_be_visible(timeout=SECONDS)
    expect(page).to_have_url(re.compile("lesson=own"))  # the address follows the page
    expect(page).to_have_url(re.compile("features=hours"))

    page.reload()
    expect(page.get_by_role("button", name="Train")).to_be_enabled(timeout=SECONDS)
    expect(page.get_by_text("Your table packed.tsv.gz")).to_be_visible(timeout=SECONDS)
    expect(page).to_have_url(re.compile("lesson=own"))  # the address follows the page
    expect(page).to_have_url(re.compile("features=hours"))
