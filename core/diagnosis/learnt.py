"""What a run has learnt, beside the best that there is to learn."""

from dataclasses import replace

import numpy as np

from ..data.scaling import Scaling
from ..record import Record
from ..theory.equation import Equation, equation_of
from .declared import Declared
from .snapshot import Snapshot
from .stages.activation import activate


def learnt(declared: Declared, record: Record) -> Equation | None:
    """The line that the run's last weights are, in the table's own units.

    Behind an activation the weights are those of the sum that goes through it, and its result is in
    the units of the target as scaled.

    Returns:
        None where not all of the weights are known or finite, or not all of the training rows.
    """
    count, bias = len(declared.data.features), int(declared.use_bias)
    if not len(record.epoch):
        return None
    if record.weights.shape[1] == count + bias:  # else only some are told at an epoch's end
        row = record.weights[-1]
        return _line(declared, row[:count], float(row[-1]) if bias else 0.0)
    last = Snapshot.of(record.probes[-1]) if record.probes else None
    if last is None or last.step < record.step[-1]:
        return None
    return _of_variables(declared, last.after)


def started(declared: Declared, record: Record) -> Equation | None:
    """The line that its first weights were; None as above, or where its first step is not told."""
    first = Snapshot.of(record.probes[0]) if record.probes else None
    return _of_variables(declared, first.before) if first and first.step == 0 else None


def _of_variables(declared: Declared, variables: dict[str, np.ndarray]) -> Equation | None:
    kernel = variables.get("kernel")
    if kernel is None or len(kernel) != len(declared.data.features):
        return None
    return _line(declared, kernel, float(variables["bias"][0]) if "bias" in variables else 0.0)


def _line(declared: Declared, kernel: np.ndarray, bias: float) -> Equation | None:
    data, key = declared.data, declared.activation
    parts = (kernel, bias, data.x_raw_train, data.y_raw_train)
    if not all(np.isfinite(part).all() for part in parts):
        return None
    if key == "linear":
        return equation_of(data, kernel, bias)
    line = equation_of(replace(data, target_scaling=Scaling()), kernel, bias)
    outputs = activate(key, data.x_train.astype(float) @ kernel + bias)
    off = data.unscale_target(outputs[:, None]) - data.y_raw_train
    return replace(line, rmse=float(np.sqrt(np.mean(off**2))))
