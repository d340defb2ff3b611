"""The largest stable learning rate of SGD on mini-batches, in the run's own row order.

The error of the weights follows δ ← (I − η H_B) δ, one batch B after the other; whether the
product grows is what decides, not the mean over batches. So the recursion is run on the run's
own batches, without its noise term, for many rates at once (each a column) and from several of its
epochs on, side by side, and the critical rate is the one above which the error grows over the later
half of the steps, on average: a single stretch of a run tells little of it, with momentum least of
all, where the growth is next to 0 far around the limit. A rare influential row
sits in few batches, where its curvature is n/b times as large: the limit lies below 2/λmax, by up
to b/n.

Source: Ma and Ying 2021, *On Linear Stability of SGD and Input-Smoothness of Neural Networks*.
"""

import numpy as np

from .limits import critical_learning_rate
from .memory import remembered
from .problem import Problem

RATES = 16  # tried at once
ROUNDS = 2  # each looks into the gap that the one before left
STRETCHES = 16  # of the run, followed side by side
STEPS_WANTED = 480  # of each
STEPS_OF_GROWTH = 300  # the same for the growth at one rate, which every prediction computes anew
FORGOTTEN = 0.3  # of the steps, in which the error forgets how it began
MEASURED_EVERY = 8
CELLS_WANTED = 4_000_000  # numbers of the table read in one round, at most
ROWS_KEPT = 250_000  # row numbers that are kept of a table (2 MB)
HIGHEST = 1.5  # of the full batch's limit: where the search begins; what is higher is rare
RAISES = 4  # by twice as much, where all below is stable
LOWERED = 20.0  # by so much, once, where not even the lowest is
CLEARLY = 0.01  # a growth per step of a rate that is not stable, whatever a higher one seems to be
HEAVY = 50  # times (1 − β), of a momentum with which a swing outlasts the steps that are measured
CURVED = 1e-12  # of the longest: along shorter directions nothing ever changes
NOTHING = 1e-300  # a size that stands for 0, of an error that a step has brought there


def batch_critical_rate(problem: Problem) -> float:
    """The learning rate above which the product of this run's own steps grows, once computed."""
    spec = problem.spec
    optimizer, training = spec.optimizer, spec.training
    key = (
        "batch-critical-rate",
        spec.model.use_bias,
        problem.batch,
        problem.mean,
        spec.loss.factor,
        optimizer.momentum,
        optimizer.nesterov,
        training.shuffle,
        training.seed,
    )
    return remembered(problem.data, key, lambda: _search(problem))


def stable_again_until(problem: Problem, rate: float, critical: float) -> float:
    """The largest stable rate around one above the critical one, which is that where it is none.

    In one order of rows stability need not end once and for all: a step of 1 / λ of a batch's
    curvature brings its error to 0, whatever others did to it.

    Args:
        problem: Of mini-batches.
        rate: The run's own, constant.
        critical: As `batch_critical_rate` found it, among rates that it tried.
    """
    highest = HIGHEST * _full_batch_limit(problem)
    if not critical < rate < highest or log_growth(problem, np.array([rate]))[0] > 0:
        return critical
    batches = _batches(problem, STEPS_WANTED)
    low, high = rate, highest
    for _ in range(ROUNDS):
        rates = np.geomspace(low, high, RATES)
        unstable = np.flatnonzero(_growth(problem, batches, rates) > 0)
        first = int(unstable[0]) if len(unstable) else RATES
        if first == 0:
            return critical
        if first == RATES:
            return high
        low, high = rates[first - 1], rates[first]
    return float(np.sqrt(low * high))


def log_growth(problem: Problem, rates: np.ndarray) -> np.ndarray:
    """Growth of the error's loss per step, as a natural logarithm, for each of `rates` (k,)."""
    batches = _batches(problem, STEPS_OF_GROWTH)
    return _growth(problem, batches, np.asarray(rates, np.float64))


def _full_batch_limit(problem: Problem) -> float:
    optimizer = problem.spec.optimizer
    top = float(problem.spectrum.curvatures(problem.scale)[0])
    return critical_learning_rate(top, optimizer.momentum, optimizer.nesterov)


def _search(problem: Problem) -> float:
    highest = HIGHEST * _full_batch_limit(problem)
    if not np.isfinite(highest):
        return highest
    batches = _batches(problem, STEPS_WANTED)
    low, high = highest * problem.batch / problem.rows / 20, highest
    rounds, raises, lowest = ROUNDS, RAISES, low / LOWERED
    while rounds:
        rates = np.geomspace(low, high, RATES)
        growth = _growth(problem, batches, rates)
        last = last_stable(growth, problem.spec.optimizer.momentum)
        if growth[0] > CLEARLY and low > lowest:
            low, high, raises = lowest, low, 0
        elif last < RATES - 1:
            low, high, rounds = rates[last], rates[last + 1], rounds - 1
        elif rounds == ROUNDS and raises:
            low, high, raises = high, 2 * high, raises - 1
        else:
            return float(high)
    return float(np.sqrt(low * high))


