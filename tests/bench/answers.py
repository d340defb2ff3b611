"""How long a learner waits for an answer: prediction, diagnosis, verified remedies, a widget.

Part of `make bench`. Prediction and diagnosis are computed here; remedies are looked for by two
workers, as the lab has them looked for. The widget is moved by real Streamlit sessions on a server
where twenty other runs go on. Nothing is asserted on a clock; what is over its limit is marked.
"""

import asyncio
import os
import tempfile
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import aiohttp

from core.bugs import BUGS
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.lessons import LESSONS
from core.service.service import Service
from core.spec import Spec
from core.theory.predict import predict
from core.training.trainer import train
from tests.bench.bench import fit, row
from tests.load.learner import INTERVAL
from tests.load.server import Server
from tests.load.session import Tab

SOURCE = "synthetic:rows={rows},features={features},scale_spread=100,noise=0.1"
RATES = (0.001, 0.1)  # one below the critical rate of these tables, one above
PORT = 8596
LIVE_RUNS = 20
MOVES = 30


def spec_of(rows: int, features: int, **sections: dict) -> Spec:
    source = SOURCE.format(rows=rows, features=features)
    return Spec().patched({"data": {"source": source, "target": "y"}, **sections})


def prepared(spec: Spec) -> Prepared:
    return prepare(find_table(spec.data.source), spec.data, spec.scaling, spec.training.seed)


def predictions() -> None:
    """The first prediction of a table, and the next one at another rate."""
    for rows, features, limit in ((1_000, 50, 0.2), (1_000_000, 20, 1.0)):
        spec = spec_of(rows, features, training={"batch_size": None})
        data = prepared(spec)
        for when in ("first", "next"):
            began = time.perf_counter()
            predict(spec.patched({"optimizer": {"learning_rate": 0.02}}), data)
            row(
                f"{rows:,} × {features}: {when} prediction", time.perf_counter() - began, limit, "s"
            )


def diagnoses() -> None:
    """The slowest diagnosis of the lessons' runs and of each bug's."""
    specs = [lesson.spec for lesson in LESSONS]
    specs += [spec_of(1_000, 8, bug={"key": bug.name()}) for bug in BUGS]
    seconds = sorted(map(diagnosed, specs))
    row(f"diagnosis, median of {len(specs)} runs", seconds[len(seconds) // 2], 0.3, "s")
    row(f"diagnosis, slowest of {len(specs)} runs", seconds[-1], 0.3, "s")


def diagnosed(spec: Spec) -> float:
    data = prepared(spec)
    events = list(train(spec, data))
    began = time.perf_counter()
    diagnose(spec, data, events)
    return time.perf_counter() - began


def remedies() -> None:
    """The remedies of a diverged run of 1,000 × 8, found and verified: alone, and beside others.

    The rival is what a person would do: train the run once more, by `Model.fit`.
    """
    spec = spec_of(1_000, 8, optimizer={"learning_rate": RATES[1]})
    data = prepared(spec)
    rival = fit(spec, data) * spec.training.epochs
    found = diagnose(spec, data, list(train(spec, data)))
    service = Service(2)
    try:
        for worker in service.workers:
            worker.ready.wait()
        alone = min(searched(service, spec, found) for _ in range(3))
        row("1,000 × 8: search and verified remedies of a diverged run", alone, 2.0, "s")
        row(f"the same / one Model.fit of that run, {rival:.3g} s", alone / rival, 0.2)
        calm = spec.patched({"scaling": {"features": "standard"}, "training": {"epochs": 4000}})
        for learner in range(LIVE_RUNS):
            service.submit(calm, pace=20.0, learner=f"other {learner}")
        beside = min(searched(service, spec, found) for _ in range(3))
        row(f"the same beside {LIVE_RUNS} live runs", beside, 5.0, "s")
    finally:
        service.close()


def searched(service: Service, spec: Spec, found: Diagnosis) -> float:
    """Seconds until the remedies of an ended run are known."""
    token = service.submit(spec, learner="me")
    while not service.log(token).ended:
        time.sleep(0.01)
    began = time.perf_counter()
    service.search(token, found, "me")
    while service.diagnosis(token).result().search is None:
        time.sleep(0.01)
    return time.perf_counter() - began


async def widgets(address: str) -> None:
    """A knob moved on one page while twenty runs go on on others."""
    async with aiohttp.ClientSession() as http:
        for _ in range(LIVE_RUNS):
            tab = await Tab(http, address).open()
            await tab.set("epochs", 4000.0)
            await tab.set("scale", ["standard"])
            await tab.press("Train")
            asyncio.get_running_loop().create_task(watch(http, address, tab.data("live")["token"]))
        tab, seconds = await Tab(http, address).open(), []
        for move in range(MOVES):
            began = time.perf_counter()
            await tab.set("learning_rate", 0.001 * (move + 1))
            seconds.append(time.perf_counter() - began)
    seconds.sort()
    row(f"a widget beside {LIVE_RUNS} live runs, median", seconds[MOVES // 2], 1.0, "s")
    row(f"a widget beside {LIVE_RUNS} live runs, slowest of {MOVES}", seconds[-1], 1.0, "s")


async def watch(http: aiohttp.ClientSession, address: str, token: str) -> None:
    """Polls a run as its live chart does."""
    since = 0
    while True:
        async with http.get(f"{address}/api/runs/{token}/events?since={since}&brief=1") as answer:
            since = (await answer.json())["next"]
        await asyncio.sleep(INTERVAL)


def main() -> None:
    predictions()
    diagnoses()
    remedies()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["UPHILL_DATABASE_URL"] = f"sqlite:///{folder}/runs.sqlite"
        server = Server(PORT)
        try:
            server.wait()
            asyncio.run(widgets(server.address))
        finally:
            server.end()


if __name__ == "__main__":
    main()
