"""A sweep in a real browser: the map fills, and a click on a cell opens its run in the lab."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import SECONDS, Server, expect_outcome, open_page

pytestmark = pytest.mark.browser
LINK = "/sweep?lesson=healthy&base=lab&lab.learning+rate.count=8&lab.momentum.count=8"
CELLS = """() => { const map = document.querySelector('.sweep-map-plot');
  return map?.data ? map.data.find(t => t.meta?.feeds === 'cells').z : []; }"""
BORDER = """() => document.querySelector('.sweep-map-plot').data
  .filter(t => t.meta?.feeds === 'border').map(t => t.x.length)"""
VALUE = """column => document.querySelector('.sweep-map-plot').layout.meta.values[0][column]"""
CENTRE = """([column, row]) => { const map = document.querySelector('.sweep-map-plot');
  const box = map.getBoundingClientRect(), { xaxis, yaxis } = map._fullLayout;
  return [box.left + xaxis._offset + xaxis.l2p(column), box.top + yaxis._offset + yaxis.l2p(row)];
}"""


@pytest.fixture
def page(browser: Browser, server: Server) -> Page:
    return open_page(browser, server.address + LINK)


def test_sweep_then_open_a_cell_in_the_lab(page: Page):
    page.get_by_role("button", name=re.compile("Sweep 64 runs")).click()
    expect(page.locator(".sweep-map-state")).to_have_text(
        re.compile(r"64 runs in .* s"), timeout=SECONDS
    )
    cells = page.evaluate(CELLS)
    assert [len(row) for row in cells] == [8] * 8
    assert all(isinstance(z, int | float) for row in cells for z in row)
    assert cells[0][7] == 4  # far beyond the limit: diverges
    assert cells[0][5] < 1  # converges
    assert all(length > 8 for length in page.evaluate(BORDER))
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    shown = page.evaluate(VALUE, 5)
    page.mouse.click(*page.evaluate(CENTRE, [5, 0]))
    page.wait_for_url(lambda url: "/sweep" not in url)
    rate = page.get_by_role("spinbutton", name="Learning rate")
    expect(rate).to_be_visible()
    expect(rate).to_have_value(re.compile(re.escape(shown)))
    expect_outcome(page, "Completed")  # its run
    page.go_back()
    expect(page.get_by_text("Each square is one whole training run")).to_be_visible()
    expect(page.get_by_text("The knobs have changed since")).to_have_count(0)
    page.context.close()
