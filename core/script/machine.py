"""What one reading of a program knows, and notes: where it trains, what was not understood."""

import ast
from typing import Any

import numpy as np

from . import arrays, frames, stdlib, uncalled
from .budget import Budget, ExhaustedError
from .faults import Faults, read_as_written
from .provenance import Origin, Origins
from .scope import BrokenError, ContinuedError, ReturnedError, Scope
from .statements import Statements
from .text import Program
from .training import Training
from .unsquared import Seen
from .values import Obj

MAX_GAPS = 60
MAX_REORDERS = 500
LIMITS = ("abs", "absolute", "fabs", "clip", "maximum", "minimum")
MAX_PARTS = 60
MAX_WATCHED = 200_000  # numbers


class Machine(Statements):
    """One reading of one program.

    Attributes:
        trainings: Where it trains, in the order they were met.
        gaps: What was not understood, by line.
        faults: What is wrong as it is written.
        origins: Where arrays come from.
        unseeded: Whether numbers were drawn without a seed.
        watched: Numbers whose sign, size or limit is taken, while that is asked for.
        graphs: Whether it is written for TensorFlow 1, with sessions.
        stand_in: The seed that stands in there.
        columns: Whether numbers one after the other stand beside a column row by row.
    """

    def __init__(self, program: Program, stand_in: int = 0, columns: bool = False) -> None:
        self.program, self.stand_in, self.columns = program, stand_in, columns
        self.budget = Budget()
        self.faults = Faults(program)
        self.origins = Origins()
        self.trainings: list[Training] = []
        self.gaps: dict[int, str] = {}
        self.random = arrays.new_random("RandomState", None, stand_in)
        self.randoms = [self.random]
        self.python_random = stdlib.new_random(None, stand_in)
        self.tensor_random = arrays.new_random("RandomState", None, stand_in)
        self.randoms += [self.python_random, self.tensor_random]
        self.drawn: dict[int, np.ndarray] = {}  # by TensorFlow, whose numbers are not known
        self.yields: list[list[Any]] = []  # by the generators that are running
        self.set_on_libraries: dict[str, Any] = {}  # as in `tf.model = …`
        self.running: list[tuple[Any, Any, Scope]] = []  # loops: node, items and names
        self.models: list[Any] = []  # in the order they were made
        self.shuffles = self.draws = 0
        self.unseeded = self.graphs = False
        self.watched: Seen | None = None
        self.parts: list[tuple[np.ndarray, int]] | None = None  # taken of so many rows
        self.batches: list[tuple[np.ndarray, int]] = []  # first ones of datasets, of so many rows
        self.missing = ""
        self.split: tuple[float, Any] | None = None
        self.split_line = 0
        self.reorders: dict[int, tuple[np.ndarray, int]] = {}
        self.orders: dict[int, bytes] = {}  # of those among them that are known
        self.scalers: dict[int, tuple[Obj, int]] = {}  # fitted, and nothing transformed yet
        self.fitted_on_train = False
        self.files: list[frames.FileTable] = []
        self.libraries: set[str] = set()
        self.stars: list[str] = []
        self.depth = 0
        self.line = 0
        self.argument_lines = {}
        self.module = Scope(None)
        self.stopped = ""

    def run(self) -> None:
        """Reads the program to its end, or to the end of what reading may cost."""
        read_as_written(self.program, self.faults)
        try:
            with np.errstate(all="ignore"):
                self.block(self.program.tree.body, self.module)
        except ExhaustedError as error:
            self.stopped = str(error)
            self.gap(self.line, str(error))
        except (ReturnedError, BrokenError, ContinuedError):
            pass
        if not self.trainings and not self.stopped:
            uncalled.read(self)
        for scaler, line in self.scalers.values():
            self.faults.found(
                line, "scaler-discarded",
                f"The `{scaler.kind}` learns the scale here and nothing is scaled with it. Use "
                "what `fit_transform` returns.",
            )  # fmt: skip

    # --- what the parts share ---

    def gap(self, line: int, why: str) -> None:
        """Notes that a line was not understood."""
        if why and len(self.gaps) < MAX_GAPS:
            self.gaps.setdefault(line, why)

    def watch(self, what: str, value: Any) -> None:
        """Notes numbers whose sign, size or limit is taken: residuals, it may be.

        What stands in for a file's numbers may lie within a limit beyond which the file's own go.
        """
        origin = self.origins.of(value) if isinstance(value, np.ndarray) else None
        if what in LIMITS and origin is not None and isinstance(origin.frame, frames.Frame):
            origin.frame.altered = frames.SOME_NUMBERS
        if self.watched is None or not arrays.is_numeric(value) or isinstance(value, bool):
            return
        if sum(map(len, self.watched.values())) + np.size(value) > MAX_WATCHED:
            return
        if np.ndim(value):
            number = sum(key[:2] == (self.line, what) for key in self.watched)
            self.watched[self.line, what, number] = np.array(value, dtype=float).ravel().tolist()
        else:
            self.watched.setdefault((self.line, what, -1), []).append(float(value))

    def taken(self, part: Any, owner: np.ndarray) -> None:
        """Notes rows that were taken of an array, while that is asked for."""
        if self.parts is None or not isinstance(part, np.ndarray) or part.size < 2:
            return
        if len(self.parts) < MAX_PARTS:
            self.parts.append((part, len(owner)))

    def keep_random(self, random: Obj) -> Obj:
        self.randoms.append(random)
        return random

    def plain(self, value: Any) -> Any:
        return arrays.plain(value)

    def from_file(self, frame: frames.Frame, refs: tuple, array: np.ndarray) -> np.ndarray:
        """An array of a file's columns, which remembers them."""
        made = array.copy()
        split = (*self.split, "train") if self.split else None
        line = frame.line or self.line or frame.file.line
        origin = Origin(made, refs, frame, line=line, split=split, split_line=self.split_line)
        return self.origins.keep(made, origin)

    def constants_near(self, line: int) -> list[float]:
        """The fractions that are written in the program, those nearest to a line first."""
        found = [
            (abs(node.lineno - line), node.value)
            for node in ast.walk(self.program.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        ]
        return [value for _, value in sorted(found)]

    def reordered(self, given: list[Any], line: int) -> None:
        """Notes that one array was shuffled by itself."""
        if len(given) == 1 and isinstance(given[0], np.ndarray):
            self.reorders[id(given[0])] = (given[0], line)

    def permuted(self, array: np.ndarray, order: np.ndarray) -> None:
        """Notes that an array's rows were taken in another order."""
        if len(self.reorders) < MAX_REORDERS:
            self.reorders[id(array)] = (array, self.line)
            self.orders[id(array)] = order.tobytes()
