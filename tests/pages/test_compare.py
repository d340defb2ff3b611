"""The page for a training from elsewhere: what is pasted is read, drawn and talked about."""

from typing import Any

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core.data.uploads import save_file
from core.events import encode
from core.service.run_log import RunLog
from core.spec import Spec
from core.web.learner import COOKIE, owner_id, sign
from tests.core.charts.runs import completed
from tests.pages.app import ME, YOU, checked, open_page
from tests.pages.fake_service import FakeService

GROWING = "\n".join(f"Epoch {k}/20\n1/1 - 0s - loss: {4.0**k:.6e}" for k in range(1, 13))


@pytest.fixture(autouse=True)
def ended_run(service: FakeService) -> None:
    """The service knows one run, that has ended."""
    log = service.logs["abc"] = RunLog(Spec(), None)
    for event in completed():
        log.append(encode(event))


@pytest.fixture
def page() -> AppTest:
    return open_page("compare.py")


def paste(at: AppTest, text: str) -> AppTest:
    return checked(at.text_area(key="curve_text").set_value(text).run())


def markdown_text(at: AppTest) -> str:
    return "\n".join(text.value for text in (*at.header, *at.markdown))


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
    assert "The loss grows." in markdown_text(page)
    assert "multiplied by 4 an epoch" in markdown_text(page)
    assert "1.5 × the largest stable one" in markdown_text(page)
    assert "Is it a bug?" in markdown_text(page)


def test_the_example_is_one_press_away(page):
    (button,) = [button for button in page.button if button.label == "Use an example"]
    checked(button.click().run())
    assert "multiplied by 3.2 an epoch" in markdown_text(page)
    assert "Use an example" not in [button.label for button in page.button]


def test_what_is_known_besides_is_used(page):
    paste(page, GROWING)
    page.number_input(key="curve_rate").set_value(0.3)
    checked(page.number_input(key="curve_steps").set_value(2).run())
    assert "in 2 steps an epoch (roughly)" in markdown_text(page)
    paste(page, "9 5 4 3.5 3.5 3.5 3.5 3.5 3.5 3.5 3.5")
    checked(page.number_input(key="curve_variance").set_value(7.0).run())
    assert "explains 50 % of the variance" in markdown_text(page)


@pytest.mark.parametrize("link", ["abc", " abc ", "https://uphill.example/?run=abc&lesson=healthy"])
def test_a_run_stands_beside_it(page, link):
    checked(page.text_input(key="curve_run").set_value(link).run())
    paste(page, GROWING)
    assert lines(page)["the run's loss"]["y"] == pytest.approx([80 / (k + 1) for k in range(10)])
    assert "table diabetes · optimizer sgd" in " ".join(page.caption.values)


def test_an_upload_has_its_files_name_for_its_owner_alone(page, service, cookies, uploads_folder):
    cookies[COOKIE] = sign(ME)
    upload = save_file([b"a,b\n1,2\n3,4\n"], "grades.csv", owner_id(ME))
    spec = Spec.of({"data": {"source": upload.source, "target": "b"}})
    service.logs["abc"] = RunLog(spec, None, learner=owner_id(ME))
    checked(page.text_input(key="curve_run").set_value("abc").run())
    assert any("table grades.csv · 2 × 2" in text for text in page.caption.values)
    cookies[COOKIE] = sign(YOU)
    checked(page.run())
    assert any("table an upload of another learner" in text for text in page.caption.values)


def test_the_run_on_screen_is_offered():
    at = open_page("compare.py", run="abc")
    assert at.text_input(key="curve_run").value == "abc"


def test_what_cannot_be_read_gets_one_sentence_and_the_page_goes_on(page):
    paste(page, "no losses here")
    (error,) = page.error
    assert error.value.startswith("The log must tell losses")
    checked(page.text_input(key="curve_run").set_value("unknown").run())
    assert "This run is not known here." in [error.value for error in page.error]
    paste(page, GROWING)
    assert lines(page)["your loss"]["y"]


def test_of_several_numbers_the_loss_is_asked_for(page):
    paste(page, "0 16 20 1\n10 12 3 4\n20 9 3 4")
    assert not page.error
    assert not page.get("plotly_chart")
    checked(page.selectbox(key="curve_column").select("column 2").run())
    assert lines(page)["your loss"]["y"] == [16, 12, 9]
    assert "Steps are counted as your log counts them." in page.caption.values


def test_an_uploaded_history_is_read(page):
    content = (
        b'{"loss": [1, 4, 16, 64, 256, 1024, 4096, NaN], "val_loss": [1, 1, 1, 1, 1, 1, 1, 1]}'
    )
    page.file_uploader(key="curve_file").set_value([("history.json", content, "application/json")])
    checked(page.run())
    assert "The loss ceased to be a number." in markdown_text(page)
    assert lines(page)["your validation loss"]["y"] == [1] * 8
