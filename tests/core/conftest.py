"""Fixtures that several folders of tests share."""

from itertools import count

import pytest

from tests.core.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is a server on a machine of its own, and beats only when a test calls `beat`."""
    numbers = count()
    monkeypatch.setattr("core.store.heartbeat._host_id", lambda: f"machine-{next(numbers)}")
    monkeypatch.setattr("core.store.heartbeat.BEAT_SECONDS", 3600.0)
