"""All rows of a hand-written step, and how often it is made."""

from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np

from .findings import Findings
from .gradient import Match
from .training import Loop, Training


def arrays_and_epochs(
    machine: Any, found: Findings, training: Training, match: Match, stacked: dict[int, np.ndarray]
) -> tuple[Any, Any]:
    columns = sorted((c for c in match.columns if c.array is not None), key=lambda c: c.index)
    loop = training.loops[0] if training.loops else None
    taken = _taken(machine, training, [match.target, *columns], match.rows)
    target = _whole(machine, [match.target], match.rows, stacked, loop, taken)
    count = None if target is None else len(target)
    x = _whole(machine, columns, match.rows, stacked, loop, count)
    target, x = (None if a is None else machine.origins.partial_twin(a) for a in (target, x))
    if x is None or target is None:
        found.miss("data.source", training.line, "the rows of a step are known, all rows are not")
        read_epochs(found, training, match.rows, None)
        return None, None
    read_epochs(found, training, match.rows, len(target))
    return x, target


def _whole(
    machine: Any,
    columns: list,
    rows: int,
    stacked: dict,
    loop: Loop | None,
    count: int | None = None,
) -> np.ndarray | None:
    """All rows of the columns that a step sees some rows of."""
    outside = loop is not None and all(_outside(machine, c.array, loop) for c in columns)
    steps = loop.count if loop else None
    columns = [_larger(machine, column, rows, count, steps) for column in columns]
    arrays_of = [column.array for column in columns]
    first = arrays_of[0]
    flat = columns[0].table()
    single = all(array is first for array in arrays_of)
    if single and [c.index for c in columns] == list(range(flat.shape[1])):
        chosen = first
    else:
        parts = [column.table() for column in columns]
        chosen = _joined(
            machine, [p[:, c.index] for p, c in zip(parts, columns, strict=True)], columns
        )
    if loop is not None and rows == 1 and loop.count not in (None, len(chosen)):
        chosen = _fewer(machine, chosen, loop.count)
    if outside and not stacked and count in (None, len(chosen)):
        return chosen  # which is not some rows that the loop takes
    found = _container(machine, chosen, stacked, count, steps)
    if found is chosen and count not in (None, len(chosen)):
        found = _container(machine, chosen, stacked, None, steps)
    return found


def _taken(machine: Any, training: Training, columns: list, rows: int) -> int | None:
    """Of how many rows those of a step were taken, if that was seen."""
    for part, count in training.options.get("taken") or machine.batches:
        some = np.ndim(part) > 0 and 1 < rows == len(part) < count
        if some and any(np.array_equal(part, column.array) for column in columns):
            return count
    return None


def _fewer(machine: Any, chosen: np.ndarray, count: int | None) -> np.ndarray:
    """The array of so many rows that are all among these; these where there is none."""
    for array in machine.origins.arrays():
        fewer = len(array) == count and len(array) < len(chosen)
        if fewer and array.shape[1:] == chosen.shape[1:] and np.isin(array, chosen).all():
            return array
    return chosen


def _outside(machine: Any, array: np.ndarray, loop: Loop) -> bool:
    """Whether an array got its name outside a loop."""
    line = machine.origins.line_of(array)
    return line > 0 and not loop.line <= line <= loop.end


