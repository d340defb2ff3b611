"""Tables of a program: columns of a file, over rows that stand in, and what is made of them."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .budget import UnreadableError
from .provenance import Origin

ROWS = 24  # that stand in for the file's
MORE_ROWS = 5  # in a second reading, which tells what hangs on the file
REST = 3  # columns that stand in for all that were not named


MADE = "the script computes some of its columns"
Each = Callable[[Any, np.ndarray], Any]  # of a column's name and numbers


@dataclass(eq=False)
class FileTable:
    """A file that the program reads."""

    name: str
    line: int
    header: bool = True
    index: bool = False  # the first column names the rows
    as_array: bool = False
    unpacks: bool = False  # whether it is given column by column
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
    altered: str = ""  # why its numbers are not the file's, as the end of a sentence
    each: tuple[Each, ...] = ()  # what was done to every column
    line: int = 0  # where its columns were chosen; 0 where they were not
    moved: int = 0  # where its rows were shuffled; 0 where they were not
    spoiled: frozenset[Any] = frozenset()  # columns that were set to what is not known
    places: bool = False  # whether it is an array by now, whose columns are known by their places
    names: dict[Any, Any] = field(default_factory=dict)  # that the program gave, to the file's own

    @property
    def refs(self) -> tuple[Any, ...]:
        """The columns, those that stand in for the rest among them."""
        if self.columns is not None:
            return self.columns
        return tuple(f"\0{number}" for number in range(REST))

    def only(self, refs: list[Any]) -> "Frame":
        refs = [self.names.get(ref, ref) for ref in refs]
        return replace(self, columns=tuple(refs), out=())

    def without(self, refs: list[Any]) -> "Frame":
        refs = [self.names.get(ref, ref) for ref in refs]
        if self.columns is not None:
            gone = {self.columns[r] if isinstance(r, int) and r < 0 else r for r in refs}
            return self.only([ref for ref in self.columns if ref not in gone])
        return replace(self, columns=None, out=(*self.out, *refs))


@dataclass(eq=False)
class Statistic:
    """A number for each column of a table: `df.mean()`."""

    frame: Frame
    name: str

    def of(self, machine: Any, ref: Any) -> float:
        return float(getattr(np, self.name)(column(machine, self.frame, ref)))

    def values(self, machine: Any) -> np.ndarray:
        return np.array([self.of(machine, ref) for ref in self.frame.refs])


@dataclass(eq=False)
class Description:
    """`df.describe()`, or its transpose."""

    frame: Frame


def column(machine: Any, frame: Frame, ref: Any) -> np.ndarray:
    """A column as an array that remembers its file, and how it was scaled."""
    ref = frame.names.get(ref, ref)
    if ref in frame.spoiled:
        frame = replace(frame, altered=frame.altered or MADE)
    if ref in frame.made:
        found: Any = frame.made[ref]
    else:
        found = machine.from_file(frame, (ref,), frame.file.column(ref))
        for done in frame.each:
            found = done(ref, found)
    if not isinstance(found, np.ndarray) or found.shape != (frame.file.rows,):
        raise UnreadableError("a column that is made in a way that is not read here")
    origin = machine.origins.of(found)
    if origin is not None and isinstance(origin.frame, Frame):
        kept = replace(origin, frame=frame, refs=(ref,))
        return machine.origins.keep(found.copy(), kept)
    return _computed(machine, frame, (ref,), found.copy())


def whole(machine: Any, frame: Frame) -> np.ndarray:
    """The frame as an array that remembers its columns."""
    columns = [column(machine, frame, ref) for ref in frame.refs]
    made = np.stack(columns, axis=1)
    origins = [machine.origins.of(array) for array in columns]
    given = [o for o in origins if isinstance(o.root, np.ndarray) and np.ptp(o.root)]
    if len({o.scaling for o in given}) > 1:
        return _computed(machine, frame, frame.refs, made)
    altered = max((o.frame.altered for o in origins), default="")
    if frame.columns is None and ({*frame.made} | frame.spoiled) - {*frame.out}:
        altered = altered or MADE  # among all that are not named
    roots = np.stack([np.ravel(o.root) for o in origins], axis=1)
    base = (given or origins)[0]
    line = frame.line or frame.file.line
    frame = replace(frame, altered=altered)
    kept = replace(base, root=roots, refs=frame.refs, frame=frame, line=line)
    return machine.origins.keep(made, kept)


def _computed(machine: Any, frame: Frame, refs: tuple, made: np.ndarray) -> np.ndarray:
    """Columns that the file does not have as they are; constant ones are the program's own."""
    altered = frame.altered if not np.ptp(made) else frame.altered or MADE
    origin = Origin(made, refs, replace(frame, altered=altered), line=frame.file.line)
    return machine.origins.keep(made, origin)


def store(machine: Any, frame: Frame, key: Any, value: Any) -> None:
    """`frame[key] = value`: columns that the program makes."""
    if isinstance(key, tuple):  # of an array
        frame.altered = MADE
        return
    keys = key if isinstance(key, list) else [key]
    rows = frame.file.rows
    if not isinstance(value, np.ndarray | int | float) or np.ndim(value) > 2:
        if all(isinstance(ref, str) for ref in keys):
            frame.spoiled |= {frame.names.get(ref, ref) for ref in keys}
        else:
            frame.altered = MADE
        return
    array = np.asarray(value, dtype=float)
    wide = array.ndim == 2 and array.shape == (rows, len(keys))
    origin = machine.origins.of(value)
    for number, ref in enumerate(frame.names.get(key, key) for key in keys):
        part = array[:, number] if wide else array.ravel() if array.size == rows else array
        made = np.broadcast_to(part, (rows,)).copy()
        frame.made = frame.made | {ref: made}
        frame.spoiled -= {ref}
        if frame.columns is not None and ref not in frame.columns:
            frame.columns = (*frame.columns, ref)
        if origin is not None and isinstance(origin.frame, Frame):
            root = origin.root[:, number] if wide and origin.root.ndim == 2 else origin.root
            refs = origin.refs[number : number + 1] if wide and origin.refs else origin.refs
            if refs == (ref,):
                machine.origins.keep(made, replace(origin, root=root, refs=refs))


def done_to_each(frame: Frame, done: Each) -> Frame:
    """The frame with something done to every column."""
    made = {ref: done(ref, values) for ref, values in frame.made.items()}
    return replace(frame, made=made, each=(*frame.each, done))
