"""Who trains next: each learner in turn, and nobody more than their share."""

import pytest

from core.errors import InputError
from core.service.admission import Admission
from core.service.service import Service
from core.settings import settings
from core.sweep.spec import Axis
from tests.core.service.stand_ins import RecordingWorker
from tests.core.service.watched import SHORT


def queued(*tokens: str, places: int = 1, share: int = 1) -> Admission:
    """Runs that are named for their learner and a number."""
    admission = Admission(places, share)
    for token in tokens:
        admission.enqueue(token, token[0])
    return admission


def served(admission: Admission) -> list[str]:
    """The order in which runs are admitted, each ending before the next."""
    order = []
    while token := admission.admit():
        order.append(token)
        admission.release(token)
    return order


def test_learners_are_served_in_turn():
    admission = queued("a1", "a2", "a3", "b1", "b2", "c1", places=3, share=3)
    assert [admission.admit() for _ in range(4)] == ["a1", "b1", "c1", None]
    assert [admission.position(token) for token in ("a2", "b2", "a3", "a1")] == [1, 2, 3, 0]
    admission.release("c1")
    assert admission.admit() == "a2"
    admission.release("b1")
    assert admission.admit() == "b2"


def test_one_learner_alone_is_served_as_they_came():
    assert served(queued("a1", "a2", "a3")) == ["a1", "a2", "a3"]


def test_a_share_is_not_exceeded_though_places_are_free():
    admission = queued("a1", "a2", "a3", places=5, share=2)
    assert [admission.admit() for _ in range(3)] == ["a1", "a2", None]
    assert (admission.running, len(admission), admission.waiting_of("a")) == (2, 1, 1)


def test_runs_of_nobody_have_no_share():
    admission = Admission(3, 1)
    for token in "xyz":
        admission.enqueue(token, None)
    assert [admission.admit() for _ in range(3)] == ["x", "y", "z"]


def test_what_leaves_the_queue_is_never_served():
    admission = queued("a1", "b1")
    admission.release("a1")
    assert served(admission) == ["b1"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch):
    """A service with one place, and two that may wait for each learner."""
    for name, value in (("RUNS", "1"), ("QUEUE_PER_LEARNER", "2"), ("EPOCHS", "5000")):
        monkeypatch.setenv(f"UPHILL_{name}", value)
    settings.cache_clear()
    service = Service(1, start_worker=RecordingWorker)
    yield service
    service.close()
    settings.cache_clear()


def test_one_learner_cannot_fill_the_queue(small):
    for _ in range(3):
        small.submit(SHORT, learner="a")
    with pytest.raises(InputError, match="2 runs of yours wait"):
        small.submit(SHORT, learner="a")
    other = small.submit(SHORT, learner="b")
    assert small._admission.position(other) == 1  # before the second of a


def test_every_cell_of_a_sweep_is_within_the_limits(small):
    axis = Axis(path="training.epochs", values=(10, 50_000))
    with pytest.raises(InputError, match="must be <= 5,000"):
        small.submit(SHORT, axes=[axis])
    assert small.health()["runs"] == 0
