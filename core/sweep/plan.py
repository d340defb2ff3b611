"""Which cells of a sweep are trained together.

Cells of one structure (optimizer, loss, model, batch size, number of epochs) take their steps
together. Where they share the table and its row order, one table feeds them all; cells that each
have their own (a sweep over the seed) are stacked. What cannot be batched runs one by one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from ..data.prepare import Prepared
from ..errors import InputError
from ..spec import Spec
from .spec import SweepSpec

MAX_SINGLE_RUNS = 256  # some tenths of a second each
MAX_EPOCHS = 10_000  # every epoch's loss is kept until the cell has been judged
MAX_CELLS = 2e12  # numbers of the table read in all: some minutes on one core
MAX_STEPS = 1e7  # updates in all, of runs that take them together counted once
STEP = 1e5  # numbers that are read in the time that a step takes beside its reading
CELL = 2e6  # the same of a run that is prepared and judged
LONGEST_LOT = 4e9  # the same of a lot, about a second: it is what is lost when its worker dies
FEWEST = 64  # runs of a lot that is cut for this: fewer together are slower each
FEW = 8  # cells that share a table: fewer are stacked with others'
HYPER = ("momentum", "beta_1", "beta_2", "epsilon", "rho", "weight_decay")
Sizes = tuple[int, int]  # rows and features of a table


@dataclass(frozen=True)
class Lot:
    """Cells that are trained together.

    Attributes:
        cells: Their numbers in `SweepSpec.places`.
        room: Runs that their program has room for; 0 for a cell that runs by itself.
        varied: Hyperparameters that differ among the cells of the structure.
        stacked: Whether each has a table and row order of its own.
        structure: What their program depends on.
        work: Numbers of the table that are read in the time that it takes, about.
    """

    cells: tuple[int, ...]
    room: int = 0
    varied: tuple[str, ...] = ()
    stacked: bool = False
    structure: bytes = b""
    work: float = 0.0


def lots_of(sweep: SweepSpec, data_of: Callable[[Spec], Prepared]) -> list[Lot]:
    """The lots of a sweep, in the order they are trained.

    Args:
        sweep: Its specs are sorted into lots.
        data_of: Prepares a spec's table; asked once for each choice of data and scaling.

    Raises:
        InputError: If the sweep is more than a server should take.
    """
    from ..training.batched import can_be_batched, runs_at_once, varied_among

    known: dict[bytes, Sizes] = {}
    groups: dict[bytes, dict[bytes, list[int]]] = {}
    lots, read, steps = [], 0.0, 0.0
    for number, spec in enumerate(sweep.specs):
        table = _json(spec.data.model_dump(), spec.scaling.model_dump())
        if table not in known:
            known[table] = data_of(spec).x_train.shape
        rows, features = known[table]
        read += float(rows) * features * spec.training.epochs
        structure = structure_of(spec, known[table])
        if not can_be_batched(spec):
            lots.append(Lot((number,), structure=structure, work=work_of(spec, 1, known[table])))
            steps += steps_of(spec, rows)
            continue
        same = groups.setdefault(structure, {})
        same.setdefault(table + _json(own_order(spec, rows)), []).append(number)
    _check(sweep, len(lots), read)
    for structure, same in groups.items():
        first = sweep.specs[next(iter(same.values()))[0]]
        rows, features = known[_json(first.data.model_dump(), first.scaling.model_dump())]
        for cells, stacked in _shared_or_stacked(list(same.values())):
            varied = varied_among([sweep.specs[number] for number in cells])
            room = runs_at_once(len(cells), rows, features, stacked)
            while room > FEWEST and work_of(first, room, (rows, features)) > LONGEST_LOT:
                room //= 2
            for start in range(0, len(cells), room):
                together = tuple(cells[start : start + room])
                work = work_of(first, len(together), (rows, features))
                lots.append(Lot(together, room, varied, stacked, structure, work))
                steps += steps_of(first, rows)
    if steps > MAX_STEPS:
        raise InputError(
            f"A sweep may take at most {MAX_STEPS:,.0f} updates. Received: {steps:,.0f}. "
            "Choose fewer epochs or larger batches."
        )
    return sorted(lots, key=lambda lot: not lot.room)


def structure_of(spec: Spec, sizes: Sizes) -> bytes:
    """What runs must have in common to take their steps together."""
    optimizer = spec.optimizer.model_dump(exclude={"learning_rate", "clip_norm", *HYPER})
    batch = min(spec.training.batch_size or sizes[0], sizes[0])
    return _json(
        optimizer,
        spec.optimizer.clip_norm is not None,
        spec.loss.model_dump(),
        (spec.model.use_bias, spec.model.activation),
        (batch, spec.training.epochs, sizes),
    )


def own_order(spec: Spec, rows: int) -> tuple[bool, int | None]:
    """What a run's rows and their order depend on, beside the table."""
    training = spec.training
    ordered = training.shuffle and (training.batch_size or rows) < rows
    drawn = ordered or spec.data.validation_fraction > 0
    return ordered, training.seed if drawn else None


def steps_of(spec: Spec, rows: int) -> int:
    """Updates of one run."""
    return -(-rows // min(spec.training.batch_size or rows, rows)) * spec.training.epochs


def work_of(spec: Spec, runs: int, sizes: Sizes) -> float:
    """`Lot.work` of so many runs."""
    rows, features = sizes
    each = CELL + float(rows) * features * spec.training.epochs
    return steps_of(spec, rows) * STEP + runs * each


def _shared_or_stacked(same: list[list[int]]) -> Iterator[tuple[list[int], bool]]:
    """Cells of one structure, by the table they share; the few of each table together."""
    few = [cells for cells in same if len(cells) < FEW]
    if len(few) < 2:
        few = []
    yield from ((cells, False) for cells in same if cells not in few)
    if few:
        yield [number for cells in few for number in cells], True


def _check(sweep: SweepSpec, single: int, read: float) -> None:
    epochs = max(spec.training.epochs for spec in sweep.specs)
    if epochs > MAX_EPOCHS:
        raise InputError(
            f"`training.epochs` must be <= {MAX_EPOCHS:,} in a sweep. Received: {epochs:,}."
        )
    if single > MAX_SINGLE_RUNS:
        raise InputError(
            "Runs with a bug, or a rate that follows the losses, are trained one by one: at most "
            f"{MAX_SINGLE_RUNS} in a sweep. Received: {single:,}."
        )
    if read > MAX_CELLS:
        raise InputError(
            f"A sweep may read at most {MAX_CELLS:.0e} numbers: runs × epochs × rows × features. "
            f"Received: {read:.1e}. Choose fewer runs, epochs or rows."
        )


def _json(*values: object) -> bytes:
    return orjson.dumps(values)
