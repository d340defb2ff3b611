"""An archive is opened only if it is one file, without a password, and not too large."""

import pytest

from core.data import decompress as module
from core.data.decompress import decompress
from core.errors import InputError
from tests.core.data.corpus import TABLE, zipped


def flagged(archive: bytes, flags: int) -> bytes:
    """The archive with these flags of its first file, in its own header and in the directory."""
    directory = archive.index(b"PK\x01\x02")
    changed = bytearray(archive)
    changed[6] |= flags
    changed[directory + 8] |= flags
    return bytes(changed)


def test_a_password_is_named():
    with pytest.raises(InputError, match=r"must not be encrypted\. Received: a file with a pass"):
        decompress(flagged(zipped({"a.csv": TABLE}), 1), "a.zip")
    assert decompress(flagged(zipped({"a.csv": TABLE}), 2), "a.zip") == ("text", TABLE)


@pytest.mark.parametrize(("limit", "fits"), [(len(TABLE) - 1, False), (len(TABLE), True)])
def test_the_limit_is_of_the_decompressed_bytes(monkeypatch, limit, fits):
    monkeypatch.setattr(module, "MAX_DECOMPRESSED", limit)
    archive = zipped({"a.csv": TABLE})
    if fits:
        assert decompress(archive, "a.zip") == ("text", TABLE)
        return
    with pytest.raises(InputError, match="must unpack to at most"):
        decompress(archive, "a.zip")


@pytest.mark.parametrize("members", [3, 4])
def test_an_archive_of_too_many_files_is_not_searched(monkeypatch, members):
    monkeypatch.setattr(module, "MAX_MEMBERS", 3)
    files = {"a.csv": TABLE} | {f"__MACOSX/{j}": b"x" for j in range(members - 1)}
    if members == 3:
        assert decompress(zipped(files), "a.zip") == ("text", TABLE)
        return
    with pytest.raises(InputError, match=r"an archive of one file\. Received: 4 files"):
        decompress(zipped(files), "a.zip")
