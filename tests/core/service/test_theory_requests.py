"""Requests for theory: each answer once, kept; who moves on waits for the newest alone."""

from collections.abc import Iterator

import orjson
import pytest

from core.cache import clear
from core.errors import InputError
from core.service.request_queue import MAX_DEATHS
from core.service.theory_requests import MOST_WAITING, TheoryRequests
from core.theory.equation import LeastSquares, least_squares
from core.theory.outlook import Outlook, outlook_of
from tests.conftest import data_of
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT

DATA = data_of(SHORT)
ANSWER = orjson.dumps(outlook_of(SHORT, DATA).to_json())


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    clear()
    yield
    clear()


@pytest.fixture
def workers() -> list[RecordingWorker]:
    return [RecordingWorker(None)]


@pytest.fixture
def requests(workers) -> TheoryRequests:
    return TheoryRequests(lambda: workers)


def at(rate: float):
    return SHORT.patched({"optimizer": {"learning_rate": rate}})


def test_an_answer_is_computed_once_and_kept(requests, workers):
    first = requests.submit("outlook", SHORT, "a")
    assert (
        requests.submit("outlook", SHORT.patched({"bug": {"key": "gradient-ascent"}}), "b") is first
    )
    requests.on_answer(first.token, ANSWER)
    assert requests.has_ended(first.token) is True
    again = requests.submit("outlook", SHORT, "c").future.result(0)
    assert isinstance(again, Outlook)
    assert orjson.dumps(again.to_json()) == ANSWER
    assert workers[0].received() == ["theory"]


def test_the_best_line_hangs_on_the_table_alone(requests, workers):
    first = requests.submit("best line", SHORT, "a")
    assert requests.submit("best line", at(0.5), "a") is first
    other = SHORT.patched({"training": {"seed": 7}})  # other training rows
    assert requests.submit("best line", other, "b") is not first
    requests.on_answer(first.token, orjson.dumps(least_squares(DATA).to_json()))
    line = requests.submit("best line", at(2.0), "a").future.result(0)
    assert isinstance(line, LeastSquares)
    assert line.equation.weights.tolist() == least_squares(DATA).equation.weights.tolist()


def test_who_moves_on_waits_for_the_newest_alone(requests, workers):
    begun = requests.submit("outlook", SHORT, "a")
    asked = [requests.submit("outlook", at(10.0 + n), "a") for n in range(1, MOST_WAITING + 3)]
    other = requests.submit("outlook", at(0.9), "b")
    assert [each.future.cancelled() for each in asked] == [True] * 2 + [False] * MOST_WAITING
    assert requests.has_ended(asked[0].token) is True and requests.has_ended(other.token) is False
    requests.on_answer(begun.token, ANSWER)
    assert workers[0].commands[1]["spec"]["optimizer"]["learning_rate"] == 13.0


def test_another_worker_is_asked_when_one_dies_and_nobody_for_ever(requests, workers):
    request = requests.submit("outlook", SHORT, "a")
    for _ in range(MAX_DEATHS):
        assert not request.future.done()
        requests.on_exit(request.worker)
    with pytest.raises(InputError, match="ended unexpectedly, twice"):
        request.future.result(0)
    again = requests.submit("outlook", SHORT, "a")  # a page that asks again kills no other worker
    with pytest.raises(InputError, match="ended unexpectedly, twice"):
        again.future.result(0)
    assert workers[0].received() == ["theory"] * MAX_DEATHS


def test_what_went_wrong_is_said(requests):
    request = requests.submit("outlook", SHORT, "a")
    requests.on_answer(request.token, orjson.dumps({"error": "The table is gone."}))
    with pytest.raises(InputError, match="The table is gone"):
        request.future.result(0)
