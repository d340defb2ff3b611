"""Which cells of a sweep are trained together.

Cells of one structure (optimizer, loss, model, batch size, number of epochs) are vectorized: they
take their steps together. Where they share the table and its row order, one table feeds them all;
where each has its own (a sweep over the seed), the tables are stacked. What cannot be vectorized
runs one by one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from ..data.prepare import Prepared
from ..errors import InputError
from ..spec import Spec
from .spec import SweepSpec

MAX_SINGLE_RUNS = 256  # some tenths of a second each
MAX_EPOCHS = 10_000  # every epoch's loss stays in memory until the cell has been judged
MAX_READS = 2e12  # numbers of the table read by all runs: some minutes on one core
MAX_STEPS = 1e7  # updates in total; a step of a run batch counts once
STEP_COST = 1e5  # overhead of a step, in numbers read in the same time
RUN_COST = 2e6  # overhead of a run (preparing, judging), in numbers read in the same time
MAX_BATCH_COST = 4e9  # of a run batch, about a second: it is what is lost when its worker dies
MIN_CAPACITY = 64  # of a run batch that is split to stay below that: smaller ones are slower a run
MIN_SHARED_CELLS = 8  # cells that share a table: fewer are stacked with other tables' cells
HYPERPARAMETERS = ("momentum", "beta_1", "beta_2", "epsilon", "rho", "weight_decay")
Shape = tuple[int, int]  # of a table: rows and features


@dataclass(frozen=True)
class RunBatch:
    """Cells of a sweep that are trained together.

    Attributes:
        cells: Their positions in `SweepSpec.indices`.
        capacity: Runs that the compiled program computes at once, at least as many as there are
            cells; 0 for a cell that the ordinary trainer runs.
        varied: Hyperparameters that differ among the cells of the structure.
        stacked: Whether each cell has a table and row order of its own.
        structure: Key of the compiled program.
        cost: Estimated duration, in numbers of the table read in the same time.
    """

    cells: tuple[int, ...]
    capacity: int = 0
    varied: tuple[str, ...] = ()
    stacked: bool = False
    structure: bytes = b""
    cost: float = 0.0


def plan_batches(sweep: SweepSpec, data_of: Callable[[Spec], Prepared]) -> list[RunBatch]:
    """The run batches of a sweep, in the order they are trained.

    Args:
        sweep: Its cells are grouped.
        data_of: Prepares a spec's table; called once for each choice of data and scaling.

    Raises:
        InputError: If the sweep is more than a server should take.
    """
    from ..training.batched import can_be_batched, runs_at_once, varied_among

    shapes: dict[bytes, Shape] = {}
    groups: dict[bytes, dict[bytes, list[int]]] = {}
    batches, reads, steps = [], 0.0, 0.0
    for number, spec in enumerate(sweep.specs):
        table = _json(spec.data.model_dump(), spec.scaling.model_dump())
        if table not in shapes:
            shapes[table] = data_of(spec).x_train.shape
        rows, features = shapes[table]
        reads += float(rows) * features * spec.training.epochs
        structure = structure_key(spec, shapes[table])
        if not can_be_batched(spec):
            cost = estimate_cost(spec, 1, shapes[table])
            batches.append(RunBatch((number,), structure=structure, cost=cost))
            steps += count_steps(spec, rows)
            continue
        by_table = groups.setdefault(structure, {})
        by_table.setdefault(table + _json(row_order_key(spec, rows)), []).append(number)
    _check_limits(sweep, len(batches), reads)
    for structure, by_table in groups.items():
        first = sweep.specs[next(iter(by_table.values()))[0]]
        rows, features = shapes[_json(first.data.model_dump(), first.scaling.model_dump())]
        for cells, stacked in _share_or_stack(list(by_table.values())):
            varied = varied_among([sweep.specs[number] for number in cells])
            capacity = runs_at_once(len(cells), rows, features, stacked)
            while (
                capacity > MIN_CAPACITY
                and estimate_cost(first, capacity, (rows, features)) > MAX_BATCH_COST
            ):
                capacity //= 2
            for start in range(0, len(cells), capacity):
                members = tuple(cells[start : start + capacity])
                cost = estimate_cost(first, len(members), (rows, features))
                batches.append(RunBatch(members, capacity, varied, stacked, structure, cost))
                steps += count_steps(first, rows)
    if steps > MAX_STEPS:
        raise InputError(
            f"A sweep may take at most {MAX_STEPS:,.0f} updates. Received: {steps:,.0f}. "
            "Choose fewer epochs or larger batches."
        )
    return sorted(batches, key=lambda batch: not batch.capacity)


def structure_key(spec: Spec, shape: Shape) -> bytes:
    """What runs must have in common to be vectorized in one compiled program."""
    optimizer = spec.optimizer.model_dump(exclude={"learning_rate", "clip_norm", *HYPERPARAMETERS})
    batch_size = min(spec.training.batch_size or shape[0], shape[0])
    return _json(
        optimizer,
        spec.optimizer.clip_norm is not None,
        spec.loss.model_dump(),
        (spec.model.use_bias, spec.model.activation),
        (batch_size, spec.training.epochs, shape),
    )


def row_order_key(spec: Spec, rows: int) -> tuple[bool, int | None]:
    """What a run's training rows and their order depend on, besides the table."""
    training = spec.training
    shuffled = training.shuffle and (training.batch_size or rows) < rows
    random = shuffled or spec.data.validation_fraction > 0
    return shuffled, training.seed if random else None


def count_steps(spec: Spec, rows: int) -> int:
    """Updates of one run."""
    return -(-rows // min(spec.training.batch_size or rows, rows)) * spec.training.epochs


def estimate_cost(spec: Spec, runs: int, shape: Shape) -> float:
    """`RunBatch.cost` of `runs` runs."""
    rows, features = shape
    cost_per_run = RUN_COST + float(rows) * features * spec.training.epochs
    return count_steps(spec, rows) * STEP_COST + runs * cost_per_run


def _share_or_stack(by_table: list[list[int]]) -> Iterator[tuple[list[int], bool]]:
    """Cells of one structure grouped by their table, and whether a group stacks several tables."""
    small = [cells for cells in by_table if len(cells) < MIN_SHARED_CELLS]
    if len(small) < 2:
        small = []
    yield from ((cells, False) for cells in by_table if cells not in small)
    if small:
        yield [number for cells in small for number in cells], True


def _check_limits(sweep: SweepSpec, single_runs: int, reads: float) -> None:
    epochs = max(spec.training.epochs for spec in sweep.specs)
    if epochs > MAX_EPOCHS:
        raise InputError(
            f"`training.epochs` must be <= {MAX_EPOCHS:,} in a sweep. Received: {epochs:,}."
        )
    if single_runs > MAX_SINGLE_RUNS:
        raise InputError(
            "Runs with a bug, or a rate that follows the losses, are trained one by one: at most "
            f"{MAX_SINGLE_RUNS} in a sweep. Received: {single_runs:,}."
        )
    if reads > MAX_READS:
        raise InputError(
            f"A sweep may read at most {MAX_READS:.0e} numbers: runs × epochs × rows × features. "
            f"Received: {reads:.1e}. Choose fewer runs, epochs or rows."
        )


def _json(*values: object) -> bytes:
    return orjson.dumps(values)
