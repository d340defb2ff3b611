"""Runs of one worker: turns are shared by time, and what breaks in one is no matter of the others.

Counted with runs that say themselves what a turn costs.
"""

import io
import threading

import orjson
import pytest

from core.data.uploads import find_table
from core.events import Event
from core.spec import Spec
from core.sweep.batch_runner import BatchedRunner
from core.training.trainer import Pace
from core.worker.messages import Command, Reply
from core.worker.run_job import TICK_SECONDS, RunJob
from core.worker.worker import COMPILE_THREADS, Worker
from tests.core.service.watched import SHORT


class Costly:
    """A run whose every turn takes `cost` seconds of work."""

    ready, paused, dropped, due_at = True, False, False, 0.0

    def __init__(self, worker: Worker, token: str, cost: float):
        self.worker, self.token, self.cost, self.pace = worker, token, cost, Pace()
        self.used_seconds, self.turns = 0.0, 0

    def take_checkpoint(self) -> bytes:
        return b""

    def turn(self, tick: float) -> list[Event]:
        self.used_seconds += self.cost
        self.turns += 1
        if sum(job.turns for job in self.worker.jobs.values()) == 220:
            self.worker.commands.put(None)
        return []


def test_a_large_run_does_not_starve_small_ones():
    worker = Worker(io.BytesIO())
    jobs = [Costly(worker, name, cost) for name, cost in (("large", 10.0), ("a", 1.0), ("b", 1.0))]
    worker.jobs = {job.token: job for job in jobs}
    worker.run()
    large, *small = (job.turns for job in jobs)
    assert all(9 * large <= turns <= 11 * large for turns in small)


class Edited(Costly):
    """A run of a method that nobody ran before: its first turn compiles until it is let go."""

    ready = False

    def __init__(self, worker: Worker, token: str, begun: list[str], go: threading.Event):
        super().__init__(worker, token, 1.0)
        self.begun, self.go = begun, go

    def turn(self, tick: float) -> list[Event]:
        self.begun.append(self.token)
        self.go.wait(60)
        return super().turn(tick)


def test_ten_methods_that_compile_at_once_do_not_stop_a_run_that_trains():
    worker, begun, go = Worker(io.BytesIO()), [], threading.Event()
    sound = Costly(worker, "sound", 1.0)
    edited = [Edited(worker, f"edited {number}", begun, go) for number in range(10)]
    worker.jobs = {job.token: job for job in (*edited, sound)}
    try:
        for job in edited:
            worker._compile_pool.submit(worker._compile, job)
        worker.run()  # ends after 220 turns
        assert sound.turns == 220
        assert len(begun) <= COMPILE_THREADS
    finally:
        go.set()
    worker._compile_pool.shutdown()
    assert [job.turns for job in edited] == [1] * 10
    assert all(job.ready for job in edited)


class Broken(Costly):
    """A run whose third turn finds a mistake of ours."""

    def turn(self, tick: float) -> list[Event]:
        if self.turns == 2:
            raise KeyError("no such thing")
        return super().turn(tick)


def test_a_run_that_breaks_ends_alone():
    said: list[bytes] = []
    worker = Worker(said.append)
    broken, sound = Broken(worker, "broken", 1.0), Costly(worker, "sound", 1.0)
    worker.jobs = {job.token: job for job in (broken, sound)}
    for _ in range(3):
        worker.run_turn(broken)
        worker.run_turn(sound)
    assert list(worker.jobs) == ["sound"]
    (line,) = said
    token, _, told = line.partition(b" ")
    event = orjson.loads(told)
    assert (token, event["event"], event["outcome"]) == (b"broken", "run_ended", "failed")
    assert "no such thing" in event["reason"]


