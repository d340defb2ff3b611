"""The quota is what all uploads together may take, to the byte."""

import pytest

from core.data.upload_storage import create_folder, evict_least_recently_used
from core.errors import InputError
from core.settings import settings


@pytest.mark.parametrize(("size", "fits"), [(1_000_000, True), (1_000_001, False)])
def test_an_upload_may_take_all_of_the_quota(monkeypatch, uploads_folder, size, fits):
    monkeypatch.setenv("UPHILL_TABLES_MEGABYTES", "1")
    settings.cache_clear()
    source, folder = create_folder()
    (folder / "original").write_bytes(b"x" * size)
    if fits:
        evict_least_recently_used(source)
        return
    with pytest.raises(InputError, match="may take 1 MB on this server"):
        evict_least_recently_used(source)


def test_another_upload_is_evicted_only_if_it_must_be(monkeypatch, uploads_folder):
    monkeypatch.setenv("UPHILL_TABLES_MEGABYTES", "1")
    settings.cache_clear()
    (_, old), (new, folder) = create_folder(), create_folder()
    (old / "original").write_bytes(b"x" * 400_000)
    (folder / "original").write_bytes(b"x" * 600_000)
    evict_least_recently_used(new)
    assert old.exists()
    (folder / "original").write_bytes(b"x" * 600_001)
    evict_least_recently_used(new)
    assert (old.exists(), folder.exists()) == (False, True)
