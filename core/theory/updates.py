"""Keras' optimizers in NumPy float64: the rule that turns a gradient into new weights.

Each is a function of (weights, gradient, learning rate) that keeps its own state. Weights are of
shape (..., p), the kernel's first and the bias last: several runs can be taken together. Source:
`keras/src/optimizers/*.py` of Keras 3, of which the docstrings name the file.

Where weights are few, a step's time is that of its calls of NumPy. Settings are arrays without a
dimension therefore: with a Python number each call takes twice as long.
"""

import math
from collections.abc import Callable

import numpy as np

from ..model.optimizers import Optimizer

FLOAT32_MAX = float(np.finfo(np.float32).max)
Rule = Callable[[np.ndarray, np.ndarray, float], np.ndarray]


def update_rule(
    optimizer: Optimizer, size: int, kernel: int, dtype: type[np.floating] = np.float64
) -> Rule:
    """The optimizer's rule, its state as before the first step.

    Args:
        optimizer: Its key and parameters.
        size: Number of weights, p.
        kernel: How many of them belong to the kernel; Keras clips kernel and bias apart.
        dtype: Of its state; with weights and gradients of `np.float32` it rounds as float32 does.
    """
    settings = optimizer.model_dump()
    with np.errstate(over="ignore"):  # a setting that this type cannot hold is infinite
        rule = RULES[optimizer.key](np.zeros((), dtype), **settings)
    if optimizer.clip_norm is None:
        return rule
    parts = (slice(0, kernel), slice(kernel, size)) if kernel < size else (slice(0, size),)

    def clipped(weights: np.ndarray, gradient: np.ndarray, rate: float) -> np.ndarray:
        gradient = gradient.copy()
        for part in parts:
            length = np.sqrt(_square(gradient[..., part]).sum(axis=-1, keepdims=True))
            gradient[..., part] *= settings["clip_norm"] / np.maximum(length, settings["clip_norm"])
        return rule(weights, gradient, rate)

    return clipped


def _square(values: np.ndarray) -> np.ndarray:
    """Squares as float32 has them: infinite where it overflows."""
    return np.square(values.astype(np.float32, copy=False))


def _typed(zeros: np.ndarray, *numbers: float) -> list[np.ndarray]:
    """Numbers as arrays of a state's type, shape ()."""
    return [np.asarray(number, zeros.dtype) for number in numbers]


def _sgd(zeros, momentum, nesterov, **_) -> Rule:
    """sgd.py"""
    if momentum == 0:
        return lambda weights, gradient, rate: weights - rate * gradient
    velocity, (momentum,) = zeros, _typed(zeros, momentum)

    def rule(weights, gradient, rate):
        nonlocal velocity
        push = rate * gradient
        velocity = momentum * velocity - push
        return weights + (momentum * velocity - push if nesterov else velocity)

    return rule


def _adam(zeros, beta_1, beta_2, epsilon, amsgrad, weight_decay=0.0, **_) -> Rule:
    """adam.py, adamw.py: the weights decay before the step."""
    first, second, highest, time = zeros, zeros, zeros, 0
    new, kept, epsilon = _typed(zeros, 1 - beta_1, beta_2, epsilon)
    square_share = np.asarray(1 - beta_2, np.float32)

    def rule(weights, gradient, rate):
        nonlocal first, second, highest, time
        time += 1
        alpha = rate * math.sqrt(1 - beta_2**time) / (1 - beta_1**time)
        first = first + (gradient - first) * new
        second = kept * second + square_share * _square(gradient)
        if amsgrad:
            highest = np.maximum(highest, second)
        if weight_decay:
            weights = weights - weights * weight_decay * rate
        return weights - first * alpha / (np.sqrt(highest if amsgrad else second) + epsilon)

    return rule


