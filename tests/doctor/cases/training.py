"""Really trains a case: whether the program as asked shows its symptom, and the mended arrives."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from tests.doctor.cases.case import NEAR, Case, Fit, Loop, made

WORSE = 1.5  # times the loss at which a mended run has arrived: one that ends above has stalled


def losses_of(program: Fit | Loop) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The mean squared error before each epoch or step and after the last, and what it told.

    Returns:
        Errors (k + 1,), told losses (k,) and the targets (n,).
    """
    rows = list(_fitted(program) if isinstance(program, Fit) else _stepped(program))
    targets = np.asarray(program.y, dtype=float).ravel()
    return (
        np.array([error for error, _ in rows]),
        np.array([told for _, told in rows[:-1]]),
        targets,
    )


def _fitted(fit: Fit) -> Iterator[tuple[float, float]]:
    """Before and after all epochs, which run as one execution: ten times as fast."""
    yield _error(fit.model(np.asarray(fit.x)), fit.y), 0.0
    x, y = np.asarray(fit.x), np.asarray(fit.y)
    weight = () if fit.sample_weight is None else (np.asarray(fit.sample_weight),)
    rows = tf.data.Dataset.from_tensor_slices((x, y, *weight))
    if fit.shuffle:
        rows = rows.shuffle(len(x), seed=1, reshuffle_each_iteration=True)
    batches = rows.batch(fit.batch_size).repeat(fit.epochs)
    steps = fit.epochs * -(-len(x) // fit.batch_size)
    fit.model.steps_per_execution = steps
    fit.model.fit(batches, steps_per_epoch=steps, epochs=1, verbose=0)
    yield _error(fit.model(np.asarray(fit.x)), fit.y), 0.0


def _stepped(loop: Loop) -> Iterator[tuple[float, float]]:
    weights = loop.weights
    for _ in range(loop.steps):
        error = _error(outputs(loop.x, weights), loop.y)
        told = loop.step(loop.x, loop.y, weights)
        weights = told["weights"] if isinstance(told, dict) and "weights" in told else told
        loss = told.get("loss", error) if isinstance(told, dict) else error
        yield error, float(np.asarray(loss))
    yield _error(outputs(loop.x, weights), loop.y), 0.0


def outputs(x: Any, weights: Any) -> np.ndarray:
    """Of a linear model whose weights are a vector, or a pair of weights and a bias."""
    x = np.asarray(x, dtype=float)
    x = x.reshape(len(x), -1)
    if isinstance(weights, dict):
        weights = tuple(weights.values())
    if isinstance(weights, tuple | list) and np.ndim(weights[0]) == np.ndim(weights[-1]) == 0:
        weights = np.array(weights, dtype=float)
        split = len(weights) > x.shape[1]
        weights = (weights[:-1], weights[-1]) if split else weights
    if isinstance(weights, tuple | list):
        kernel, bias = (np.asarray(each, dtype=float).ravel() for each in weights)
        return x @ kernel + bias
    return x @ np.asarray(weights, dtype=float).ravel()


def _error(told: Any, y: Any) -> float:
    with np.errstate(all="ignore"):
        return float(np.mean((np.asarray(told).ravel() - np.asarray(y, dtype=float).ravel()) ** 2))


def limit_of(program: Fit | Loop, reaches: float | None) -> float:
    """The mean squared error at which a run has arrived."""
    y = np.asarray(program.y, dtype=float).ravel()
    if reaches is not None:
        return reaches * float(y.var())
    x = np.asarray(program.x, dtype=float)
    columns = np.column_stack([x.reshape(len(x), -1), np.ones(len(x))])
    best = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(np.mean(best**2) + NEAR * y.var())


def shown(case: Case) -> str:
    """What is wrong with a case: empty where it shows its symptom and arrives when mended."""
    program = made(case.asked)
    with np.errstate(all="ignore"):
        errors, told, y = losses_of(program)
    last = errors[-1]
    limit = limit_of(program, case.reaches) if np.isfinite(y).all() and _finite(program.x) else 0.0
    if case.symptom == "rises" and last <= errors[0]:
        return f"falls from {errors[0]:.4g} to {last:.4g}"
    if case.symptom == "stalls" and not last > WORSE * limit:
        return f"ends at {last:.4g}, arrived is {limit:.4g}"
    if case.symptom == "wrong loss" and np.allclose(told, errors[:-1] / 2, rtol=0.05):
        return "tells the true loss"
    program = made(case.mended)
    with np.errstate(all="ignore"):
        errors, _, _ = losses_of(program)
    limit = limit_of(program, case.reaches)
    return "" if errors[-1] <= limit else f"mended ends at {errors[-1]:.4g}, arrived is {limit:.4g}"


def _finite(values: Any) -> bool:
    return bool(np.isfinite(np.asarray(values, dtype=float)).all())
