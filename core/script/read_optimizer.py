"""Optimizer, learning rate and schedule, as `compile` or a hand-written step has them."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from ..model.optimizers import OPTIMIZER_BY_KEY
from .findings import Findings
from .values import Function, Lib, Obj, Unknown, Variable

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
