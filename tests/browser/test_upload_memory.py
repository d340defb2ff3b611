"""Files that somebody uploads and no page reads: bounded, and freed when the tab is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.app import READY, SECONDS, Server

pytestmark = pytest.mark.browser
PUT = """async ([url, megabytes]) => {
    const xsrf = document.cookie.match(/_streamlit_xsrf=([^;]+)/), form = new FormData();
    form.append("file", new Blob([new Uint8Array(megabytes * 1024 * 1024)]), "unread.bin");
    const headers = xsrf ? {"X-Xsrftoken": xsrf[1]} : {};
    return (await fetch(url, {method: "PUT", body: form, headers})).status; }"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    limits = {"UPHILL_UPLOAD_MEGABYTES": "4", "UPHILL_UPLOADS_MEGABYTES": "6"}
    server = Server(tmp_path, **limits)
    server.start()
    yield server
    server.kill()


def open_tab(browser: Browser, server: Server) -> tuple[Page, str]:
    """A tab on the data page, and the address that takes its session's files."""
    page = browser.new_page()
    page.set_default_timeout(SECONDS)
    page.goto(f"{server.address}/data")
    page.wait_for_selector(READY)
    box = page.get_by_text("Use your own table")
    box.wait_for()
    page.wait_for_selector(f"{READY}[data-test-script-state=notRunning]")  # else the box may close
    box.click()
    with page.expect_response(lambda got: got.request.method == "PUT") as upload:
        file = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3,4\n5,7\n"}
        page.locator("input[type=file]").set_input_files(file)
    return page, upload.value.url.rpartition("/")[0]


def test_files_that_no_page_reads_are_bounded_and_freed_with_their_tab(browser, server):
    mine, my_files = open_tab(browser, server)
    yours, your_files = open_tab(browser, server)
    assert mine.evaluate(PUT, [f"{my_files}/1", 3]) == 204
    assert mine.evaluate(PUT, [f"{my_files}/2", 3]) == 413  # a session's own bound
    assert yours.evaluate(PUT, [f"{your_files}/1", 2]) == 204
    assert yours.evaluate(PUT, [f"{your_files}/2", 2]) == 413  # the bound of all
    mine.close()
    freed = f"async (args) => {{ while (await ({PUT})(args) !== 204); return true; }}"
    assert yours.evaluate(freed, [f"{your_files}/2", 2])
    yours.close()
