"""Optimizer, learning rate and schedule, as `compile` or a hand-written step has them."""

import ast
import math
from dataclasses import replace
from typing import Any

import numpy as np

from ..model.optimizers import OPTIMIZER_BY_KEY
from .budget import REFUSED
from .findings import Findings
from .values import Function, Instance, Lib, Obj, Unknown, Variable

KEYS = {
    "SGD": "sgd", "Adam": "adam", "AdamW": "adamw", "Nadam": "nadam", "Adamax": "adamax",
    "RMSprop": "rmsprop", "Adagrad": "adagrad", "Adadelta": "adadelta", "Ftrl": "ftrl",
    "Lion": "lion", "GradientDescentOptimizer": "sgd", "MomentumOptimizer": "sgd",
    "AdamOptimizer": "adam", "RMSPropOptimizer": "rmsprop", "AdagradOptimizer": "adagrad",
    "AdadeltaOptimizer": "adadelta", "FtrlOptimizer": "ftrl",
}  # fmt: skip
RATES = {"sgd": 0.01}  # where none is given; else Keras' 0.001
OF_OLD = {"AdamOptimizer": {"epsilon": 1e-8}, "RMSPropOptimizer": {"epsilon": 1e-10}}
IGNORED = frozenset(
    ["name", "learning_rate", "initial_accumulator_value", "seed", "use_locking", "*"]
)
CLIPPING = {"clipnorm": "clip_norm"}
SCHEDULES = {
    "ExponentialDecay": "exponential_decay", "exponential_decay": "exponential_decay",
    "InverseTimeDecay": "inverse_time_decay", "inverse_time_decay": "inverse_time_decay",
    "PolynomialDecay": "polynomial_decay", "polynomial_decay": "polynomial_decay",
    "PiecewiseConstantDecay": "piecewise_constant", "piecewise_constant": "piecewise_constant",
    "CosineDecay": "cosine_decay", "CosineDecayRestarts": "cosine_restarts",
}  # fmt: skip
PLATEAU = ("monitor", "factor", "patience", "min_delta", "cooldown", "min_lr")
MOST_EPOCHS = 2000  # that a schedule of the program's own is asked for
MOST_PIECES = 12


def read_optimizer(machine: Any, found: Findings, optimizer: Any, line: int) -> None:
    """Puts the optimizer, its rate, and the schedule that it holds."""
    if isinstance(optimizer, Lib):
        optimizer = Obj(optimizer.name, {}, line)
    if isinstance(optimizer, str):
        optimizer = Obj(optimizer, {}, line)
    if isinstance(optimizer, Obj) and optimizer.kind not in KEYS:  # a name of any case
        names = {kind.lower(): kind for kind in KEYS}
        optimizer = replace(optimizer, kind=names.get(optimizer.kind.lower(), optimizer.kind))
    if isinstance(optimizer, dict | Unknown | Function) or optimizer is None:
        return _all_missed(found, line, getattr(optimizer, "why", "") or "no optimizer is known")
    if isinstance(optimizer, float):
        found.put("optimizer.key", "sgd", line, "a plain step against the gradient")
        return _rate(found, optimizer, "sgd", line)
    if not isinstance(optimizer, Obj) or optimizer.kind not in KEYS:
        return _all_missed(found, line, "an optimizer that is not one of Keras'")
    at = optimizer.line or line
    key = KEYS[optimizer.kind]
    found.put("optimizer.key", key, at, f"the optimizer is {key}")
    known = set(OPTIMIZER_BY_KEY[key].model_fields)
    for name, value in {**OF_OLD.get(optimizer.kind, {}), **optimizer.given}.items():
        _setting(found, CLIPPING.get(name, name), value, known, at)
    _rate(found, optimizer.given.get("learning_rate"), key, at)
    decay = optimizer.given.get("decay")
    if isinstance(decay, int | float) and decay:
        found.put("schedule.key", "inverse_time_decay", at, "`decay` lowers the rate at each step")
        found.put("schedule.decay_steps", 1, at, "once a step")
        found.put("schedule.decay_rate", float(decay), at, f"η/(1 + {decay:g}·t)")
    rate = optimizer.given.get("learning_rate")
    old = isinstance(rate, Obj) and rate.kind in (
        "exponential_decay",
        "inverse_time_decay",
        "polynomial_decay",
    )
    if old and optimizer.holds.get("counts_steps") is False:
        machine.faults.found(
            at, "schedule-without-step",
            "`minimize` is not given the `global_step`, so the step that the schedule counts stays "
            "0 and the rate never falls.",
        )  # fmt: skip
        found.patch.pop("schedule", None)
        found.put("schedule.key", "constant", at, "the schedule never moves")


