"""Searches for remedies stand behind training, and end where nobody waits for them."""

import threading

import orjson
import pytest

from core.diagnosis.diagnosis import diagnose
from core.events import encode
from core.training.trainer import train
from core.worker.searches import Searches
from core.worker.worker import Worker
from tests.conftest import data_of
from tests.core.service.watched import SHORT
from tests.core.worker.test_worker import Costly

ILL = SHORT.patched({"optimizer": {"learning_rate": 5.0}})


@pytest.fixture
def command() -> dict:
    data = data_of(ILL)
    events = list(train(ILL, data))
    return {
        "do": "search",
        "token": "s",
        "spec": ILL.model_dump(mode="json"),
        "events": [encode(event).decode() for event in events],
        "diagnosis": diagnose(ILL, data, events).to_json(),
    }


def test_a_worker_answers_with_what_helps(command):
    said: list[bytes] = []
    worker = Worker(said.append)
    worker.handle(command)
    worker.searches.close()
    (line,) = said
    assert line.startswith(b"s ?")
    assert orjson.loads(line[3:])["remedies"][0]["reaches"] == "optimum"


def test_a_cancelled_search_gives_no_answer(command):
    said: list[bytes] = []
    worker = Worker(said.append)
    begun, go_on = threading.Event(), threading.Event()

    def find_table(source: str):
        begun.set()
        assert go_on.wait(60)
        raise AssertionError("it was cancelled")

    worker.searches._find_table = find_table
    worker.handle(command)
    worker.handle({"do": "search"} | command | {"token": "t"})
    assert begun.wait(60)
    worker.handle({"do": "cancel", "token": "t"})
    go_on.set()
    worker.searches.close()
    assert [line[:3] for line in said] == [b"s ?"]
    assert "The search failed: AssertionError" in orjson.loads(said[0][3:])["error"]


def test_a_search_waits_while_runs_have_turns_to_take():
    worker = Worker(lambda line: None)
    worker.jobs = {"run": Costly(worker, "run", 1.0)}
    seen: list[bool] = []
    turn = worker.jobs["run"].turn
    worker.jobs["run"].turn = lambda tick: seen.append(worker._idle.is_set()) or turn(tick)
    worker.run()
    assert seen and not any(seen)


def test_a_run_that_leaves_no_time_does_not_stop_a_search(command):
    said: list = []
    searches = Searches(said.append, lambda source: None, threading.Event())
    searches._wanted.add("s")
    searches._pause("s")  # returns, though no run was ever idle
    searches.cancel("s")
    searches.start(command | {"token": "u"})
    searches.close()
    assert [reply.token for reply in said] == ["u"]
