"""Every awkward file is a table or one clear sentence; the hostile ones harm their reader only."""

import numpy as np
import pytest

from core.data.read import Reading, read_content
from core.data.sanitize import clean_names
from core.data.type_inference import ColumnReading
from core.data.uploads import ORIGINAL, save_file
from core.errors import InputError
from core.settings import settings
from tests.core.data.corpus import HOSTILE, TAME


def test_the_corpus_is_large_enough():
    assert len(TAME) + len(HOSTILE) >= 60


@pytest.mark.parametrize("name", TAME)
def test_a_table_or_one_sentence(name):
    content, outcome = TAME[name]
    if isinstance(outcome, str):
        with pytest.raises(InputError) as error:
            read_content(content, "table.csv")
        sentence = str(error.value)
        assert outcome in sentence
        assert "Traceback" not in sentence
        assert "/" not in sentence
    else:
        reading = read_content(content, "table.csv")
        assert reading.table.num_rows == outcome
        names = reading.table.column_names
        assert names == clean_names(names)
        assert [column.name for column in reading.columns] == names


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_in_a_subprocess_and_leaves_nothing(name, uploads_folder):
    build, said = HOSTILE[name]
    with pytest.raises(InputError, match=said):
        save_file([build()], "harmless.csv")
    assert not list(uploads_folder.iterdir())


def columns_of(name: str) -> tuple[Reading, dict[str, ColumnReading]]:
    reading = read_content(TAME[name][0], "table")
    return reading, {column.name: column for column in reading.columns}


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("thousands", "a", [1234.5, 2345678]),
        ("money and per cent", "a", [3, 4.5, np.nan]),
        ("money and per cent", "b", [12, 7, np.nan]),
        ("decimal comma", "a", [1.5, 2.5]),
        ("tiny and huge", "a", [1e-300, -1e-300, np.inf]),
        ("booleans", "a", [1, 0]),
        ("excel with text in numbers", "b", [2, 4]),
        ("parquet", "b", [1.5, np.nan, 3.5]),
        ("json with holes", "x", [1, np.nan, 3]),
        ("short rows", "c", [np.nan, np.nan, 6]),
    ],
)
def test_numbers_are_what_was_written(name, column, values):
    reading, _ = columns_of(name)
    np.testing.assert_array_equal(reading.table[column].to_numpy().astype(float), values)


@pytest.mark.parametrize("name", ["german dates", "excel with dates"])
def test_dates_are_dates(name):
    _, columns = columns_of(name)
    assert next(iter(columns.values())).kind == "date"


def test_nested_columns_are_named_not_dropped_in_silence():
    assert columns_of("parquet with nested types")[0].left_out == ("c", "d", "e")
    assert columns_of("json nested")[0].left_out == ("z",)


def test_a_damaged_utf_8_file_loses_its_damaged_letter_only():
    reading, _ = columns_of("mixed encodings")
    assert reading.dialect.encoding == "utf-8"
    assert reading.table["ä"].to_pylist()[:2] == ["ö", "ö"]


def test_the_original_file_is_saved_to_be_reparsed(uploads_folder):
    upload = save_file([TAME["plain"][0]], "plain.csv")
    kept = settings().tables / upload.source
    assert (kept / ORIGINAL).read_bytes() == TAME["plain"][0]
    assert (kept.stat().st_mode & 0o777, uploads_folder.stat().st_mode & 0o077) == (0o700, 0)
