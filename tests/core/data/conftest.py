"""A folder of its own for the tables of a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import settings


@pytest.fixture
def uploads_folder(tmp_path, monkeypatch) -> Iterator[Path]:
    folder = tmp_path / "tables"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("UPHILL_TABLES", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()
