"""Programs are compiled while the knobs are still being set."""

import pytest

from core.service.service import Service
from core.spec import Spec
from core.training.program import program_for
from core.training.structure import Structure
from core.worker.background_tasks import MAX_PRECOMPILES
from core.worker.worker import Worker
from tests.conftest import data_of
from tests.core.service.stand_ins import RecordingWorker

SPEC = Spec().patched(
    {
        "data": {"source": "synthetic:rows=37,features=3,seed=11", "target": "y"},
        "optimizer": {"key": "rmsprop"},
        "training": {"batch_size": 7},
    }
)


@pytest.fixture
def recorded():
    service = Service(2, start_worker=RecordingWorker)
    yield service
    service.close()


def asked(service: Service) -> list[str]:
    return [told for worker in service.workers for told in worker.received()]


def test_a_structure_is_precompiled_once_and_its_run_goes_where_it_is_known(recorded):
    recorded.precompile(SPEC)
    numbers = {"optimizer": {"learning_rate": 0.5}, "training": {"epochs": 3}}
    recorded.precompile(SPEC.patched(numbers))
    assert asked(recorded) == ["precompile"]
    recorded.submit(SPEC)
    knows = next(worker for worker in recorded.workers if worker.commands)
    assert knows.received() == ["precompile", "start"]
    recorded.precompile(SPEC.patched({"training": {"batch_size": 9}}))
    assert sorted(asked(recorded)) == ["precompile", "precompile", "start"]


def test_nothing_is_precompiled_before_a_worker_is_ready(recorded):
    for worker in recorded.workers:
        worker.ready.clear()
    recorded.precompile(SPEC)
    assert asked(recorded) == []


def test_a_worker_compiles_a_precompiled_program_and_says_nothing():
    said: list[bytes] = []
    worker = Worker(said.append)
    worker.handle({"do": "precompile", "spec": SPEC.model_dump(mode="json")})
    worker.background._compile_thread.shutdown()
    data = data_of(SPEC)
    shape = len(data.x_train), len(data.x_val), data.x_train.shape[1]
    assert program_for(Structure.of(SPEC, *shape)).compiled
    assert not said
    assert not worker.jobs


def test_a_spec_that_cannot_run_harms_no_later_one():
    worker = Worker(lambda _: None)
    for _ in range(MAX_PRECOMPILES + 1):
        worker.background.precompile(SPEC.patched({"data": {"target": "no such column"}}))
        worker.background._compile_thread.submit(lambda: None).result()
    assert worker.background._pending.acquire(blocking=False)
