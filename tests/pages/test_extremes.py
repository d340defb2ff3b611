"""Every page renders for values that only a link can ask for.

All values of all knobs take minutes: `make full` runs them (`EXTREMES=full`), the suite a few.
"""

import os
from collections.abc import Iterator

import pytest

from pages.ui.link import MENUS, kinds, options_of
from tests.pages.app import open_page

LARGEST = "1.7976931348623157e308"
RATES = ["-1", "0", "-1e300", "1e300", LARGEST, "5e-324"]
NUMBERS = [f"-{LARGEST}", "-1", "0", "-0.0", "5e-324", "1e-300", "0.5", "1e30", "1e300", LARGEST]
WHOLE = ["-9007199254740991", "-1", "0", "1", "2", "1000", "9007199254740991"]
TEXTS = [
    *("", "nonsense", "nan, 1", "-1", "1e300, 1e300", "1,2,3,4", "x" * 3000, "`[x](//e.vil)`<b>"),
    *("upload-none", "points:1,1", "points:1,1;2,2", "points:1,1e300;1,1", "points:1,2;1,2;3,4"),
]
VALUES = {float: NUMBERS, int: WHOLE, str: TEXTS, bool: ["true", "false"], list: [["x"], ["x"] * 2]}
LESSONS = ("loss-goes-up", "example-2-raw")  # one column and full batches, several and a schedule
FEW = 200  # of the cases: one in so many is tried in the suite


def links() -> Iterator[dict[str, str | list[str]]]:
    """A link for each lesson, knob and value that it may be asked for, with its menu set."""
    for lesson in LESSONS:
        for name, kind in kinds().items():
            owner = name.rpartition(".")[0]
            menus = ("optimizer", "schedule", "loss", "bug")
            chosen = {menu: owner for menu in menus if owner and owner in MENUS[menu]}
            chosen |= {"source": "synthetic"} if owner == "synthetic" else {}
            for value in [*options_of(name), "nonsense"] if options_of(name) else VALUES[kind]:
                yield {"lesson": lesson, **chosen, name: value}


CASES = list(links()) if os.environ.get("EXTREMES") == "full" else list(links())[::FEW]


@pytest.mark.parametrize("link", CASES, ids=lambda link: " ".join(map(str, link.items()))[:80])
def test_the_lab_renders_for_whatever_a_link_holds(link):
    at = open_page(**link)
    assert not any(" inf " in text for text in at.markdown.values)


@pytest.mark.parametrize("rate", RATES)
def test_the_lab_renders_for_every_rate(rate):
    at = open_page(learning_rate=rate)
    assert not any(" inf " in text for text in at.markdown.values)
    assert not at.error


@pytest.mark.parametrize(
    "link",
    [
        {"loss": "huber", "huber.delta": "1e300"},
        {"start_weights": "1", "start_bias": "1e30"},
        {"schedule": "piecewise_constant", "piecewise_constant.values": "1e300"},
        {"epochs": "0", "batch": "-1", "seed": "-9007199254740991", "degree": "0"},
        {"optimizer": "adamw", "adamw.weight_decay": "1e300"},
        {"schedule": "cosine_restarts", "cosine_restarts.t_mul": LARGEST, "batch": "1"},
        {"optimizer": "adagrad", "adagrad.initial_accumulator_value": "1e300"},
    ],
)
def test_the_lab_renders_for_every_number(link):
    open_page(**link)


@pytest.mark.parametrize("page", ["data.py", "sweep.py", "runs.py", "compare.py"])
def test_every_page_renders_for_a_rate_without_measure(page):
    open_page(page, learning_rate=LARGEST, base="lab")


@pytest.mark.parametrize("opened", ["numbers_open", "range_test_open"])
def test_what_waits_behind_a_click_renders_too(opened):
    for link in ({"learning_rate": LARGEST}, {"start_weights": "1", "start_bias": "1e300"}):
        at = open_page(**link)
        at.session_state[opened] = True
        assert not at.run().exception
