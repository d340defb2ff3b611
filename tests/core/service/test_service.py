"""The service on real worker processes: what a learner's buttons do, and what a crash leaves."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import orjson
import pandas as pd
import psutil
import pytest

from core.data.uploads import save_table
from core.errors import InputError
from core.events import Event
from core.service.service import Service
from core.settings import settings
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.events import without_seconds
from tests.core.service.watched import LIMIT, LONG, SHORT, SLOW

STEPS = 3  # of an epoch: 80 training rows in batches of 32, 32 and 16


def test_the_same_run_as_in_this_process(service):
    token = service.submit(SHORT)
    assert service.ended(token)["outcome"] == "completed"
    assert without_seconds(service.events(token)) == without_seconds(
        list(train(SHORT, data_of(SHORT)))
    )
    assert service.log(token).state == "ended"


def test_a_poller_misses_nothing_and_sees_nothing_twice(service):
    token = service.submit(SHORT, pace=60.0)
    seen: list[Event] = []
    since, ended = 0, False
    while not ended:
        service.told_since(token, since)
        answer = orjson.loads(service.poll(token, since))
        assert answer["next"] == since + len(answer["events"])
        seen += answer["events"]
        since, ended = answer["next"], answer["ended"]
    assert seen == service.events(token)
    assert [event["event"] for event in seen].count("epoch_ended") == 20
    assert orjson.loads(service.poll(token, 5))["events"] == seen[5:]
    assert orjson.loads(service.poll(token, 10**6))["events"] == []


def test_pause_holds_one_run_while_another_goes_on(service, running):
    other = service.submit(LONG, pace=100.0)
    service.until(lambda: service.count(other))
    assert service.log(other).worker is service.log(running).worker
    before = service.paused(running)
    assert service.log(running).state == "paused"
    service.grown(other, 60)
    assert service.events(running) == before
    service.send_command(running, "resume")
    service.grown(running, 2)
    assert service.log(running).state == "running"


def test_a_step_is_one_step_and_an_epoch_ends_at_its_boundary(service, running):
    last = service.paused(running)[-1]["step"]
    for _ in range(STEPS + 1):
        before = service.count(running)
        service.send_command(running, "advance", steps=1)
        service.told_since(running, before)
        service.round(service.log(running).worker)
        new = service.events(running)[before:]
        steps = {event["step"] for event in new}
        assert len(steps) == 1
        assert new[0]["event"] == "probe"
        assert last is None or steps == {last + 1} or new[0]["why"] == "scheduled"
        last = steps.pop()
        assert [e["event"] for e in new[1:]] == ["epoch_ended"] * ((last + 1) % STEPS == 0)
    for _ in range(2):
        before = service.count(running)
        service.send_command(running, "advance", epochs=1)
        service.told_since(running, before, "epoch_ended")
        service.round(service.log(running).worker)
        new = [e for e in service.events(running)[before:] if e["event"] == "epoch_ended"]
        assert [event["step"] for event in new] == [(last // STEPS + 1) * STEPS + STEPS - 1] or (
            [event["step"] for event in new] == [(last + 1) // STEPS * STEPS + STEPS - 1]
        )
        last = new[0]["step"]
        assert service.log(running).state == "paused"
    service.send_command(running, "stop")
    assert service.ended(running)["step"] == last


def test_an_epoch_asked_for_before_the_run_has_begun_is_a_whole_one(service):
    fresh = LONG.patched({"optimizer": {"key": "adagrad"}})  # which must compile first
    token = service.submit(fresh, pace=SLOW)
    service.send_command(token, "pause")
    service.send_command(token, "advance", epochs=1)
    service.until(lambda: service.count(token) and service.events(token)[-1]["event"] != "probe")
    service.until(lambda: service.events(token)[-1]["event"] == "epoch_ended")
    service.round(service.log(token).worker)
    service.send_command(token, "stop")
    ended = service.ended(token)
    assert (ended["step"], ended["outcome"]) == (STEPS - 1, "stopped")


@pytest.mark.parametrize(("advance", "taken"), [({"steps": 1}, 1), ({"epochs": 1}, STEPS)])
@pytest.mark.parametrize("pace", [None, SLOW])
def test_a_run_that_is_to_pause_takes_not_one_step_more(service, advance, taken, pace):
    token = service.submit(LONG, pace=pace, advance=advance)
    assert service.log(token).state == "pausing"
    service.until(lambda: service.log(token).state == "paused")
    service.send_command(token, "stop")
    assert service.ended(token)["step"] == taken - 1


def test_a_change_of_pace_leaves_a_paused_run_paused(service, running):
    before = service.paused(running)
    service.send_command(running, "pace", pace=50.0)
    service.round(service.log(running).worker)
    assert service.log(running).state == "paused"
    assert service.events(running) == before
    service.send_command(running, "resume")
    service.grown(running, 30)


def test_a_run_can_be_sped_up(service):
    token = service.submit(SHORT, pace=0.01)
    service.until(lambda: service.count(token) >= 2)
    service.send_command(token, "pace", pace=None)
    assert service.ended(token)["outcome"] == "completed"
    assert service.log(token).pace is None


def test_stop_ends_a_run_also_a_paused_one(service, running):
    worker = service.log(running).worker
    service.send_command(running, "pause")
    service.send_command(running, "stop")
    ended = service.ended(running)
    assert (ended["outcome"], ended["reason"]) == ("stopped", "Stopped by hand.")
    before = service.count(running)
    service.send_command(running, "resume")
    service.round(worker)
    assert service.count(running) == before


def test_a_new_run_takes_the_place_of_the_old_one(service, running):
    token = service.submit(SHORT, instead_of=running)
    assert service.ended(running)["outcome"] == "stopped"
    assert service.ended(token)["outcome"] == "completed"
    assert token != running
    assert len(token) >= 22
    service.submit(SHORT, instead_of="a run that nobody knows")


def test_runs_that_share_a_worker_all_end_the_same(service):
    tokens = [service.submit(SHORT, pace=30.0) for _ in range(5)]
    for token in tokens:
        assert service.ended(token)["outcome"] == "completed"
    assert len({id(service.log(token).worker) for token in tokens}) < len(tokens)
    lists = [without_seconds(service.events(token)) for token in tokens]
    assert all(events == lists[0] for events in lists)


def test_an_uploaded_table_is_found_by_a_worker(service):
    source = save_table(pd.DataFrame({"x": range(10), "y": range(10, 0, -1)}))
    spec = SHORT.patched({"data": {"source": source}, "optimizer": {"learning_rate": 0.001}})
    token = service.submit(spec)
    assert service.ended(token)["outcome"] == "completed"
    assert service.events(token)[0]["rows"] == 8


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"source": "two-feature"}, "Did you mean two-features?"),
        ({"source": "upload-" + "A" * 22}, "no longer kept"),
        ({"source": "../../etc/passwd"}, "must name a table"),
        ({"target": "z"}, "`data.target` must name a column"),
    ],
    ids=["unknown", "upload", "path", "target"],
)
def test_a_run_that_cannot_begin_fails_with_a_plain_sentence(service, data, words):
    token = service.submit(SHORT.patched({"data": data}))
    ended = service.ended(token)
    assert ended["outcome"] == "failed"
    assert words in ended["reason"]
    assert "Traceback" not in ended["reason"]
    assert service.count(token) == 1


def test_an_unknown_token_is_refused(service):
    for ask in (service.log, service.events, lambda token: service.poll(token, 0)):
        with pytest.raises(InputError, match="not known here"):
            ask("nobody")
    service.send_command("nobody", "stop")


def test_the_oldest_ended_runs_are_forgotten_first(service, running, monkeypatch):
    ended = service.submit(SHORT)
    service.ended(ended)
    service.log(ended).size += settings().log_megabytes * 1_000_000
    service.submit(SHORT)
    with pytest.raises(InputError):
        service.log(ended)
    assert service.log(running).events


def is_running(process: psutil.Process) -> bool:
    """Whether it has not ended, even if the server that it was forked from has not noticed."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_close_ends_the_processes(forked):
    service = Service(1)
    (worker,) = service.workers
    assert worker.ready.wait(LIMIT)
    process = psutil.Process(worker.pid)
    assert is_running(process)
    service.close()
    assert not is_running(process)
    assert service.workers == [worker]


def test_an_order_waits_for_no_worker(forked):
    """One that is stopped reads none; neither does one that still imports TensorFlow."""
    service = Service(1)
    (worker,) = service.workers
    assert worker.ready.wait(LIMIT)
    os.kill(worker.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as page:
        try:
            page.submit(worker.send, do="drop", token="x" * 1_000_000).result(LIMIT)
        finally:
            service.close()
