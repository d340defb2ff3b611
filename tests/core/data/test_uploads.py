"""An upload belongs to its owner alone, and is gone when it expires or its owner deletes it."""

import gzip
import os
import time

import numpy as np
import pandas as pd
import pytest

from core.data import reader_subprocess, uploads
from core.data.dialect import Dialect
from core.data.uploads import (
    PREFIX,
    check_owner,
    delete_upload,
    find_table,
    get_upload,
    is_available,
    list_uploads,
    preview_file,
    reparse_file,
    save_file,
    save_table,
)
from core.errors import InputError
from core.settings import settings
from tests.core.disk import full_disk

CONTENT = [b"a;b\n1.234;x\n", b"2.345;y\nnone at all;z\n"]


@pytest.fixture
def upload(uploads_folder):
    return save_file(CONTENT, "my **table**.csv")


def test_an_upload_has_metadata_and_a_table(upload):
    assert upload.name == "my table.csv"
    assert (upload.rows, upload.dialect.delimiter, upload.dialect.thousands) == (3, ";", "")
    assert find_table(upload.source)["b"].tolist() == ["x", "y", "z"]
    column = get_upload(upload.source).columns[0]
    assert (column.unreadable, column.example) == (1, "none at all")


@pytest.mark.usefixtures("read_here")
def test_the_name_of_a_file_is_cut(uploads_folder):
    assert save_file(CONTENT, "n" * 90).name == "n" * 80
    assert save_file(CONTENT, "<>").name == "the file"


def test_a_file_can_be_reparsed_and_the_first_table_stays(upload):
    as_thousands = Dialect(delimiter=";", header=True, decimal=",", thousands=".")
    assert preview_file(upload.source, as_thousands)["a"].tolist()[:2] == [1234, 2345]
    again = reparse_file(upload.source, as_thousands)
    assert again.source != upload.source
    np.testing.assert_array_equal(find_table(again.source)["a"], [1234, 2345, np.nan])
    np.testing.assert_array_equal(find_table(upload.source)["a"], [1.234, 2.345, np.nan])


def test_a_dialect_that_does_not_fit_changes_nothing(upload, uploads_folder):
    with pytest.raises(InputError, match="at least 2 columns"):
        reparse_file(upload.source, Dialect(delimiter="|"))
    assert [path.name for path in uploads_folder.iterdir()] == [upload.source]


def test_ids_cannot_be_guessed_and_name_no_path(upload):
    assert len(upload.source) == len(PREFIX) + 22
    for source in (PREFIX + "A" * 22, PREFIX + "../../x", f"{upload.source}/..", PREFIX):
        assert not is_available(source)
        with pytest.raises(InputError, match="uploaded table that is not here"):
            find_table(source)


def test_its_owner_deletes_it(upload, uploads_folder):
    delete_upload(upload.source)
    assert not is_available(upload.source)
    assert not list(uploads_folder.iterdir())
    delete_upload(upload.source)
    delete_upload("../" + uploads_folder.name)
    assert uploads_folder.exists()


def test_it_expires(upload, uploads_folder):
    old = time.time() - 25 * 3600
    os.utime(uploads_folder / upload.source, (old, old))
    assert not is_available(upload.source)
    with pytest.raises(InputError, match="no longer kept"):
        find_table(upload.source)
    save_table(pd.DataFrame({"a": [1, 2], "b": [3, 4]}))
    assert not (uploads_folder / upload.source).exists()


@pytest.mark.usefixtures("read_here")
def test_only_its_owner_has_it(uploads_folder):
    mine, yours = (save_file(CONTENT, "table.csv", owner) for owner in ("me", "you"))
    again = save_file(CONTENT, "table.csv", "me")
    assert [upload.name for upload in list_uploads("me")] == ["table.csv", "table.csv (2)"]
    assert again.title == "table.csv (2) · 3 × 2"
    check_owner(mine.source, "me")
    check_owner("diabetes", "you")
    with pytest.raises(InputError, match="theirs alone"):
        check_owner(mine.source, "you")
    delete_upload(mine.source, "you")
    assert is_available(mine.source)
    delete_upload(mine.source, "me")
    assert [upload.source for upload in list_uploads("me")] == [again.source]
    assert is_available(yours.source)


