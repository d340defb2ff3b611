"""How fast a sweep is: 32 × 32 full-batch runs of 1,000 × 8, 200 epochs, against `Model.fit`.

Part of `make bench`. The time is of a fresh process, from the sweep's spec to its last cell, its
compilation included; `Model.fit` is extrapolated from 20 of the runs. CPU seconds stand beside the
clock's, which other work on the machine lengthens. Nothing is asserted.
"""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf

from core.data.prepare import Prepared
from core.data.uploads import find_table
from core.spec import Spec
from core.sweep.run import Sweep, sweep_events
from core.sweep.spec import SweepSpec
from core.training.build import make_layer, make_loss, make_optimizer
from core.training.trainer import Pace
from tests.bench.bench import row

FITS = 20
SOURCE = "synthetic:rows=1000,features=8,noise=0.5,seed=1"
SWEEP = {
    "spec": {
        "data": {"source": SOURCE, "target": "y", "validation_fraction": 0.0},
        "scaling": {"features": "standard"},
        "training": {"epochs": 200, "batch_size": None},
    },
    "axes": [
        {"path": "optimizer.learning_rate", "low": 0.001, "high": 10.0, "count": 32},
        {
            "path": "optimizer.momentum",
            "low": 0.0,
            "high": 0.95,
            "count": 32,
            "scale": "linear",
        },
    ],
}


def swept() -> tuple[float, float]:
    """Seconds, on the clock and of the processor, of the whole sweep."""
    sweep, table = SweepSpec.of(SWEEP), find_table(SOURCE)
    began, used = time.perf_counter(), time.process_time()
    cells = sum(
        cell["final"] for event in sweep_events(sweep, table) for cell in event.get("cells", ())
    )
    assert cells == sweep.runs
    return time.perf_counter() - began, time.process_time() - used


def fitted(spec: Spec, data: Prepared) -> None:
    """One of the runs by `keras.Model.fit` with its defaults."""
    model = keras.Sequential([make_layer(spec)])
    model.compile(optimizer=make_optimizer(spec), loss=make_loss(spec))
    rows, epochs = len(data.x_train), spec.training.epochs
    model.fit(data.x_train, data.y_train, batch_size=rows, epochs=epochs, verbose=0)


def fits() -> tuple[float, float]:
    """Seconds of as many fits as the sweep has runs, from 20 of them spread over it."""
    sweep = SweepSpec.of(SWEEP)
    chosen = np.linspace(0, sweep.runs - 1, FITS).astype(int)
    data = Sweep(sweep, find_table(SOURCE), Pace()).data_of(sweep.spec)
    began, used = time.perf_counter(), time.process_time()
    for number in chosen:
        fitted(sweep.specs[number], data)
    share = sweep.runs / FITS
    return (time.perf_counter() - began) * share, (time.process_time() - used) * share


def main() -> None:
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {os.cpu_count()} cores")
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    first, again, theirs = swept(), swept(), fits()
    name = "sweep of 32 × 32 runs, 1,000 × 8, 200 epochs"
    for text, ours in (("with compilation", first), ("again", again)):
        row(f"{name}, {text}", ours[0], 5.0, " s")
        row(f"{name}, {text}, CPU", ours[1], 5.0, " s")
    row(f"{name} / as many Model.fit, {theirs[0]:.4g} s", first[0] / theirs[0], 1 / 500)
    row(f"{name} / as many Model.fit, CPU {theirs[1]:.4g} s", first[1] / theirs[1], 1 / 500)


if __name__ == "__main__":
    sys.exit(main())
