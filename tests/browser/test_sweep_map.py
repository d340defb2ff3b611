"""The map of a sweep in a real browser, against a server whose events a test decides on."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.charts import to_json
from core.charts.sweep import REGIMES, draw
from core.events import Event
from core.sweep.spec import SweepSpec
from tests.browser.component_page import EventServer, show_component

pytestmark = pytest.mark.browser
RATE = {"path": "optimizer.learning_rate", "low": 1e-4, "high": 1.0, "count": 3}
BATCH = {"path": "training.batch_size", "values": [8, None]}
MAP = "document.querySelector('.sweep-map-plot')"
CELLS = f"() => {MAP}.data.find(({{ meta }}) => meta?.feeds === 'cells').z.flat()"
CENTRE = f"""([column, row]) => {{ const {{ xaxis, yaxis }} = {MAP}._fullLayout;
  const {{ left, top }} = {MAP}.getBoundingClientRect();
  return [left + xaxis._offset + xaxis.l2p(column), top + yaxis._offset + yaxis.l2p(row)]; }}"""


def cell(*at: int, **more: Any) -> Event:
    values = {"regime": "converges", "epochs_to_optimum": 3, "final_loss": 1.5, "final": True}
    return {"at": list(at), "diverged_epoch": None, "critical_learning_rate": 0.1} | values | more


def cells(*these: Event) -> Event:
    return {"event": "cells", "cells": list(these)}


BAD = {"regime": "diverges", "epochs_to_optimum": None, "final_loss": "inf", "diverged_epoch": 2}
EVENTS: list[Event] = [
    {"event": "sweep_started", "runs": 6},
    cells(cell(0, 0, final=False, regime="running", epochs_to_optimum=None)),
    cells(cell(0, 0), cell(1, 0), cell(2, 0, **BAD)),
    cells(cell(0, 1), cell(1, 1), cell(2, 1, **BAD)),
    {"event": "run_ended", "outcome": "completed", "seconds": 1.25, "reason": ""},
]


@pytest.fixture
def show(event_server: EventServer, page: Page) -> Callable[..., None]:
    """Mounts the map of a sweep of 3 × 2 runs, or calls it again."""
    page.clock.install()
    page.goto(event_server.url)
    page.wait_for_function("window.ready")
    figure = to_json(draw(SweepSpec.of({"axes": [RATE, BATCH]})))

    def shown(token: str | None, **more: Any) -> None:
        data = {"token": token, "figure": figure, "shows": "Every run.", **more}
        show_component(page, "sweep/map.js", data)
        page.wait_for_function(f"{MAP}?.data")

    return shown


@pytest.fixture
def state(page: Page):
    return expect(page.locator(".sweep-map-state"))


def polls_within_a_minute(event_server: EventServer, page: Page) -> list[int]:
    """What a page asks for while a minute passes on its clock."""
    before = len(event_server.polls)
    page.clock.run_for(60_000)
    page.evaluate("fetch('/api/runs/any/events?since=99')")  # behind whatever was asked before
    *asked, last = event_server.polls[before:]
    assert last == 99
    return asked


def test_cells_fill_while_the_sweep_goes_on(event_server, page, show, state):
    event_server.runs["t"], event_server.shown = EVENTS, 1
    show("t")
    state.to_have_text("0 of 6 runs: compiling the program that trains them together")
    event_server.shown = 3
    state.to_have_text("3 of 6 runs")
    first, second, third, *others = page.evaluate(CELLS)
    assert 0 < first == second < 1
    assert third == REGIMES["diverges"][0]
    assert others == [None] * 3
    event_server.shown = 10_000
    state.to_have_text("6 runs in 1.3 s")
    assert None not in page.evaluate(CELLS)
    assert page.evaluate("window.triggers") == [["ended", "completed"]]
    show("t", notify=False)
    assert event_server.polls[-1] < len(EVENTS)
    assert polls_within_a_minute(event_server, page) == []


def test_a_lost_connection_loses_no_cell(event_server, page, show, state):
    event_server.runs["t"], event_server.shown = EVENTS, 2
    show("t")
    state.to_contain_text("0 of 6 runs")
    event_server.status = 500
    state.to_have_text("Connection lost, trying again.")
    event_server.shown, event_server.status = 10_000, 200
    state.to_have_text("6 runs in 1.3 s")
    assert None not in page.evaluate(CELLS)


def test_a_deleted_sweep_says_so_and_is_not_polled_again(event_server, page, show, state):
    show("unknown")
    state.to_have_text("This sweep was deleted.")
    assert set(event_server.polls) == {0}  # for some seconds: another server may not have it yet
    assert polls_within_a_minute(event_server, page) == []


def test_another_theme_keeps_the_cells(event_server, page, show, state):
    event_server.runs["t"] = EVENTS
    show("t")
    state.to_have_text("6 runs in 1.3 s")
    page.evaluate("document.body.style.setProperty('--st-text-color', 'rgb(1, 2, 3)')")
    show("t")
    page.wait_for_function(f"{MAP}.layout.font.color === 'rgb(1, 2, 3)'")
    assert None not in page.evaluate(CELLS)


def test_a_click_chooses_a_cell(event_server, page, show, state):
    event_server.runs["t"] = EVENTS
    show("t")
    state.to_have_text("6 runs in 1.3 s")
    x, y = page.evaluate(CENTRE, [2, 1])
    page.mouse.move(x - 3, y)
    page.mouse.click(x, y)
    page.wait_for_function("window.triggers.length > 1")
    assert page.evaluate("window.triggers[1]") == ["chosen", [2, 1]]


def test_a_second_sweep_takes_the_place_of_the_first(event_server, page, show, state):
    event_server.runs = {"a": EVENTS, "b": [EVENTS[0], cells(cell(2, 1))]}
    show("a")
    state.to_have_text("6 runs in 1.3 s")
    show("b")
    state.to_have_text("1 of 6 runs")
    assert sum(z is not None for z in page.evaluate(CELLS)) == 1
