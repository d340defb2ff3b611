"""Steps that a program makes by itself: what they say, told from their numbers."""

from math import ceil
from typing import Any

import numpy as np

from ..model.initializers import INITIALIZERS
from . import arrays, gradient, keras_calls, tensors
from .budget import UnreadableError
from .findings import Findings
from .gradient import Match
from .probes import RATE_NAMES
from .read_optimizer import read_optimizer
from .training import Training
from .values import Instance, Variable

MAX_WEIGHTS = 40
FACTORS = (  # of s·rows (mean) or s (sum) to the rate: what the gradient is of
    ("half_mse", "mean", 1.0), ("mse", "mean", 2.0), ("mse", "sum", 2.0), ("half_mse", "sum", 1.0),
)  # fmt: skip


def linear_of(machine: Any, layer: Instance, x: np.ndarray, line: int) -> bool | None:
    """Whether a layer of the program's own has a bias; None if it is not x·w + b."""
    output = keras_calls.through(machine, layer, x, line)
    variables = [v for v in tensors.leaves(output) if isinstance(v, Variable) and v.trainable]
    y = np.random.RandomState(5).uniform(-1, 1, (len(x), 1))
    loss = tensors.later(lambda p: np.mean((np.asarray(p).reshape(len(y), -1) - y) ** 2), output)
    m, c = affine(loss, variables, {})
    found = gradient.match(m, c, [x, y])
    if found is None or abs(found.size * len(x) - 2) > 1e-3 or found.averaged:
        return None
    return any(column.array is None for column in found.columns)


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
    start = np.random.RandomState(2).uniform(-1, 1, p)
    expected = a @ start + constant
    if not np.allclose(slope(start), expected, rtol=1e-4, atol=1e-5 * (1 + np.abs(expected).max())):
        raise UnreadableError("a loss that is not quadratic in the weights")
    return np.eye(p) - a, -constant


def read_steps(machine: Any, found: Findings, training: Training) -> tuple[Any, Any]:
    """Puts what TensorFlow's steps say; returns features and targets, None where not known."""
    line = training.line
    read_optimizer(machine, found, training.optimizer, line)
    variables = training.variables or [
        v for v in tensors.leaves(training.loss) if isinstance(v, Variable) and v.trainable
    ]
    feeds, stacked = _fed(machine, training)
    try:
        size = max(range(len(feeds)), key=lambda k: sum(np.abs(v).sum() for v in feeds[k].values()))
        m, c = affine(training.loss, variables, feeds[size])
    except (UnreadableError, ValueError, TypeError, IndexError) as error:
        for knob in ("data.source", "loss.key", "model.layer", "training.batch_size"):
            found.miss(knob, line, str(error))
        _epochs(found, training, None, None)
        return None, None
    own = [v for v in tensors.leaves(training.loss) if isinstance(v, np.ndarray)]
    own = [*own, *(v for v in feeds[size].values() if v.size > 1)]
    known = [v for v in [*machine.origins.arrays(), *own] if v.size > 1]
    match = gradient.match(m, c, [*(stacked.values() if len(feeds) > 1 else ()), *known])
    if match is None:
        for knob in ("data.source", "loss.key", "model.layer", "training.batch_size"):
            found.miss(knob, line, "a loss that is not of squared residuals of these numbers")
        _epochs(found, training, None, None)
        return None, None
    if isinstance(training.optimizer, float) and "rates" in training.options:
        found.miss("optimizer.learning_rate", line, "each weight has a rate of its own")
    _loss(machine, found, match, line, isinstance(training.optimizer, float) or _plain(found))
    first = np.concatenate([variable.value.ravel() for variable in variables])
    starts = [variable.start for variable in variables for _ in range(variable.value.size)]
    _weights(found, match, first, starts, variables[0].line, any(v.of_layer for v in variables))
    return _arrays_and_epochs(machine, found, training, match, stacked if len(feeds) > 1 else {})


def _plain(found: Findings) -> bool:
    return found.patch.get("optimizer", {}).get("key") == "sgd"


