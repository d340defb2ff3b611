"""Every page renders for values that only a link can ask for."""

import pytest

from tests.pages.app import open_page

LARGEST = "1.7976931348623157e308"
RATES = ["-1", "0", "-1e300", "1e300", LARGEST, "5e-324"]


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
    ],
)
def test_the_lab_renders_for_every_number(link):
    open_page(**link)


@pytest.mark.parametrize("page", ["data.py", "sweep.py", "runs.py", "compare.py"])
def test_every_page_renders_for_a_rate_without_measure(page):
    open_page(page, learning_rate=LARGEST, base="lab")
