"""What pages keep of tables: as little of large ones as they need, and nobody waits for those."""

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
def test_who_works_on_a_large_table_gives_the_place_away(source, monkeypatch, limit, others):
    monkeypatch.setattr(cached, "LARGE", limit)
    spec = Spec.of({"data": {"source": source, "target": "y"}})
    free = []

    def looked(*_) -> str:
        """Counts the places that others find while a table is looked at."""
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(places).result())
        return "looked at"

    for name in ("profile", "explore", "prepare"):
        monkeypatch.setattr(cached, name, looked)
    with render_slot():
        cached.profiled(source)
        cached.explored(spec)
        cached.prepared(spec)
    assert free == [others] * 3


def places() -> int:
    """How many turns can be had at this moment."""
    taken = 0
    while render_queue._slots.acquire(blocking=False):
        taken += 1
    for _ in range(taken):
        render_queue._slots.release()
    return taken


def test_few_large_prepared_tables_are_kept(source, monkeypatch):
    made = []
    monkeypatch.setattr(cached, "prepare", lambda *given: made.append(given[-1]))
    for limit, again in ((1000, 0), (1, 1)):
        monkeypatch.setattr(cached, "LARGE", limit)
        made.clear()
        for seed in (0, 1, 2, 0):
            spec = {"data": {"source": source, "target": "y"}, "training": {"seed": seed}}
            cached.prepared(Spec.of(spec))
        assert made == [0, 1, 2, 0][: 3 + again]
