"""Runs that the tests of the store write, and what they read and wait for."""

from collections.abc import Callable
from pathlib import Path

from core.events import encode
from core.spec import Spec
from core.store import Run, Store
from core.store.heartbeat import MAX_MISSED_BEATS
from tests.core.charts.runs import completed

LIMIT = 20  # seconds; nothing waits for it when all is well
ROOT = Path(__file__).parents[3]
SPEC = Spec().patched({"optimizer": {"learning_rate": 0.5}})
TOKEN, OTHER = "a" * 22, "b" * 22
EVENTS = [encode(event) for event in completed()]
CHECKPOINT_EVENTS = 4


def record_run(store: Store, token: str, events: list[bytes], owner: str = "me") -> None:
    store.add_run(token, SPEC)
    store.set_owner(token, owner, 1.5)
    for event in events:
        store.append_event(token, event)
    assert store.writer.flush(LIMIT)


def row_of(store: Store, token: str = TOKEN, owner: str = "me") -> Run:
    (run,) = store.get_runs(owner, [token])
    return run


def wait_until(store: Store, condition: Callable[[], object]) -> None:
    """Waits until a condition on the store's writer holds."""
    changed = store.writer._changed
    with changed:
        assert changed.wait_for(condition, LIMIT)


def miss_beats(store: Store, *others: Store) -> None:
    """The other servers beat and this one does not, until they take it for gone."""
    assert all(other.heartbeat.is_alive(store.heartbeat.server_id) for other in others)
    for _ in range(MAX_MISSED_BEATS + 1):  # at the first they read its last beat
        for other in others:
            other.heartbeat.beat()
    assert not any(other.heartbeat.is_alive(store.heartbeat.server_id) for other in others)
