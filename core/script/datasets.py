"""`tf.data.Dataset`: the rows it goes over, in which order and in what batches."""

from typing import Any

import numpy as np

from .budget import REFUSED, UnreadableError
from .lists import words
from .values import Obj, Unknown

MOST_BATCHES = 5000
MOST_NOTED = 60  # first batches of datasets
MOST_TAKEN = 500  # batches of a dataset without an end
ENDLESS = -1  # how often rows are repeated without an end
OF_FILES = words(
    "CsvDataset TFRecordDataset TextLineDataset from_generator list_files make_csv_dataset range"
)
SAME = ("prefetch", "cache", "as_numpy_iterator", "with_options", "apply")
UNKNOWN_ROWS = "rows of a shuffled dataset that are taken or left out"


def of_slices(given: list[Any], line: int, whole: bool = False) -> Obj:
    """The dataset of some arrays' rows; or of all rows in one batch."""
    rows = given[0] if given else None
    held = tuple(rows) if isinstance(rows, tuple | list) and whole else rows
    made = Obj("Dataset", {"*": [held]}, line)
    if whole:
        first = held[0] if isinstance(held, tuple) and held else held
        made.holds["batch"] = len(first) if isinstance(first, np.ndarray | list) else None
    return made


def of_files(name: str, given: list[Any], options: dict[str, Any], line: int) -> Obj:
    """A dataset of rows that are not known; of `make_csv_dataset` its batches are."""
    made = Obj("Dataset", {"*": [Unknown(line, f"`{name}`, whose rows are not read here")]}, line)
    if name == "make_csv_dataset":
        bound = dict(zip(("files", "batch_size"), given, strict=False)) | options
        made.holds |= {"batch": bound.get("batch_size"), "shuffled": bound.get("shuffle", True)}
        made.holds["repeat"] = bound.get("num_epochs") or ENDLESS
    return made


def zipped(given: list[Any], line: int) -> Obj:
    """Several datasets row by row."""
    each = given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given
    if not all(isinstance(one, Obj) and one.kind == "Dataset" and not one.holds for one in each):
        raise UnreadableError("datasets that are put together")
    return Obj("Dataset", {"*": [tuple(parts_of(one)[0] for one in each)]}, line)


def parts_of(dataset: Obj) -> tuple[Any, ...]:
    """The arrays whose rows a dataset goes over."""
    held = dataset.given["*"][0] if dataset.given.get("*") else None
    return held if isinstance(held, tuple) else (held,)


