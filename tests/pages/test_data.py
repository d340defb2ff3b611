"""The data page, run by Streamlit's own test runner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from core.data.datasets import DATASETS
from core.data.uploads import is_available, save_file
from core.errors import InputError
from core.service.service import Service
from core.spec import DataSpec, Spec
from core.web.learner import COOKIE, owner_id, sign
from pages.ui.knob_values import knob_values, row_text, rows_of
from tests.pages.app import ME, YOU, checked, forget_runs, open_page, press, use_service

CASES = Path(__file__).parents[1] / "core" / "data" / "cases"
VIEWS = ("columns", "scales", "target", "pairs", "rows")
CSV = b"stadt;preis;gr\xf6\xdfe;gebaut\n" + b"".join(
    b"%s;%d,5;%d;%02d.03.1990\n" % (b"K\xf6ln" if i % 3 else b"Bonn", 3 * i, i * i % 17, 1 + i)
    for i in range(1, 25)
)


@pytest.fixture(autouse=True)
def service(
    uploads_folder: Path, read_here: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A real service without workers, and a folder of its own for tables."""
    use_service(monkeypatch, Service(0))
    yield
    forget_runs()


def open_data(**link: str) -> AppTest:
    return open_page("data.py", boxes=["upload"], **link)


def seen(text: str) -> str:
    """A text without what keeps it from Markdown."""
    return text.replace("\u2060", "").replace("\\", "")


def page_text(at: AppTest) -> str:
    return seen(" ".join([*at.markdown.values, *at.caption.values]))


@pytest.mark.parametrize("source", [dataset.key for dataset in DATASETS])
def test_every_table_is_shown(source):
    at = open_data(source=source)
    assert not at.error
    assert "to train on" in page_text(at)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn(view):
    at = open_data(source="diabetes", view=view)
    assert not at.error
    assert len(at.get("plotly_chart")) >= 1


def test_a_file_is_uploaded_read_prepared_and_deleted(uploads_folder):
    at = open_data()
    checked(at.file_uploader[0].upload("häuser.csv", CSV, "text/csv").run())
    source = at.selectbox(key="source").value
    assert is_available(source)
    assert "semicolon between cells, names in the first row, decimal comma" in page_text(at)
    checked(at.multiselect(key="one_hot").select("stadt").run())
    checked(at.multiselect(key="days").select("gebaut").run())
    checked(at.selectbox(key="target").select("preis").run())
    checked(at.text_input(key="exclude_rows").set_value("2-3, 7").run())
    said = page_text(at)
    for step in ("Make one-hot features of stadt", "Make days features of gebaut"):
        assert step in said
    assert "Leave out 3 rows: 2-3, 7" in said
    assert "24 rows in the table → **21** to train on" in said
    checked(at.button(key="undo-exclude_rows").click().run())
    assert "**24** to train on" in page_text(at)
    press(at, "Delete this table")
    assert not list(uploads_folder.iterdir())
    assert at.selectbox(key="source").value == "diabetes"


def test_a_file_that_was_read_takes_no_memory_any_more(monkeypatch):
    let_go = []
    remove = MemoryUploadedFileManager.remove_session_files

    def removed(manager: MemoryUploadedFileManager, session: str) -> None:
        let_go.extend(len(file.data) for file in manager.file_storage[session].values())
        remove(manager, session)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_session_files", removed)
    at = open_data()
    checked(at.file_uploader[0].upload("a.csv", CSV, "text/csv").run())
    assert let_go == [len(CSV)]


def test_pasted_cells_become_a_table():
    at = open_data()
    checked(at.text_area[0].set_value("hours\tscore\n1\t52\n2\t55\n4\t61\n").run())
    press(at, "Use the pasted cells")
    assert "tab between cells" in page_text(at)
    assert "3 rows in the table" in page_text(at)


def test_a_file_that_is_none_is_one_sentence_and_changes_nothing():
    at = open_data(source="engel")
    checked(at.file_uploader[0].upload("photo.csv", b"\x89PNG\r\n\x1a\n", "text/csv").run())
    assert [seen(e.value) for e in at.error] == [
        "photo.csv must be a CSV, Excel, Parquet or JSON file. Received: a PNG image."
    ]
    assert at.selectbox(key="source").value == "engel"
    shown = [element.type for element in at.main]
    assert shown.index("error") < shown.index("file_uploader")  # below, it would be out of sight


