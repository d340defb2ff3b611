"""A compiled training loop for many runs at once: R runs are the R units of one Dense layer.

Runs of one structure that differ only in numbers (learning rate, momentum, initial weights, data)
take their steps together. Each unit has its own column of weights and its own loss, and the
gradient of the losses' sum is each run's own, so Keras' layer, loss and optimizer do the work
unchanged; a hyperparameter is a number per unit where it differs.
"""

import threading
import time
from functools import lru_cache
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from ..spec import Spec
from .build import make_loss, make_optimizer, variables_of
from .program import SLICE_SECONDS
from .step import TrainingStep

PER_RUN = ("momentum", "beta_1", "beta_2", "epsilon", "rho", "weight_decay", "clip_norm")
KERAS_NAMES = {"clip_norm": "clipnorm"}
TABLE_CELLS = 1 << 16  # row numbers, or rates, sent with one call, about
MOST_STEPS = 1024  # of one call


class BatchStructure(NamedTuple):
    """What a compiled program depends on, and nothing else: the cache key.

    Attributes:
        spec: The runs' spec with every number that is not structure put to its default.
        varied: Hyperparameters of the optimizer that differ from run to run, of `PER_RUN`.
        runs: R.
        rows: Training rows, n.
        features: Columns, d.
        batch: Rows of the largest batch it serves; `rows` or more for full batches.
        stacked: Whether each run has a table and a row order of its own.
    """

    spec: Spec
    varied: tuple[str, ...]
    runs: int
    rows: int
    features: int
    batch: int
    stacked: bool

    @property
    def full_batch(self) -> bool:
        return self.batch >= self.rows

    @property
    def steps(self) -> int:
        """Steps that one call has room for."""
        wide = max(self.runs, 1 if self.full_batch else self.batch)
        if self.stacked and not self.full_batch:
            wide *= self.runs
        return min(MOST_STEPS, max(16, TABLE_CELLS // wide))


class PerRun:
    """A hyperparameter with a value for each run, as a Keras optimizer uses one.

    Keras asks in Python whether it is on (`!= 0`, `> 0`), subtracts it from 1, and computes with
    it as with a tensor. The difference is taken in float64 beforehand, as it is for one float.

    Args:
        values: Shape (R,), float32.
        rest: One minus the values, shape (R,), float32.
    """

    def __init__(self, values: Any = None, rest: Any = None):
        self.values, self.rest = values, rest

    def __rsub__(self, one):
        return self.rest

    def __ne__(self, other):
        return True

    def __gt__(self, other):
        return True

    __hash__ = object.__hash__


tf.register_tensor_conversion_function(
    PerRun, lambda value, dtype=None, name=None, as_ref=False: value.values
)


class LossPerRun:
    """A Keras loss, summed up over the rows of each run apart."""

    def __init__(self, loss: keras.losses.Loss):
        self._loss = loss
        self.mask: Any = None  # (batch, 1), 1 for a row that is there; None if all are
        self.divisor: Any = 1.0

    def rows(self, targets, outputs):
        """The loss of each row; targets (rows, 1 or R), outputs (rows, R)."""
        return self._loss.call(targets[:, :, None], outputs[:, :, None])  # (rows, R)

    def __call__(self, targets, outputs):
        losses = self.rows(targets, outputs)
        if self.mask is not None:
            losses = losses * self.mask
        return tf.reduce_sum(losses, 0) / self.divisor  # (R,)


class StackedDense(keras.layers.Dense):
    """A Dense layer whose units have inputs of their own: (R, rows, d) to (rows, R)."""

    def call(self, inputs, training=None):
        outputs = tf.einsum("rbd,dr->br", inputs, self.kernel)
        if self.use_bias:
            outputs = outputs + self.bias
        return self.activation(outputs)


class BatchedProgram:
    """The training loop of R runs, compiled at its first call.

    Args:
        structure: What to compile.
    """

    def __init__(self, structure: BatchStructure):
        self.structure = structure
        spec, runs = structure.spec, structure.runs
        kind = StackedDense if structure.stacked else keras.layers.Dense
        layer = kind(runs, use_bias=spec.model.use_bias, activation=spec.model.activation)
        layer.build((None, structure.features))
        self.losses = LossPerRun(make_loss(spec))
        optimizer = _optimizer_of(structure, layer.trainable_variables)
        self.step = TrainingStep(layer, self.losses, optimizer)
        self.variables = variables_of(self.step)
        self.state = [v.value.numpy() for v in self.variables]
        self._weights = len(layer.weights)
        self._lock = threading.Lock()
        self._compiled: Any = None
        self._seconds_per_step = 0.0

    def start(self, weights: np.ndarray) -> list[Any]:
        """The state before the first step, from each run's initial weights, (R, p), bias last."""
        features = self.structure.features
        parts = [weights[:, :features].T, weights[:, features:].sum(axis=1)][: self._weights]
        return [part.astype(np.float32) for part in parts] + self.state[self._weights :]

    def compile(self, *arguments: Any) -> None:
        """Compiles for arguments like those of `advance`, by taking no step."""
        self.advance(*arguments, steps=0)

    def advance(
        self, data: Any, feed: Any, rates: Any, hyper: Any, state: list[Any], steps: int
    ) -> tuple[list[Any], Any]:
        """Takes some steps with all runs.

        Args:
            data: Features (n, d) or (R, n, d), targets (n, 1) or (n, R), and how much each row
                counts in the loss of the whole table (n, 1).
            feed: Of each step (S = `structure.steps`): row numbers (S, b) or (S, R, b), rows that
                are there (S,), divisor of the loss (S,), whether it ends an epoch (S,).
            rates: Learning rates, (S, R).
            hyper: For each of `structure.varied` its values and one minus them, each (R,).
            state: What the last call handed on.
            steps: How many to take, up to S.

        Returns:
            The state, and three tables (S, R): loss of each step; loss of the whole table behind
            it, where it ends an epoch of mini-batches; whether all its numbers were finite.
        """
        given = tf.nest.map_structure(
            tf.convert_to_tensor, (data, feed, rates, hyper, state, np.int32(steps))
        )
        with self._lock:
            if self._compiled is None:
                call = tf.function(self._advance, autograph=False, jit_compile=True)
                self._compiled = call.get_concrete_function(*given)
            began = time.perf_counter()
            state, *tables = self._compiled(*given)
            measured = [table.numpy() for table in tables]  # waits for the result
            if steps:
                self._seconds_per_step = (time.perf_counter() - began) / steps
        return state, measured

    @property
    def steps_per_slice(self) -> int:
        """How many steps fit into a time slice, from what the last call took."""
        if not self._seconds_per_step:
            return min(8, self.structure.steps)
        return min(self.structure.steps, max(1, int(SLICE_SECONDS / self._seconds_per_step)))

    def evaluate(self, data: Any, state: list[Any]) -> np.ndarray:
        """The loss of the whole table, of each run, (R,), as `keras.Model.evaluate` counts it."""
        with self._lock:
            self._assign(state)
            return self._full_loss(*data).numpy()

    def _assign(self, state):
        for variable, value in zip(self.variables, state, strict=True):
            variable.assign(value)

    def _full_loss(self, x, y, counts):
        rows = self.losses.rows(y, self.step.layer(x))
        return tf.reduce_sum(rows * counts, 0) / self.structure.rows

    def _advance(self, data, feed, rates, hyper, state, steps):
        structure, optimizer = self.structure, self.step.optimizer
        x, y, _ = data
        order, sizes, divisors, ends = feed
        self._assign(state)
        for name, pair in zip(structure.varied, hyper, strict=True):
            setattr(optimizer, KERAS_NAMES.get(name, name), PerRun(*pair))
        room = structure.steps, structure.runs

        def taken(index):
            if structure.full_batch:
                return x, y
            rows = order[index]
            if structure.stacked:
                return tf.gather(x, rows, batch_dims=1), _transposed_gather(y, rows)
            return tf.gather(x, rows), tf.gather(y, rows)

        def body(index, losses, full, fine):
            optimizer.rates = rates[index]
            self.losses.divisor = divisors[index]
            if not structure.full_batch:
                there = tf.range(structure.batch) < sizes[index]
                self.losses.mask = tf.cast(there, tf.float32)[:, None]
            _, loss, gradients = self.step(*taken(index))
            finite = tf.math.is_finite(loss)
            for tensor in (*gradients, *(w.value for w in self.step.layer.weights)):
                finite &= tf.reduce_all(tf.math.is_finite(tf.reshape(tensor, [-1, room[1]])), 0)
            if not structure.full_batch:
                behind = tf.cond(
                    ends[index], lambda: self._full_loss(*data), lambda: tf.zeros(room[1])
                )
                full = tf.tensor_scatter_nd_update(full, [[index]], [behind])
            return (
                index + 1,
                tf.tensor_scatter_nd_update(losses, [[index]], [loss]),
                full,
                tf.tensor_scatter_nd_update(fine, [[index]], [finite]),
            )

        tables = tf.zeros(room), tf.zeros(room), tf.ones(room, tf.bool)
        _, *told = tf.while_loop(lambda index, *_: index < steps, body, (0, *tables))
        self.losses.mask = None
        return [tf.convert_to_tensor(v.value) for v in self.variables], *told


def _transposed_gather(targets, rows):
    """Targets (n, R) at each run's own rows (R, b), as (b, R)."""
    return tf.transpose(tf.gather(tf.transpose(targets), rows, batch_dims=1))


def _optimizer_of(structure: BatchStructure, variables: list[Any]) -> Any:
    """Keras' own optimizer, told to take its rate, and what is varied, for each run apart."""
    optimizer: Any = make_optimizer(structure.spec)
    for name in structure.varied:
        setattr(optimizer, KERAS_NAMES.get(name, name), PerRun())
    optimizer.rates = tf.zeros(structure.runs)
    optimizer.learning_rate = lambda: optimizer.rates
    optimizer.build(variables)
    if optimizer.clipnorm:
        clip = optimizer._clip_by_norm  # over all axes but the runs', for a run's gradient is one
        optimizer._clip_by_norm = lambda g: clip(g, axes=tuple(range(len(g.shape) - 1)))
    if hasattr(optimizer, "_u_product"):  # Nadam: a product of its beta_1, so one for each run
        optimizer._u_product = keras.Variable(np.ones(structure.runs, np.float32))
    return optimizer


@lru_cache(maxsize=16)
def batched_program_for(structure: BatchStructure) -> BatchedProgram:
    """The program of a structure, compiled once and kept."""
    return BatchedProgram(structure)
