"""A compiled training loop: the steps of one run structure, as one XLA program.

Compiling costs about a second, so a program serves every run of the same structure (optimizer,
layer, bug, shapes). What differs from run to run (weights, optimizer state, learning rates, data)
goes in and comes out as tensors.
"""

import os
import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

from ..spec import Spec
from .build import make_layer, make_step, variables_of
from .projection import breaks_layer, rows_told
from .structure import Structure
from .telemetry import Progress, Telemetry, norms, table, weights_shown

# Half the time to compile, for code as fast. XLA reads them when it is first used. Split into parts
# for many threads, a program takes a quarter more to compile, and a worker has one.
# An unknown flag ends the process: those of the second line are of TensorFlow 2.20 at least.
FLAGS = "--xla_backend_optimization_level=1"
if tuple(map(int, tf.__version__.split(".")[:2])) >= (2, 20):
    FLAGS += " --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
os.environ.setdefault("XLA_FLAGS", FLAGS)
ORDER_CELLS = 1 << 18  # row numbers sent with one call, at most (1 MB)
MAX_EPOCHS_PER_CALL = 64
SLICE_SECONDS = 0.04  # how long one call takes, about, so that runs can share a process
MAX_PROBES_PER_CALL = 32
PROBE_CELLS = 1 << 20  # outputs kept for the probes of one call, at most (4 MB)


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
        told_rows: Positions of the rows whose outputs the epochs tell; none of a correct layer,
            whose weights say them.
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
        self.told_rows = rows_told(structure.rows) if breaks_layer(spec) else np.empty(0, int)
        self._lock = threading.Lock()  # the variables serve one run at a time
        self._calls = 0
        self._seconds_per_step = 0.0
        self._call = tf.function(self._advance, autograph=False, jit_compile=True)
        self._concrete: Any = None

    def start(self, spec: Spec) -> Progress:
        """The state before the first step of a run of `spec`: its own initial weights.

        Raises:
            InputError: If the spec gives weights, and not one for each feature.
        """
        spec.model.check_features(self.structure.features)
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
            given = tf.nest.map_structure(_as_tensor, given)
            if self._concrete is None:  # called directly, it is not looked up by its arguments
                self._concrete = self._call.get_concrete_function(*given)
            progress, seen = self._concrete(*given)
            done = int(seen.done)  # waits for the result
            if self._calls:  # the first call compiles, and says nothing of a step's time
                self._seconds_per_step = (time.perf_counter() - began) / done
            self._calls += 1
        return progress, seen

    @property
    def compiled(self) -> bool:
        """Whether a call has compiled it."""
        return self._calls > 0

    def steps_per_slice(self) -> int:
        """How many steps fit into a time slice, from what the last call took."""
        if not self._calls:
            return 1
        if not self._seconds_per_step:
            return 32
        return max(1, int(SLICE_SECONDS / self._seconds_per_step))

    def cut(self, made: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """A row of `Telemetry.probes` as weights before, gradients, weights after, outputs."""
        k = sum(size for _, size in self.layout)
        return made[:k], made[k : 2 * k], made[2 * k : 3 * k], made[3 * k :]

    def evaluate(self, progress: Progress, features: Any, targets: Any) -> float:
        """The loss of the given rows at the given state, as `keras.Model.evaluate` counts it."""
        with self._lock:
            self._assign(progress.state)
            return float(self.step.evaluate(features, targets, self.batch))

    def outputs(self, progress: Progress, features: Any) -> np.ndarray:
        """What the layer makes of the rows that are told at the given state, shape (r,)."""
        with self._lock:
            self._assign(progress.state)
            return self._outputs(features).numpy() if len(self.told_rows) else np.empty(0)

    def _assign(self, state: Iterable[Any]) -> None:
        for variable, value in zip(self.variables, state, strict=True):
            variable.assign(value)

    def _advance(self, data, order, rates, slots, progress, first, stop, halt):
        x, y, x_val, y_val = data
        self._assign(progress.state)
        weights = self.step.layer.weights
        sizes = [size for _, size in self.layout]
        told_of_epoch = 3 + len(self.shown) + len(self.told_rows)
        tables = Telemetry(
            done=tf.constant(0),
            finite=tf.constant(True),
            steps=table(self.epochs_per_call * self.steps_per_epoch, 4),
            epochs=table(self.epochs_per_call, told_of_epoch),
            probes=table(self.probes_per_call + 1, 3 * sum(sizes) + self.batch),
        )

        def flat_weights():
            return tf.concat([tf.reshape(w.value, [-1]) for w in weights], 0)

        def flat_gradients(gradients):
            trained = {id(w): g for w, g in zip(self._trainable(), gradients, strict=True)}
            found = [trained.get(id(w)) for w in weights]
            parts = [
                tf.zeros(size) if g is None else tf.cast(tf.reshape(g, [-1]), tf.float32)
                for g, size in zip(found, sizes, strict=True)
            ]
            return tf.concat(parts, 0)

        def take(rows):
            if self.steps_per_epoch == 1:
                return x, y  # a full batch needs no order
            return tf.gather(x, rows), tf.gather(y, rows)

        def one_step(epoch, begin, size):
            # not order[epoch, begin:]: XLA starts that at 0 when only `epoch` is a tensor
            rows = tf.reshape(tf.slice(order, (epoch, begin), (1, size)), (size,))
            before = flat_weights()
            outputs, loss, gradients = self.step(*take(rows))
            after = flat_weights()
            gradients = flat_gradients(gradients)
            outputs = tf.reshape(tf.cast(outputs, tf.float32), [size])
            measured = tf.concat(
                [[tf.cast(loss, tf.float32)], norms(gradients, after - before, after)], 0
            )
            made = tf.concat([before, gradients, after, outputs], 0)
            return measured, tf.pad(made, [[0, self.batch - size]])

        def epoch_end(total, count):
            full = self.step.evaluate(x, y, self.batch)
            validation = (
                self.step.evaluate(x_val, y_val, self.batch)
                if self.structure.validation_rows
                else np.float32(np.nan)
            )
            losses = tf.stack([total / count, tf.cast(full, tf.float32), validation])
            told = [losses, tf.gather(flat_weights(), self.shown)]
            return tf.concat([*told, self._outputs(x)] if len(self.told_rows) else told, 0)

        def body(index, total, count, seen):
            epoch, position = index // self.steps_per_epoch, index % self.steps_per_epoch
            starts, ends = tf.equal(position, 0), tf.equal(position, self.steps_per_epoch - 1)
            self.step.optimizer.learning_rate.assign(rates[index])
            if self.remainder == self.batch:
                measured, made = one_step(epoch, position * self.batch, self.batch)
            else:
                measured, made = tf.cond(
                    ends,
                    lambda: one_step(epoch, position * self.batch, self.remainder),
                    lambda: one_step(epoch, position * self.batch, self.batch),
                )
            size = tf.where(ends, float(self.remainder), float(self.batch))
            total = tf.where(starts, 0.0, total) + measured[0] * size
            count = tf.where(starts, 0.0, count) + size
            told = tf.cond(ends, lambda: epoch_end(total, count), lambda: tf.zeros(told_of_epoch))
            seen = Telemetry(
                done=seen.done + 1,
                finite=tf.reduce_all(tf.math.is_finite(made)) & tf.math.is_finite(measured[0]),
                steps=seen.steps.write(index, measured),
                epochs=seen.epochs.write(epoch, told),
                probes=seen.probes.write(slots[index], made),
            )
            return index + 1, total, count, seen

        def goes_on(index, total, count, seen):
            return (index < stop) & (seen.finite | tf.logical_not(halt))

        loop = (first, progress.total, progress.count, tables)
        _, total, count, seen = tf.while_loop(goes_on, body, loop)
        state = [tf.convert_to_tensor(v.value) for v in self.variables]
        tables = (seen.steps.stack(), seen.epochs.stack(), seen.probes.stack())
        return Progress(state, total, count), Telemetry(seen.done, seen.finite, *tables)

    def _outputs(self, features):
        outputs = self.step.layer(tf.gather(features, self.told_rows), training=False)
        return tf.reshape(tf.cast(outputs, tf.float32), [len(self.told_rows)])

    def _trainable(self):
        return self.step.layer.trainable_variables


def _as_tensor(value: Any) -> Any:
    """A value as a tensor: a tensor as it is, without TensorFlow's dispatch."""
    return value if isinstance(value, tf.Tensor) else tf.convert_to_tensor(value)


def program_for(structure: Structure) -> Program:
    """The program of a structure, compiled once and kept; also when many ask for it at once."""
    with _making:
        return _kept(structure)


_kept = lru_cache(maxsize=32)(Program)
_making = threading.Lock()
