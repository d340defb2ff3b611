"""The cache of a process: one budget in bytes, computed once, least recently used first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pandas as pd
import pytest

from core import cache
from core.cache import cached, cached_value, evict, shared_cache, size_in_bytes
from core.data.datasets import load_table

MEGABYTE = 125_000  # float64 numbers


@pytest.fixture(autouse=True)
def ten_megabytes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shared_cache(), "_Cache__maxsize", 10_000_000)
    cache.clear()
    yield
    cache.clear()


def test_all_functions_share_one_budget_and_the_least_recently_used_result_goes_first():
    calls = []

    @cached
    def one(megabytes: int) -> np.ndarray:
        calls.append(("one", megabytes))
        return np.zeros(megabytes * MEGABYTE)

    @cached
    def other(megabytes: int) -> np.ndarray:
        calls.append(("other", megabytes))
        return np.ones(megabytes * MEGABYTE)

    one(4), other(4), one(4), other(3), one(4), other(4)
    assert calls == [("one", 4), ("other", 4), ("other", 3), ("other", 4)]
    assert shared_cache().currsize <= 10_000_000


def test_small_results_are_bounded_in_number():
    result = cached(lambda number: [number])
    first = result(0)
    for number in range(1, cache.MOST_RESULTS):
        result(number)
    assert result(0) is first
    second = result(1)
    result(cache.MOST_RESULTS), result(cache.MOST_RESULTS + 1)
    assert len(shared_cache()) == cache.MOST_RESULTS
    assert result(0) is first and result(1) is second and len(result(2)) == 1
    assert len(shared_cache()) == cache.MOST_RESULTS


def test_a_result_larger_than_the_cache_is_returned_and_evicts_nothing():
    small = cached(lambda: np.zeros(MEGABYTE))
    large = cached(lambda: np.zeros(11 * MEGABYTE))
    first = small()
    assert large() is not large()
    assert small() is first


def test_callers_at_the_same_time_compute_a_result_once():
    calls, together = [], Barrier(4)

    @cached
    def slow(name: str) -> str:
        calls.append(name)
        return name

    def call() -> str:
        together.wait()
        return slow("a")

    with ThreadPoolExecutor(4) as pool:
        assert [f.result() for f in [pool.submit(call) for _ in range(4)]] == ["a"] * 4
    assert calls == ["a"]


def test_an_exception_is_not_cached():
    calls = []

    @cached
    def fails() -> None:
        calls.append(1)
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            fails()
    assert calls == [1, 1]


def test_one_result_is_evicted():
    results = cached(lambda key: object())
    kept, gone = results("kept"), results("gone")
    evict(results, "gone")
    evict(results, "never there")
    assert results("kept") is kept
    assert results("gone") is not gone


def test_a_value_is_cached_under_its_key():
    assert cached_value("k", lambda: 1) == cached_value("k", lambda: 2) == 1
    cache.clear()
    assert cached_value("k", lambda: 2) == 2


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(MEGABYTE),
        np.zeros((250, 500)).T,
        pd.DataFrame({"a": np.zeros(MEGABYTE)}),
        {"a": [np.zeros(MEGABYTE)]},
        pd.DataFrame({"text": [f"{i:0100}" for i in range(10_000)]}),
    ],
)
def test_sizes_are_those_of_the_arrays_and_texts_inside(value):
    assert size_in_bytes(value) == pytest.approx(1_000_000, rel=0.1)


def test_large_synthetic_tables_do_not_add_up():
    for seed in range(12):
        load_table(f"synthetic:rows=100000,features=4,seed={seed}")  # 4 MB each
    assert 0 < shared_cache().currsize <= 10_000_000
