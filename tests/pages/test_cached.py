"""What pages cache of tables: few large ones, worked on with the render slot released."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from core.data.uploads import save_table
from core.spec import Spec
from pages.ui import cached, render_queue
from pages.ui.render_queue import RENDER_SLOTS, render_slot


@pytest.fixture
def source(uploads_folder: Path) -> str:
    return save_table(pd.DataFrame({"x": range(30), "y": [i * i % 7 for i in range(30)]}))


@pytest.mark.parametrize(("limit", "others"), [(1, RENDER_SLOTS), (1000, RENDER_SLOTS - 1)])
def test_a_large_table_is_worked_on_with_the_render_slot_released(
    source, monkeypatch, limit, others
):
    monkeypatch.setattr(cached, "LARGE", limit)
    spec = Spec.of({"data": {"source": source, "target": "y"}})
    free = []

    def work(*_) -> str:
        """Counts the slots that other threads find free during the work on a table."""
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(free_slots).result())
        return "result"

    for name in ("profile", "explore", "prepare"):
        monkeypatch.setattr(cached, name, work)
    with render_slot():
        cached.profiled(source)
        cached.explored(spec)
        cached.prepared(spec)
    assert free == [others] * 3


def free_slots() -> int:
    """Number of render slots that can be acquired at this moment."""
    taken = 0
    while render_queue._slots.acquire(blocking=False):
        taken += 1
    for _ in range(taken):
        render_queue._slots.release()
    return taken


def test_few_large_prepared_tables_are_cached(source, monkeypatch):
    made = []
    monkeypatch.setattr(cached, "prepare", lambda *given: made.append(given[-1]))
    for limit, again in ((1000, 0), (1, 1)):
        monkeypatch.setattr(cached, "LARGE", limit)
        made.clear()
        for seed in (0, 1, 2, 0):
            spec = {"data": {"source": source, "target": "y"}, "training": {"seed": seed}}
            cached.prepared(Spec.of(spec))
        assert made == [0, 1, 2, 0][: 3 + again]
