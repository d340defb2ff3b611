"""Where arrays come from: which columns of which file, and how they were scaled."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .budget import UnreadableError

TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Origin:
    """What an array was before it was split and scaled.

    Attributes:
        root: All rows, before scaling.
        refs: Its columns in `file`; None where the numbers are the program's own.
        frame: The file's frame; or the key of a sample table; None for neither.
        scaling: As specs name it.
        scaling_line: Where it was scaled.
        split: Share and seed of the rows held out, and which part this is; None for none.
        split_line: Where it was split.
        line: Where the numbers come from.
        partial: Whether rows were left out otherwise than by a split.
    """

    root: np.ndarray
    refs: tuple[Any, ...] | None = None
    frame: Any = None
    scaling: str = "none"
    scaling_line: int = 0
    split: tuple[float, Any, str] | None = None
    split_line: int = 0
    line: int = 0
    partial: bool = False


class Origins:
    """The arrays of a program that have an origin, and all that had a name."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[np.ndarray, Origin]] = {}
        self._shifted: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._lines: dict[int, int] = {}
        self.named: list[tuple[str, np.ndarray]] = []

    def of(self, array: Any) -> Origin | None:
        found = self._known.get(id(array))
        return found[1] if found else None

    def partial_twin(self, array: np.ndarray) -> np.ndarray:
        """An array with the same numbers that is only some of a file's rows; itself for none.

        Of a file few rows stand in, and some of its rows may be all of those.
        """
        origin = self.of(array)
        if origin is None or origin.partial or origin.frame is None:
            return array
        for other, known in self._known.values():
            same = other.shape == array.shape and known.scaling == origin.scaling
            if known.partial and same and np.array_equal(other, array):
                return other
        return array

    def keep(self, array: np.ndarray, origin: Origin) -> np.ndarray:
        """Remembers an array's origin; the array stays alive, so that its id stays its own."""
        if len(self._known) < 5000:
            if origin.root is array and origin.frame is not None:
                origin = replace(origin, root=array.copy())  # which stays as the file has it
            self._known[id(array)] = (array, origin)
            if isinstance(array, np.matrix):
                self.keep(np.asarray(array), origin)
        return array

    def name(self, name: str, array: np.ndarray, line: int) -> None:
        """Remembers that a name stood for this array, and since which line."""
        array = np.asarray(array) if isinstance(array, np.matrix) else array
        self._lines.setdefault(id(array), line)
        if len(self.named) < 300 and all(array is not other for _, other in self.named):
            self.named.append((name, array))

    def name_of(self, array: np.ndarray) -> str:
        """The first name of an array, or of one with the same numbers; empty for none."""
        return self._named(array)[0]

    def line_of(self, array: np.ndarray) -> int:
        """Where an array, or one with the same numbers, got its name; 0 if it has none."""
        return self._lines.get(id(self._named(array)[1]), 0)

    def _named(self, array: np.ndarray) -> tuple[str, np.ndarray | None]:
        for name, other in self.named:
            if other is array or (
                other.size == array.size and np.array_equal(other.ravel(), array.ravel())
            ):
                return name, other
        return "", None

    def arrays(self) -> list[np.ndarray]:
        """All arrays with an origin first, then those with a name only."""
        known = [array for array, _ in self._known.values() if not isinstance(array, np.matrix)]
        return known + [array for _, array in self.named if id(array) not in self._known]

    def inherit(self, result: Any, sources: list[Any]) -> None:
        """Gives a result the origin of the array that it only reshapes."""
        if not isinstance(result, np.ndarray) or result.size < 2 or result.dtype.kind not in "fiu":
            return
        if id(result) in self._known:
            return
        for source in sources:
            origin = self.of(source)
            if origin and source.size == result.size and same(source, result):
                self.keep(result, origin)
                return

    def rows(self, result: Any, source: Any, key: Any) -> None:
        """Gives rows of an array its origin, with the same rows of the root."""
        origin = self.of(source)
        if origin is None or not isinstance(result, np.ndarray) or result.ndim != source.ndim:
            return
        rows = key[0] if isinstance(key, tuple) else key
        whole = not isinstance(key, tuple) or key[1:] == (slice(None),)
        if (
            isinstance(rows, slice | np.ndarray | list)
            and whole
            and len(origin.root) == len(source)
        ):
            some = rows != slice(None) if isinstance(rows, slice) else len(result) < len(source)
            self.keep(
                result, replace(origin, root=origin.root[rows], partial=origin.partial or some)
            )

    def columns(self, result: Any, source: Any, key: Any) -> None:
        """Gives columns of an array its origin, with the same columns of the root."""
        origin = self.of(source)
        if origin is None or not isinstance(result, np.ndarray) or not isinstance(key, tuple):
            return
        if len(key) != 2 or key[0] != slice(None) or origin.root.ndim != 2:
            return
        if not isinstance(key[1], int | slice | list) or origin.root.shape[1] != source.shape[1]:
            return
        refs = None
        if origin.refs is not None:
            named = np.array([*origin.refs, None], dtype=object)[:-1][key[1]]
            refs = tuple(named) if isinstance(named, np.ndarray) else (named,)
        self.keep(result, replace(origin, root=origin.root[key], refs=refs))

    def joined(self, result: Any, parts: Any) -> None:
        """Gives columns of one file that are put side by side the origin that they share."""
        if not isinstance(result, np.ndarray) or result.ndim != 2 or not isinstance(parts, list):
            return
        origins = [self.of(part) for part in parts]
        known = [origin for origin in origins if origin is not None and origin.refs]
        if not known or len(known) < len(parts):
            return
        roots = [o.root if o.root.ndim == 2 else o.root[:, None] for o in known]
        wide = [part if part.ndim == 2 else part[:, None] for part in parts]
        alike = {(id(getattr(o.frame, "file", o.frame)), o.scaling, o.split) for o in known}
        if len(alike) > 1 or len({len(root) for root in roots}) > 1:
            return
        if sum(part.shape[1] for part in wide) != result.shape[1] or len(wide[0]) != len(result):
            return
        refs = tuple(ref for origin in known for ref in origin.refs or ())
        if len(refs) == result.shape[1] and np.array_equal(np.hstack(wide), result):
            self.keep(result, replace(known[0], root=np.hstack(roots), refs=refs))

    def scaled(self, array: np.ndarray, result: np.ndarray, kind: str, line: int) -> np.ndarray:
        """Remembers a scaled array's origin.

        Raises:
            UnreadableError: If the array was scaled already.
        """
        origin = self.of(array) or Origin(array, line=line)
        if origin.scaling != "none":
            raise UnreadableError("numbers that were scaled already")
        return self.keep(result, replace(origin, scaling=kind, scaling_line=line))

    def computed(self, name: str, left: Any, right: Any, result: Any, line: int) -> None:
        """Follows a scaling by hand: an array less its mean or least value, then divided."""
        whole = isinstance(left, np.ndarray) and isinstance(result, np.ndarray)
        if not whole or np.size(right) >= left.size or result.shape != left.shape:
            return
        if name == "subtract" and len(self._shifted) < 1000:
            self._shifted[id(result)] = (result, left)
        if name in ("divide", "true_divide") and id(left) in self._shifted:
            source, kind = self._shifted[id(left)][1], looks_scaled(result)
            base = self.of(source) or Origin(source, line=line)
            if kind and base.scaling == "none" and scaled_by(kind, source, result):
                self.keep(result, replace(base, scaling=kind, scaling_line=line))


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers in the same order, up to single precision."""
    return np.allclose(a.ravel(), b.ravel(), rtol=1e-6, atol=0, equal_nan=True)


def looks_scaled(array: np.ndarray) -> str:
    """The scaling whose mark the columns of an array bear; empty for none."""
    if not array.size or not np.isfinite(array).all():
        return ""
    mean, spread = array.mean(axis=0), array.std(axis=0)
    rows = len(array)
    wide = np.sqrt((rows - 1) / rows) if rows > 1 else 1.0
    if _near(mean, 0.0) and (_near(spread, 1.0) or _near(spread, wide)):
        return "standard"
    return "minmax" if _near(array.min(axis=0), 0.0) and _near(array.max(axis=0), 1.0) else ""


def _near(values: np.ndarray, number: float) -> bool:
    return bool(np.all(np.abs(values - number) < TOLERANCE))


def scaled_by(kind: str, source: np.ndarray, result: np.ndarray) -> bool:
    """Whether this scaling makes the result of the source."""
    if same(source, result):
        return False
    with np.errstate(all="ignore"):
        if kind == "standard":
            made = (source - source.mean(axis=0)) / source.std(axis=0)
        else:
            low = source.min(axis=0)
            made = (source - low) / (source.max(axis=0) - low)
    return bool(np.allclose(made, result, rtol=0.3 / max(len(source), 1) + 1e-4, atol=1e-4))
