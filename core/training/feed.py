"""The numbers a run is fed, as tensors: a window of epochs at a time."""

from typing import Any

import numpy as np
import tensorflow as tf

from ..data.pipeline import Pipeline
from ..data.prepare import Prepared
from ..spec import Spec

LARGE = 4_000_000  # numbers (16 MB) from which an array is not copied twice


class Feed:
    """Training rows, validation rows and row order of one run.

    Args:
        spec: Names the pipeline's bug, if any, and the order.
        data: The prepared table.

    Attributes:
        rows, width: Shape of the training features.
        batch: Rows of a full batch.
        steps_per_epoch: Steps of one epoch, the last of which may be a smaller batch.
        first_epoch: The first epoch whose order is in `order`.
    """

    def __init__(self, spec: Spec, data: Prepared):
        make: Any = spec.bug.inject(Pipeline) if spec.bug else Pipeline
        self.pipeline = make(data, spec.training.shuffle, spec.training.seed)
        base = self.pipeline.training_rows()
        self.rows, self.width = base[0].shape
        self.batch = min(spec.training.batch_size or self.rows, self.rows)
        self.steps_per_epoch = -(-self.rows // self.batch)
        x_val, y_val = self.pipeline.validation_rows()
        if x_val is None:
            x_val, y_val = np.zeros((0, self.width)), np.zeros((0, 1))
        self.validation = as_tensor(x_val), as_tensor(y_val)
        self.first_epoch = self._window = 0
        self._feed(*self.pipeline.epoch(*base, 0))
        self._fed_epoch = 0
        self._base = base if self.pipeline.changes else None
        if not (spec.bug and spec.bug.breaks() == "Pipeline"):
            self.pipeline.data = None  # a million rows need not be held twice

    @property
    def tensors(self) -> tuple[Any, ...]:
        """Features, targets, validation features, validation targets."""
        return (*self._tensors, *self.validation)

    def move_to(self, epoch: int, window: int) -> None:
        """Puts the numbers of `epoch` in place, and the row order of `window` epochs from it."""
        if self._base is not None and epoch != self._fed_epoch:
            self._feed(*self.pipeline.epoch(*self._base, epoch))
            self._fed_epoch = epoch
        if self.first_epoch <= epoch < self.first_epoch + self._window or not window:
            return
        self.first_epoch, self._window = epoch, window
        self.order = np.empty((window, self.rows), np.int32)
        if self.steps_per_epoch == 1:
            self.order[:] = np.arange(self.rows)  # a full batch is fed as it lies
        else:
            for index in range(window):
                self.order[index] = self.pipeline.order(self.targets, epoch + index)
        self.order_tensor = tf.constant(self.order)

    def batch_of(self, step: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row numbers (b,), features (b, d) and targets (b, 1) that `step` is fed."""
        epoch, position = divmod(step, self.steps_per_epoch)
        order = self.order[epoch - self.first_epoch]
        rows = order[position * self.batch : (position + 1) * self.batch]
        return rows, self._features[rows], self.targets[rows]

    def _feed(self, features: np.ndarray, targets: np.ndarray) -> None:
        self.targets = targets
        self._tensors = as_tensor(features), as_tensor(targets)
        self._features = np.asarray(self._tensors[0])  # the tensor's own memory, not a copy


def as_tensor(array: np.ndarray) -> Any:
    """An array as a float32 tensor.

    `tf.constant` holds a large array twice. A copy that begins where TensorFlow wants its buffers
    (a multiple of 64 bytes) is taken over as it is.
    """
    if array.size < LARGE:
        return tf.constant(array, tf.float32)
    room = np.empty(array.size + 16, np.float32)
    begin = (-room.ctypes.data % 64) // room.itemsize
    aligned = room[begin : begin + array.size].reshape(array.shape)
    aligned[:] = array
    return tf.experimental.dlpack.from_dlpack(aligned.__dlpack__())