def test_a_file_can_be_read_otherwise():
    at = open_data()
    checked(at.file_uploader[0].upload("a.csv", b"a;b\n1.234;1\n2.345;2\n", "text/csv").run())
    first = at.selectbox(key="source").value
    checked(at.selectbox(key=f"m{first}").select(",").run())
    checked(at.selectbox(key=f"t{first}").select(".").run())
    press(at, "Read it like this")
    assert at.selectbox(key="source").value != first
    assert "decimal comma, thousands point" in page_text(at)


def upload_case(name: str) -> AppTest:
    at = open_data()
    checked(at.file_uploader[0].upload(name, (CASES / name).read_bytes(), "text/csv").run())
    return at


def test_one_sentence_says_what_was_decided_of_a_file():
    said = page_text(upload_case("F18.csv"))
    assert "names in the first row" in said
    assert "left out: the note below the table “Source" in said
    assert "the row of totals “Total, 1190, 2570”" in said
    assert "price" in said
    assert "20 rows in the table" in said
    assert "mass in kg, length in m and price in USD" in page_text(upload_case("F11.csv"))


def test_rows_that_were_left_out_come_back_by_one_click():
    at = upload_case("F18.csv")
    press(at, "Keep every row")
    assert "22 rows in the table" in page_text(at)
    press(at, "Leave out totals")
    assert "20 rows in the table" in page_text(at)


def test_what_is_only_called_a_total_is_left_out_by_one_click():
    at = open_data()
    content = b"shop,area,price\nSmall,10,100\nLarge,30,180\nMid,25,150\nTotal,20,140\n"
    checked(at.file_uploader[0].upload("shops.csv", content, "text/csv").run())
    assert "**4** to train on" in page_text(at)
    press(at, "Leave out row 4, which is called a total")
    assert at.text_input(key="exclude_rows").value == "4"
    assert "**3** to train on" in page_text(at)


def test_a_header_is_made_data_and_back_by_one_click():
    at = upload_case("F25.csv")
    assert "numbers as names in the first row" in page_text(at)
    press(at, "The first row is data")
    assert "21 rows in the table" in page_text(at)
    press(at, "The first row has names")
    assert "20 rows in the table" in page_text(at)


def test_lines_above_the_table_are_kept_by_one_click():
    at = upload_case("F05.csv")
    assert "left out: 2 lines above the table “;Instrument ABCDEF” …" in page_text(at)
    assert "names in row 3" in page_text(at)
    press(at, "Begin at the first line")
    assert "must" in at.error[0].value


def test_another_separator_and_another_target_are_one_click_away():
    at = upload_case("F28.csv")
    assert "semicolon between cells" in page_text(at)
    assert "to predict: b." in page_text(at)
    press(at, "Predict a")
    assert at.selectbox(key="target").value == "a"
    assert "to predict: a." in page_text(at)
    press(at, "Comma between cells")
    assert "must" in at.error[0].value or "comma between cells" in page_text(at)


def test_an_index_is_no_feature_until_one_click_makes_it_one():
    at = upload_case("F17.csv")
    assert "index only numbers the rows" in page_text(at)
    assert "**2** features" in page_text(at)
    press(at, "Use index as a feature")
    assert "**3** features" in page_text(at)
    assert "only numbers the rows" not in page_text(at)


def test_a_link_to_a_table_that_is_not_here_offers_the_sample_data():
    at = open_data(source="upload-" + "A" * 22)
    assert "uploaded table that is not here" in at.error[0].value
    press(at, "Use the sample data instead")
    assert not at.error
    assert at.selectbox(key="source").value == "diabetes"


def save_table(owner: str, name: str = "mine.csv") -> str:
    return save_file([b"a,b\n1,2\n3,4\n5,6\n"], name, owner_id(owner)).source


def test_a_learner_finds_their_tables_again_in_another_tab(cookies):
    cookies[COOKIE] = sign(ME)
    first, second = save_table(ME), save_table(ME)
    menu = open_data().selectbox(key="source")
    assert menu.options[-2:] == ["mine.csv · 3 × 2", "mine.csv (2) · 3 × 2"]
    at = open_data(source=second)
    assert "Your table **mine.csv (2)**" in page_text(at)
    assert at.query_params["source"] in (second, [second])
    press(at, "Delete this table")
    assert (is_available(first), is_available(second)) == (True, False)
    assert at.selectbox(key="source").value == "diabetes"