def _fed(machine: Any, training: Training) -> tuple[list[dict], dict[int, np.ndarray]]:
    """What placeholders are fed with, step by step, and all of it together."""
    raw = training.feeds or [training.feed]
    feeds = [
        {key: np.asarray(_numbers(machine, value), float) for key, value in feed.items()}
        for feed in raw
    ]
    stacked = {}
    if len(feeds) > 1:
        for key in feeds[0]:
            parts = [feed[key] for feed in feeds if key in feed]
            parts = [part[None] if part.ndim == 0 else part for part in parts]
            if len({part.shape[1:] for part in parts}) == 1:
                stacked[key] = np.concatenate(parts)
                machine.origins.inherit(stacked[key], machine.origins.arrays(), training.line)
    return feeds, stacked


def _numbers(machine: Any, value: Any) -> Any:
    return value.as_array() if hasattr(value, "as_array") else arrays.plain(value)


def _loss(machine: Any, found: Findings, match: Match, line: int, plain: bool) -> None:
    """Puts the loss that the gradient is of, where the optimizer's rate is known by itself."""
    for key, reduction, factor in (FACTORS[1], FACTORS[0], *FACTORS[2:]):
        size = match.size * (match.rows if reduction == "mean" else 1)
        if np.isclose(size, factor, rtol=1e-3):
            found.put("loss.key", key, line, f"the gradient is that of {key.replace('_', '-')}")
            found.put("loss.reduction", reduction, line, f"its {reduction} over a step's rows")
            break
    else:
        rate = found.patch.get("optimizer", {}).get("learning_rate")
        factor = float(f"{match.size * match.rows:.6g}")
        if not plain or rate is None or factor <= 0:
            found.miss("loss.key", line, "a loss with a factor of its own")
            return
        words = f"{factor:g} × half the mean of the squares: that much of the rate"
        found.put("loss.key", "half_mse", line, words)
        found.put("loss.reduction", "mean", line, "its mean over a step's rows")
        found.put("optimizer.learning_rate", float(f"{rate * factor:.6g}"), line, words)
    if match.averaged:
        if key == "mse" and reduction == "mean":
            found.put("bug.key", {"key": "broadcast-loss"}, line, "every output against every target")
        else:
            found.miss("loss.key", line, "every output is compared with every target")


def _weights(
    found: Findings, match: Match, first: np.ndarray, starts: list[str], line: int, own: bool
) -> None:
    """Puts the model: layer, bias, and the first weights in the features' order."""
    order = [k for k, column in enumerate(match.columns) if column.array is not None]
    order.sort(key=lambda k: match.columns[k].index)
    constant = [k for k, column in enumerate(match.columns) if column.array is None]
    found.put("model.layer", "custom" if own else "dense", line, "a weight for each feature")
    found.put("model.use_bias", bool(constant), line, "with a bias" if constant else "without a bias")
    found.put("model.activation", "linear", line, "no activation")
    kinds = {starts[k] for k in order}
    chosen = [*order, *constant]
    if kinds <= set(INITIALIZERS) - {"zeros"} and len(kinds) == 1 and all(starts[k] == "zeros" for k in constant):
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


def read_loop(machine: Any, found: Findings, training: Training) -> tuple[Any, Any]:
    """Puts what a loop in NumPy says; returns features and targets, None where not known."""
    match, line = training.match, training.line
    if match is None:
        why = (
            f"a loop that changes {', '.join(training.options['names'])}, but not by gradient "
            "descent on the squared residuals of numbers that are known"
        )
        for knob in ("data.source", "loss.key", "model.layer", "optimizer.learning_rate", "optimizer.key"):
            found.miss(knob, line, why)
        _epochs(found, training, None, None)
        return None, None
    found.put("optimizer.key", "sgd", line, "plain gradient descent")
    momentum = training.options["momentum"]
    if momentum:
        found.put("optimizer.momentum", float(momentum), line, f"with momentum {momentum:g}")
    _rate(machine, found, training, match)
    _decay(found, training, match)
    first = training.options["first"]
    _weights(found, match, first, ["value"] * len(first), line, False)
    if match.size < 0:
        machine.faults.found(
            line, "gradient-ascent",
            "The step goes along the gradient, not against it: each one makes the loss larger. "
            "Subtract it.",
        )  # fmt: skip
        found.put("bug.key", {"key": "gradient-ascent"}, line, "the sign of the step is wrong")
    if match.in_turn:
        machine.faults.found(
            line, "one-after-the-other",
            "One weight is changed before the gradient of the next is computed. Compute all "
            "gradients first, and then change the weights.",
        )  # fmt: skip
    return _arrays_and_epochs(machine, found, training, match, {})