def large(cells: int) -> list[bytes]:
    return [b"a,b\n", b"1.5,2\n" * (cells // 2)]


@pytest.mark.usefixtures("read_here")
def test_the_least_recently_used_tables_are_evicted(monkeypatch, uploads_folder):
    monkeypatch.setenv("UPHILL_TABLES_MEGABYTES", "1")
    settings.cache_clear()
    third = large(30_000)  # 0.33 MB
    saved = [save_file(third, f"{number}.csv").source for number in range(3)]
    for age, source in ((10, saved[1]), (20, saved[0])):
        then = time.time() - age
        os.utime(uploads_folder / source / "about.json", (then, then))
    find_table(saved[0])  # which was the oldest, and is in use again
    fourth = save_file(third, "4.csv").source
    assert [is_available(source) for source in [*saved, fourth]] == [True, False, True, True]
    with pytest.raises(InputError, match="may take 1 MB on this server"):
        save_file(third, "5.csv", in_use={*saved, fourth})
    assert sorted(path.name for path in uploads_folder.iterdir()) == sorted(
        [saved[0], saved[2], fourth]
    )


@pytest.mark.usefixtures("read_here")
def test_a_file_that_two_uploads_share_is_counted_once(monkeypatch, uploads_folder):
    monkeypatch.setenv("UPHILL_TABLES_MEGABYTES", "1")
    settings.cache_clear()
    wide = [b"a,b\n", b"1.5%s,2\n" % (b"0" * 200) * 3_500]  # 0.7 MB, and 0.06 MB of table
    first = save_file(wide, "wide.csv").source
    again = reparse_file(first, Dialect(header=False), in_use={first}).source
    assert is_available(first)
    assert is_available(again)
    with pytest.raises(InputError, match="may take 1 MB on this server"):
        save_file(wide, "another.csv", in_use={first, again})


def test_an_expired_table_that_a_run_reads_is_not_deleted(upload, uploads_folder):
    old = time.time() - 25 * 3600
    os.utime(uploads_folder / upload.source, (old, old))
    save_file(CONTENT, "next.csv", in_use={upload.source})
    assert (uploads_folder / upload.source).exists()
    save_file(CONTENT, "last.csv")
    assert not (uploads_folder / upload.source).exists()


def preview_of(content: bytes, dialect: Dialect) -> dict[str, list]:
    return preview_file(save_file([content], "table.csv").source, dialect).to_dict("list")


@pytest.mark.usefixtures("read_here")
def test_a_preview_ends_with_a_whole_line(monkeypatch, uploads_folder):
    monkeypatch.setattr(uploads, "PREVIEW_BYTES", 16)
    content = b"a,b\n1,2\n3,4\n5,67890\n7,8\n"  # the first 16 bytes end within 67890
    assert preview_of(content, Dialect(delimiter=",")) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.usefixtures("read_here")
def test_a_preview_of_a_short_file_has_its_last_line(uploads_folder):
    assert preview_of(b"a,b\n1,2\n3,4", Dialect()) == {"a": [1, 3], "b": [2, 4]}


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "gb18030", "utf-8"]
)
@pytest.mark.parametrize("cut", range(140, 144))
def test_a_preview_does_not_cut_a_wide_character(monkeypatch, uploads_folder, encoding, cut):
    content = ("a,b\n" + "1,größe年\n" * 30).encode(encoding)
    source = save_file([content], "table.csv", dialect=Dialect(encoding=encoding)).source
    monkeypatch.setattr(uploads, "PREVIEW_BYTES", cut)
    preview = preview_file(source, Dialect(encoding=encoding, delimiter=",", header=True))
    assert set(preview["b"]) == {"größe年"}


def test_a_preview_of_an_archive_reads_it_as_a_whole(monkeypatch, uploads_folder):
    monkeypatch.setattr(uploads, "PREVIEW_BYTES", 40)
    content = gzip.compress(b"a,b\n" + b"1,2\n" * 100)
    assert preview_of(content, Dialect(delimiter=",")) == {"a": [1] * 8, "b": [2] * 8}


@pytest.mark.parametrize(
    "room", [10, 100]
)  # too little for the file; enough, but not for its table
def test_a_full_disk_is_one_sentence_and_saves_nothing(room, upload, uploads_folder):
    saved = sorted(uploads_folder.rglob("*"))
    with full_disk(beyond=room), pytest.raises(InputError, match="disk is full"):
        save_file(CONTENT, "next.csv")
    reader_subprocess.SPARE.end()  # the disk is full for it too
    assert sorted(uploads_folder.rglob("*")) == saved
    assert len(find_table(upload.source)) == 3
    assert save_file(CONTENT, "next.csv").rows == 3


def test_numbers_are_memory_mapped_without_a_copy(upload):
    table = save_table(pd.DataFrame({"a": np.arange(5.0), "b": [1, 2, 3, 4, 5]}))
    back = find_table(table)
    pd.testing.assert_frame_equal(back, find_table(table))
    assert not back["a"].to_numpy().flags.owndata