def method(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    """The dataset that a method of one gives."""
    holds = dict(owner.holds)
    first = given[0] if given else None
    if name in SAME:
        return owner
    if name == "enumerate":
        return list(enumerate(batches(machine, owner)))
    if name == "map":
        return Obj("Dataset", {"*": [_mapped(machine, owner, first, line)]}, line, holds)
    if name in ("take", "skip"):
        return _cut(machine, owner, name, first if given else options.get("count"), line)
    if name == "shuffle":
        holds["shuffled"] = True if "batch" not in holds else Unknown(line, "batches are shuffled")
    elif name == "batch":
        size = first if given else options.get("batch_size")
        why = _why_no_batches(owner, size)
        holds["batch"] = Unknown(line, why) if why else size
        if why and "repeat" in holds:
            holds["repeat"] = holds["batch"]
        if options.get("drop_remainder"):
            holds["dropped"] = True
    elif name == "unbatch":
        holds.pop("batch", None)
    elif name == "repeat":
        count = first if given else options.get("count")
        holds["repeat"] = ENDLESS if count is None else count
    else:
        why = f"`.{name[:40]}` of a dataset is not read here"
        machine.gap(line, why)
        return Obj("Dataset", {"*": [Unknown(line, why)]}, line, holds)
    return Obj("Dataset", owner.given, owner.line, holds)


def _why_no_batches(owner: Obj, size: Any) -> str:
    """Why the batches are not so many rows of the data, one batch after the other."""
    if "batch" in owner.holds:
        return "batches of batches"
    rows = parts_of(owner)[0]
    known = isinstance(size, int) and size > 0 and isinstance(rows, np.ndarray | list)
    if owner.holds.get("repeat", 1) != 1 and known and len(rows) % size:
        return "batches that go on over the end of the rows"
    return ""


def _mapped(machine: Any, owner: Obj, function: Any, line: int) -> Any:
    """What a function makes of all rows, if it makes the same of a few by themselves."""
    held = parts_of(owner)
    try:
        arrays = [_array(machine, part) for part in held]
        whole = machine.call(function, arrays, {}, line)
        batch = owner.holds.get("batch")
        some = slice(0, batch) if isinstance(batch, int) else 0
        few = machine.call(function, [array[some] for array in arrays], {}, line)
        made = whole if isinstance(whole, tuple) else (whole,)
        alone = few if isinstance(few, tuple) else (few,)
        if all(np.allclose(np.asarray(m)[some], a) for m, a in zip(made, alone, strict=True)):
            return whole
    except REFUSED:
        pass
    return Unknown(line, "what a function makes of a dataset's rows")


def _cut(machine: Any, owner: Obj, name: str, count: Any, line: int) -> Obj:
    """The first rows, or batches, of a dataset, or those after them."""
    holds = dict(owner.holds)
    if not isinstance(count, int) or count < 0:
        raise UnreadableError("how many rows of a dataset are taken is not known")
    if name == "take" and "batch" in holds:
        holds["take"] = min(count, holds.get("take", count))
        return Obj("Dataset", owner.given, owner.line, holds)
    if holds.get("shuffled") or holds.get("repeat"):
        return Obj("Dataset", {"*": [Unknown(line, UNKNOWN_ROWS)]}, line, holds)
    size = holds.get("batch", 1)
    if not isinstance(size, int):
        raise UnreadableError("batches of a size that is not known")
    rows = slice(None, count * size) if name == "take" else slice(count * size, None)
    cut = [machine.part(_array(machine, part), rows) for part in parts_of(owner)]
    return Obj("Dataset", {"*": [tuple(cut) if len(cut) > 1 else cut[0]]}, line, holds)


def _array(machine: Any, part: Any) -> np.ndarray:
    if isinstance(part, np.ndarray):
        return part
    if isinstance(part, Unknown):
        raise UnreadableError(part.why or "a dataset whose rows are not known")
    made = machine.whole(part)
    made = made if isinstance(made, np.ndarray) else np.asarray(machine.plain(made), float)
    if not made.ndim:
        raise UnreadableError("a dataset whose rows are not known")
    return made


def with_an_end(value: Any) -> Any:
    """A dataset that is repeated without an end, as far as it is looked at; all else as it is."""
    if isinstance(value, Obj) and value.kind == "Dataset" and value.holds.get("repeat") == ENDLESS:
        holds = {"take": MOST_TAKEN} | value.holds
        return Obj("Dataset", value.given, value.line, holds)
    return value


def batches(machine: Any, dataset: Obj) -> list[Any]:
    """The batches of a dataset, in the order of its rows."""
    values = [_array(machine, part) for part in parts_of(dataset)]
    size = dataset.holds.get("batch") or 1
    if not isinstance(size, int) or size < 1 or len(values[0]) // size > MOST_BATCHES:
        raise UnreadableError("batches of a size that is not known")
    if dataset.holds.get("shuffled"):
        machine.shuffles += 1
    ends = range(0, len(values[0]), size)
    if dataset.holds.get("dropped"):
        ends = range(0, len(values[0]) - size + 1, size)
    made = []
    for start in ends:
        rows = [value[start : start + size] for value in values]
        rows = [row[0] if "batch" not in dataset.holds else row for row in rows]
        if start == 0:
            machine.batches += [(row, len(value)) for row, value in zip(rows, values, strict=True)]
        made.append(tuple(rows) if len(rows) > 1 else rows[0])
    machine.batches = machine.batches[-MOST_NOTED:]
    times, most = dataset.holds.get("repeat", 1), dataset.holds.get("take")
    if times == ENDLESS:
        if most is None:
            raise UnreadableError("a dataset that is repeated without an end")
        times = most // max(len(made), 1) + 1
    if not isinstance(times, int) or times * len(made) > 4 * MOST_BATCHES:
        raise UnreadableError("a dataset that is repeated too often")
    return (made * times)[:most]
