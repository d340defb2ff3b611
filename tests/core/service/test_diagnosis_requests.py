"""Causes are looked for by workers: each once, whoever asks, and in spite of a death."""

from collections.abc import Iterator

import orjson
import pytest

from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.errors import InputError
from core.events import encode, failed
from core.service.diagnosis_requests import MAX_DEATHS, DiagnosisRequests
from core.service.run_log import RunLog
from core.service.service import Service
from core.spec import Spec
from core.training.trainer import train
from core.worker.worker import Worker
from tests.conftest import data_of
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import LIMIT, LONG, SHORT, SLOW

NOTHING = {
    "outcome": "completed",
    "verdict": "healthy",
    "findings": [],
    "remedies": None,
    "tried": None,
    "why_none": None,
    "not_checked": [],
}
FOUND = orjson.dumps(NOTHING)


@pytest.fixture
def recorded() -> Iterator[Service]:
    service = Service(2, start_worker=RecordingWorker)
    yield service
    service.close()


def ended(service: Service) -> str:
    token = service.submit(SHORT)
    service.on_event(token, encode(failed("It was no use.")))
    return token


def asked(service: Service) -> list[dict]:
    return [o for worker in service.workers for o in worker.commands if o["do"] == "diagnose"]


def test_a_worker_finds_what_this_process_finds(service):
    spec = SHORT.patched({"bug": {"key": "gradient-ascent"}})
    token = service.submit(spec)
    service.ended(token)
    found = service.diagnosis(token).result(LIMIT)
    assert found.findings[0].cause == "bug:gradient-ascent"
    data = data_of(spec)
    here = diagnose(spec, data, list(train(spec, data)))
    assert [f.summary for f in found.findings] == [f.summary for f in here.findings]


def test_a_run_that_goes_on_is_looked_at_as_far_as_it_has_come(service):
    token = service.submit(LONG.patched({"bug": {"key": "gradient-ascent"}}), pace=SLOW)
    service.until(lambda: service.count(token) >= 3)
    found = service.diagnosis(token).result(LIMIT)
    assert (found.outcome, found.findings[0].cause) == (None, "bug:gradient-ascent")
    assert not service.log(token).ended


def test_an_ended_run_is_asked_for_once_and_one_that_goes_on_each_time(recorded):
    token = ended(recorded)
    answers = [recorded.diagnosis(token) for _ in range(3)]
    (question,) = asked(recorded)
    assert orjson.loads(question["events"][0])["event"] == "run_ended"
    recorded.on_answer(question["token"], FOUND)
    assert {answer.result(0) for answer in answers} == {Diagnosis.from_json(NOTHING)}
    assert recorded.diagnosis(token).result(0) and len(asked(recorded)) == 1
    recorded.on_answer(question["token"], FOUND)  # once more, of a worker held to be dead
    going = recorded.submit(LONG)
    assert recorded.diagnosis(going) is not recorded.diagnosis(going)
    assert len(asked(recorded)) == 3


def test_questions_are_spread_over_the_workers(recorded):
    for _ in range(4):
        recorded.diagnosis(ended(recorded))
    assert [worker.received().count("diagnose") for worker in recorded.workers] == [2, 2]


def test_another_worker_is_asked_when_one_dies_and_nobody_for_ever(recorded):
    answer = recorded.diagnosis(ended(recorded))
    for _ in range(MAX_DEATHS):
        assert not answer.done()
        (busy,) = (worker for worker in recorded.workers if "diagnose" in worker.received())
        recorded.on_exit(busy)
    with pytest.raises(InputError, match="ended unexpectedly, twice"):
        answer.result(0)


def test_what_could_not_be_found_is_looked_for_again(recorded):
    token = ended(recorded)
    answer = recorded.diagnosis(token)
    recorded.on_answer(asked(recorded)[0]["token"], orjson.dumps({"error": "The table is gone."}))
    with pytest.raises(InputError, match=r"^The table is gone\.$"):
        answer.result(0)
    assert not recorded.diagnosis(token).done()
    assert len(asked(recorded)) == 2


def test_nobody_waits_for_a_server_that_has_closed():
    service = Service(1, start_worker=RecordingWorker)
    answer = service.diagnosis(ended(service))
    service.close()
    with pytest.raises(InputError, match="The server ended"):
        answer.result(0)


class Kept:
    """A store that keeps diagnoses alone."""

    def __init__(self) -> None:
        self.kept: dict[str, dict] = {}

    def save_diagnosis(self, token, told) -> None:
        self.kept[token] = told

    def load_diagnosis(self, token):
        return self.kept.get(token)


def test_the_store_is_asked_before_a_worker_and_has_what_one_found():
    workers, kept, log = [RecordingWorker(None)], Kept(), RunLog(SHORT, None)
    requests = DiagnosisRequests(lambda: workers, kept)
    answer = requests.submit_once("run", log)
    requests.on_answer(workers[0].commands[0]["token"], FOUND)
    assert kept.kept == {"run": NOTHING}
    again = DiagnosisRequests(lambda: workers, kept).submit_once("run", log)
    assert again.result(0) == answer.result(0)
    assert len(workers[0].commands) == 1


def test_a_cause_is_found_though_the_store_is_out_of_reach(monkeypatch):
    def unreachable(token):
        raise InputError("The database cannot be reached.")

    workers, kept, log = [RecordingWorker(None)], Kept(), RunLog(SHORT, None)
    monkeypatch.setattr(kept, "load_diagnosis", unreachable)
    answer = DiagnosisRequests(lambda: workers, kept).submit_once("run", log)
    assert not answer.done()
    assert workers[0].received() == ["diagnose"]


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        ({"data": {"source": "none"}}, "Received: 'none'"),
        ({"data": {"target": "none"}}, "none"),
        ({}, "The diagnosis failed: JSONDecodeError."),
    ],
)
def test_a_worker_says_what_is_wrong(patch, why):
    said: list[bytes] = []
    worker = Worker(said.append)
    spec: Spec = SHORT.patched(patch)
    told = {"do": "diagnose", "token": "q", "spec": spec.model_dump(mode="json"), "events": ["no"]}
    worker.handle(told)
    worker.background._diagnosis_thread.shutdown()
    (line,) = said
    assert line.startswith(b"q ?")
    assert why in orjson.loads(line[3:])["error"]


def test_remedies_are_found_by_a_worker_kept_and_polled_for_as_a_run(service):
    spec = SHORT.patched({"bug": {"key": "gradient-ascent"}})
    token = service.submit(spec, learner="me")
    service.ended(token)
    diagnosis = service.diagnosis(token).result(LIMIT)
    assert diagnosis.search is None
    search = service.search(token, diagnosis, "me")
    service.until_answered(search)
    polled = orjson.loads(service.poll(search, 10**9))
    assert (polled["events"], polled["ended"]) == ([], True)
    found = service.diagnosis(token).result(LIMIT)
    assert found.remedies[0].patch == {"bug": None}
    assert found.findings == diagnosis.findings


def test_a_new_run_of_the_learner_ends_their_search(recorded):
    token = recorded.submit(SHORT, learner="me")
    recorded.on_event(token, encode(failed("It was no use.")))
    search = recorded.search(token, Diagnosis.from_json(NOTHING), "me")
    recorded.submit(SHORT, learner="you")
    assert recorded.in_memory(search)
    assert not orjson.loads(recorded.poll(search, 0))["ended"]
    recorded.submit(SHORT, learner="me")
    assert orjson.loads(recorded.poll(search, 0))["ended"]
