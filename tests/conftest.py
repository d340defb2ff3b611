"""What every test needs: a quiet TensorFlow, a repeatable Hypothesis, small runs."""

import asyncio
import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # two processes test on two cores
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeVar

import hypothesis
import numpy as np
import orjson
import pandas as pd
import pytest

from core.data import reader_subprocess, uploads
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.errors import InputError
from core.events import Event
from core.settings import settings
from core.spec import Spec

T = TypeVar("T")
COLLECTED = (
    50_000,
    10,
    20,
)  # as the web process does: Python's own numbers cost a sixth of the suite

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection() -> None:
    """What is imported is no garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, among what the tests make."""
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def runs_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs are kept for the tests alone, by servers that they start as well."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("runs")
        patch.setenv("UPHILL_DATABASE_URL", f"sqlite:///{folder}/runs.sqlite")
        patch.setenv("UPHILL_COOKIE_KEY", "the key of these tests")
        yield


@pytest.fixture
def uploads_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for the tables of a test."""
    folder = tmp_path / "tables"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("UPHILL_TABLES", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: a test of what is in them needs no subprocess with limits."""

    def run(request: dict[str, Any], *_: Any) -> CompletedProcess[bytes]:
        try:
            response = reader_subprocess._read(orjson.loads(orjson.dumps(request)))
        except InputError as error:
            response = {"error": str(error)}
        return CompletedProcess([], 0, orjson.dumps(response))

    monkeypatch.setattr(reader_subprocess, "_run", run)
    monkeypatch.setattr(uploads, "prepare_reader", lambda: None)


def data_of(spec: Spec, table: pd.DataFrame | None = None) -> Prepared:
    """The spec's data, or a table that takes the place of its own, prepared."""
    table = find_table(spec.data.source) if table is None else table
    return prepare(table, spec.data, spec.scaling, spec.training.seed)


@pytest.fixture
def run() -> Callable[..., list[Event]]:
    """Trains a partial spec and returns its events."""

    def trained(patch: dict[str, Any]) -> list[Event]:
        from core.training.trainer import train

        spec = Spec().patched(patch)
        return list(train(spec, data_of(spec)))

    return trained


def column(events: list[Event], name: str) -> np.ndarray:
    """One column of the epoch events."""
    from core.events import from_number

    return np.array([from_number(e[name]) for e in events if e["event"] == "epoch_ended"])


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """A coroutine's result; it runs in a thread: a browser's test leaves a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