def _rate(machine: Any, found: Findings, training: Training, match: Match) -> None:
    """Tells the rate from the factor: which of the program's numbers makes it a known gradient."""
    scalars = training.options["scalars"]
    named = {name: value for name, value in scalars.items() if name.lower() in RATE_NAMES}
    size, line = abs(match.size), training.line
    if match.averaged:
        found.miss("loss.key", line, "every output is compared with every target")
        found.miss("optimizer.learning_rate", line, "every output is compared with every target")
        return
    constants = {f"{value:g}": value for value in machine.constants_near(line)}
    for numbers in (named, constants):
        for key, reduction, factor in FACTORS:
            rate = size * (match.rows if reduction == "mean" else 1) / factor
            for name, value in numbers.items():
                if value and np.isclose(rate, abs(value), rtol=1e-7) and (match.rows > 1 or reduction == "mean"):
                    sign = " by `" + name + "`" if numbers is named else ""
                    found.put("optimizer.learning_rate", abs(value), line, f"the rate is {abs(value):g}{sign}")
                    found.put("loss.key", key, line, f"the step is the gradient of {key.replace('_', '-')}")
                    found.put("loss.reduction", reduction, line, f"its {reduction} over a step's rows")
                    return
    rate = float(f"{size * match.rows:.9g}")
    words = f"the step is {rate:g} × the gradient of half the mean of the squares"
    half = any(np.isclose(2 * rate, abs(value), rtol=1e-7) for value in named.values())
    found.put("optimizer.learning_rate", rate, line, words, exact=half)
    found.put("loss.key", "half_mse", line, words, exact=half)
    found.put("loss.reduction", "mean", line, "its mean over a step's rows")


def _decay(found: Findings, training: Training, match: Match) -> None:
    if "decay" not in training.options:
        found.put("schedule.key", "constant", training.line, "the rate stays the same")
        return
    factor = training.options["decay"]
    inner = bool(training.loops[1:])
    if factor is None or not factor or inner:
        found.miss("schedule.key", training.line, "a rate that the loop changes by a rule of its own")
        return
    found.put("schedule.key", "exponential_decay", training.line, "the loop changes the rate")
    found.put("schedule.decay_steps", 1, training.line, "at each step")
    found.put("schedule.decay_rate", float(factor), training.line, f"by the factor {factor:g}")


def _arrays_and_epochs(
    machine: Any, found: Findings, training: Training, match: Match, stacked: dict[int, np.ndarray]
) -> tuple[Any, Any]:
    columns = sorted((c for c in match.columns if c.array is not None), key=lambda c: c.index)
    target = _whole(machine, [match.target], match.rows, stacked)
    x = _whole(machine, columns, match.rows, stacked, None if target is None else len(target))
    if x is None or target is None:
        found.miss("data.source", training.line, "the rows of a step are known, all rows are not")
        _epochs(found, training, match.rows, None)
        return None, None
    _epochs(found, training, match.rows, len(target))
    return x, target


def _whole(
    machine: Any, columns: list, rows: int, stacked: dict, count: int | None = None
) -> np.ndarray | None:
    """All rows of the columns that a step sees some rows of."""
    arrays_of = [column.array for column in columns]
    first = arrays_of[0]
    flat = first if first.ndim == 2 else first[:, None]
    flat = flat.T if flat.shape[0] < flat.shape[1] and flat.shape[1] >= max(rows, 2) else flat
    single = all(array is first for array in arrays_of)
    if single and [c.index for c in columns] == list(range(flat.shape[1])):
        chosen = first
    else:
        parts = [
            (c.array if c.array.ndim == 2 else c.array[:, None]) for c in columns
        ]
        parts = [p.T if p.shape[0] < p.shape[1] and p.shape[1] >= max(rows, 2) else p for p in parts]
        chosen = _joined(machine, [p[:, c.index] for p, c in zip(parts, columns, strict=True)], columns)
    return _container(machine, chosen, stacked, count)


