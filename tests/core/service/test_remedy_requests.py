"""Searches for remedies: one at a time on a worker, to each learner a share, none for ever."""

import orjson
import pytest

from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.finding import Search
from core.service.remedy_requests import RemedyRequests
from core.service.request_queue import MAX_DEATHS
from core.service.run_log import RunLog
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT

ILL = Diagnosis("diverged", "diverging", (), ())
FOUND = Search(why_none="Nothing helps.")
ANSWER = orjson.dumps(FOUND.to_json())


@pytest.fixture
def workers() -> list[RecordingWorker]:
    return [RecordingWorker(None), RecordingWorker(None)]


@pytest.fixture
def requests(workers) -> RemedyRequests:
    return RemedyRequests(lambda: workers)


def asked(requests: RemedyRequests, run: str, learner: str | None = "a"):
    return requests.submit(run, RunLog(SHORT, None), ILL, learner)


def searching(workers) -> list[int]:
    return [worker.received().count("search") for worker in workers]


def test_a_run_is_searched_once_whoever_asks(requests, workers):
    first = asked(requests, "run")
    assert asked(requests, "run", "b") is first
    assert searching(workers) == [1, 0]
    assert requests.has_ended(first.token) is False
    requests.on_answer(first.token, ANSWER)
    assert first.future.result(0) == FOUND
    assert requests.has_ended(first.token) is True
    requests.on_answer(first.token, ANSWER)  # once more, of a worker held to be dead


def test_each_worker_has_one_search_and_each_learner_a_share(requests, workers):
    busy = [asked(requests, f"a{n}") for n in range(3)]
    other = asked(requests, "b0", "b")
    assert searching(workers) == [1, 1]
    requests.on_answer(busy[0].token, ANSWER)
    assert other.worker and not busy[2].worker  # before the third of a learner who has one
    requests.on_answer(other.token, ANSWER)
    assert busy[2].worker


def test_of_sixty_learners_each_worker_searches_for_one_at_a_time(requests, workers):
    """What workers do beside training is niced and bounded, so that it takes nothing from pages."""
    waiting = {(r := asked(requests, f"run {n}", f"learner {n}")).token: r for n in range(60)}
    begun: list[str] = []
    while waiting:
        at_work = [token for token, request in waiting.items() if request.worker]
        assert len({id(waiting[token].worker) for token in at_work}) == len(at_work) <= len(workers)
        begun.append(at_work[0])
        requests.on_answer(at_work[0], ANSWER)
        assert waiting.pop(at_work[0]).future.result(0) == FOUND
    assert len(begun) == sum(searching(workers)) == 60


def test_who_trains_again_gives_up_their_searches(requests, workers):
    one, waiting = asked(requests, "a0"), [asked(requests, f"a{n}") for n in (1, 2)][1]
    other = asked(requests, "b0", "b")
    requests.cancel(None)
    assert not one.future.cancelled()
    requests.cancel("a")
    assert one.future.cancelled() and waiting.future.cancelled()
    assert workers[0].commands[1] == {"do": "cancel", "token": one.token}
    assert other.worker and not other.future.done()


def test_another_worker_searches_when_one_dies_and_nobody_for_ever(requests, workers):
    request = asked(requests, "run")
    for _ in range(MAX_DEATHS):
        assert not request.future.done()
        requests.on_exit(request.worker)
    assert "ended unexpectedly, twice" in request.future.result(0).why_none
    assert requests.has_ended(request.token) is True
    assert requests.has_ended("another") is None


def test_what_went_wrong_is_said(requests):
    request = asked(requests, "run")
    requests.on_answer(request.token, orjson.dumps({"error": "The table is gone."}))
    assert request.future.result(0).why_none == "The table is gone."


def test_nobody_waits_for_a_server_that_has_closed(requests):
    request = asked(requests, "run")
    requests.close()
    assert request.future.cancelled()
