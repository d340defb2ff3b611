"""The page for a script from elsewhere: what is pasted is read, explained and taken to the lab."""

from collections.abc import Callable

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core.script import read
from core.script.result import ScriptReading
from pages.ui.own import script_view
from tests.core.script.scoring import text_of
from tests.pages.app import checked, open_page, press
from tests.pages.fake_service import FakeService


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads here: a subprocess for each test would take a second each."""
    reader: Callable[[str], ScriptReading] = read.read_script
    monkeypatch.setattr(script_view, "read_in_subprocess", reader)


@pytest.fixture
def page() -> AppTest:
    return open_page("own.py")


def paste(at: AppTest, text: str) -> AppTest:
    return checked(at.text_area(key="script_text").set_value(text).run())


def rows(at: AppTest) -> dict[str, tuple[str, str]]:
    """For each knob of the table its line and what that says."""
    (table,) = at.dataframe
    return {
        row["Knob"].partition(" ")[0]: (row["Line"], row["It says"])
        for row in table.value.to_dict("records")
    }


def test_it_opens_empty_and_says_what_to_do(page):
    assert "line by line" in page.info[0].value
    assert not page.dataframe
    assert any("never executed" in caption for caption in page.caption.values)


def test_the_example_is_read_predicted_and_trained(page, service: FakeService):
    press(page, "Use an example")
    assert rows(page)["optimizer.learning_rate"] == ("8", "the learning rate is 0.01")
    assert rows(page)["data.source"] == ("4", "8 rows, 1 feature")
    assert any("largest stable" in text.value for text in page.markdown)
    press(page, "Train")
    (log,) = service.logs.values()
    assert log.spec.data.source == "points:2,46;5,55;8,64;11,73;14,82;17,91;20,100;23,109"
    assert (log.spec.optimizer.learning_rate, log.spec.training.epochs) == (0.01, 50)


def test_what_is_wrong_and_what_is_not_understood_is_said_with_its_line(page, uploads_folder):
    paste(page, text_of("numpy_07"))
    assert "Line 13." in page.error[0].value
    assert "along the gradient" in page.error[0].value
    paste(page, text_of("keras_19"))
    assert len(page.error) == 2
    assert any("`loss.key`" in text.value for text in page.markdown)


def test_a_script_marks_its_lines(page):
    paste(page, text_of("numpy_06"))
    (code,) = page.code
    assert "✗  11      theta0 =- alpha * grad0" in code.value
    assert "▸   7  for it in range(300):" in code.value


def test_a_file_is_asked_for_by_name_and_its_columns_are_checked(page, service, uploads_folder):
    paste(page, text_of("keras_05"))
    assert any("Bring kc" in box.label for box in page.file_uploader)
    assert any("`sqft_living`, `bedrooms`, `yr_built`" in text for text in page.caption.values)
    upload = next(box for box in page.file_uploader if "Bring" in box.label)
    upload.set_value([("kc_houses.csv", b"a,price\n1,2\n2,3\n", "text/csv")])
    checked(page.run())
    assert "Missing: sqft\\_living, bedrooms, yr\\_built" in page.error[0].value
    head = "sqft_living,bedrooms,yr_built,price\n"
    lines = "".join(
        f"{900 + 37 * k},{k % 4 + 1},{1950 + 3 * k},{1e5 + 9e3 * k}\n" for k in range(20)
    )
    upload = next(box for box in page.file_uploader if "Bring" in box.label)
    upload.set_value([("kc_houses.csv", (head + lines).encode(), "text/csv")])
    checked(page.run())
    press(page, "Train")
    (log,) = service.logs.values()
    assert log.spec.data.features == ("sqft_living", "bedrooms", "yr_built")
    assert log.spec.scaling.features == "standard"


def test_many_numbers_become_a_table_of_the_learners_own(page, service, uploads_folder):
    paste(page, text_of("keras_08"))
    press(page, "Train")
    (log,) = service.logs.values()
    assert log.spec.data.source.startswith("upload")
    assert log.spec.schedule.key == "exponential_decay"


def test_what_is_no_script_gets_one_sentence(page):
    paste(page, "model.fit(x, y")
    assert page.error[0].value.startswith("Line 1 is not Python")


def test_text_of_a_script_is_never_markdown(page):
    paste(page, "import **x**")
    assert "\\*\\*x\\*\\*" in page.error[0].value


def test_pytorch_is_said_to_be_read_in_part(page):
    paste(page, text_of("torch_01"))
    assert "examine_step" in page.warning[0].value


def test_the_loss_curve_is_a_press_away_and_its_old_address_goes_on_working(page):
    checked(page.segmented_control(key="own_what").set_value("Your loss curve").run())
    assert page.text_area(key="curve_text")
    assert open_page("compare.py").text_area(key="curve_text")


def test_a_curve_is_laid_over_what_the_script_should_print(page):
    paste(page, text_of("numpy_08"))
    assert not page.get("plotly_chart")
    reading = read.read_script(text_of("numpy_08"))
    rising = "\n".join(f"epoch {k} loss {9.0 * 4**k}" for k in range(12))
    checked(page.text_area(key="curve_text").set_value(rising).run())
    (chart,) = page.get("plotly_chart")
    names = [trace["name"] for trace in orjson.loads(chart.proto.spec)["data"] if "name" in trace]
    assert {"your loss", "your script, foreseen"} <= {*names}
    text = " ".join(page.markdown.values)
    assert "your program does something" in text
    assert ("without what is wrong" in text) == (reading.spec.bug is not None)
    checked(page.text_area(key="curve_text").set_value("no losses").run())
    assert "must tell losses" in page.error[0].value
    assert not page.get("plotly_chart")
