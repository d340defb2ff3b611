"""How fast: each figure is a ratio to a named rival, on the same work, in the same run.

`make bench` prints the table. Nothing is asserted on a clock; a ratio above its limit is marked.
"""

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf

from core.data.prepare import Prepared
from core.data.scaling import Scaling
from core.spec import Spec
from core.training import trainer
from core.training.build import make_layer

REPEATS = 5


def table_data(rows: int, features: int) -> Prepared:
    """A standardized table of random numbers, without the copies that a file would bring."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, features), dtype=np.float32)
    y = (x @ rng.standard_normal((features, 1), dtype=np.float32)).astype(np.float32)
    y += 0.1 * rng.standard_normal((rows, 1), dtype=np.float32)
    order = np.arange(rows)
    names = tuple(f"x{i}" for i in range(features))
    return Prepared(
        features=names,
        target="y",
        x_train=x,
        y_train=y,
        x_val=None,
        y_val=None,
        x_raw_train=x,
        y_raw_train=y,
        x_raw_val=None,
        y_raw_val=None,
        train_rows=order,
        val_rows=None,
        dropped=0,
        filled=0,
        feature_scaling=Scaling(),
        target_scaling=Scaling(),
    )


def best(work: Callable[[], float], repeats: int = REPEATS) -> float:
    """The median of some runs' seconds."""
    return statistics.median(work() for _ in range(repeats))


def ours(spec: Spec, data: Prepared) -> float:
    """Seconds per epoch, every event made; from the first epoch's end to the last one's."""
    events = trainer.train(spec, data)
    del data
    ends = [time.perf_counter() for event in events if event["event"] == "epoch_ended"]
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def whole(spec: Spec, data: Prepared) -> float:
    """Seconds of a whole run, start and end included, divided by its epochs."""
    began = time.perf_counter()
    for _ in trainer.train(spec, data):
        pass
    return (time.perf_counter() - began) / spec.training.epochs


def fit(spec: Spec, data: Prepared) -> float:
    """Seconds per epoch of `keras.Model.fit` with its defaults, behind its first epoch."""
    arguments = spec.optimizer.arguments()
    optimizer = getattr(keras.optimizers, spec.optimizer.keras_name)(**arguments)
    model = keras.Sequential([make_layer(spec)])
    model.compile(optimizer=optimizer, loss="mse")
    batch = spec.training.batch_size
    model.fit(data.x_train, data.y_train, batch_size=batch, verbose=0)
    began = time.perf_counter()
    model.fit(data.x_train, data.y_train, batch_size=batch, epochs=5, verbose=0)
    return (time.perf_counter() - began) / 5


def numpy_loop(spec: Spec, data: Prepared) -> float:
    """Seconds per epoch of the same loop with the same telemetry, in NumPy float32."""
    x, y = data.x_train, data.y_train
    rows, batch = len(x), spec.training.batch_size
    adam = spec.optimizer.key == "adam"
    rate = np.float32(spec.optimizer.learning_rate)
    w = np.zeros((x.shape[1], 1), np.float32)
    b = np.zeros((1,), np.float32)
    moments = [[np.zeros_like(v), np.zeros_like(v)] for v in (w, b)]
    told, step = [], 0
    began = time.perf_counter()
    for epoch in range(spec.training.epochs):
        order = np.random.default_rng([0, epoch]).permutation(rows)
        total = np.float32(0)
        for start in range(0, rows, batch):
            chosen = order[start : start + batch]
            xb, yb = x[chosen], y[chosen]
            residual = xb @ w + b - yb
            loss = np.mean(residual**2)
            scaled = residual * np.float32(2 / len(chosen))
            gradients = [xb.T @ scaled, scaled.sum(axis=0)]
            step += 1
            old = [w, b]
            if adam:
                moved = []
                for g, m in zip(gradients, moments, strict=True):
                    m[0] += (g - m[0]) * np.float32(0.1)
                    m[1] += (g * g - m[1]) * np.float32(0.001)
                    size = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                    moved.append(np.float32(size) * m[0] / (np.sqrt(m[1]) + np.float32(1e-7)))
            else:
                moved = [rate * g for g in gradients]
            w, b = old[0] - moved[0], old[1] - moved[1]
            norms = [np.sqrt(sum(np.sum(v * v) for v in vs)) for vs in (gradients, moved, (w, b))]
            fine = all(np.isfinite(v).all() for v in (residual, *gradients, w, b))
            told.append((loss, *norms, fine))
            total += loss * len(chosen)
        full = np.mean((x @ w + b - y) ** 2)
        told.append((total / rows, full))
    return (time.perf_counter() - began) / spec.training.epochs


def row(name: str, value: float, limit: float, unit: str = "") -> None:
    mark = "ok" if value <= limit else "OVER"
    print(f"{name:<66}{value:>10.4g}{unit:<4} limit {limit:<8.4g}{mark}")


def small() -> None:
    data = table_data(1000, 8)
    for key in ("sgd", "adam"):
        spec = Spec().patched({"optimizer": {"key": key}, "training": {"epochs": 200}})
        ours(spec, data)  # compiles
        mine, theirs = best(lambda s=spec: whole(s, data)), best(lambda s=spec: fit(s, data), 3)
        loop = best(lambda s=spec: numpy_loop(s, data), 3)
        name = f"1,000 × 8, batch 32, {key}: epoch {mine * 1e3:.3g} ms"
        row(f"{name} / Model.fit {theirs * 1e3:.4g} ms", mine / theirs, 0.01)
        row(f"{name} / NumPy loop {loop * 1e3:.3g} ms", mine / loop, 1.0)
        row(f"{name}: with probes / without", probes_cost(spec, data), 1.10)


def probes_cost(spec: Spec, data: Prepared) -> float:
    """The median ratio of pairs of runs: what else the machine does, both have."""
    scheduled, ratios = trainer.probed_steps, []
    for _ in range(15):
        trainer.probed_steps = lambda *_: []
        bare = whole(spec, data)
        trainer.probed_steps = scheduled
        ratios.append(whole(spec, data) / bare)
    return statistics.median(ratios)


def memory() -> float:
    """Bytes of this process' memory at its highest so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def large() -> None:
    spec = Spec().patched({"training": {"epochs": 4, "batch_size": 1024}})
    ours(spec, table_data(2000, 20))  # TensorFlow's own: its libraries, its compiler
    before = memory()
    ours(spec, table_data(1_000_000, 20))
    used = (memory() - before) / (1_000_000 * 20 * 4)
    data = table_data(1_000_000, 20)
    mine = best(lambda: ours(spec, data), 3)
    loop = best(lambda: numpy_loop(spec, data), 1)
    name = f"1,000,000 × 20, batch 1024, sgd: epoch {mine * 1e3:.4g} ms"
    row(f"{name} / NumPy loop {loop * 1e3:.4g} ms", mine / loop, 1.0)
    row("1,000,000 × 20: memory above TensorFlow's / float32 table", used, 3.0)


def main() -> None:
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {os.cpu_count()} cores")
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    large()
    small()


if __name__ == "__main__":
    sys.exit(main())
