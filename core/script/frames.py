"""What a program does with its tables: reads them from files, takes columns and rows of them."""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from . import lists
from .budget import UnreadableError
from .tables import (
    MORE_ROWS,
    ROWS,
    Description,
    FileTable,
    Frame,
    Statistic,
    column,
    done_to_each,
    store,
    whole,
)
from .values import Lib, Unknown

SOME_ROWS = "only some of its rows are used"
OTHER_NAMES = "the script gives its columns other names"
SOME_NUMBERS = "the script sets some of its numbers"
DUMMIES = "dummies"  # the columns that stand for texts
STATISTICS = ("mean", "std", "min", "max", "sum", "median")


def read(
    name: str, given: list[Any], options: dict[str, Any], line: int, stand_in: int = 0
) -> Frame:
    """The table that `read_csv` and its kin stand for.

    Raises:
        UnreadableError: If the file has no name that is written in the program.
    """
    path = given[0] if given else options.get("filepath_or_buffer", options.get("fname"))
    if not isinstance(path, str) or not path:
        raise UnreadableError("a file whose name is not written here")
    if "…" in path.replace("\\", "/").rpartition("/")[2]:
        raise UnreadableError("a file whose name is put together")
    file = PurePosixPath(path.replace("\\", "/").partition("?")[0]).name[:100] or "table.csv"
    from_text = name in ("genfromtxt", "loadtxt")
    header = options.get("header", 0) is not None and not options.get("names") and not from_text
    names = options.get("names")
    index = options.get("index_col") is not None
    rows = ROWS + MORE_ROWS * stand_in
    table = FileTable(file, line, header, index, from_text, rows=rows, stand_in=stand_in)
    table.unpacks = from_text and options.get("unpack") is True
    if isinstance(names, list) and all(isinstance(item, str) for item in names):
        return Frame(table, tuple(names))
    if isinstance(columns := options.get("usecols"), list | tuple):
        return Frame(table, tuple(columns))
    return Frame(table)


def unpacked(machine: Any, frame: Frame, count: int) -> list[Any]:
    """The columns of a table that is read column by column, for several names.

    Raises:
        UnreadableError: If it is not read so.
    """
    if not frame.file.unpacks or (frame.columns is not None and len(frame.columns) != count):
        raise UnreadableError("a table that is taken apart")
    return [column(machine, frame, ref) for ref in frame.columns or range(count)]


def is_array(value: Any) -> bool:
    """Whether a table of a file is an array in the program."""
    return isinstance(value, Frame) and (value.file.as_array or value.places)


def item(machine: Any, frame: Frame, key: Any) -> Any:
    """`frame[key]`: a column, several, or rows."""
    if isinstance(key, str) or (isinstance(key, int) and not is_array(frame)):
        return column(machine, frame, key)
    if isinstance(key, list) and all(isinstance(name, str | int) for name in key):
        return replace(frame.only(key), line=machine.line)
    if isinstance(key, tuple) and is_array(frame):
        return position(machine, _some_rows(frame, key[0]), key)
    if isinstance(key, np.ndarray | slice):
        return _some_rows(frame, key)
    if isinstance(key, int):
        return Row(frame, key)
    raise UnreadableError("a part of the table that is not read here")


@dataclass(eq=False)
class Row:
    """One row of a frame."""

    frame: Frame
    number: int

    def item(self, key: Any) -> Any:
        ref = _ref(self.frame, key) if isinstance(key, int) else key
        if self.frame.each or ref in self.frame.made:
            raise UnreadableError("a row of a table that the script changes")
        return float(self.frame.file.column(ref)[self.number % self.frame.file.rows])


@dataclass(eq=False)
class Locator:
    """`frame.iloc` or `frame.loc`, or for single numbers `iat` and `at`."""

    frame: Frame
    by_name: bool


def _some_rows(frame: Frame, rows: Any) -> Frame:
    """The frame, which remembers that rows of it were left out."""
    whole = isinstance(rows, slice) and rows == slice(None)
    return frame if whole or isinstance(rows, int | np.integer) else _altered(frame, SOME_ROWS, {})


def _altered(frame: Frame, why: str, options: dict[str, Any]) -> Frame:
    if options.get("inplace") is True:
        frame.altered = why
    return replace(frame, altered=why)


