"""What the pictures cost a server: bytes and time of a poll, with them and without, and a payload.

Part of `make bench`. A run of 8 features at 20 epochs a second is polled as browsers do; without
the pictures its events lack what only they need. Nothing is asserted on a clock; what is over its
limit is marked.
"""

import math
import os
import statistics
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import orjson

from core.charts import CHARTS, Frame, Scene, to_json
from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.events import Event, encode
from core.service.run_log import RunLog
from core.service.service import Service
from core.spec import Spec
from core.training.trainer import train
from tests.bench.bench import row

PACE, INTERVAL = 20, 0.33  # epochs a second, and seconds between two polls of a browser
TOLD_BEFORE = 9  # weights that the events told before there were pictures: eight, and the bias
REPEATS = 200


def spec_of(features: int, **sections: dict) -> Spec:
    data = {"source": f"synthetic:rows=1000,features={features}", "target": "y"}
    return Spec().patched({"data": data, **sections})


def without(event: Event) -> Event:
    """The event as it would be without the pictures."""
    kept = {k: v for k, v in event.items() if k not in ("coordinates", "outputs")}
    return kept | ({"weights": event["weights"][:TOLD_BEFORE]} if "weights" in event else {})


def bare(event: Event) -> Event:
    """The event without any weight."""
    return without(event) | ({"weights": []} if "weights" in event else {})


def polls(spec: Spec, events: list[Event]) -> tuple[int, float]:
    """Bytes and microseconds of one answer, in the middle of the run."""
    service = Service(0)
    try:
        log = RunLog(spec, PACE)
        for event in events:
            log.append(encode(event))
        service._logs["t"] = log
        first, news = len(events) // 2, round(PACE * INTERVAL)
        log.events, log.brief = log.events[: first + news], log.brief[: first + news]
        log.ended = False
        taken = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            answer = service.poll("t", first, brief=True)
            taken.append(time.perf_counter() - began)
        return len(answer), 1e6 * statistics.median(taken)
    finally:
        service.close()


def answers() -> None:
    for features in (8, 64, 65):
        spec = spec_of(features, training={"epochs": 200})
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, 0)
        events = list(train(spec, data))
        size, seconds = polls(spec, events)
        for name, strip in (("eight weights", without), ("none", bare)):
            least, quickest = polls(spec, [strip(event) for event in events])
            bounds = (4 / 3, 5 / 4) if features == 8 else (math.inf, math.inf)
            named = f"{features} features: a poll's {{}}, against {name}"
            row(named.format(f"{size:,} bytes"), size / least, bounds[0], "×")
            row(named.format(f"{seconds:.0f} µs"), seconds / quickest, bounds[1], "×")


def timed(spec: Spec, data: Prepared) -> tuple[float, bytes]:
    """Seconds of this process for the pictures, and the pictures."""
    began = time.process_time()
    frame = Frame.before(spec, len(data.x_train), data.features, scene=Scene(spec, data))
    told = [(chart.picture(frame), to_json(chart.draw(frame))) for chart in CHARTS if chart.picture]
    return time.process_time() - began, orjson.dumps(told)


def payloads() -> None:
    """The pictures' own figures, computed once for a table and all its learning rates."""
    for features in (1, 8, 64, 65, 500):
        spec = spec_of(features)
        data = prepare(find_table(spec.data.source), spec.data, spec.scaling, 0)
        seconds, told = min(timed(spec, data) for _ in range(5))
        size = len(told)
        row(f"{features} features: pictures of {size / 1000:,.0f} kB", seconds, 0.1, "s")


def main() -> None:
    answers()
    payloads()


if __name__ == "__main__":
    main()
