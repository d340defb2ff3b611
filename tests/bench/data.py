"""How fast a large table is read and looked at, as ratios to pandas' reader and to the table.

`make bench` prints the table. Nothing is asserted on a clock; a ratio above its limit is marked.
A file is read in a process behind all else, and pandas reads it in one of the same priority: beside
other work a clock would tell of their priorities alone. Neither has to be started: a process waits
for the next file of a learner, as pandas is imported when its clock begins. What the first file of
a while takes is told too, beside pandas with its import.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

ROWS, COLUMNS = 1_000_000, 20
TIMES = 3  # that is read, of which the median is told
LEARNER = "learner"
PIECE = 1 << 22
PANDAS = """
import sys, time
import pandas
from core.system import lower_priority
lower_priority()
began = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(time.perf_counter() - began)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["UPHILL_TABLES"] = folder
        file = Path(folder) / "large.csv"
        write_large(file)
        measure(file)


def write_large(file: Path) -> None:
    """A table of numbers with two decimals."""
    values = np.random.default_rng(0).integers(0, 9999, (ROWS, COLUMNS)) / 100
    names = [f"x{j}" for j in range(COLUMNS)]
    pd.DataFrame(values, columns=names).to_csv(file, index=False)


def measure(file: Path) -> None:
    from core.charts.data import against_target, correlation, rows, scales
    from core.data.prepare import split_table
    from core.data.profile import profile
    from core.data.reader_subprocess import SPARE
    from core.data.uploads import delete_upload, find_table, save_file
    from core.explore.exploration import explore
    from core.spec import Spec

    table_bytes = ROWS * COLUMNS * 8
    before, busy = memory(resource.RUSAGE_SELF), sum(os.times()[:4])
    began = time.perf_counter()
    with file.open("rb") as stream:
        upload = save_file(iter(lambda: stream.read(PIECE), b""), file.name)
    table = find_table(upload.source)
    told = profile(table)
    spec = Spec.of({"data": {"source": upload.source, "target": "x19"}})
    found = explore(spec, split_table(table, spec.data, 0), len(table))
    features = {name: found.values(name) for name in found.features}
    for figure in (
        scales.draw(told, list(told.numeric)),
        correlation.draw(list(found.names), found.correlation),
        against_target.draw(features, found.values("x19"), found.rows, found.lines),
        rows.draw(found.influence),
    ):
        figure.to_json()
    whole = time.perf_counter() - began
    busy = sum(os.times()[:4]) - busy
    own = (memory(resource.RUSAGE_SELF) - before) / table_bytes
    reader = memory(resource.RUSAGE_CHILDREN) / table_bytes

    reads, firsts, others, starts = [], [], [], []
    for _ in range(TIMES):
        for seconds in (firsts, reads):
            if seconds is firsts:
                SPARE.end()
            began = time.perf_counter()
            told = subprocess.run(
                [sys.executable, "-c", PANDAS, file], capture_output=True, check=True
            )
            starts.append(time.perf_counter() - began)
            others.append(float(told.stdout))
            began = time.perf_counter()
            with file.open("rb") as stream:
                pieces = iter(lambda: stream.read(PIECE), b"")
                source = save_file(pieces, file.name, LEARNER).source
            seconds.append(time.perf_counter() - began)
            delete_upload(source, LEARNER)
    read, first, pandas, start = map(median, (reads, firsts, others, starts))
    size = f"{ROWS:,} × {COLUMNS}, {file.stat().st_size / 1e6:.0f} MB"
    row(f"{size}: reading {read:.2f} s / pandas.read_csv {pandas:.2f} s", read / pandas, 2.0)
    row(f"{size}: first file {first:.2f} s / with pandas' import {start:.2f} s", first / start, 2.0)
    row(f"{size}: read, profiled, drawn, seconds", whole, 10.0)
    row(f"{size}: the same, seconds of processor", busy, 20.0)
    row(f"{size}: memory of the web process / table", own, 4.0)
    row(f"{size}: memory of the reader / table", reader, 4.0)


def row(name: str, value: float, limit: float, unit: str = "") -> None:
    mark = "ok" if value <= limit else "OVER"
    print(f"{name:<74}{value:>8.4g}{unit:<2} limit {limit:<6.4g}{mark}")


def memory(who: int) -> float:
    """Bytes of memory at its highest so far."""
    return resource.getrusage(who).ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main())
