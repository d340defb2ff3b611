"""An uploaded table is its owner's alone, and is gone when its time or its owner says so."""

import os
import time

import numpy as np
import pandas as pd
import pytest

from core.data.dialect import Dialect
from core.data.uploads import (
    PREFIX,
    check_owner,
    delete_table,
    find_table,
    find_upload,
    is_kept,
    keep_file,
    keep_table,
    preview,
    read_again,
    uploads_of,
)
from core.errors import InputError
from core.settings import settings
from tests.core.disk import full_disk

CONTENT = [b"a;b\n1.234;x\n", b"2.345;y\nnone at all;z\n"]


@pytest.fixture
def upload(uploads_folder):
    return keep_file(CONTENT, "my **table**.csv")


def test_what_was_found_is_told(upload):
    assert upload.name == "my table.csv"
    assert (upload.rows, upload.dialect.delimiter, upload.dialect.thousands) == (3, ";", "")
    assert find_table(upload.source)["b"].tolist() == ["x", "y", "z"]
    told = find_upload(upload.source).columns[0]
    assert (told.unreadable, told.example) == (1, "none at all")


def test_a_file_can_be_read_otherwise_and_the_first_table_stays(upload):
    as_thousands = Dialect(delimiter=";", header=True, decimal=",", thousands=".")
    assert preview(upload.source, as_thousands)["a"].tolist()[:2] == [1234, 2345]
    again = read_again(upload.source, as_thousands)
    assert again.source != upload.source
    np.testing.assert_array_equal(find_table(again.source)["a"], [1234, 2345, np.nan])
    np.testing.assert_array_equal(find_table(upload.source)["a"], [1.234, 2.345, np.nan])


def test_a_way_that_does_not_fit_changes_nothing(upload, uploads_folder):
    with pytest.raises(InputError, match="at least 2 columns"):
        read_again(upload.source, Dialect(delimiter="|"))
    assert [path.name for path in uploads_folder.iterdir()] == [upload.source]


def test_ids_cannot_be_guessed_and_name_no_path(upload):
    assert len(upload.source) == len(PREFIX) + 22
    for source in (PREFIX + "A" * 22, PREFIX + "../../x", f"{upload.source}/..", PREFIX):
        assert not is_kept(source)
        with pytest.raises(InputError, match="uploaded table that is not here"):
            find_table(source)


def test_its_owner_deletes_it(upload, uploads_folder):
    delete_table(upload.source)
    assert not is_kept(upload.source)
    assert not list(uploads_folder.iterdir())
    delete_table(upload.source)
    delete_table("../" + uploads_folder.name)
    assert uploads_folder.exists()


def test_it_goes_when_its_time_is_over(upload, uploads_folder):
    old = time.time() - 25 * 3600
    os.utime(uploads_folder / upload.source, (old, old))
    assert not is_kept(upload.source)
    with pytest.raises(InputError, match="no longer kept"):
        find_table(upload.source)
    keep_table(pd.DataFrame({"a": [1, 2], "b": [3, 4]}))
    assert not (uploads_folder / upload.source).exists()


def test_only_its_owner_has_it(uploads_folder):
    mine, yours = (keep_file(CONTENT, "table.csv", owner) for owner in ("me", "you"))
    again = keep_file(CONTENT, "table.csv", "me")
    assert [upload.name for upload in uploads_of("me")] == ["table.csv", "table.csv (2)"]
    assert again.title == "table.csv (2) · 3 × 2"
    check_owner(mine.source, "me")
    check_owner("diabetes", "you")
    with pytest.raises(InputError, match="theirs alone"):
        check_owner(mine.source, "you")
    delete_table(mine.source, "you")
    assert is_kept(mine.source)
    delete_table(mine.source, "me")
    assert [upload.source for upload in uploads_of("me")] == [again.source]
    assert is_kept(yours.source)


def large(cells: int) -> list[bytes]:
    return [b"a,b\n", b"1.5,2\n" * (cells // 2)]


def test_the_tables_used_longest_ago_make_room(monkeypatch, uploads_folder):
    monkeypatch.setenv("UPHILL_TABLES_MEGABYTES", "1")
    settings.cache_clear()
    kept = [keep_file(large(30_000), f"{number}.csv").source for number in range(3)]  # 0.33 MB each
    for age, source in ((10, kept[1]), (20, kept[0])):
        then = time.time() - age
        os.utime(uploads_folder / source / "about.json", (then, then))
    find_table(kept[0])  # which was the oldest, and is in use again
    fourth = keep_file(large(30_000), "4.csv").source
    assert [is_kept(source) for source in [*kept, fourth]] == [True, False, True, True]
    with pytest.raises(InputError, match="may take 1 MB on this server"):
        keep_file(large(30_000), "5.csv", in_use={*kept, fourth})
    assert sorted(path.name for path in uploads_folder.iterdir()) == sorted(
        [kept[0], kept[2], fourth]
    )


@pytest.mark.parametrize(
    "room", [10, 100]
)  # too little for the file; enough, but not for its table
def test_a_full_disk_is_one_sentence_and_keeps_nothing(room, upload, uploads_folder):
    kept = sorted(uploads_folder.rglob("*"))
    with full_disk(beyond=room), pytest.raises(InputError, match="disk is full"):
        keep_file(CONTENT, "next.csv")
    assert sorted(uploads_folder.rglob("*")) == kept
    assert len(find_table(upload.source)) == 3
    assert keep_file(CONTENT, "next.csv").rows == 3


def test_numbers_are_read_where_they_lie(upload):
    table = keep_table(pd.DataFrame({"a": np.arange(5.0), "b": [1, 2, 3, 4, 5]}))
    back = find_table(table)
    pd.testing.assert_frame_equal(back, find_table(table))
    assert not back["a"].to_numpy().flags.owndata
