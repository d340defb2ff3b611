"""Tables that a program reads from a file: which columns it takes, over rows that stand in."""

import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from . import lists
from .budget import UnreadableError
from .values import Lib, Unknown

ROWS = 24  # that stand in for the file's
MORE_ROWS = 5  # in a second reading, which tells what hangs on the file
REST = 3  # columns that stand in for all that were not named


@dataclass(eq=False)
class FileTable:
    """A file that the program reads."""

    name: str
    line: int
    header: bool = True
    index: bool = False  # the first column names the rows
    as_array: bool = False
    given: dict[Any, np.ndarray] = field(default_factory=dict)  # columns that stand in, by name
    rows: int = ROWS
    stand_in: int = 0

    def column(self, ref: Any) -> np.ndarray:
        """Numbers that stand in for a column: the same for the same column."""
        if ref not in self.given:
            seed = zlib.crc32(repr(ref).encode()) + self.stand_in
            random = np.random.RandomState(seed % 2**32)
            self.given[ref] = random.uniform(1, 3, self.rows) * (1 + seed % 7)
        return self.given[ref]


@dataclass(eq=False)
class Frame:
    """Columns of a file: those that are named, or all but some."""

    file: FileTable
    columns: tuple[Any, ...] | None = None  # None: all that the file has, but those left out
    out: tuple[Any, ...] = ()
    made: dict[Any, np.ndarray] = field(default_factory=dict)  # by the program
    kept: float = 1.0  # share of the rows, where the program drew some

    @property
    def refs(self) -> tuple[Any, ...]:
        """The columns, those that stand in for the rest among them."""
        if self.columns is not None:
            return self.columns
        return tuple(f"\0{number}" for number in range(REST))

    def as_array(self) -> np.ndarray:
        return np.stack([self.column(ref) for ref in self.refs], axis=1)

    def column(self, ref: Any) -> np.ndarray:
        return self.made[ref] if ref in self.made else self.file.column(ref)

    def only(self, refs: list[Any]) -> "Frame":
        return Frame(self.file, tuple(refs), (), self.made, self.kept)

    def without(self, refs: list[Any]) -> "Frame":
        if self.columns is not None:
            gone = {self.columns[r] if isinstance(r, int) and r < 0 else r for r in refs}
            return self.only([ref for ref in self.columns if ref not in gone])
        return Frame(self.file, None, (*self.out, *refs), self.made, self.kept)


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
    file = PurePosixPath(path.replace("\\", "/").partition("?")[0]).name[:100] or "table.csv"
    from_text = name in ("genfromtxt", "loadtxt")
    header = options.get("header", 0) is not None and not options.get("names") and not from_text
    names = options.get("names")
    index = options.get("index_col") is not None
    rows = ROWS + MORE_ROWS * stand_in
    table = FileTable(file, line, header, index, from_text, rows=rows, stand_in=stand_in)
    if isinstance(names, list) and all(isinstance(item, str) for item in names):
        return Frame(table, tuple(names))
    if isinstance(columns := options.get("usecols"), list):
        return Frame(table, tuple(columns))
    return Frame(table)


def item(machine: Any, frame: Frame, key: Any) -> Any:
    """`frame[key]`: a column, several, or rows."""
    if isinstance(key, str) or (isinstance(key, int) and not frame.file.as_array):
        return machine.from_file(frame, (key,), frame.column(key))
    if isinstance(key, list) and all(isinstance(name, str | int) for name in key):
        return frame.only(key)
    if isinstance(key, tuple) and frame.file.as_array:
        return position(machine, frame, key)
    if isinstance(key, np.ndarray | slice):
        return frame
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
        return float(self.frame.column(ref)[self.number % self.frame.file.rows])


@dataclass(eq=False)
class Locator:
    """`frame.iloc` or `frame.loc`."""

    frame: Frame
    by_name: bool


def locate(machine: Any, locator: Locator, key: Any) -> Any:
    if not isinstance(key, tuple):
        return Row(locator.frame, key) if isinstance(key, int) else locator.frame
    rows, columns = key[0], key[1]
    if locator.by_name:
        if isinstance(columns, slice):
            return locator.frame
        return item(machine, locator.frame, columns)
    return position(machine, locator.frame, (rows, columns))


def position(machine: Any, frame: Frame, key: tuple[Any, ...]) -> Any:
    """`frame.iloc[rows, columns]`."""
    rows, columns = key
    if isinstance(columns, int | np.integer):
        ref = _ref(frame, int(columns))
        column = frame.column(ref)
        if isinstance(rows, int | np.integer):
            return float(column[int(rows) % frame.file.rows])
        return machine.from_file(frame, (ref,), column)
    if isinstance(columns, list):
        return frame.only([_ref(frame, number) for number in columns])
    if isinstance(columns, slice):
        return _sliced(frame, columns)
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
    out = list(range(start))
    if isinstance(stop, int) and stop < 0:
        out += list(range(stop, 0))
    elif stop is not None or start < 0:
        raise UnreadableError("columns that are not read here")
    return frame.without(out)


def attribute(machine: Any, frame: Frame, name: str) -> Any:
    if name == "values":
        return whole(machine, frame)
    if name in ("iloc", "loc"):
        return Locator(frame, name == "loc")
    if name == "shape":
        return (frame.file.rows, len(frame.refs))
    if name == "T":
        return whole(machine, frame).T
    if name == "columns":
        return list(frame.refs)
    if name == "size":
        return frame.file.rows * len(frame.refs)
    return None


def whole(machine: Any, frame: Frame) -> Any:
    """The frame as an array that remembers its columns."""
    return machine.from_file(frame, frame.refs, frame.as_array())


def method(machine: Any, frame: Frame, name: str, given: list[Any], options: dict) -> Any:
    """The result of a frame's method that is read here."""
    if name in ("to_numpy", "as_matrix"):
        return whole(machine, frame)
    if name == "drop":
        axis = options.get("axis", given[1] if len(given) > 1 else 0)
        names = options.get("columns", given[0] if given else options.get("labels", []))
        if "columns" not in options and axis not in (1, "columns"):
            return frame
        return frame.without(names if isinstance(names, list) else [names])
    if name == "pop":
        return machine.from_file(frame, (given[0],), frame.column(given[0]))
    if name == "insert" and frame.columns is not None and len(given) == 3:
        frame.columns = (*frame.columns[: given[0]], given[1], *frame.columns[given[0] :])
        values = np.asarray(given[2], dtype=float)
        frame.made[given[1]] = np.broadcast_to(values, (frame.file.rows,)).copy()
        return None
    if name == "fillna":
        machine.missing = "mean" if given and isinstance(given[0], np.ndarray) else machine.missing
        return frame
    if name == "sample":
        share = options.get("frac", 1.0)
        seed = options.get("random_state")
        machine.split = (
            (1 - share, seed) if isinstance(share, float) and share < 1 else machine.split
        )
        machine.shuffles += 1
        return frame
    if name in lists.SAME_TABLE:
        return frame
    if name in ("mean", "std", "min", "max", "sum", "median"):
        return getattr(np, name)(frame.as_array(), axis=0)
    if name in ("info", "describe", "hist", "plot", "corr", "tail", "isnull", "isna", "to_csv"):
        return Unknown()
    raise UnreadableError(f"`.{name}` of a table is not read here")


def is_reader(lib: Lib) -> bool:
    return lib.name in lists.READERS and lib.family in ("pandas", "numpy")
