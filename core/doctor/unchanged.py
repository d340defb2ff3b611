"""Keeps a model, its optimizer and every random state as they are, to the bit."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from ..lazy import keras, tf


def variables_of(model: Any) -> list[Any]:
    """Every variable that a step of training could change: weights, metrics, seeds, optimizer."""
    found = [*model.variables, *(v for m in model.metrics for v in m.variables)]
    for optimizer in _optimizers(model):
        found += optimizer_variables(optimizer)
    return list({id(variable): variable for variable in found}.values())


def optimizer_variables(optimizer: Any) -> list[Any]:
    """An optimizer's variables; Nadam keeps one that it does not list."""
    own = [v for v in vars(optimizer).values() if isinstance(v, keras.Variable)]
    return list({id(v): v for v in [*optimizer.variables, *own]}.values())


def _optimizers(model: Any) -> list[Any]:
    optimizer = getattr(model, "optimizer", None)
    inner = getattr(optimizer, "inner_optimizer", None)  # of mixed precision
    return [each for each in (optimizer, inner) if each is not None]


@contextmanager
def unchanged(model: Any) -> Iterator[None]:
    """Puts everything back that is done to a model inside, and all random numbers drawn.

    What cannot be put back is what a model's own Python code does elsewhere.
    """
    variables = variables_of(model)
    kept = [tf.identity(variable.value) for variable in variables]
    attributes = {name: model.__dict__.get(name) for name in ("optimizer", "stop_training")}
    with random_state_kept():
        try:
            yield
        finally:
            for variable, value in zip(variables, kept, strict=True):
                variable.value.assign(value)
            for name, value in attributes.items():
                if name in model.__dict__ and model.__dict__[name] is not value:
                    setattr(model, name, value)


@contextmanager
def random_state_kept() -> Iterator[None]:
    """Puts back Python's, NumPy's, TensorFlow's and Keras' random states, and Keras' names."""
    own, array = random.getstate(), np.random.get_state()
    names = _global("object_name_uids")
    names_kept = None if names is None else dict(names)
    seeds = _global("global_seed_generator")
    seeds_kept = None if seeds is None else tf.identity(seeds.state.value)
    context = _context()
    operations = context._rng.getstate() if getattr(context, "_rng", None) else None
    try:
        yield
    finally:
        random.setstate(own)
        np.random.set_state(array)
        if names is not None and names_kept is not None:
            names.clear()
            names.update(names_kept)
        if seeds is not None:
            seeds.state.value.assign(seeds_kept)
        elif _global("global_seed_generator") is not None:
            _set_global("global_seed_generator", None)
        if operations is not None:
            context._rng.setstate(operations)


def _global(name: str) -> Any:
    with suppress(Exception):
        from keras.src.backend.common.global_state import get_global_attribute

        return get_global_attribute(name)
    return None


def _set_global(name: str, value: Any) -> None:
    with suppress(Exception):
        from keras.src.backend.common.global_state import set_global_attribute

        set_global_attribute(name, value)


def _context() -> Any:
    with suppress(Exception):
        from tensorflow.python.eager import context

        return context.context()
    return None
