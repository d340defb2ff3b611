"""Table, scaling and split, of the arrays that a program trains on."""

import re
from typing import Any

import numpy as np

from ..data.sanitize import clean_text
from . import arrays, frames
from .budget import UnreadableError
from .findings import Findings
from .provenance import Origin, same
from .result import NeededFile
from .values import Obj, Unknown, is_tensor

MAX_ROWS = 20_000  # of a table that the answer holds
MAX_TABLE = 200_000  # cells
PLACE = "script"  # what stands for a source while the table is in the script, or in a file


def as_array(machine: Any, value: Any) -> np.ndarray:
    """Features or targets as an array.

    Raises:
        UnreadableError: If they are not known.
    """
    if isinstance(value, Unknown):
        raise UnreadableError(value.why or "numbers that are not known")
    if isinstance(value, frames.Frame):
        return frames.whole(machine, value)
    if value is None or isinstance(value, Obj) or is_tensor(value):
        raise UnreadableError("numbers that are not known")
    if isinstance(value, np.ndarray):
        return value
    array = np.asarray(arrays.plain(value), dtype=float)
    machine.origins.inherit(array, machine.origins.arrays())
    return array


def read_data(
    machine: Any, found: Findings, x: Any, y: Any, line: int
) -> tuple[dict[str, list[float]] | None, NeededFile | None, int | None]:
    """Puts the table's settings.

    Returns:
        The table if the script has it, the file that is needed if it has not, and the number of
        rows if that is known.
    """
    try:
        x, y = as_array(machine, x), as_array(machine, y)
    except UnreadableError as error:
        unknown = next((v for v in (x, y) if isinstance(v, Unknown)), None)
        at = unknown.line if unknown and unknown.line else line
        found.miss("data.source", at, str(error))
        found.miss("scaling.features", at, "the numbers that would be scaled are not known")
        return None, None, None
    x_origin = machine.origins.of(x) or Origin(x, line=line)
    y_origin = machine.origins.of(y) or Origin(y, line=line)
    _scaling(found, "scaling.features", x_origin)
    _scaling(found, "scaling.target", y_origin)
    for array, origin in ((x, x_origin), (y, y_origin)):
        if origin.frame is not None and origin.scaling == "none" and _is_changed(array, origin):
            found.miss("data.source", origin.line, frames.SOME_NUMBERS)
    _split(machine, found, x_origin, line)
    _order_faults(machine, x, y, x_origin, y_origin)
    files = [o.frame for o in (x_origin, y_origin) if isinstance(o.frame, frames.Frame)]
    if "diabetes" in (x_origin.frame, y_origin.frame):
        found.put("data.source", "diabetes", x_origin.line, "the diabetes table, in raw units")
        found.put("data.target", "target", y_origin.line, "its `target`")
        return None, None, len(x_origin.root)
    if any(frame.file.name for frame in files):
        return None, _file(found, x_origin, y_origin), None
    return _table(machine, found, x_origin, y_origin, line)


def _is_changed(array: np.ndarray, origin: Origin) -> bool:
    """Whether numbers of an array were set in place since they were read."""
    return array.size == origin.root.size and not same(array, origin.root)


def _scaling(found: Findings, knob: str, origin: Origin) -> None:
    whose = "features" if knob.endswith("features") else "target"
    if origin.scaling != "none":
        found.put(
            knob, origin.scaling, origin.scaling_line, f"{origin.scaling} scaling of the {whose}"
        )
    else:
        found.put(knob, "none", 0, f"nothing scales the {whose}")


def _split(machine: Any, found: Findings, origin: Origin, line: int) -> None:
    if origin.split is None:
        found.put("data.validation_fraction", 0.0, 0, "no rows are held out")
        return
    share, seed, _ = origin.split
    share, line = round(float(share), 6), origin.split_line or origin.line or line
    found.put(
        "data.validation_fraction",
        share,
        line,
        f"{share:g} of the rows are held out",
    )
    if isinstance(seed, int) and 0 <= seed < 2**32:
        found.put("training.seed", seed, line, f"the split's seed is {seed}")


def _order_faults(machine: Any, x: np.ndarray, y: np.ndarray, *origins: Origin) -> None:
    """Reports that one of the two was shuffled and the other was not, or in another order."""
    moved = [_moved(machine, array, origin) for array, origin in zip((x, y), origins, strict=True)]
    lines = [line for line, _ in moved]
    orders = [order for _, order in moved]
    frames_moved = [o.frame.moved if isinstance(o.frame, frames.Frame) else 0 for o in origins]
    made = machine.origins.line_of(origins[1 if lines[0] else 0].root)
    if frames_moved[0] != frames_moved[1]:
        lines, orders, made = frames_moved, [b"", b""], 0
    apart = sum(map(bool, lines)) == 1 and made <= max(lines)  # else made of the shuffled one
    if apart or (all(orders) and orders[0] != orders[1]):
        which = "The features" if lines[0] else "The targets"
        machine.faults.found(
            max(lines),
            "shuffled-apart",
            f"{which} are shuffled and the other half is not, or in another order: rows and their "
            "targets no longer belong together. Shuffle both at once.",
        )