def _larger(machine: Any, column: Any, rows: int, count: int | None, steps: int | None) -> Any:
    """The column of the table that a batch's table is of; the column itself where there is none."""
    part, first = column.array, column
    if part.ndim != 2 or len(part) != rows or part.shape[1] < 2:
        return column
    for array in machine.origins.arrays():
        if array.ndim != 2 or array.shape[1] != part.shape[1] or len(array) <= rows:
            continue
        if count is not None and len(array) != count:
            continue
        if all(np.isin(part[:, k], array[:, k]).all() for k in range(part.shape[1])):
            larger = replace(column, array=array, values=array[:, column.index])
            if steps in (len(array) // rows, ceil(len(array) / rows)):
                return larger
            first = larger if first is column else first
    return first


def _joined(machine: Any, parts: list[np.ndarray], columns: list) -> np.ndarray:
    """Columns of several arrays side by side, with the origin that they share."""
    made = np.stack(parts, axis=1)
    origins = [machine.origins.of(column.array) for column in columns]
    if any(origin is None for origin in origins):
        return made
    if (
        len(
            {
                (
                    id(o.frame) if isinstance(o.frame, str) else id(getattr(o.frame, "file", None)),
                    o.scaling,
                )
                for o in origins
            }
        )
        > 1
    ):
        return made
    roots = []
    refs: list[Any] = []
    for origin, column in zip(origins, columns, strict=True):
        root = origin.root if origin.root.ndim == 2 else origin.root[:, None]
        if column.index >= root.shape[1]:
            return made
        roots.append(root[:, column.index])
        refs.append(
            origin.refs[column.index] if origin.refs and column.index < len(origin.refs) else None
        )
    whole = None if any(ref is None for ref in refs) else tuple(refs)
    return machine.origins.keep(made, replace(origins[0], root=np.stack(roots, axis=1), refs=whole))


def is_part(machine: Any, rows: Any) -> bool:
    """Whether an array is some rows of another array of the program."""
    if not isinstance(rows, np.ndarray) or not rows.size:
        return False
    chosen = np.asarray(rows)
    return _container(machine, chosen, {}, None) is not chosen


def _container(
    machine: Any, chosen: np.ndarray, stacked: dict, count: int | None, steps: int | None = None
) -> np.ndarray | None:
    """The array of all rows that holds these; the array itself where there is none larger.

    Args:
        machine: The reading.
        chosen: Rows of a step.
        stacked: What placeholders are fed with, all of it together.
        count: How many rows there are, where that is known.
        steps: Of the loop over batches: of several arrays that hold the rows, one of so many.
    """
    flat = chosen if chosen.ndim == 2 else chosen[:, None]
    first = None
    for array in [*machine.origins.arrays(), *stacked.values()]:
        table = array if array.ndim == 2 else array[:, None] if array.ndim == 1 else None
        if table is None or table.shape[1] != flat.shape[1] or len(table) <= len(flat):
            continue
        if count is not None and len(table) != count:
            continue
        if all(np.isin(flat[:, k], table[:, k]).all() for k in range(flat.shape[1])):
            fed = any(array is other for other in stacked.values())
            if not fed and steps in (len(table) // len(flat), ceil(len(table) / len(flat))):
                return array
            first = array if first is None else first
    return chosen if first is None else first


def read_epochs(found: Findings, training: Training, batch: int | None, rows: int | None) -> None:
    """Puts epochs, batch size and order, from the loops around the step."""
    _read_epochs(found, training, batch, rows)
    ends = next((loop.ends for loop in training.loops if loop.ends), 0)
    if ends:
        found.miss("training.epochs", ends, "the loop may end here before")


def _of_dataset(found: Findings, loops: list[Loop]) -> None:
    """Puts what a dataset says whose rows are not known."""
    line, holds = loops[0].line, loops[0].dataset.holds
    size, shuffled = holds.get("batch"), holds.get("shuffled", False)
    if isinstance(size, int) and "take" not in holds:
        found.put("training.batch_size", size, line, f"{size:,} rows a step")
    else:
        found.miss("training.batch_size", line, "how many rows a step sees is not known")
    if isinstance(shuffled, bool):
        words = "in random order" if shuffled else "rows in order"
        found.put("training.shuffle", shuffled, line, words)
    else:
        found.miss("training.shuffle", line, "the order of the rows is not known")
    epochs = 1 if len(loops) == 1 else loops[1].count
    if len(loops) > 2 or not epochs or holds.get("repeat", 1) != 1 or "take" in holds:
        return found.miss("training.epochs", line, "how often is not known")
    return found.put("training.epochs", epochs, loops[-1].line, f"{epochs:,} rounds")


def _read_epochs(found: Findings, training: Training, batch: int | None, rows: int | None) -> None:
    loops, line = training.loops, training.line
    shuffled = any(loop.shuffles for loop in loops)
    replaced = not shuffled and any(loop.draws for loop in loops)
    shuffled |= replaced
    if batch is None and loops and loops[0].dataset is not None:
        return _of_dataset(found, loops)
    if batch is None or rows is None:
        if batch is None:
            found.miss("training.batch_size", line, "how many rows a step sees is not known")
        if loops and loops[0].count and len(loops) == 1:
            found.put(
                "training.epochs",
                loops[0].count,
                loops[0].line,
                f"{loops[0].count:,} steps",
                exact=False,
            )
        else:
            found.miss("training.epochs", line, "how often is not known")
        found.put(
            "training.shuffle",
            shuffled,
            line,
            "in random order" if shuffled else "in order",
            exact=False,
        )
        return
    full = batch >= rows
    words = "all rows at each step" if full else f"{batch:,} row{'s'[: batch > 1]} a step"
    found.put("training.batch_size", None if full else batch, line, words)
    found.put(
        "training.shuffle",
        shuffled and not full,
        line,
        "in random order" if shuffled and not full else "rows in order",
        exact=full or not replaced,
    )
    if full and loops and loops[0].draws and not loops[0].shuffles:
        found.miss("data.source", loops[0].line, "numbers are drawn anew in each round")
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
        return found.put(
            "training.epochs",
            epochs,
            at,
            f"{counts[0]:,} steps, {steps:,} an epoch",
            exact=counts[0] % steps == 0,
        )
    else:
        epochs, at = None, loops[0].line
    if epochs is None:
        return found.miss("training.epochs", at, "how often the loop goes round is not known")
    found.put("training.epochs", epochs, at, f"{epochs:,} rounds")
    return None
