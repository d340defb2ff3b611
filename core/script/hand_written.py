"""Steps that a program makes by itself: what they say, told from their numbers."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..model.initializers import INITIALIZERS
from . import arrays, frames, gradient, keras_layers, tensors, unsquared
from .budget import REFUSED, UnreadableError
from .epochs import arrays_and_epochs, read_epochs
from .findings import Findings
from .gradient import Match
from .read_optimizer import read_optimizer
from .training import Training
from .values import Instance, Variable, unknown_in

MAX_WEIGHTS = 40
FAR = 1e5  # from where a limit, or a residual that is not squared, shows
FACTORS = (  # of s·rows (mean) or s (sum) to the rate: what the gradient is of
    ("half_mse", "mean", 1.0), ("mse", "mean", 2.0), ("mse", "sum", 2.0), ("half_mse", "sum", 1.0),
)  # fmt: skip


def factors_of(match: Match) -> tuple[tuple[str, str, float], ...]:
    """The losses that a step may be of: key, reduction, and the factor of their gradient."""
    if not match.loss:
        return FACTORS
    return (match.loss, "mean", 1.0), (match.loss, "sum", 1.0)


def put_loss(found: Findings, match: Match, key: str, reduction: str, line: int, of: str) -> None:
    """Puts the loss that a hand-written step is of."""
    found.put("loss.key", key, line, f"{of} {key.replace('_', '-')}")
    found.put("loss.reduction", reduction, line, f"its {reduction} over a step's rows")
    if key == "huber":
        found.put("loss.delta", match.delta, line, f"δ = {match.delta:g}")


def linear_of(
    machine: Any, layer: Instance, x: np.ndarray, line: int
) -> tuple[Match, list[Variable]] | None:
    """The weights of a layer of the program's own, and each one's feature; None for no x·w + b."""
    output = keras_layers.through(machine, layer, x, line)
    variables = [v for v in tensors.leaves(output) if isinstance(v, Variable) and v.trainable]
    y = np.random.RandomState(5).uniform(-1, 1, (len(x), 1))
    loss = tensors.later(lambda p: np.mean((np.asarray(p).reshape(len(y), -1) - y) ** 2), output)
    m, c = affine(loss, variables, {})
    found = gradient.match(m, c, [x, y])
    if found is None or abs(found.size * len(x) - 2) > 1e-3 or found.averaged:
        return None
    return found, variables


def affine(loss: Any, variables: list[Variable], feed: dict) -> tuple[np.ndarray, np.ndarray]:
    """M and c of one step of size 1 against a loss' gradient.

    Raises:
        UnreadableError: If the gradient is not affine in the weights.
    """
    sizes = [variable.value.size for variable in variables]
    p = sum(sizes)
    if not 0 < p <= MAX_WEIGHTS:
        raise UnreadableError(f"a step of {p} weights")

    def slope(numbers: np.ndarray) -> np.ndarray:
        at, values = 0, dict(feed)
        for variable, size in zip(variables, sizes, strict=True):
            values[id(variable)] = numbers[at : at + size].reshape(variable.value.shape)
            at += size
        return np.concatenate([g.ravel() for g in tensors.gradient_of(loss, variables, values)])

    constant = slope(np.zeros(p))
    a = np.stack([slope(np.eye(p)[k]) - constant for k in range(p)], axis=1)
    if not np.isfinite(a).all() or not np.isfinite(constant).all():
        raise UnreadableError("a loss that is not a number")
    for distance in (1.0, FAR):
        start = distance * np.random.RandomState(2).uniform(-1, 1, p)
        expected = a @ start + constant
        near = 1e-5 * (1 + np.abs(expected).max())
        if not np.allclose(slope(start), expected, rtol=1e-4, atol=near):
            raise UnreadableError("a loss that is not quadratic in the weights")
    return np.eye(p) - a, -constant


def unsquared_loss(
    machine: Any, loss: Any, variables: list[Variable], feed: dict, arrays: list[np.ndarray]
) -> Match | None:
    """The loss of residuals that are not squared; None for none."""
    sizes = [variable.value.size for variable in variables]

    def height(numbers: np.ndarray) -> np.ndarray | None:
        at, values = 0, dict(feed)
        for variable, size in zip(variables, sizes, strict=True):
            values[id(variable)] = numbers[at : at + size].reshape(variable.value.shape)
            at += size
        machine.watched = {}
        try:
            return np.array([float(np.sum(tensors.value_of(loss, values)))])
        except REFUSED:
            return None
        finally:
            seen.append(machine.watched)
            machine.watched = None

    seen: list[unsquared.Seen] = []
    p = sum(sizes)
    if not 0 < p <= MAX_WEIGHTS:
        return None
    for point in (np.zeros(p), *np.eye(p)):
        height(point)
    shown, deltas = seen[: p + 1], unsquared.constants_of(machine.program.tree)
    found = unsquared.match(height, shown, arrays, deltas, loss=True)
    return found[0] if found is not None and len(found[1]) == p else None


def read_steps(machine: Any, found: Findings, training: Training) -> tuple[Any, Any]:
    """Puts what TensorFlow's steps say; returns features and targets, None where not known."""
    line = training.line
    if isinstance(training.optimizer, float) and training.optimizer < 0:
        training.optimizer = -training.optimizer
        machine.faults.found(
            line, "gradient-ascent",
            "The step goes along the gradient, not against it: each one makes the loss larger. "
            "Subtract it.",
        )  # fmt: skip
        found.put("bug.key", {"key": "gradient-ascent"}, line, "the sign of the step is wrong")
    read_optimizer(machine, found, training.optimizer, line)
    if momentum := training.options.get("momentum"):
        found.put("optimizer.momentum", momentum, line, f"with momentum {momentum:g}")
    if training.moves_rate:
        found.miss("schedule.key", line, "a rate that a loop changes by a rule of its own")
    variables = training.variables or [
        v for v in tensors.leaves(training.loss) if isinstance(v, Variable) and v.trainable
    ]
    feeds, stacked = _fed(machine, training)
    size = max(range(len(feeds)), key=lambda k: sum(np.abs(v).sum() for v in feeds[k].values()))
    own = tensors.tables(training.loss)
    own += [  # rows that stand in variables which no step changes
        leaf.value
        for leaf in tensors.leaves(training.loss)
        if isinstance(leaf, Variable) and all(leaf is not weight for weight in variables)
    ]
    own = [*own, *(v for v in feeds[size].values() if v.size > 1)]
    named = sorted(machine.origins.arrays(), key=lambda a: not any(_equal(a, b) for b in own))
    known = [v for v in [*named, *own] if v.size > 1]  # the likeliest first
    known = [*(stacked.values() if len(feeds) > 1 else ()), *known]
    match, why = None, "a loss that is not of squared residuals of these numbers"
    try:
        match = gradient.match(*affine(training.loss, variables, feeds[size]), known)
    except REFUSED as error:
        why = str(error)
    if match is None:
        match = unsquared_loss(machine, training.loss, variables, feeds[size], known)
    if match is None:
        match = _of_square(training, variables, feeds[size], known)
        if match is not None:
            for knob in ("loss.key", "optimizer.learning_rate"):
                found.miss(knob, line, "the root of a mean of squares, whose step is its own")
    if match is None:
        unknown = unknown_in(training.loss)
        why = unknown.why if unknown is not None and unknown.why else why
        for knob in ("data.source", "loss.key", "model.layer"):
            found.miss(knob, line, why)
        if isinstance(training.optimizer, float):  # of which the loss may have a part
            found.miss("optimizer.learning_rate", line, why)
        read_epochs(found, training, None, None)
        return None, None
    if isinstance(training.optimizer, float) and "rates" in training.options:
        found.miss("optimizer.learning_rate", line, "each weight has a rate of its own")
    at = getattr(training.loss, "line", 0) or line
    if isinstance(training.optimizer, float):
        match = _written(machine, found, training.optimizer, match, line)
    put_loss_of_optimizer(found, match, at, isinstance(training.optimizer, float))
    first = np.concatenate([variable.value.ravel() for variable in variables])
    starts = [variable.start for variable in variables for _ in range(variable.value.size)]
    put_weights(found, match, first, starts, variables[0].line, any(v.of_layer for v in variables))
    return arrays_and_epochs(machine, found, training, match, stacked if len(feeds) > 1 else {})


