"""What a call of a program hands on and what it has measured, and the room that this takes."""

from typing import Any, NamedTuple

import tensorflow as tf


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
        done: How many steps were taken.
        finite: Whether all that the last step made was finite.
        steps: (S, 4) loss, gradient norm, update norm, weight norm of every step.
        epochs: (E, 3 + w + r) loss, full loss, validation loss of every epoch that ended, then
            the kernel and the bias, and the outputs of the rows that are told.
        probes: (P + 1, 3 k + batch) what a probed step made: the layer's k weights before it,
            flat, their gradients (0 for a weight that is not trained), the weights after it, the
            outputs; row P holds the last step that was not probed.
    """

    done: Any
    finite: Any
    steps: Any
    epochs: Any
    probes: Any


def weights_shown(layout: list[tuple[str, int]]) -> list[int]:
    """Which of a layer's weights, laid flat, the epochs tell: the kernel and the bias, no state.

    Args:
        layout: Name and size of each of the layer's variables, in their order.
    """
    begin, chosen = 0, []
    for name, size in layout:
        if begin == 0 or name == "bias":
            chosen += range(begin, begin + size)
        begin += size
    return chosen


def table(rows: int, columns: int) -> Any:
    """Room for a row of each step, epoch or snapshot."""
    return tf.TensorArray(tf.float32, rows, element_shape=(columns,), clear_after_read=False)


def norms(*vectors: Any) -> Any:
    """Euclidean norms of vectors of one length; in float64, where no square overflows."""
    squares = tf.square(tf.cast(tf.stack(vectors), tf.float64))
    return tf.cast(tf.sqrt(tf.reduce_sum(squares, 1)), tf.float32)
