"""Worker processes: forked from one that has TensorFlow, or each by itself; whatever dies."""

import os
import signal
import subprocess
import sys

import pytest

from core.lessons import LESSONS
from core.service import process_launcher
from core.service.process_launcher import ForkServer, SubprocessLauncher, launcher
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.events import without_seconds
from tests.core.service.watched import LIMIT, LONG, SHORT, Watched

PARTS = {  # what threads, XLA and random states do
    "shuffled batches": {},
    "initializer that draws": {"model": {"initializer": "random_normal"}},
    "bug that draws at each step": {"bug": {"key": "feature-noise"}},
    "optimizer with a memory": {"optimizer": {"key": "adam"}},
}


@pytest.mark.parametrize("patch", PARTS.values(), ids=PARTS)
def test_a_forked_worker_trains_to_the_bit_what_this_process_trains(service, patch):
    assert isinstance(service._launcher, ForkServer)
    spec = SHORT.patched(patch)
    token = service.submit(spec)
    service.ended(token)
    assert without_seconds(service.events(token)) == without_seconds(
        list(train(spec, data_of(spec)))
    )


def test_where_nothing_can_be_forked_each_worker_starts_by_itself(monkeypatch):
    monkeypatch.setattr(process_launcher, "can_fork", lambda: False)
    assert isinstance(launcher(), SubprocessLauncher)
    service = Watched(1)
    try:
        token = service.submit(LESSONS[0].spec)
        assert service.ended(token)["outcome"] == "diverged"
    finally:
        service.close()


def test_a_fork_server_that_dies_is_started_again_and_its_workers_go_on(forked):
    service = Watched(2)
    try:
        for worker in service.workers:
            assert worker.ready.wait(LIMIT)
        server = service._launcher.pid
        token = service.submit(LONG, pace=20.0)
        service.until(lambda: service.count(token) > 2)
        os.kill(server, signal.SIGKILL)
        service.grown(token, 2)
        victim = service.log(token).worker
        os.kill(victim.pid, signal.SIGKILL)
        service.until(lambda: victim not in service.workers)
        service.grown(token, 2)
        for worker in service.workers:
            assert worker.ready.wait(LIMIT)
        assert service._launcher.pid not in (None, server)
    finally:
        service.close()


def test_where_the_fork_server_never_starts_each_worker_starts_by_itself(monkeypatch, caplog):
    start = process_launcher._start

    def without_fork_server(module: str, *pipes: int) -> subprocess.Popen:
        return start("no_such_module" if module == "fork_server" else module, *pipes)

    monkeypatch.setattr(process_launcher, "_start", without_fork_server)
    pipe = os.pipe()
    started = ForkServer().launch(*pipe)
    for end in pipe:
        os.close(end)
    assert isinstance(started, subprocess.Popen)
    started.kill()
    started.wait()
    assert started.args[-1] == "core.worker.process"
    assert "No worker can be forked" in caplog.text


def test_a_service_that_closes_while_its_workers_start_leaves_no_process():
    code = (
        "from core.service.service import Service; import psutil\n"
        "service = Service(2)\n"
        "while not (server := service._launcher.pid): pass\n"
        "service.close()\n"
        "print(psutil.pid_exists(server), psutil.Process().children(recursive=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "False []\n"