def test_another_learner_is_refused_and_offered_the_sample_data(cookies):
    cookies[COOKIE] = sign(YOU)
    source = save_table(ME)
    assert not any("mine.csv" in option for option in open_data().selectbox(key="source").options)
    at = open_data(source=source)
    assert "a table that another learner has uploaded" in at.error[0].value
    assert "mine.csv" not in page_text(at)
    assert "Delete this table" not in [b.label for b in at.button]
    press(at, "Use the sample data instead")
    assert not at.error


def test_dates_can_be_predicted():
    at = open_data(source="seattle-weather")
    checked(at.selectbox(key="target").select("date").run())
    assert not at.error
    assert "**date** is predicted in days since the first" in page_text(at)


def test_missing_values_that_are_kept_are_said():
    at = open_data(source="cars", missing="keep", view="rows")
    assert any("all there" in info for info in at.info.values)


def test_rows_that_are_none_are_one_sentence():
    at = open_data(source="diabetes", exclude_rows="three")
    assert "Rows left out must be like 3, 17, 20-25. Received: 'three'" in page_text(at)
    assert not at.error


def test_the_choices_travel_in_the_link():
    data = {
        "source": "seattle-weather",
        "target": "temp_max",
        "encode": {"weather": "one-hot", "date": "days"},
        "exclude_rows": (2, 3, 4, 9),
    }
    values = knob_values(Spec.of({"data": data}))
    assert (values["one_hot"], values["ordinal"], values["days"]) == (["weather"], [], ["date"])
    assert values["exclude_rows"] == "2-4, 9"
    at = open_data(
        source="seattle-weather", target="temp_max", one_hot="weather", exclude_rows="2-4, 9"
    )
    said = page_text(at)
    assert "Make one-hot features of weather" in said
    assert "Leave out 4 rows: 2-4, 9" in said


@pytest.mark.parametrize("rows", [(), (1,), (1, 2), (1, 2, 3, 7), (5, 9, 10, 11, 12)])
def test_rows_are_written_as_they_are_read(rows):
    assert rows_of(row_text(rows)) == rows == DataSpec(exclude_rows=rows).exclude_rows


@pytest.mark.parametrize("text", ["x", "1-", "-3", "1-99999999999", "1.5", "²", "9" * 5000])
def test_what_is_no_row_is_refused(text):
    with pytest.raises(InputError, match="exclude_rows"):
        rows_of(text)


def test_a_code_for_missing_is_told_and_left_out_by_one_click():
    at = open_data()
    content = b"temp,rain\n21.5,3\n-999,4\n18.5,5\n17,6\n"
    checked(at.file_uploader[0].upload("weather.csv", content, "text/csv").run())
    assert "-999 in temp looks like a code for a missing value" in page_text(at)
    press(at, "Read -999 as missing")
    assert "-999 in temp is read as missing" in page_text(at)
    press(at, "Read -999 as a number")
    assert "is read as missing" not in page_text(at)


def test_of_several_tables_each_is_one_click_away():
    at = open_data()
    content = b"INSERT INTO few VALUES (1, 2.5), (2, 3.5);\n"
    content += b"INSERT INTO more (x, y) VALUES (1, 2.5), (2, 3.5), (3, 4.5), (4, 5.5);\n"
    checked(at.file_uploader[0].upload("shop.sql", content, "application/sql").run())
    assert "Read as SQL, table “more”" in page_text(at)
    press(at, "Read table few")
    assert "Read as SQL, table “few”" in page_text(at)
    press(at, "Read table more")
    assert "Read as SQL, table “more”" in page_text(at)


def test_tables_whose_names_begin_alike_have_a_button_each():
    at = open_data()
    row = "<tr><td>{}</td><td>2</td></tr>"
    table = "<table><caption>{}</caption><tr><th>x</th><th>y</th></tr>"
    table += row.format(1) + row.format(3) + "</table>"
    content = "".join(table.format("of the same " * 4 + end) for end in "abc").encode()
    checked(at.file_uploader[0].upload("page.html", content, "text/html").run())
    assert len([b for b in at.button if b.label.startswith("Read table of the same")]) == 2


def test_of_several_tables_as_plain_text_none_is_asked_for():
    at = open_data()
    content = b"INSERT INTO a VALUES (1, 2.5),\n(2, 3.5);\nINSERT INTO b VALUES (1, 2);\n"
    checked(at.file_uploader[0].upload("shop.sql", content, "application/sql").run())
    (between,) = (s for s in at.selectbox if s.label == "Between cells")
    checked(between.set_value(",").run())
    assert not [e.value for e in at.error if "sheet" in e.value]
