"""What was read from a learner's program."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from ..spec import Spec

_LISTS = ("features", "without")


@dataclass(frozen=True)
class Said:
    """A line that says something about the run.

    Attributes:
        line: From 1; 0 where nothing is written and the library's default holds.
        text: The line, as the learner has it.
        says: What it says, in words.
        knob: The setting of the spec, as `optimizer.learning_rate`.
        value: The setting's value, as the spec has it.
        exact: Whether the setting is what the script says; else it stands in for it.
    """

    line: int
    text: str
    says: str
    knob: str
    value: Any
    exact: bool = True


@dataclass(frozen=True)
class Gap:
    """A line that was not understood, and the setting that hangs on it, empty for none."""

    line: int
    text: str
    why: str
    knob: str = ""


@dataclass(frozen=True)
class Fault:
    """A line that is wrong whatever the numbers are."""

    line: int
    text: str
    key: str
    why: str


@dataclass(frozen=True)
class NeededFile:
    """A table that the script reads and does not contain.

    Attributes:
        name: The file's name, without folders.
        features: Columns, by name or by position from 0; None for every other one.
        target: The column to predict, by name, or by position, from the end if negative.
        without: Columns that are no features, where `features` is None.
        header: Whether the first row names the columns.
        line: Where it is read.
    """

    name: str
    features: tuple[str | int, ...] | None
    target: str | int | None
    without: tuple[str | int, ...] = ()
    header: bool = True
    line: int = 0

    def columns_in(self, names: list[str]) -> tuple[list[str] | None, str | None]:
        """Features (None for all others) and target by name, in a table with these columns.

        A column that the table does not have is left out; the target is None then.
        """

        def name_of(ref: str | int) -> str | None:
            if isinstance(ref, str):
                return ref if ref in names else None
            return names[ref] if -len(names) <= ref < len(names) else None

        target = None if self.target is None else name_of(self.target)
        if self.features is not None:
            return [name for ref in self.features if (name := name_of(ref))], target
        out = {name_of(ref) for ref in self.without}
        if not out - {None, target}:
            return None, target
        return [name for name in names if name != target and name not in out], target


@dataclass(frozen=True)
class ScriptReading:
    """What a program says.

    Attributes:
        spec: The run, as far as it was understood; defaults elsewhere.
        table: The script's own numbers by column, before scaling; None if they are elsewhere.
        needs: The file to ask for; None for none.
        said: Line by line, what it says and which setting that is.
        gaps: What was not understood.
        faults: What is wrong as it is written.
        partly: Why only a part can be read at all; empty if that is not so.
        marked: Settings of the spec that are not, or not exactly, what the script says.
        reads_files: Names of the files that it reads.
        cells: Of a notebook, the line where each code cell begins; of a script none.
        lines: The text that the line numbers count: of a notebook its code cells, joined.
    """

    spec: Spec
    table: dict[str, list[float]] | None = None
    needs: NeededFile | None = None
    said: tuple[Said, ...] = ()
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Fault, ...] = ()
    partly: str = ""
    marked: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    reads_files: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()

    def cell_of(self, line: int) -> int:
        """The code cell of a notebook that a line is in, from 1; 0 for none."""
        return sum(start <= line for start in self.cells) if line else 0

    def needs_same(self, other: "ScriptReading") -> bool:
        """Whether another reading hangs on the same file and columns, or on none as well."""
        mine, theirs = self.needs, other.needs
        if mine is None or theirs is None:
            return mine is theirs
        columns = (mine.features, mine.target, mine.without)
        return mine.name == theirs.name and columns == (
            theirs.features, theirs.target, theirs.without,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Plain values, with the names that the command line promises."""
        return {
            "spec": self.spec.model_dump(mode="json"),
            "table": self.table,
            "needs": None if self.needs is None else asdict(self.needs),
            "said": [asdict(item) for item in self.said],
            "not_understood": [asdict(item) for item in self.gaps],
            "marked": list(self.marked),
            "faults": [asdict(item) for item in self.faults],
            "partly": self.partly,
            "lines": list(self.lines),
            "reads_files": list(self.reads_files),
            "cells": list(self.cells),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        needs = values["needs"]
        if needs is not None:
            lists = {k: None if v is None else tuple(v) for k, v in needs.items() if k in _LISTS}
            needs = NeededFile(**{**needs, **lists})
        return cls(
            Spec.of(values["spec"]),
            values["table"],
            needs,
            tuple(Said(**item) for item in values["said"]),
            tuple(Gap(**item) for item in values["not_understood"]),
            tuple(Fault(**item) for item in values["faults"]),
            values["partly"],
            tuple(values["marked"]),
            tuple(values["lines"]),
            tuple(values["reads_files"]),
            tuple(values["cells"]),
        )

    def __str__(self) -> str:
        """Line by line what it says, what is wrong, and what was not understood."""
        rows = [f"line {item.line}: {item.says} ({item.knob})" for item in self.said if item.line]
        rows += [f"line {item.line}: WRONG: {item.why}" for item in self.faults]
        rows += [f"line {item.line}: not understood: {item.why}" for item in self.gaps]
        if self.needs is not None:
            rows.append(f"needs the file {self.needs.name}")
        return "\n".join([*rows, *filter(None, [self.partly])])