def test_a_sweep_whose_run_batch_breaks_fails_and_its_worker_goes_on(monkeypatch):
    def turns(self, pace):
        yield []
        raise RuntimeError("The run batch broke.")

    monkeypatch.setattr(BatchedRunner, "turns", turns)
    said: list[bytes] = []
    worker = Worker(said.append)
    axes = [{"path": "optimizer.learning_rate", "low": 0.01, "high": 0.1, "count": 4}]
    command = {"do": "start", "token": "s.0", "spec": SHORT.model_dump(mode="json")}
    worker.handle(command | {"axes": axes, "shard": {"index": 0, "count": 1, "completed": []}})
    worker._prepare_pool.shutdown()
    while worker.jobs:
        worker.run_turn(worker.jobs["s.0"])
    told = orjson.loads(b"".join(said).splitlines()[-1].partition(b" ")[2])
    assert (told["event"], told["outcome"]) == ("run_ended", "failed")
    assert "The run batch broke." in told["reason"]


def prepared(commands: list[Command], spec: Spec) -> tuple[Worker, list[Reply]]:
    """A worker whose run had these commands before it was prepared, and what the worker said."""
    said: list[bytes] = []
    worker = Worker(said.append)
    worker._prepare_pool.submit = lambda prepare, job: None
    start = {"do": "start", "token": "one", "spec": spec.model_dump(mode="json"), "pace": None}
    for command in (start, *commands):
        worker.handle({"token": "one"} | command)
    worker._prepare(worker.jobs["one"])
    worker._compile_pool.shutdown()
    return worker, [Reply.from_line(line) for line in b"".join(said).splitlines()]


def test_a_first_step_that_compiles_is_the_only_one_and_said_to_be():
    cold = SHORT.patched({"optimizer": {"key": "adadelta", "learning_rate": 0.7}})
    worker, replies = prepared([{"do": "advance", "steps": 1}], cold)
    job = worker.jobs["one"]
    assert (job.ready, job.paused, job.pace.taken) == (True, True, 1)
    assert replies[-1] == Reply("paused", "one")


def test_a_pause_is_confirmed_when_nothing_follows_any_more():
    worker, replies = prepared([{"do": "pause"}], SHORT)
    assert worker.jobs["one"].ready
    assert [reply.kind for reply in replies].index("paused") == len(replies) - 1


NOISY = SHORT.patched({"bug": {"key": "feature-noise"}})


def run_job(spec: Spec, monkeypatch, pace: float | None = None, even: bool = False) -> RunJob:
    """A job that has begun, at a time that stands still."""
    monkeypatch.setattr("core.worker.run_job.time.monotonic", lambda: 1000.0)
    job = RunJob("one", spec, pace, 0.0, even=even)
    job.prepare(find_table)
    return job


def test_a_pace_is_that_of_the_steps_taken_also_where_a_turn_ends_with_its_epoch(monkeypatch):
    for spec in (SHORT, NOISY):
        job = run_job(spec, monkeypatch, pace=100.0)
        for _ in range(3):
            job.turn()
        seconds = job.pace.taken / job.pace.steps_per_epoch / 100
        assert job.due_at == pytest.approx(1000.0 - TICK_SECONDS + seconds)


def test_a_run_whose_speed_is_not_to_tell_what_it_is_takes_an_epoch_a_turn(monkeypatch):
    for spec in (SHORT, NOISY):
        job = run_job(spec, monkeypatch, even=True)
        turns = list(iter(job.turn, None))
        epochs = [[e["event"] for e in events].count("epoch_ended") for events in turns]
        assert max(epochs) == 1, "a slow machine may cut an epoch, none takes two at once"
        assert sum(epochs) == spec.training.epochs
    job = run_job(SHORT, monkeypatch, even=True)
    job.handle({"do": "advance", "steps": 1})
    job.turn()
    assert job.pace.taken == 1, "single steps are single steps"


def test_an_even_run_of_one_step_an_epoch_tells_no_step_by_itself(monkeypatch):
    whole = SHORT.patched({"training": {"batch_size": None}})
    job = run_job(whole, monkeypatch, even=True)
    told = [e for events in iter(job.turn, None) for e in events if e["event"] == "probe"]
    assert {event["why"] for event in told} == {"scheduled"}