def _joined(machine: Any, parts: list[np.ndarray], columns: list) -> np.ndarray:
    """Columns of several arrays side by side, with the origin that they share."""
    from dataclasses import replace

    made = np.stack(parts, axis=1)
    origins = [machine.origins.of(column.array) for column in columns]
    if any(origin is None for origin in origins):
        return made
    if len({(id(o.frame) if isinstance(o.frame, str) else id(getattr(o.frame, "file", None)), o.scaling) for o in origins}) > 1:
        return made
    roots = []
    refs: list[Any] = []
    for origin, column in zip(origins, columns, strict=True):
        root = origin.root if origin.root.ndim == 2 else origin.root[:, None]
        if column.index >= root.shape[1]:
            return made
        roots.append(root[:, column.index])
        refs.append(origin.refs[column.index] if origin.refs and column.index < len(origin.refs) else None)
    whole = None if any(ref is None for ref in refs) else tuple(refs)
    return machine.origins.keep(made, replace(origins[0], root=np.stack(roots, axis=1), refs=whole))


def _container(machine: Any, chosen: np.ndarray, stacked: dict, count: int | None) -> np.ndarray | None:
    """The array of all rows that holds these; the array itself where there is none larger."""
    flat = chosen if chosen.ndim == 2 else chosen[:, None]
    for array in [*machine.origins.arrays(), *stacked.values()]:
        table = array if array.ndim == 2 else array[:, None] if array.ndim == 1 else None
        if table is None or table.shape[1] != flat.shape[1] or len(table) <= len(flat):
            continue
        if count is not None and len(table) != count:
            continue
        if all(np.isin(flat[:, k], table[:, k]).all() for k in range(flat.shape[1])):
            return array
    return chosen


def _epochs(found: Findings, training: Training, batch: int | None, rows: int | None) -> None:
    """Puts epochs, batch size and order, from the loops around the step."""
    loops, line = training.loops, training.line
    shuffled = any(loop.shuffles for loop in loops)
    if batch is None or rows is None:
        if batch is None:
            found.miss("training.batch_size", line, "how many rows a step sees is not known")
        if loops and loops[0].count and len(loops) == 1:
            found.put("training.epochs", loops[0].count, loops[0].line, f"{loops[0].count:,} steps", exact=False)
        else:
            found.miss("training.epochs", line, "how often is not known")
        found.put("training.shuffle", shuffled, line, "in random order" if shuffled else "in order", exact=False)
        return
    full = batch >= rows
    words = "all rows at each step" if full else f"{batch:,} row{'s'[: batch > 1]} a step"
    found.put("training.batch_size", None if full else batch, line, words)
    found.put("training.shuffle", shuffled and not full, line, "in random order" if shuffled and not full else "rows in order")
    steps = 1 if full else ceil(rows / batch)
    counts = [loop.count for loop in loops]
    if not counts:
        return found.put("training.epochs", 1, line, "one step", exact=full)
    if full:
        epochs, at = counts[0], loops[0].line
    elif counts[0] == steps:
        epochs, at = (counts[1], loops[1].line) if len(counts) > 1 else (1, loops[0].line)
    elif counts[0] is not None and len(counts) == 1:
        epochs, at = max(1, round(counts[0] / steps)), loops[0].line
        return found.put("training.epochs", epochs, at, f"{counts[0]:,} steps, {steps:,} an epoch", exact=counts[0] % steps == 0)
    else:
        epochs, at = None, loops[0].line
    if epochs is None:
        return found.miss("training.epochs", at, "how often the loop goes round is not known")
    found.put("training.epochs", epochs, at, f"{epochs:,} rounds")
    return None

