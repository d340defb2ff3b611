"""What callbacks do to the rate and the number of epochs."""

import ast
from typing import Any

import numpy as np

from .budget import REFUSED
from .findings import Findings
from .values import Function, Instance, Obj, Unknown

PLATEAU = ("monitor", "factor", "patience", "min_delta", "cooldown", "min_lr")
MOST_EPOCHS = 2000  # that a schedule of the program's own is asked for
MOST_PIECES = 12


def read_callbacks(
    machine: Any, found: Findings, callbacks: Any, line: int, epochs: int | None, steps: int | None
) -> None:
    """Puts what callbacks do to the rate and the number of epochs."""
    items = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    for item in items:
        if isinstance(item, Unknown):
            found.miss("schedule.key", item.line or line, "a callback that is not known")
        elif isinstance(item, Obj) and item.kind == "ReduceLROnPlateau":
            _plateau(found, item)
        elif isinstance(item, Obj) and item.kind == "LearningRateScheduler":
            _own_schedule(machine, found, item, epochs, steps)
        elif isinstance(item, Obj) and item.kind == "EarlyStopping":
            found.miss("training.epochs", item.line, "`EarlyStopping` may end the run before")
        elif isinstance(item, Instance):
            _own_callback(found, item)
        elif isinstance(item, Obj) and item.kind == "LambdaCallback":
            found.note(item.line, "what a callback of your own does is not read")
            for function in item.given.values():
                _touched(found, function, item.line)


def _own_callback(found: Findings, item: Instance) -> None:
    """Marks what a callback of the program's own may change, by the names that it uses."""
    found.note(item.line, "what a callback of your own does is not read")
    if item.cls.of_library() != "Callback":
        found.miss("schedule.key", item.line, "a callback that is not known")
    for member in item.cls.members.values():
        _touched(found, member, item.cls.line)


def _touched(found: Findings, function: Any, line: int) -> None:
    for part in ast.walk(function.node) if isinstance(function, Function) else ():
        name = getattr(part, "attr", "")
        stored = isinstance(getattr(part, "ctx", None), ast.Store)
        if name == "stop_training":
            found.miss("training.epochs", line, "a callback of your own may end the run before")
        elif name in ("set_value", "assign") or (stored and name in ("lr", "learning_rate")):
            found.miss("schedule.key", line, "a callback of your own may change the rate")
        elif name == "set_weights":
            found.miss("optimizer.key", line, "a callback of your own sets the weights")


def _plateau(found: Findings, made: Obj) -> None:
    found.put("schedule.key", "reduce_on_plateau", made.line, "lowers the rate on a plateau")
    defaults = {"monitor": "val_loss", "factor": 0.1, "patience": 10}
    for name, value in {**defaults, **made.given}.items():
        if name in PLATEAU and isinstance(value, int | float | str):
            found.put(f"schedule.{name}", value, made.line, f"{name} = {value}")


def _own_schedule(
    machine: Any, found: Findings, made: Obj, epochs: int | None, steps: int | None
) -> None:
    function, line = made.given.get("schedule"), made.line
    if not isinstance(function, Function) or not epochs or epochs > MOST_EPOCHS:
        return found.miss("schedule.key", line, "a schedule of your own that is not known")
    rate = found.patch.get("optimizer", {}).get("learning_rate", 0.01)
    rates: list[float] = []
    try:
        takes = len(function.node.args.args)
        for epoch in range(epochs):
            given = [epoch, rate][:takes]
            rate = float(machine.call(function, given, {}, line))
            rates.append(rate)
    except REFUSED as error:
        return found.miss("schedule.key", line, f"a schedule of your own: {error}")
    at = function.node.lineno
    found.put("optimizer.learning_rate", rates[0], at, f"the rate begins at {rates[0]:g}")
    return put_rates(found, rates, steps, at)


def put_rates(found: Findings, rates: list[float], steps: int | None, at: int) -> None:
    """Puts the schedule that gives each epoch its rate.

    Args:
        found: What is known so far.
        rates: One for each epoch.
        steps: Of an epoch; None where that is not known.
        at: The line that says it.
    """
    epochs = len(rates)
    changes = [epoch for epoch in range(1, epochs) if rates[epoch] != rates[epoch - 1]]
    if not changes:
        return found.put("schedule.key", "constant", at, "the schedule never changes the rate")
    if steps is None:
        return found.miss("schedule.key", at, "how many steps an epoch has hangs on the file")
    ratios = np.array(rates[1:]) / np.array(rates[:-1]) if all(rates[:-1]) else np.array([0.0])
    if len(changes) == epochs - 1 and epochs > 2 and np.allclose(ratios, ratios[0], rtol=1e-9):
        found.put("schedule.key", "exponential_decay", at, "the rate falls by a factor each epoch")
        found.put("schedule.decay_steps", steps, at, f"an epoch has {steps:,} steps")
        found.put("schedule.decay_rate", float(ratios[0]), at, f"the factor is {ratios[0]:g}")
        return found.put("schedule.staircase", True, at, "it stays the same within an epoch")
    slopes = (rates[0] / np.array(rates[1:]) - 1) / np.arange(1, epochs)
    if epochs > 2 and slopes[0] > 0 and np.allclose(slopes, slopes[0], rtol=1e-6):
        slope = float(f"{slopes[0]:.9g}")
        found.put("schedule.key", "inverse_time_decay", at, "the rate falls as 1 over the epochs")
        found.put("schedule.decay_steps", steps, at, f"an epoch has {steps:,} steps")
        found.put("schedule.decay_rate", slope, at, f"η/(1 + {slope:g}·epoch)")
        return found.put("schedule.staircase", True, at, "it stays the same within an epoch")
    if len(changes) > MOST_PIECES:
        return found.miss("schedule.key", at, "a schedule of your own that changes too often")
    found.put("schedule.key", "piecewise_constant", at, "a schedule of your own, in pieces")
    found.put("schedule.boundaries", [c * steps - 1 for c in changes], at, "its steps")
    found.put("schedule.values", [rates[0], *(rates[c] for c in changes)], at, "its rates")
    return None
