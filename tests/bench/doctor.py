"""What the doctor costs, beside a plain `fit` in the same run. Part of `make bench`.

Epochs with and without the callback are trained in turn, and the medians compared: what else the
machine does falls on both. Nothing is asserted on a clock; what is over its limit is marked.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np

from core.doctor.callback import Doctor
from core.doctor.examine import examine
from tests.bench.data import row

EPOCHS, TURNS = 100, 6
MEGABYTE = 1e6


class Clock(keras.callbacks.Callback):
    """When the first epoch began and when each ended."""

    def on_train_begin(self, logs=None):
        self.began = time.perf_counter()
        self.ends: list[float] = []
        self.first = None

    def on_train_batch_begin(self, batch, logs=None):
        self.first = self.first or time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(time.perf_counter())

    def epochs(self) -> np.ndarray:
        """Seconds of each epoch behind the first, which compiles."""
        return np.diff(self.ends)


def table(rows: int, features: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, features))
    return x, x @ random.normal(size=features) + random.normal(size=rows)


def linear(features: int, rate: float = 0.01) -> keras.Model:
    model = keras.Sequential([keras.Input((features,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    return model


def callback() -> None:
    """The epochs of `fit` with the callback and without."""
    x, y = table(1_000, 8)
    plain, watched = [], []
    for _ in range(TURNS):
        for times, callbacks in ((plain, []), (watched, [Doctor(x, y, output="none")])):
            clock = Clock()
            linear(8).fit(x, y, epochs=EPOCHS, verbose=0, callbacks=[*callbacks, clock])
            times.append(clock.epochs())
    one, other = (float(np.median(np.concatenate(times))) for times in (plain, watched))
    whole = [sum(map(np.sum, times)) for times in (plain, watched)]
    name = f"1,000 × 8: epoch of fit {one * 1e3:.3g} ms, with Doctor {other * 1e3:.3g} ms: more"
    row(name, 100 * (other / one - 1), 5, " %")
    row("the same over all epochs", 100 * (whole[1] / whole[0] - 1), 5, " %")


def before_the_first_step() -> None:
    """How long `fit` waits for the doctor, with its trial and without."""
    x, y = table(1_000, 8)
    for rate, said in ((0.01, "healthy"), (2.0, "diverging")):
        waits = {}
        for trial in (False, True):
            waits[trial] = []
            for _ in range(TURNS):
                doctor, clock = Doctor(x, y, trial=trial, output="none"), Clock()
                model = linear(8, rate)
                began = time.perf_counter()
                model.fit(x, y, epochs=1, verbose=0, callbacks=[doctor, clock])
                assert clock.first is not None
                waits[trial].append(clock.first - began)
        plain = []
        for _ in range(TURNS):
            model, clock = linear(8, rate), Clock()
            began = time.perf_counter()
            model.fit(x, y, epochs=1, verbose=0, callbacks=[clock])
            assert clock.first is not None
            plain.append(clock.first - began)
        alone = np.median(plain)
        examined, tried = (float(np.median(waits[trial]) - alone) for trial in (False, True))
        row(f"1,000 × 8, {said}: before the first step", examined, 1.0, "s")
        row(f"1,000 × 8, {said}: the trial besides", max(tried - examined, 0.0), 2.0, "s")


def examinations() -> None:
    """A large table, and a model of a million weights."""
    x, y = table(100_000, 50)
    for rate, said in ((0.01, "healthy"), (2.0, "diverging")):
        row(
            f"100,000 × 50, {said}: examine with its trial",
            examined(linear(50, rate), x, y),
            2,
            "s",
        )
    x, y = table(1_000, 20)
    for rate, said in ((0.001, "healthy"), (1.0, "diverging")):
        model = keras.Sequential([keras.Input((20,))])
        for units in (980, 1_000):
            model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dense(1))
        model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
        name = f"{model.count_params():,} weights, 1,000 rows, {said}: examine with its trial"
        row(name, examined(model, x, y), 10, "s")


def examined(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    began = time.perf_counter()
    examine(model, x, y, epochs=10)
    return time.perf_counter() - began


def memory() -> None:
    """How much more memory an examination needs at its peak, each in a process of its own."""
    for rate, said in ((0.01, "healthy"), (2.0, "diverging")):
        command = [sys.executable, "-m", "tests.bench.doctor", "--peak", str(rate)]
        told = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
        data, grown = map(float, told.split()[-2:])
        name = f"500,000 × 50, {data / MEGABYTE:.0f} MB, {said}: peak memory grows by, of the data"
        row(name, grown / data, 2)


def peak(rate: float) -> None:
    """Prints the bytes of a table and by how much the peak grows with its examination."""
    examine(linear(50, rate), *table(1_000, 50), epochs=2)  # what is loaded once
    x, y = table(500_000, 50)
    model = linear(50, rate)
    before = memory_peak(anew=True)
    examine(model, x, y, epochs=10)
    print(x.nbytes + y.nbytes, memory_peak() - before)


def memory_peak(anew: bool = False) -> int:
    """Bytes of memory at this process' highest, from now on where `anew` (Linux).

    `ru_maxrss` will not do: a process begins with the highest of the one that started it.
    """
    if anew:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (highest,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return 1024 * int(highest)


def main() -> None:
    callback()
    before_the_first_step()
    examinations()
    memory()


if __name__ == "__main__":
    peak(float(sys.argv[-1])) if "--peak" in sys.argv else main()
