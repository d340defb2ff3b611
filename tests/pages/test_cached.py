"""What pages cache of tables: few large ones, worked on with the render slot released."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from core.cache import clear, shared_cache
from core.data.uploads import save_table
from core.spec import Spec
from pages.ui import cached, render_queue
from pages.ui.render_queue import RENDER_SLOTS, render_slot


class Result:
    """Stands for a table and all that is made of it."""

    features = ("x",)

    def __len__(self) -> int:
        return 1


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    clear()
    yield
    clear()


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

    def work(*_) -> Result:
        """Counts the slots that other threads find free during the work on a table."""
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(free_slots).result())
        return Result()

    for name in ("profile", "explore", "prepare"):
        monkeypatch.setattr(cached, name, work)
    with render_slot():
        cached.profiled(source)
        cached.explored(spec)
        cached.prepared(spec)
    assert free == [others] * 3


def free_slots() -> int:
    """Number of render slots that can be acquired at this moment."""
    return render_queue._slots.free


@pytest.mark.parametrize(("degree", "free"), [(1, 1), (4, 2)])
def test_powers_count_as_columns_of_a_large_table(degree, free, monkeypatch):
    found = []

    def work(*_, **__) -> Result:
        with ThreadPoolExecutor(1) as other:
            found.append(other.submit(free_slots).result())
        return Result()

    for name in ("prepare", "predict"):
        monkeypatch.setattr(cached, name, work)
    data = {"source": "synthetic:rows=40000,features=10", "target": "y", "degree": degree}
    with render_slot():
        cached.prediction(Spec.of({"data": data}))
    assert found == [free] * 2


@pytest.mark.parametrize("rows", [60_000, 40_000])
def test_large_tables_are_worked_on_one_at_a_time_whatever_their_source(rows, monkeypatch):
    large, free = rows * 20 > cached.LARGE, []

    def work(*_, **__) -> Result:
        free.append(not cached.LARGE_TABLE_LOCK._value)
        return Result()

    for name in ("profile", "explore", "prepare", "predict", "range_test", "find_table"):
        monkeypatch.setattr(cached, name, work)
    source = f"synthetic:rows={rows},features=20"
    spec = Spec.of({"data": {"source": source, "target": "y"}})
    monkeypatch.setattr(cached, "split_table", lambda *_: None)
    cached.profiled(source)
    cached.explored(spec)
    cached.prediction(spec)
    cached.range_test_of(spec)
    assert free == [large] * 6


def test_tables_of_many_seeds_stay_within_the_budget(monkeypatch):
    monkeypatch.setattr(shared_cache(), "_Cache__maxsize", 30_000_000)
    for seed in range(6):
        source = f"synthetic:rows=50000,features=10,seed={seed}"
        cached.prepared(Spec.of({"data": {"source": source, "target": "y"}}))
    assert 10_000_000 < shared_cache().currsize <= 30_000_000