def _all_missed(found: Findings, line: int, why: str) -> None:
    for knob in ("optimizer.key", "optimizer.learning_rate", "schedule.key"):
        found.miss(knob, line, why)


def _setting(found: Findings, name: str, value: Any, known: set[str], line: int) -> None:
    if name in IGNORED or name == "decay" or value is None or value is False:
        return
    if name == "rho" and "rho" in known and isinstance(value, int | float):
        found.put("optimizer.rho", float(value), line, f"rho = {value:g}")
    elif name in known and isinstance(value, int | float):
        kept = value if isinstance(value, bool) else float(value)
        found.put(f"optimizer.{name}", kept, line, f"{name} = {value}")
    else:
        found.miss("optimizer.key", line, f"`{name}` of the optimizer has no setting here")


def _rate(found: Findings, rate: Any, key: str, line: int) -> None:
    if isinstance(rate, Variable):
        rate = (
            float(rate.value)
            if rate.value.size == 1 and rate.start == "value"
            else Unknown(rate.line)
        )
    if isinstance(rate, np.generic):
        rate = rate.item()
    if isinstance(rate, Obj) and rate.kind in SCHEDULES:
        return _schedule(found, rate)
    if rate is None:
        value = RATES.get(key, 0.001)
        return found.put("optimizer.learning_rate", value, 0, f"{value:g}, the default of {key}")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not math.isfinite(rate):
        why = getattr(rate, "why", "") or "a learning rate that is not known"
        return found.miss("optimizer.learning_rate", line, why)
    found.put("optimizer.learning_rate", float(rate), line, f"the learning rate is {rate:g}")
    return None


def _schedule(found: Findings, made: Obj) -> None:
    key, line = SCHEDULES[made.kind], made.line
    given = {
        k: v
        for k, v in made.given.items()
        if k not in ("global_step", "name", "*") and v is not None
    }
    first = given.pop("initial_learning_rate", None)
    if key == "piecewise_constant":
        values = given.get("values")
        first = values[0] if isinstance(values, list | tuple) and values else None
    plain = all(_is_number(value) for value in given.values())
    if not plain or not isinstance(first, int | float):
        found.miss("schedule.key", line, "a schedule whose numbers are not known")
        return found.miss("optimizer.learning_rate", line, "a schedule whose numbers are not known")
    found.put("optimizer.learning_rate", float(first), line, f"the rate begins at {first:g}")
    found.put("schedule.key", key, line, f"the schedule is {key.replace('_', ' ')}")
    for name, value in given.items():
        whole = name.endswith("steps") and float(value).is_integer()
        kept = int(value) if whole else list(value) if isinstance(value, tuple) else value
        found.put(f"schedule.{name}", kept, line, f"{name} = {value}")
    return None


def _is_number(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, int | float) for item in value)
    return isinstance(value, int | float)


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
    if len(changes) > MOST_PIECES:
        return found.miss("schedule.key", at, "a schedule of your own that changes too often")
    found.put("schedule.key", "piecewise_constant", at, "a schedule of your own, in pieces")
    found.put("schedule.boundaries", [c * steps - 1 for c in changes], at, "its steps")
    found.put("schedule.values", [rates[0], *(rates[c] for c in changes)], at, "its rates")
    return None
