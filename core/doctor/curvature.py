"""The steepest curvature of any model's loss at its present weights."""

from typing import Any

import numpy as np

from ..lazy import tf
from ..theory.limits import critical_learning_rate
from .probing import tensors
from .rows import Rows

ROWS = 1000  # that stand for all
ITERATIONS = 16
ENOUGH = 0.005  # change of the eigenvalue from one iteration to the next


def steepest(model: Any, rows: Rows, loss: Any) -> float | None:
    """λmax of the Hessian of the loss as trained, regularizers included, by Lanczos' iteration.

    Hessian-vector products come from differentiating twice (Pearlmutter, “Fast Exact Multiplication
    by the Hessian”, 1994).

    Args:
        model: Built and compiled.
        rows: All finite.
        loss: Of targets and outputs; None for the model's own.

    Returns:
        None where it cannot be differentiated twice.
    """
    some = np.unique(np.linspace(0, rows.count - 1, ROWS).astype(int))
    part = rows.take(some)
    x, y = tensors(part)
    weighed = None if part.weights is None else tf.constant(part.weights, "float32")
    variables = model.trainable_variables
    if not variables:
        return None
    shapes = [tuple(v.shape) for v in variables]
    sizes = [int(np.prod(shape)) for shape in shapes]

    def total() -> Any:
        outputs = model(x, training=False)
        if loss is not None:
            return loss(tf.cast(tf.reshape(y, (-1, 1)), "float32"), outputs)
        return model.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weighed)

    @tf.function(autograph=False)
    def product(flat: Any) -> Any:
        parts = [
            tf.cast(tf.reshape(piece, shape), v.dtype)
            for piece, shape, v in zip(tf.split(flat, sizes), shapes, variables, strict=True)
        ]
        values = [v.value for v in variables]
        with tf.GradientTape() as outer:
            outer.watch(values)
            with tf.GradientTape() as inner:
                inner.watch(values)
                value = total()
            slopes: Any = inner.gradient(value, values)
            dots = [
                tf.reduce_sum(slope * part)
                for slope, part in zip(slopes, parts, strict=True)
                if slope is not None
            ]
            dot = tf.add_n(dots)
        second: Any = outer.gradient(dot, values)
        dense = [tf.zeros(v.shape) if s is None else s for s, v in zip(second, values, strict=True)]
        return tf.concat([tf.cast(tf.reshape(s, (-1,)), "float32") for s in dense], 0)

    try:
        traced = product.get_concrete_function(tf.TensorSpec((sum(sizes),), "float32"))
        return _lanczos(lambda v: np.asarray(traced(tf.constant(v, "float32")), float), sum(sizes))
    except (LookupError, TypeError, ValueError, AttributeError, tf.errors.OpError):
        return None


def _lanczos(product: Any, size: int) -> float | None:
    """The largest eigenvalue of a symmetric map, every vector kept orthogonal to the others."""
    random = np.random.default_rng(0)
    vectors = [random.normal(size=size)]
    vectors[0] /= np.linalg.norm(vectors[0])
    diagonal, off, last = [], [], np.nan
    for step in range(min(ITERATIONS, size)):
        image = product(vectors[-1])
        if not np.isfinite(image).all():
            return None
        diagonal.append(float(image @ vectors[-1]))
        matrix = np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1)
        top = float(np.linalg.eigvalsh(matrix)[-1])
        for known in vectors:
            image = image - (image @ known) * known
        length = float(np.linalg.norm(image))
        if length <= 1e-6 * abs(top) or (step > 2 and abs(top - last) < ENOUGH * abs(top)):
            return top
        last = top
        off.append(length)
        vectors.append(image / length)
    return last


def local_limit(model: Any, curvature: float | None) -> float | None:
    """The largest stable rate of SGD at these weights; None for other optimizers."""
    optimizer = model.optimizer
    if type(optimizer).__name__ != "SGD" or not curvature or curvature <= 0:
        return None
    clipped = any(getattr(optimizer, n, None) for n in ("clipnorm", "clipvalue", "global_clipnorm"))
    if clipped:
        return None
    return critical_learning_rate(curvature, float(optimizer.momentum), bool(optimizer.nesterov))