def _moved(machine: Any, array: np.ndarray, origin: Origin) -> tuple[int, bytes]:
    """The line where an array was put into another order, and that order, empty if not known."""
    for key, (other, line) in machine.reorders.items():
        root = origin.root
        same = other.size == root.size and np.array_equal(other.ravel(), root.ravel())
        if other is array or other is root or same:
            return line, machine.orders.get(key, b"")
    return 0, b""


def _file(found: Findings, x: Origin, y: Origin) -> NeededFile:
    frame = next(o.frame for o in (x, y) if isinstance(o.frame, frames.Frame))
    refs = x.refs or ()
    rest = any(isinstance(ref, str) and ref.startswith("\0") for ref in refs)
    target = y.refs[0] if y.refs and len(y.refs) == 1 else None
    if isinstance(target, str) and target.startswith("\0"):
        target = None
    out = x.frame.out if rest and isinstance(x.frame, frames.Frame) else ()
    without = tuple(ref for ref in out if ref != target)
    features = None if rest or not refs else tuple(refs)
    file = frame.file
    altered = [o.frame.altered for o in (x, y) if isinstance(o.frame, frames.Frame)]
    if any(altered) or x.partial or y.partial:
        found.miss("data.source", file.line, max(altered, default="") or frames.SOME_ROWS)
    names = {o.frame.file.name for o in (x, y) if isinstance(o.frame, frames.Frame)}
    if len(names) > 1:
        found.miss("data.source", file.line, "features and targets stand in two files")
    words = f"reads {file.name}"
    found.put("data.source", PLACE, file.line, words)
    if not isinstance(x.frame, frames.Frame) or (not isinstance(y.frame, frames.Frame)):
        found.miss("data.features", file.line, "some of the numbers come from elsewhere")
        for knob, origin in (("scaling.features", x), ("scaling.target", y)):
            if not isinstance(origin.frame, frames.Frame):
                found.miss(knob, file.line, "some of the numbers come from elsewhere")
    if target is None:
        found.miss("data.target", file.line, "the column to predict is not known")
    elif isinstance(target, str):
        found.put("data.target", target, y.line or file.line, f"predicts `{target}`")
    if features is not None and all(isinstance(ref, str) for ref in features):
        found.put(
            "data.features", list(features), x.line or file.line, f"from {', '.join(features)}"
        )
    return NeededFile(file.name, features, target, without, file.header, file.line)


def _table(
    machine: Any, found: Findings, x: Origin, y: Origin, line: int
) -> tuple[dict[str, list[float]] | None, None, int | None]:
    features = _columns(x.root)
    target = _columns(y.root)
    rows = len(target)
    if len(features) != rows and features.shape[1] == rows:
        features = features.T
    if len(features) != rows or target.shape[1] != 1:
        found.miss(
            "data.source", line, f"features of shape {x.root.shape}, targets of {y.root.shape}"
        )
        return None, None, None
    if rows > MAX_ROWS or features.size > MAX_TABLE:
        found.miss("data.source", line, f"a table of {rows:,} rows is too large to take over")
        return None, None, rows
    base, goal = _name(machine, x, "x"), _name(machine, y, "y")
    count = features.shape[1]
    names = [base] if count == 1 else [f"{base}{number}" for number in range(1, count + 1)]
    if goal in names:
        goal = "target" if goal != "target" else "y"
    table = {name: features[:, k].astype(float).tolist() for k, name in enumerate(names)}
    table[goal] = target[:, 0].astype(float).tolist()
    words = f"{rows:,} rows, {count} feature{'s'[: count > 1]}"
    at, goal_at = (machine.origins.line_of(origin.root) for origin in (x, y))
    found.put("data.source", PLACE, at or x.line or line, words)
    found.put("data.target", goal, goal_at or y.line or line, f"predicts `{goal}`")
    return table, None, rows


def _columns(array: np.ndarray) -> np.ndarray:
    array = np.asarray(array, dtype=float)
    if array.ndim == 2 and array.shape[0] == 1:
        array = array.T
    return array if array.ndim == 2 else array.reshape(max(1, array.size), -1)


def _name(machine: Any, origin: Origin, default: str) -> str:
    name = machine.origins.name_of(origin.root)
    name = clean_text(name)[:40] if re.fullmatch(r"[A-Za-z_]\w*", name) else ""
    return name or default
