"""A compiled training loop: the steps of one run structure, as one XLA program.

Compiling costs about a second, so a program serves every run of the same structure (optimizer,
layer, bug, shapes). What differs from run to run (weights, optimizer state, learning rates, data)
goes in and comes out as tensors.
"""

import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from core.model.linear_layer import LinearLayer
from core.spec import Spec, TrainingSpec
from core.training.step import TrainingStep

STAGES = ("weights", "outputs", "loss", "gradients", "update")  # what a step makes, in its order
WEIGHTS_SHOWN = 8  # weights recorded at each epoch's end, and the bias behind them
ORDER_CELLS = 1 << 18  # row numbers sent with one call, at most (1 MB)
MAX_EPOCHS_PER_CALL = 64
SLICE_SECONDS = 0.04  # how long one call takes, about, so that runs can share a process
MAX_PROBES_PER_CALL = 8
PROBE_CELLS = 1 << 20  # outputs kept for the probes of one call, at most (4 MB)


class Structure(NamedTuple):
    """What a compiled program depends on, and nothing else: the cache key.

    Attributes:
        spec: The spec with every number that is not structure put to its default.
        rows: Training rows.
        validation_rows: Validation rows, 0 for none.
        features: Columns.
    """

    spec: Spec
    rows: int
    validation_rows: int
    features: int

    @classmethod
    def of(cls, spec: Spec, rows: int, validation_rows: int, features: int) -> "Structure":
        """The structure of a run of `spec` on data of this shape."""
        bug = spec.bug if spec.bug and spec.bug.part() != "Pipeline" else None
        batch = min(spec.training.batch_size or rows, rows)
        kept = Spec(
            model=spec.model,
            bug=bug,
            loss=spec.loss,
            optimizer=spec.optimizer.model_copy(update={"learning_rate": 0.0}),
            training=TrainingSpec(batch_size=batch),
        )
        return cls(kept, rows, validation_rows, features)


class Progress(NamedTuple):
    """What a call hands to the next one.

    Attributes:
        state: Every variable of the program, in its order.
        total: Sum over this epoch's batches of loss × rows, float32 as Keras keeps it.
        count: Rows of this epoch so far.
    """

    state: list[Any]
    total: Any
    count: Any


class Telemetry(NamedTuple):
    """What a call measured; S steps and E epochs of room, filled where the call went.

    Attributes:
        steps: (S, 4) loss, gradient norm, update norm, weight norm of every step.
        epochs: (E, 3) loss, full loss, validation loss of every epoch that ended.
        weights: (E, w) the first weights at each epoch's end, the bias last.
        done: How many steps were taken.
        bad: Index into `STAGES` of the last step's first tensor that was not finite, or -1.
        before, gradients, after: (P + 1, w) the layer's weights before and after a probed step
            and their gradients (0 for a weight that is not trained), flat; row P holds the last
            step that was not probed.
        outputs: (P + 1, batch) the layer's outputs of the same steps.
    """

    steps: Any
    epochs: Any
    weights: Any
    done: Any
    bad: Any
    before: Any
    gradients: Any
    after: Any
    outputs: Any


def weights_shown(layout: list[tuple[str, int]]) -> list[int]:
    """Which of a layer's weights, laid flat, the epochs tell: the first of the kernel, the bias.

    Args:
        layout: Name and size of each of the layer's variables, in their order.
    """
    begin, chosen = 0, []
    for name, size in layout:
        if begin == 0 or name == "bias":
            chosen += range(begin, begin + min(size, WEIGHTS_SHOWN))
        begin += size
    return chosen


def make_layer(spec: Spec) -> keras.layers.Layer:
    """The layer a spec asks for, not yet built; a layer's bug goes into the custom one."""
    initializer: Any = keras.initializers.get(spec.model.initializer)
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config(config | {"seed": spec.training.seed})
    options = {"use_bias": spec.model.use_bias, "activation": spec.model.activation}
    if spec.model.layer == "dense" and not (spec.bug and spec.bug.Layer):
        return keras.layers.Dense(1, kernel_initializer=initializer, **options)
    layer = spec.bug.inject(LinearLayer) if spec.bug else LinearLayer
    return layer(1, initializer=initializer, **options)


def make_optimizer(spec: Spec) -> keras.optimizers.Optimizer:
    """Keras' own optimizer with the spec's parameters."""
    return getattr(keras.optimizers, spec.optimizer.keras_name)(**spec.optimizer.arguments())


def make_loss(spec: Spec) -> keras.losses.Loss:
    """Keras' own loss with the spec's parameters."""
    return getattr(keras.losses, spec.loss.keras_name)(**spec.loss.arguments())


def make_step(spec: Spec, features: int) -> TrainingStep:
    """Layer, loss and optimizer of a spec, built, in one training step."""
    layer = make_layer(spec)
    layer.build((None, features))
    optimizer = make_optimizer(spec)
    optimizer.build(layer.trainable_variables)
    step = spec.bug.inject(TrainingStep) if spec.bug else TrainingStep
    return step(layer, make_loss(spec), optimizer)