def _nadam(zeros, beta_1, beta_2, epsilon, **_) -> Rule:
    """nadam.py"""
    first, second, time, product = zeros, zeros, 0, 1.0
    new, kept, epsilon = _typed(zeros, 1 - beta_1, beta_2, epsilon)
    square_share = np.asarray(1 - beta_2, np.float32)

    def rule(weights, gradient, rate):
        nonlocal first, second, time, product
        time += 1
        now = beta_1 * (1 - 0.5 * 0.96**time)
        following = beta_1 * (1 - 0.5 * 0.96 ** (time + 1))
        product *= now
        first = first + (gradient - first) * new
        second = kept * second + square_share * _square(gradient)
        ahead = following * first / (1 - product * following)
        ahead = ahead + (1 - now) * gradient / (1 - product)
        return weights - ahead * rate / (np.sqrt(second / (1 - beta_2**time)) + epsilon)

    return rule


def _adamax(zeros, beta_1, beta_2, epsilon, **_) -> Rule:
    """adamax.py"""
    first, largest, time = zeros, zeros, 0
    new, kept, epsilon = _typed(zeros, 1 - beta_1, beta_2, epsilon)

    def rule(weights, gradient, rate):
        nonlocal first, largest, time
        time += 1
        first = first + (gradient - first) * new
        largest = np.maximum(kept * largest, np.abs(gradient))
        return weights - rate * first / ((1 - beta_1**time) * (largest + epsilon))

    return rule


def _rmsprop(zeros, rho, momentum, epsilon, centered, **_) -> Rule:
    """rmsprop.py"""
    second, mean, velocity = zeros, zeros, zeros
    kept, new, momentum, epsilon = _typed(zeros, rho, 1 - rho, momentum, epsilon)
    square_share = np.asarray(1 - rho, np.float32)

    def rule(weights, gradient, rate):
        nonlocal second, mean, velocity
        second = kept * second + square_share * _square(gradient)
        spread = second
        if centered:
            mean = kept * mean + new * gradient
            spread = second - _square(mean)
        velocity = momentum * velocity + rate * gradient / np.sqrt(spread + epsilon)
        return weights - velocity

    return rule


def _adagrad(zeros, initial_accumulator_value, epsilon, **_) -> Rule:
    """adagrad.py"""
    total, (epsilon,) = zeros + initial_accumulator_value, _typed(zeros, epsilon)

    def rule(weights, gradient, rate):
        nonlocal total
        total = total + _square(gradient)
        return weights - rate * gradient / np.sqrt(total + epsilon)

    return rule


def _adadelta(zeros, rho, epsilon, **_) -> Rule:
    """adadelta.py"""
    second, moved = zeros, zeros
    kept, epsilon = _typed(zeros, rho, epsilon)
    square_share = np.asarray(1 - rho, np.float32)

    def rule(weights, gradient, rate):
        nonlocal second, moved
        second = kept * second + square_share * _square(gradient)
        change = -np.sqrt(moved + epsilon) * gradient / np.sqrt(second + epsilon)
        moved = kept * moved + square_share * _square(change)
        return weights + rate * change

    return rule


def _ftrl(
    zeros,
    learning_rate_power,
    initial_accumulator_value,
    l1_regularization_strength,
    l2_regularization_strength,
    beta,
    **_,
) -> Rule:
    """ftrl.py"""
    total, linear = zeros + initial_accumulator_value, zeros
    power, l1 = -learning_rate_power, l1_regularization_strength

    def rule(weights, gradient, rate):
        nonlocal total, linear
        l2 = l2_regularization_strength + beta / (2 * rate)
        grown = total + _square(gradient)
        linear = linear + gradient - (grown**power - total**power) / rate * weights
        total = grown
        return (np.clip(linear, -l1, l1) - linear) / (grown**power / rate + 2 * l2)

    return rule


def _lion(zeros, beta_1, beta_2, **_) -> Rule:
    """lion.py"""
    first = zeros
    old_1, new_1, old_2, new_2 = _typed(zeros, beta_1, 1 - beta_1, beta_2, 1 - beta_2)

    def rule(weights, gradient, rate):
        nonlocal first
        moved = weights - rate * np.sign(first * old_1 + gradient * new_1)
        first = first * old_2 + gradient * new_2
        return moved

    return rule


RULES: dict[str, Callable[..., Rule]] = {
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adam,
    "nadam": _nadam,
    "adamax": _adamax,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "ftrl": _ftrl,
    "lion": _lion,
}