def _of_square(
    training: Training, variables: list[Variable], feed: dict, arrays: list[np.ndarray]
) -> Match | None:
    """The step against the square of a loss, where that is one of squared residuals."""
    square = tensors.later(np.square, training.loss)
    try:
        return gradient.match(*affine(square, variables, feed), arrays)
    except REFUSED:
        return None


def _written(machine: Any, found: Findings, rate: float, match: Match, line: int) -> Match:
    """The step of a rate that is written in the program, if another part of it is in the loss."""
    numbers = machine.constants_near(line)
    whole = match.size * rate

    def written(value: float) -> float | None:
        return next((n for n in numbers if n and np.isclose(value, n, rtol=1e-6)), None)

    if written(rate) is not None or match.averaged:
        return match
    for _, reduction, factor in factors_of(match):
        size = factor / (match.rows if reduction == "mean" else 1)
        if (number := written(whole / size)) is not None:
            words = f"the rate is {number:g}"
            found.put("optimizer.learning_rate", number, line, words)
            return replace(match, size=size)
    return match


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return a is b or (a.shape == b.shape and np.array_equal(a, b))


def _fed(machine: Any, training: Training) -> tuple[list[dict], dict[int, np.ndarray]]:
    """What placeholders are fed with, step by step, and all of it together."""
    raw = training.feeds or [training.feed]
    feeds = [
        {key: np.asarray(_numbers(machine, value), float) for key, value in feed.items()}
        for feed in raw
    ]
    stacked = {}
    for value in feeds[0].values() if len(feeds) == 1 else ():
        machine.origins.inherit(value, machine.origins.arrays())
    if len(feeds) > 1:
        for key in feeds[0]:
            parts = [feed[key] for feed in feeds if key in feed]
            parts = [part[None] if part.ndim == 0 else part for part in parts]
            if len({part.shape[1:] for part in parts}) == 1:
                stacked[key] = np.concatenate(parts)
                machine.origins.inherit(stacked[key], machine.origins.arrays())
    return feeds, stacked