def locate(machine: Any, locator: Locator, key: Any) -> Any:
    if not isinstance(key, tuple):
        if isinstance(key, int):
            return Row(locator.frame, key)
        return _some_rows(locator.frame, key)
    rows, columns = key[0], key[1]
    frame = _some_rows(locator.frame, rows)
    if locator.by_name:
        return frame if isinstance(columns, slice) else item(machine, frame, columns)
    return position(machine, frame, (rows, columns))


def position(machine: Any, frame: Frame, key: tuple[Any, ...]) -> Any:
    """`frame.iloc[rows, columns]`."""
    rows, columns = key
    if isinstance(columns, int | np.integer):
        ref = _ref(frame, int(columns))
        found = column(machine, frame, ref)
        if isinstance(rows, int | np.integer):
            return float(found[int(rows) % frame.file.rows])
        return found
    if isinstance(columns, list):
        return replace(frame.only([_ref(frame, k) for k in columns]), line=machine.line)
    if isinstance(columns, slice):
        return replace(_sliced(frame, columns), line=machine.line)
    raise UnreadableError("columns that are not read here")


def _ref(frame: Frame, number: int) -> Any:
    """The column at a position: its name if that is known."""
    if frame.columns is None:
        if frame.file.header and number < 0 and frame.out:
            raise UnreadableError("a column counted from the end, after others were left out")
        return number
    return frame.columns[number]


def _sliced(frame: Frame, columns: slice) -> Frame:
    start, stop, step = columns.start or 0, columns.stop, columns.step
    if frame.columns is not None:
        return frame.only(list(frame.columns[columns]))
    if step in (None, 1) and isinstance(stop, int) and stop > 0 <= start:
        return frame.only(list(range(start, stop)))
    if step in (None, 1) and stop is None and start < 0:
        return frame.only([_ref(frame, number) for number in range(start, 0)])
    out = list(range(start))
    if isinstance(stop, int) and stop < 0:
        out += list(range(stop, 0))
    elif stop is not None or start < 0:
        raise UnreadableError("columns that are not read here")
    return frame.without(out)


def described(owner: Description, name: Any) -> Any:
    """A row of a description, or its transpose."""
    if name in STATISTICS:
        return Statistic(owner.frame, name)
    raise UnreadableError("a part of a description that is not read here")


def attribute(machine: Any, frame: Frame, name: str) -> Any:
    if name == "values":
        return as_array(machine, frame)
    if name in ("iloc", "loc", "iat", "at"):
        return Locator(frame, name in ("loc", "at"))
    if name == "shape":
        return (frame.file.rows, len(frame.refs))
    if name == "T":
        return whole(machine, frame).T
    if name == "columns":
        given = {old: new for new, old in frame.names.items()}
        return [given.get(ref, ref) for ref in frame.refs]
    if name == "size":
        return frame.file.rows * len(frame.refs)
    return None


def as_array(machine: Any, frame: Frame) -> Any:
    """A table's numbers; where its columns are not known, they are told by their places."""
    if frame.columns is not None or frame.out or frame.made or frame.each:
        return whole(machine, frame)
    return replace(frame, places=True)