def last_stable(growth: np.ndarray, momentum: float = 0.0) -> int:
    """The place of the highest stable rate that no lower one contradicts; 0 if there is none.

    Args:
        growth: At ascending rates, shape (k,). Next to 0 it is not known to the last digit, so
            that of two rates far below the limit either may seem to grow.
        momentum: β, with which a swing that dies out in 1 / (1 − β) steps may seem to grow.
    """
    clearly = np.flatnonzero(growth > CLEARLY / min(1.0, HEAVY * (1 - momentum)))
    below = growth[: clearly[0]] if len(clearly) else growth
    stable = np.flatnonzero(below <= 0)
    return int(stable[-1]) if len(stable) else 0


def _batches(problem: Problem, steps: int) -> list[np.ndarray]:
    """A's rows of the run's batches, of some stretches side by side: each (stretches, b, p)."""
    per_epoch, cells = problem.steps_per_epoch, problem.batch * problem.size
    stretches = CELLS_WANTED // (steps * cells) if problem.spec.training.shuffle else 1
    stretches = int(np.clip(stretches, 1, STRETCHES))
    if stretches == 1:
        steps = min(2 * steps, CELLS_WANTED // cells + 1)
        steps = max(steps, min(2 * per_epoch, 20))
    steps = _whole_epochs(problem, steps)
    orders = _orders(problem, stretches, -(-steps // per_epoch))
    small = problem.rows * problem.size <= CELLS_WANTED
    whole = problem.table[0] if small else None
    chosen = []
    for step in range(steps):
        first = step % per_epoch * problem.batch
        rows = orders[:, step // per_epoch, first : first + problem.batch]
        taken = (problem.take(each)[0] for each in rows) if whole is None else ()
        chosen.append(np.stack([*taken]) if whole is None else whole[rows])
    return chosen


def _orders(problem: Problem, stretches: int, epochs: int) -> np.ndarray:
    """The row numbers of so many epochs for each stretch, shape (stretches, epochs, n); of a small
    table drawn once, for every rate, momentum and loss that is asked for asks for the same."""

    def drawn() -> np.ndarray:
        orders = [problem.order(epoch) for epoch in range(stretches * epochs)]
        return np.stack(orders).reshape(stretches, epochs, -1)

    if stretches * epochs * problem.rows > ROWS_KEPT:
        return drawn()
    training = problem.spec.training
    key = ("orders of batches", training.shuffle, training.seed, stretches, epochs)
    return remembered(problem.data, key, drawn)


def _whole_epochs(problem: Problem, steps: int) -> int:
    """So many steps, or the fewer of whole epochs: where the order is fixed, that is a period."""
    return steps - steps % problem.steps_per_epoch if steps > problem.steps_per_epoch else steps


def _growth(problem: Problem, batches: list[np.ndarray], rates: np.ndarray) -> np.ndarray:
    optimizer = problem.spec.optimizer
    factor, momentum = problem.spectrum.triangle.factor, optimizer.momentum
    steepness = 2 * problem.spec.loss.factor
    start, basis = _start(problem)
    factor = factor if basis is None else factor @ basis
    error = np.tile(start[:, None], (len(batches[0]), 1, len(rates)))  # a column for each rate
    velocity = np.zeros_like(error)
    logarithm = np.zeros((len(error), len(rates)))
    begin, forgotten = logarithm, _whole_epochs(problem, int(FORGOTTEN * len(batches)) + 1)
    with np.errstate(all="ignore"):
        for step, batch in enumerate(batches):
            rows = batch if basis is None else batch @ basis
            slopes = rows.transpose(0, 2, 1) @ (steepness * (rows @ error))
            push = rates * (slopes / rows.shape[1] if problem.mean else slopes)
            if momentum == 0:
                error = error - push
            else:
                velocity = momentum * velocity - push
                error = error + (momentum * velocity - push if optimizer.nesterov else velocity)
            begun, end = step + 1 == forgotten, step + 1 == len(batches)
            if step % MEASURED_EVERY and not begun and not end:
                continue
            size = np.maximum(np.linalg.norm(factor @ error, axis=1), NOTHING)
            error, velocity = error / size[:, None], velocity / size[:, None]
            logarithm = logarithm + np.log(size)
            if begun:
                begin = logarithm
    grown = np.where(np.isfinite(logarithm), logarithm - begin, np.inf)
    return 2 * grown.mean(axis=0) / (len(batches) - forgotten)


def _start(problem: Problem) -> tuple[np.ndarray, np.ndarray | None]:
    """An error to start from, and the directions in which it is written, shape (p, r).

    Only curved ones: along another nothing changes, and beside an error that shrinks what rounding
    leaves there would seem to grow. None where all are, so that weights are the coordinates.
    """
    spectrum = problem.spectrum
    signs = np.sign(np.arange(problem.size) + 1.0)
    curved = spectrum.singular > CURVED * spectrum.singular[0]
    if curved.all():
        return spectrum.eigenvectors.T @ signs, None
    return signs[curved], spectrum.eigenvectors[curved].T
