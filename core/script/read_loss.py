"""The loss that a Keras model is compiled with."""

from typing import Any

import numpy as np

from . import keras_objects, tensors
from .budget import REFUSED
from .faults import check_loss
from .findings import Findings
from .unsquared import Kind, constants_of
from .values import Function, Lib, Obj, Variable

KEYS = {
    "MeanSquaredError": "mse",
    "MeanAbsoluteError": "mae",
    "Huber": "huber",
    "LogCosh": "log_cosh",
}
TRIALS = 6


def read_loss(machine: Any, found: Findings, loss: Any, line: int) -> None:
    """Puts the loss, tried out where it is a function of the program's own."""
    check_loss(loss, machine.faults)
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    name = loss.name if isinstance(loss, Lib) else loss
    if isinstance(name, str):
        kind = keras_objects.LOSS_FUNCTIONS.get(name)
        if kind is None:
            found.miss("loss.key", line, f"the loss `{name[:40]}`, which is not offered here")
            return
        loss = Obj(kind, {}, line)
    if isinstance(loss, Function):
        return _own_loss(machine, found, loss)
    if not isinstance(loss, Obj) or loss.kind not in KEYS:
        why = f"the loss `{loss.kind}`, which is not offered here" if isinstance(loss, Obj) else ""
        found.miss("loss.key", getattr(loss, "line", 0) or line, why or "a loss that is not known")
        return None
    key = KEYS[loss.kind]
    found.put("loss.key", key, loss.line, f"the loss is {key.replace('_', '-')}")
    reduction = loss.given.get("reduction")
    word = (reduction.name if isinstance(reduction, Lib) else str(reduction or "mean")).lower()
    if word in ("mean", "sum_over_batch_size", "auto", "sum"):
        value = "sum" if word == "sum" else "mean"
        found.put("loss.reduction", value, loss.line, f"its {value} over a batch")
    else:
        found.miss("loss.key", loss.line, f"a reduction by `{word[:30]}`")
    delta = loss.given.get("delta")
    if key == "huber" and isinstance(delta, int | float):
        found.put("loss.delta", float(delta), loss.line, f"δ = {delta:g}")
    return None


def _own_loss(machine: Any, found: Findings, function: Function) -> None:
    line = function.node.lineno
    residuals, values = [], []
    try:
        for scale in (1.0, 3.0, 1e5):  # where a limit shows
            y, p = np.random.RandomState(3).uniform(-3 * scale, 3 * scale, (2, TRIALS, 1))
            tensor = machine.call(function, [y, Variable(p, "value", line)], {}, line)
            residuals.append(p - y)
            values.append(float(np.mean(tensors.value_of(tensor))))
    except REFUSED as error:
        return found.miss("loss.key", line, f"a loss of your own: {error}")
    kinds = [Kind(key) for key in ("mse", "half_mse", "mae", "log_cosh")]
    deltas = constants_of(function.node)
    for kind in (*kinds, *(Kind("huber", delta) for delta in deltas)):
        heights = [kind.height(r) for r in residuals]
        for reduction in ("mean", "sum"):
            whole = [getattr(height, reduction)() for height in heights]
            if np.allclose(values, whole, rtol=1e-6):
                words = f"a loss of your own: {kind.key.replace('_', '-')}"
                found.put("loss.key", kind.key, line, words)
                if kind.key == "huber":
                    found.put("loss.delta", kind.delta, line, f"δ = {kind.delta:g}")
                return found.put("loss.reduction", reduction, line, f"its {reduction} over a batch")
    return found.miss("loss.key", line, "a loss of your own that is none of those offered here")