def _numbers(machine: Any, value: Any) -> Any:
    return frames.whole(machine, value) if isinstance(value, frames.Frame) else arrays.plain(value)


def put_loss_of_optimizer(found: Findings, match: Match, line: int, by_hand: bool = False) -> None:
    """Puts the loss that the gradient is of, where the optimizer's rate is known by itself."""
    plain = by_hand or found.patch.get("optimizer", {}).get("key") == "sgd"
    known = factors_of(match)
    for key, reduction, factor in (known[1], known[0], *known[2:]):
        size = match.size * (match.rows if reduction == "mean" else 1)
        if np.isclose(size, factor, rtol=1e-3):
            put_loss(found, match, key, reduction, line, "the gradient is that of")
            break
    else:
        rate = found.patch.get("optimizer", {}).get("learning_rate")
        factor = float(f"{match.size * match.rows:.6g}")
        if not plain or rate is None or factor <= 0 or match.averaged:
            found.miss("loss.key", line, "a loss with a factor of its own")
            return
        whole = match.loss.replace("_", "-") or "half the mean of the squares"
        words = f"{factor:g} × {whole}: that much of the rate"
        put_loss(found, match, match.loss or "half_mse", "mean", line, f"{factor:g} ×")
        found.put("optimizer.learning_rate", float(f"{rate * factor:.6g}"), line, words)
    if match.averaged:
        if key == "mse" and reduction == "mean":
            found.put(
                "bug.key", {"key": "broadcast-loss"}, line, "every output against every target"
            )
        else:
            found.miss("loss.key", line, "every output is compared with every target")


def put_weights(
    found: Findings, match: Match, first: np.ndarray, starts: list[str], line: int, own: bool
) -> None:
    """Puts the model: layer, bias, and the first weights in the features' order."""
    order = [k for k, column in enumerate(match.columns) if column.array is not None]
    order.sort(key=lambda k: match.columns[k].index)
    constant = [k for k, column in enumerate(match.columns) if column.array is None]
    found.put("model.layer", "custom" if own else "dense", line, "a weight for each feature")
    found.put(
        "model.use_bias", bool(constant), line, "with a bias" if constant else "without a bias"
    )
    found.put("model.activation", "linear", line, "no activation")
    kinds = {starts[k] for k in order}
    chosen = [*order, *constant]
    if (
        kinds <= set(INITIALIZERS) - {"zeros"}
        and len(kinds) == 1
        and all(starts[k] == "zeros" for k in constant)
    ):
        kind = kinds.pop()
        found.put("model.initializer", kind, line, f"the weights start by {kind}")
    elif any(starts[k] not in ("value", "zeros") for k in chosen):
        found.miss("model.initializer", line, "the first weights are drawn at random")
    elif not np.any(first[chosen]):
        found.put("model.initializer", "zeros", line, "the weights start at 0")
    else:
        kernel = [float(first[k]) for k in order]
        bias = float(first[constant[0]]) if constant else 0.0
        weights = {"kernel": kernel, "bias": bias}
        found.put("model.initial_weights", weights, line, "the weights start at given values")
