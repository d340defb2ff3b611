"""Training on a real Ray cluster of two nodes on this machine, and the loss of one of them."""

import importlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator

import pandas as pd
import pytest
import ray
from ray.cluster_utils import Cluster

from core.data.uploads import find_table, save_table
from core.diagnosis.diagnosis import diagnose
from core.errors import InputError
from core.service import service as service_module
from core.settings import Settings, settings
from core.sweep.run import sweep_events
from core.sweep.spec import SweepSpec
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.events import final_cells, without_seconds
from tests.core.service.watched import LIMIT, SHORT, Watched

NODE = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
RUNS = 40
RATES = {"path": "optimizer.learning_rate", "low": 0.001, "high": 10.0, "count": 8}
BATCHES = {"path": "training.batch_size", "values": [2, 5]}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Two nodes with room for one worker each, which do not see this server's uploaded tables."""
    folder = tempfile.mkdtemp()  # short: Ray puts sockets into it
    monkeypatch.setenv("RAY_worker_niceness", "0")  # other tests run beside this one
    monkeypatch.setenv("RAY_TMPDIR", folder)  # else it notes its address where all clusters do
    nodes = Cluster(initialize_head=True, head_node_args=NODE)
    try:
        nodes.add_node(**NODE)
        monkeypatch.setenv("UPHILL_ENGINE", "ray")
        monkeypatch.setenv("UPHILL_RAY_ADDRESS", nodes.address)
        monkeypatch.setenv("UPHILL_TABLES", f"{folder}/tables")
        settings.cache_clear()
        yield nodes
    finally:
        ray.shutdown()
        nodes.shutdown()
        settings.cache_clear()
        shutil.rmtree(folder)


@pytest.fixture
def service(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """The server's own service, as its settings make it."""
    monkeypatch.setattr(service_module, "Service", Watched)
    monkeypatch.setattr(service_module, "store", lambda: None)
    on_end = signal.getsignal(signal.SIGTERM)
    service = service_module.service.__wrapped__()
    assert signal.getsignal(signal.SIGTERM) is on_end  # the server closes as it does without Ray
    yield service
    service.close()


def test_a_cluster_of_two_nodes_trains_as_one_process_would_and_outlives_a_node(cluster, service):
    assert len(service.workers) == 2  # one a CPU of the cluster
    assert service.health()["engine"] == "ray"
    for worker in service.workers:
        assert worker.ready.wait(LIMIT)
    (lost,) = cluster.worker_nodes
    assert {worker.node for worker in service.workers} == {lost.node_id, cluster.head_node.node_id}
    uploads_reach_every_node(service)
    a_sweep_is_the_same(service)

    specs = [SHORT.patched({"training": {"epochs": 120, "seed": seed}}) for seed in range(RUNS)]
    tokens = [service.submit(spec, pace=30.0) for spec in specs]
    (victim,) = (worker for worker in service.workers if worker.node == lost.node_id)
    (spared,) = (worker for worker in service.workers if worker is not victim)
    service.until(lambda: all(service.count(token) > 20 for token in tokens))
    there = [token for token in tokens if service.log(token).worker is victim]
    assert 0 < len(there) < RUNS
    service.until(
        lambda: any(0 < service.log(t).checkpoint_events < service.count(t) for t in there)
    )
    assert not all(service.log(token).ended for token in there)
    cluster.remove_node(lost, allow_graceful=False)
    service.until(lambda: victim not in service.workers)
    (new,) = (worker for worker in service.workers if worker is not spared)
    new.send(do="start", token="nobody", spec={"data": {"source": "none"}}, pace=None)
    assert new.revoke("nobody")  # there is no node for it
    assert {service.log(t).worker for t in tokens} <= {spared, None}  # None: it has ended already
    node = cluster.add_node(**NODE)
    for token in tokens:
        service.send_command(token, "pace", pace=None)
    for token, spec in zip(tokens, specs, strict=True):
        assert service.ended(token)["outcome"] == "completed"
        assert without_seconds(service.events(token)) == without_seconds(
            list(train(spec, data_of(spec)))
        )
    assert new.ready.wait(LIMIT)
    assert new.node == node.node_id
    assert not new.revoke("nobody")
    assert (service.worker_deaths, service.health()["workers_ready"]) == (1, 2)


def uploads_reach_every_node(service: Watched) -> None:
    """No node has a disk in common with the web process that holds the table."""
    source = save_table(pd.DataFrame({"x": range(10), "name": list("abcdefghij"), "y": range(10)}))
    change = {"data": {"source": source}, "optimizer": {"learning_rate": 0.001}}
    spec = SHORT.patched(change)
    expected = list(train(spec, data_of(spec)))
    found = diagnose(spec, data_of(spec), expected)
    service.precompile(spec)  # leaves the tables to the runs
    tokens = [service.submit(spec) for _ in range(12)]  # more than one worker takes
    assert {service.log(token).worker for token in tokens} == set(service.workers)
    for token in tokens:
        assert service.ended(token)["outcome"] == "completed"
        assert without_seconds(service.events(token)) == without_seconds(expected)
    for answer in [service.diagnosis(token) for token in tokens]:
        assert answer.result(LIMIT).findings == found.findings
    gone = service.submit(SHORT.patched({"data": {"source": "upload-" + "A" * 22}}))
    assert "no longer kept" in service.ended(gone)["reason"]
    with pytest.raises(InputError, match="no longer kept"):
        service.diagnosis(gone).result(LIMIT)


def a_sweep_is_the_same(service: Watched) -> None:
    """Each node trains the cells of one batch size, and tells what one process tells of them."""
    source = save_table(pd.DataFrame({"x": range(10), "y": range(10, 0, -1)}))
    spec = SHORT.patched({"data": {"source": source}})
    sweep = SweepSpec.of({"spec": spec.model_dump(), "axes": [RATES, BATCHES]})
    token = service.submit(spec, axes=sweep.axes)
    assert set(service.log(token).workers.values()) == set(service.workers)
    assert service.ended(token)["outcome"] == "completed"
    told = [e for e in without_seconds(service.events(token)) if e["event"] != "cells"]
    here = without_seconds(list(sweep_events(sweep, find_table(source))))
    assert told == [e for e in here if e["event"] != "cells"]
    cells = final_cells(service.events(token))
    assert cells == final_cells(here)
    assert len(cells) == 2 * RATES["count"]


def test_a_cluster_that_is_not_there_is_named(monkeypatch):
    from core.service.ray_worker import join_cluster

    monkeypatch.setenv("UPHILL_RAY_ADDRESS", "127.0.0.1:1")
    settings.cache_clear()
    with pytest.raises(RuntimeError, match=r"UPHILL_RAY_ADDRESS=127\.0\.0\.1:1.*ray start"):
        join_cluster()
    settings.cache_clear()


def test_ray_that_is_not_installed_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "core.service.ray_worker", raising=False)
    with pytest.raises(RuntimeError, match=r"pip install -r requirements-ray\.txt"):
        importlib.import_module("core.service.ray_worker")


@pytest.mark.parametrize("address", ["ray://head:10001", "head"])
def test_an_address_that_ray_could_not_use_is_refused(address):
    with pytest.raises(ValueError, match="ray_address"):
        Settings(ray_address=address)