def method(machine: Any, frame: Frame, name: str, given: list[Any], options: dict) -> Any:
    """The result of a frame's method that is read here."""
    if name in ("to_numpy", "as_matrix"):
        return as_array(machine, frame)
    if name == "drop":
        axis = options.get("axis", given[1] if len(given) > 1 else 0)
        names = options.get("columns", given[0] if given else options.get("labels", []))
        if "columns" not in options and axis not in (1, "columns"):
            return _altered(frame, SOME_ROWS, options)
        names = names if isinstance(names, list) else [names]
        if options.get("inplace") is True:
            return leave_out(machine, frame, names)
        return replace(frame.without(names), line=machine.line)
    if name == "pop":
        return _popped(machine, frame, given[0])
    if name == "insert" and frame.columns is not None and len(given) == 3:
        frame.columns = (*frame.columns[: given[0]], given[1], *frame.columns[given[0] :])
        store(machine, frame, given[1], given[2])
        return None
    if name == "fillna":
        if given and isinstance(given[0], Statistic):
            machine.missing = "mean"
            return frame
        return _altered(frame, "missing values are filled in", options)
    if name in lists.FEWER_ROWS:
        return _altered(frame, SOME_ROWS, options)
    if name in ("apply", "transform") and given:
        function = given[0]
        return done_to_each(frame, lambda _, v: machine.call(function, [v], {}, machine.line))
    if name == "rename" and isinstance(given_names := options.get("columns"), dict):
        kept = {old: new for old, new in given_names.items() if isinstance(new, str)}
        if {*kept.values()} & {*kept, *(frame.columns or ())}:
            raise UnreadableError("columns that take one another's names")
        names = frame.names | {new: frame.names.get(old, old) for old, new in kept.items()}
        if options.get("inplace") is True:
            frame.names = names
            return None
        return replace(frame, names=names)
    if name == "sample":
        share = options.get("frac", 1.0)
        seed = options.get("random_state")
        machine.split = (
            (1 - share, seed) if isinstance(share, float) and share < 1 else machine.split
        )
        machine.shuffles += 1
        machine.split_line = machine.line
        return replace(frame, moved=machine.line)
    if name in lists.SAME_TABLE:
        return frame
    if name in STATISTICS and 1 not in (*given, options.get("axis")):
        return Statistic(frame, name)
    if name == "describe":
        return Description(frame)
    if name in ("info", "hist", "plot", "corr", "tail", "isnull", "isna", "to_csv"):
        return Unknown()
    if options.get("inplace") is True:
        frame.altered = SOME_NUMBERS
    raise UnreadableError(f"`.{name}` of a table is not read here")


def _popped(machine: Any, frame: Frame, ref: Any) -> np.ndarray:
    """A column, which is no longer in the frame then."""
    found = column(machine, frame, ref)
    leave_out(machine, frame, [ref])
    return found


def leave_out(machine: Any, frame: Frame, refs: list[Any]) -> None:
    """Takes columns out of the frame itself."""
    left = frame.without(refs)
    frame.columns, frame.out, frame.line = left.columns, left.out, machine.line


def operated(machine: Any, operate: Any, left: Any, right: Any) -> Any:
    """`left` and `right` combined where one of them is a table, or a number for each column."""
    if isinstance(left, Frame) and isinstance(right, Statistic | int | float):

        def done(ref: Any, values: np.ndarray) -> Any:
            side = right.of(machine, ref) if isinstance(right, Statistic) else right
            return operate(values, side)

        return done_to_each(left, done)
    sides = [
        whole(machine, side)
        if isinstance(side, Frame)
        else side.values(machine)
        if isinstance(side, Statistic)
        else side
        for side in (left, right)
    ]
    return operate(*sides)


def with_dummies(frame: Frame, columns: Any, line: int) -> Frame:
    """A table whose texts became columns of 0 and 1, of which no more is known."""
    gone = columns if isinstance(columns, list) else []
    kept = frame.without(gone) if gone else frame
    return replace(
        kept,
        columns=None if kept.columns is None else (*kept.columns, DUMMIES),
        spoiled=kept.spoiled | {DUMMIES},
        line=line,
    )


def is_of_file(origin: Any) -> bool:
    """Whether an array's rows are those of a file."""
    return origin is not None and isinstance(origin.frame, Frame) and bool(origin.frame.file.name)


def any_rows(array: np.ndarray, given: list[Any]) -> list[Any]:
    """A new shape with as many rows as there are: how many the file has is not known."""
    shape = given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given
    width = array.shape[1] if array.ndim == 2 else 1
    if len(shape) == 2 and shape[0] != len(array) and shape[1] in (1, width):
        return [(-1, shape[1])]
    return given


def is_column(frame: Frame, name: str) -> bool:
    """Whether `frame.name` is a column: one that is known, or what no method is called."""
    if frame.columns is not None:
        return frame.names.get(name, name) in frame.columns
    if name in frame.names:
        return True
    import pandas as pd  # takes a third of a second, and few scripts need it

    return not hasattr(pd.DataFrame, name)


def is_reader(lib: Lib) -> bool:
    return lib.name in lists.READERS and lib.family in ("pandas", "numpy")
