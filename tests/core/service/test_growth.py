"""Learners who come and go leave nothing behind that the next ones do not push out."""

import secrets
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.diagnosis.diagnosis import Diagnosis
from core.events import encode, failed
from core.service import diagnosis_requests, worker_handle
from core.service import service as service_module
from core.service.service import Service
from core.settings import settings
from core.store import Store
from tests.core.clock import Clock
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import LIMIT, SHORT
from tests.growth import counted, grown

LEARNERS = 25  # of one round
RUNS = 3  # of each
KEPT = 5  # of everything that is bounded by a number
ASKED = ("diagnose", "search", "theory")
STARTED = {
    "event": "run_started",
    "rows": 8,
    "features": ["x"],
    "epochs": 20,
    "padding": "x" * 9000,
}
HEALTHY = Diagnosis("completed", "healthy", (), ())


@pytest.fixture
def room(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, tmp_path: Path
) -> Iterator[tuple[Service, Store]]:
    """A service without processes, with a store, in which bounds are soon reached."""
    monkeypatch.setenv("UPHILL_LOG_MEGABYTES", "1")
    settings.cache_clear()
    monkeypatch.setattr(service_module, "WorkerProcess", RecordingWorker)
    monkeypatch.setattr(diagnosis_requests, "CACHED", KEPT)
    monkeypatch.setattr(worker_handle, "COMPILED", KEPT)
    monkeypatch.setattr("core.store.writer.COMMIT_SECONDS", 0.0)
    store = Store(f"sqlite:///{tmp_path}/runs.sqlite")
    assert store.writer.ready.wait(LIMIT)
    service = Service(2, store, clock)
    for requests in (service._requests._remedies, service._requests._theory):
        requests._ended = deque(maxlen=KEPT)
    yield service, store
    service.close()
    store.close()
    settings.cache_clear()


def visit(service: Service, number: int) -> None:
    """One learner: runs of a structure of their own, in the end a diagnosis and what would help."""
    learner, tokens = secrets.token_hex(16), []
    spec = SHORT.patched({"training": {"batch_size": number + 1}})
    service.precompile(spec)
    for _ in range(RUNS):
        token = service.submit(spec, learner=learner, instead_of=tokens[-1] if tokens else None)
        tokens.append(token)
        for event in (STARTED, failed("Because.")):
            service.on_event(token, encode(event))
            service.on_checkpoint(token, b"{}")
        service.poll(token, 0, learner=learner)
    diagnosis = service.diagnosis(tokens[-1])
    answer_all(service, HEALTHY.to_json())
    search = service.search(tokens[-1], diagnosis.result(), learner)
    service.theory("best line", spec, learner)
    answer_all(service, {"error": "Nothing helps."})
    assert service.poll(search, 0).endswith(b"}")
    service.discard(tokens[0])


def answer_all(service: Service, told: dict[str, Any]) -> None:
    """What workers say to all that they were asked."""
    for worker in service.workers:
        asked = [c["token"] for c in worker.commands if c["do"] in ASKED]  # type: ignore[attr-defined]
        worker.commands.clear()  # type: ignore[attr-defined]
        for token in asked:
            service.on_answer(token, orjson.dumps(told))


def test_learners_who_come_and_go_leave_nothing_that_grows(room):
    service, store = room

    def round_of(first: int) -> Counter[str]:
        for number in range(first, first + LEARNERS):
            visit(service, number)
        assert store.writer.flush(LIMIT)
        return counted(service=service, store=store)

    round_of(0)
    before = round_of(LEARNERS)
    assert grown(before, round_of(2 * LEARNERS)) == {}