def variables_of(step: TrainingStep) -> list[Any]:
    """Every variable a step reads or writes: layer, optimizer, the step's own."""
    optimizer = step.optimizer
    own = [v for v in vars(optimizer).values() if isinstance(v, keras.Variable)]
    known = {id(v) for v in optimizer.variables}
    extra = [v for v in own if id(v) not in known]  # Nadam keeps one that it does not list
    return [*step.layer.weights, *optimizer.variables, *extra, *step.state]


class Program:
    """One structure's training loop, compiled at its first call.

    Args:
        structure: What to compile.

    Attributes:
        batch: Rows of a full batch.
        steps_per_epoch: Steps of one epoch, the last of which may be a smaller batch.
        epochs_per_call: Epochs whose row order fits into one call.
        probes_per_call: Steps of which one call can keep a snapshot.
        layout: Name and size of each of the layer's variables, in their flat order.
        shown: Which of them, laid flat, the epochs tell.
    """

    def __init__(self, structure: Structure):
        spec = structure.spec
        self.structure = structure
        self.batch = spec.training.batch_size or structure.rows
        self.steps_per_epoch = -(-structure.rows // self.batch)
        self.remainder = structure.rows - (self.steps_per_epoch - 1) * self.batch
        room = ORDER_CELLS // structure.rows
        self.epochs_per_call = max(1, min(MAX_EPOCHS_PER_CALL, room))
        self.probes_per_call = max(1, min(MAX_PROBES_PER_CALL, PROBE_CELLS // self.batch))
        self.step = make_step(spec, structure.features)
        self.variables = variables_of(self.step)
        self.initial = [v.value.numpy() for v in self.variables]
        self.weight_count = len(self.step.layer.weights)
        self.layout = [(w.name, int(np.prod(w.shape))) for w in self.step.layer.weights]
        self.shown = weights_shown(self.layout)
        self._lock = threading.Lock()  # the variables serve one run at a time
        self._calls = 0
        self._seconds_per_step = 0.0
        self._call = tf.function(self._advance, autograph=False, jit_compile=True)
        self._concrete: Any = None

    def start(self, spec: Spec) -> Progress:
        """The state before the first step of a run of `spec`: its own initial weights."""
        layer = make_layer(spec)
        layer.build((None, self.structure.features))
        weights = [v.value.numpy() for v in layer.weights]
        return Progress(weights + self.initial[self.weight_count :], np.float32(0), np.float32(0))

    def advance(
        self,
        data: tuple,
        order: Any,
        rates: Any,
        slots: Any,
        progress: Progress,
        first: int,
        stop: int,
        halt: bool = True,
    ) -> tuple[Progress, Telemetry]:
        """Takes the steps from `first` up to `stop`.

        Args:
            data: Features (n, d) and targets (n, 1), then the same for validation, as tensors.
            order: Row numbers, (epochs_per_call, n), int32.
            rates: Learning rate of each step, (epochs_per_call · steps_per_epoch,), float32.
            slots: For each step the row of the snapshot tables it is kept in, int32;
                `probes_per_call` for a step that is not probed.
            progress: What the last call handed on.
            first: Index of the first step, counted from the first epoch in `order`.
            stop: Index behind the last step.
            halt: Whether to stop behind the first step with a value that is not finite.
        """
        bounds = np.int32(first), np.int32(stop), np.bool_(halt)
        given = data, order, rates, slots, progress, *bounds
        with self._lock:
            began = time.perf_counter()
            given = tf.nest.map_structure(tf.convert_to_tensor, given)
            if self._concrete is None:  # called directly, it is not looked up by its arguments
                self._concrete = self._call.get_concrete_function(*given)
            progress, seen = self._concrete(*given)
            done = int(seen.done)  # waits for the result
            if self._calls:  # the first call compiles, and says nothing of a step's time
                self._seconds_per_step = (time.perf_counter() - began) / done
            self._calls += 1
        return progress, seen

    def steps_per_slice(self) -> int:
        """How many steps fit into a time slice, from what the last call took."""
        if not self._calls:
            return 1
        if not self._seconds_per_step:
            return 32
        return max(1, int(SLICE_SECONDS / self._seconds_per_step))

    def evaluate(self, progress: Progress, features: Any, targets: Any) -> float:
        """The loss of the given rows at the given state, as `keras.Model.evaluate` counts it."""
        with self._lock:
            self._assign(progress.state)
            return float(self.step.evaluate(features, targets, self.batch))

    def _assign(self, state: Iterable[Any]) -> None:
        for variable, value in zip(self.variables, state, strict=True):
            variable.assign(value)

    def _advance(self, data, order, rates, slots, progress, first, stop, halt):
        x, y, x_val, y_val = data
        self._assign(progress.state)
        weights = self.step.layer.weights
        size_of = [size for _, size in self.layout]
        shown = len(self.shown)
        room, epochs = self.epochs_per_call * self.steps_per_epoch, self.epochs_per_call
        kept = self.probes_per_call + 1
        empty = Telemetry(
            steps=tf.zeros((room, 4)),
            epochs=tf.zeros((epochs, 3)),
            weights=tf.zeros((epochs, shown)),
            done=tf.constant(0),
            bad=tf.constant(-1),
            before=tf.zeros((kept, sum(size_of))),
            gradients=tf.zeros((kept, sum(size_of))),
            after=tf.zeros((kept, sum(size_of))),
            outputs=tf.zeros((kept, self.batch)),
        )

        def flat_weights():
            return tf.concat([tf.reshape(w.value, [-1]) for w in weights], 0)

        def flat_gradients(gradients):
            trained = {id(w): g for w, g in zip(self._trainable(), gradients, strict=True)}
            found = [trained.get(id(w)) for w in weights]
            parts = [
                tf.zeros(size) if g is None else tf.cast(tf.reshape(g, [-1]), tf.float32)
                for g, size in zip(found, size_of, strict=True)
            ]
            return tf.concat(parts, 0)

        def take(rows):
            if self.steps_per_epoch == 1:
                return x, y  # a full batch needs no order
            return tf.gather(x, rows), tf.gather(y, rows)

        def one_step(index, rows, size):
            self.step.optimizer.learning_rate.assign(rates[index])
            before = flat_weights()
            features, targets = take(rows)
            outputs, loss, gradients = self.step(features, targets)
            after = flat_weights()
            gradients = flat_gradients(gradients)
            loss = tf.cast(loss, tf.float32)
            outputs = tf.reshape(tf.cast(outputs, tf.float32), [size])
            bad = _first_not_finite(before, outputs, loss, gradients, after)
            row = tf.stack([loss, _norm(gradients), _norm(after - before), _norm(after)])
            return bad, row, before, gradients, after, tf.pad(outputs, [[0, self.batch - size]])

        def rows_at(epoch, begin, size):
            # not order[epoch, begin:]: XLA starts that at 0 when only `epoch` is a tensor
            return tf.reshape(tf.slice(order, (epoch, begin), (1, size)), (size,))

        def full_batch(index, epoch, position):
            return one_step(index, rows_at(epoch, position * self.batch, self.batch), self.batch)

        def last_batch(index, epoch, position):
            begin = self.structure.rows - self.remainder
            return one_step(index, rows_at(epoch, begin, self.remainder), self.remainder)

        def epoch_end(total, count):
            full = self.step.evaluate(x, y, self.batch)
            validation = (
                self.step.evaluate(x_val, y_val, self.batch)
                if self.structure.validation_rows
                else np.float32(np.nan)
            )
            row = tf.stack([total / count, tf.cast(full, tf.float32), validation])
            return row, tf.gather(flat_weights(), self.shown)

        def body(index, total, count, seen):
            epoch, position = index // self.steps_per_epoch, index % self.steps_per_epoch
            starts, ends = tf.equal(position, 0), tf.equal(position, self.steps_per_epoch - 1)
            if self.remainder == self.batch:
                result = full_batch(index, epoch, position)
            else:
                result = tf.cond(
                    ends,
                    lambda: last_batch(index, epoch, position),
                    lambda: full_batch(index, epoch, position),
                )
            bad, row, before, gradients, after, outputs = result
            size = tf.where(ends, float(self.remainder), float(self.batch))
            total = tf.where(starts, 0.0, total) + row[0] * size
            count = tf.where(starts, 0.0, count) + size
            losses, first_weights = tf.cond(
                ends, lambda: epoch_end(total, count), lambda: (tf.zeros(3), tf.zeros(shown))
            )
            slot = slots[index]
            seen = Telemetry(
                steps=_put(seen.steps, index, row),
                epochs=_put(seen.epochs, epoch, losses),
                weights=_put(seen.weights, epoch, first_weights),
                done=seen.done + 1,
                bad=bad,
                before=_put(seen.before, slot, before),
                gradients=_put(seen.gradients, slot, gradients),
                after=_put(seen.after, slot, after),
                outputs=_put(seen.outputs, slot, tf.ensure_shape(outputs, (self.batch,))),
            )
            return index + 1, total, count, seen

        def goes_on(index, total, count, seen):
            return (index < stop) & ((seen.bad < 0) | tf.logical_not(halt))

        loop = (first, progress.total, progress.count, empty)
        _, total, count, seen = tf.while_loop(goes_on, body, loop)
        state = [tf.convert_to_tensor(v.value) for v in self.variables]
        return Progress(state, total, count), seen

    def _trainable(self):
        return self.step.layer.trainable_variables


def _put(table, row, values):
    return tf.tensor_scatter_nd_update(table, [[row]], [values])


def _norm(tensor):
    """Euclidean norm; scaled first, so that it is infinite only where the norm itself is."""
    largest = tf.maximum(tf.reduce_max(tf.abs(tensor)), 1e-30)
    return largest * tf.sqrt(tf.reduce_sum(tf.square(tensor / largest)))


def _first_not_finite(*stages):
    """Index of the first stage with a value that is not finite, or -1."""
    bad = tf.constant(-1)
    for index in reversed(range(len(stages))):
        bad = tf.where(tf.reduce_all(tf.math.is_finite(stages[index])), bad, index)
    return bad


@lru_cache(maxsize=32)
def program_for(structure: Structure) -> Program:
    """The program of a structure, compiled once and kept."""
    return Program(structure)
