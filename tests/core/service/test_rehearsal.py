"""Programs are compiled while the knobs are still being set."""

import pytest

from core.service.service import Service
from core.spec import Spec
from core.training.program import program_for
from core.training.structure import Structure
from core.worker.background import REHEARSALS
from core.worker.worker import Worker
from tests.conftest import data_of
from tests.core.service.stand_ins import Obedient

SPEC = Spec().patched(
    {
        "data": {"source": "synthetic:rows=37,features=3,seed=11", "target": "y"},
        "optimizer": {"key": "rmsprop"},
        "training": {"batch_size": 7},
    }
)


@pytest.fixture
def hired():
    service = Service(2, hire=Obedient)
    yield service
    service.close()


def asked(service: Service) -> list[str]:
    return [told for worker in service.workers for told in worker.said()]


def test_a_structure_is_rehearsed_once_and_its_run_goes_where_it_is_known(hired):
    hired.rehearse(SPEC)
    hired.rehearse(SPEC.patched({"optimizer": {"learning_rate": 0.5}, "training": {"epochs": 3}}))
    assert asked(hired) == ["rehearse"]
    hired.train(SPEC)
    knows = next(worker for worker in hired.workers if worker.orders)
    assert knows.said() == ["rehearse", "start"]
    hired.rehearse(SPEC.patched({"training": {"batch_size": 9}}))
    assert sorted(asked(hired)) == ["rehearse", "rehearse", "start"]


def test_nothing_is_rehearsed_before_a_worker_is_ready(hired):
    for worker in hired.workers:
        worker.ready.clear()
    hired.rehearse(SPEC)
    assert asked(hired) == []


def test_a_worker_compiles_a_rehearsed_program_and_says_nothing():
    said: list[bytes] = []
    worker = Worker(said.append)
    worker.carry_out({"do": "rehearse", "spec": SPEC.model_dump(mode="json")})
    worker.beside._rehearsing.shutdown()
    data = data_of(SPEC)
    shape = len(data.x_train), len(data.x_val), data.x_train.shape[1]
    assert program_for(Structure.of(SPEC, *shape)).compiled
    assert not said
    assert not worker.jobs


def test_a_spec_that_cannot_run_harms_no_rehearsal_behind_it():
    worker = Worker(lambda _: None)
    for _ in range(REHEARSALS + 1):
        worker.beside.rehearse(SPEC.patched({"data": {"target": "no such column"}}))
        worker.beside._rehearsing.submit(lambda: None).result()
    assert worker.beside._rehearsals.acquire(blocking=False)
