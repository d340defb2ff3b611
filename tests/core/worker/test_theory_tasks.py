"""A worker says what theory says of a table with many columns, and looks at it once."""

from collections.abc import Iterator
from threading import Event

import orjson
import pytest

from core.cache import clear
from core.data.prepare import prepare
from core.data.uploads import find_table
from core.theory.equation import LeastSquares, least_squares
from core.theory.outlook import Outlook
from core.theory.predict import predict
from core.worker import behind_training, tables
from core.worker.worker import Worker
from tests.conftest import data_of
from tests.core.service.watched import SHORT

DATA = data_of(SHORT)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    clear()
    yield
    clear()


def command(token: str, part: str = "outlook", rate: float = 0.01) -> dict:
    spec = SHORT.patched({"optimizer": {"learning_rate": rate}})
    return {"do": "theory", "token": token, "part": part, "spec": spec.model_dump(mode="json")}


def answers(lines: list[bytes]) -> dict[str, dict]:
    return {line[:1].decode(): orjson.loads(line[3:]) for line in lines}


def test_a_worker_predicts_and_prepares_the_table_once(monkeypatch):
    said, prepared = [], []

    def counted(*arguments):
        prepared.append(arguments)
        return prepare(*arguments)

    monkeypatch.setattr(tables, "prepare", counted)
    worker = Worker(said.append, find_table)
    for token, rate in (("a", 0.01), ("b", 0.02)):
        worker.handle(command(token, rate=rate))
    worker.handle(command("c", "best line"))
    worker.theory.close()
    told = answers(said)
    for token, rate in (("a", 0.01), ("b", 0.02)):
        spec = SHORT.patched({"optimizer": {"learning_rate": rate}})
        assert repr(Outlook.from_json(told[token]).prediction) == repr(predict(spec, DATA))
    line = LeastSquares.from_json(told["c"]).equation
    assert line.weights.tolist() == least_squares(DATA).equation.weights.tolist()
    assert len(prepared) == 1


def test_one_that_is_given_up_gives_no_answer_and_one_that_fails_says_why():
    said: list[bytes] = []

    def find(source: str):
        worker.handle({"do": "cancel", "token": "b"})
        raise AssertionError

    worker = Worker(said.append, find)
    worker.handle(command("a"))
    worker.handle(command("b"))
    worker.theory.close()
    assert {token: told["error"] for token, told in answers(said).items()} == {
        "a": "The prediction failed: AssertionError."
    }


def test_a_worker_whose_thread_hangs_leaves_pings_unanswered(monkeypatch):
    said: list[bytes] = []
    begun, over = Event(), Event()

    def find(source: str):
        begun.set()
        over.wait()
        return find_table(source)

    def answered() -> bool:
        before = len(said)
        worker.handle({"do": "ping"})
        return len(said) > before

    worker = Worker(said.append, find)
    assert answered()
    worker.handle(command("a"))
    begun.wait()
    assert answered()
    monkeypatch.setattr(behind_training, "HUNG_SECONDS", -1.0)  # any step takes too long
    assert not answered()
    over.set()
    worker.theory.close()
    assert answered()
