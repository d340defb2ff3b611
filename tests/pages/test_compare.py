"""The page for a training from elsewhere: what is pasted is read, drawn and talked about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core.data.uploads import keep_file
from core.errors import InputError
from core.events import encode
from core.service.run_log import RunLog
from core.spec import Spec
from core.web.learner import COOKIE, owner_of
from tests.core.charts.runs import completed

ENTRY = str(Path(__file__).parents[2] / "pages" / "main.py")
GROWING = "\n".join(f"Epoch {k}/20\n1/1 - 0s - loss: {4.0**k:.6e}" for k in range(1, 13))


class FakeService:
    """Knows one run, that has ended."""

    def __init__(self) -> None:
        self.known = RunLog(Spec(), None)
        for event in completed():
            self.known.add(encode(event))

    def log(self, token: str) -> RunLog:
        if token != "abc":
            raise InputError("This run is not known here.")
        return self.known


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    fake = FakeService()
    monkeypatch.setattr("core.service.service.service", lambda: fake)
    yield fake


@pytest.fixture
def page() -> AppTest:
    return sound(AppTest.from_file(ENTRY, default_timeout=60).switch_page("compare.py").run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception, [(e.message, e.stack_trace) for e in at.exception]
    return at


def paste(at: AppTest, text: str) -> AppTest:
    return sound(at.text_area(key="curve_text").set_value(text).run())


def said(at: AppTest) -> str:
    return "\n".join(text.value for text in at.markdown)


def lines(at: AppTest) -> dict[str, dict[str, Any]]:
    """The traces of the picture, by name."""
    (chart,) = at.get("plotly_chart")
    return {line.get("name"): line for line in orjson.loads(chart.proto.spec)["data"]}


def test_it_opens_empty_and_says_what_to_do(page):
    assert "once you have pasted or uploaded one" in page.info[0].value
    assert not page.error
    assert not page.get("plotly_chart")


def test_a_pasted_log_is_drawn_and_read(page):
    paste(page, GROWING)
    assert lines(page)["your loss"]["y"] == pytest.approx([4.0**k for k in range(1, 13)])
    assert "The loss grows." in said(page)
    assert "multiplied by 4 an epoch" in said(page)
    assert "1.5 × the largest stable one" in said(page)
    assert "Is it a bug?" in said(page)


def test_the_example_is_one_press_away(page):
    (button,) = [button for button in page.button if button.label == "Use an example"]
    sound(button.click().run())
    assert "multiplied by 3.2 an epoch" in said(page)
    assert "Use an example" not in [button.label for button in page.button]


def test_what_is_known_besides_is_used(page):
    paste(page, GROWING)
    page.number_input(key="curve_rate").set_value(0.3)
    sound(page.number_input(key="curve_steps").set_value(2).run())
    assert "in 2 steps an epoch (roughly)" in said(page)
    paste(page, "9 5 4 3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5")
    sound(page.number_input(key="curve_variance").set_value(7.0).run())
    assert "explains 50 % of the variance" in said(page)


@pytest.mark.parametrize("link", ["abc", " abc ", "https://uphill.example/?run=abc&lesson=healthy"])
def test_a_run_stands_beside_it(page, link):
    sound(page.text_input(key="curve_run").set_value(link).run())
    paste(page, GROWING)
    assert lines(page)["the run's loss"]["y"] == pytest.approx([80 / (k + 1) for k in range(10)])
    assert "table diabetes · optimizer sgd" in " ".join(page.caption.values)


def test_an_upload_has_its_files_name_for_its_owner_alone(page, service, cookies, uploads_folder):
    cookies[COOKIE] = "m" * 22
    upload = keep_file([b"a,b\n1,2\n3,4\n"], "grades.csv", owner_of("m" * 22))
    service.known = RunLog(Spec.of({"data": {"source": upload.source, "target": "b"}}), None)
    sound(page.text_input(key="curve_run").set_value("abc").run())
    assert any("table grades.csv · 2 × 2" in text for text in page.caption.values)
    cookies[COOKIE] = "y" * 22
    sound(page.run())
    assert any("table an upload of another learner" in text for text in page.caption.values)


def test_the_run_on_screen_is_offered():
    at = AppTest.from_file(ENTRY, default_timeout=60)
    at.query_params["run"] = "abc"
    sound(at.switch_page("compare.py").run())
    assert at.text_input(key="curve_run").value == "abc"


def test_what_cannot_be_read_gets_one_sentence_and_the_page_goes_on(page):
    paste(page, "no losses here")
    (error,) = page.error
    assert error.value.startswith("The log must tell losses")
    sound(page.text_input(key="curve_run").set_value("unknown").run())
    assert "This run is not known here." in [error.value for error in page.error]
    paste(page, GROWING)
    assert lines(page)["your loss"]["y"]


def test_an_uploaded_history_is_read(page):
    content = (
        b'{"loss": [1, 4, 16, 64, 256, 1024, 4096, NaN], "val_loss": [1, 1, 1, 1, 1, 1, 1, 1]}'
    )
    page.file_uploader(key="curve_file").set_value([("history.json", content, "application/json")])
    sound(page.run())
    assert "The loss ceased to be a number." in said(page)
    assert lines(page)["your validation loss"]["y"] == [1] * 8
