"""Writes a remedy back into the learner's own script, and shows it as a diff.

A remedy is a patch of the spec. For each of its settings several edits of the text are tried, and
the first is kept after which the script, read again, says the new value and nothing else new. So
what cannot be verified is not offered.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

import numpy as np

from ..errors import InputError
from ..spec import Spec
from . import edits
from .read import read_counted
from .result import ScriptReading
from .text import Program, parse

CONTEXT = 2  # unchanged lines around a change
MOST_STEPS = 1_500_000  # that all readings of one remedy may take
NAMES = {"clip_norm": "clipnorm"}
FIT = {"epochs": "epochs", "batch_size": "batch_size", "shuffle": "shuffle"}


@dataclass(frozen=True)
class Rewritten:
    """A script with a remedy in it.

    Attributes:
        text: The whole script; a notebook's code cells one after another.
        diff: What changed, as `diff -u` writes it; empty if nothing could be written.
        left: Settings that could not be written into this script, as `optimizer.key`.
    """

    text: str
    diff: str
    left: tuple[str, ...]


def write_back(text: str, patch: Mapping[str, Any]) -> Rewritten:
    """Writes a patch of the spec that a script says into the script.

    Args:
        text: The script, or the notebook's JSON.
        patch: Of the spec, as remedies have it.

    Raises:
        InputError: If the script cannot be read, or the patch is none.

    Example:
        >>> write_back(script, {"optimizer": {"learning_rate": 0.001}}).diff
    """
    program = parse(text)
    before = "\n".join(program.lines)
    reading, _ = read_counted(before)
    writer = _Writer(before, reading)
    for knob, value in _in_order(reading.spec, patch):
        writer.write(knob, value)
    lines = unified_diff(
        before.split("\n"), writer.text.split("\n"), "your script", "with the remedy",
        lineterm="", n=CONTEXT,
    )  # fmt: skip
    return Rewritten(writer.text, "\n".join(lines), tuple(writer.left))


def _in_order(spec: Spec, patch: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings that the patch changes; an optimizer's key comes with its settings."""
    wanted = spec.patched(patch).model_dump(mode="json")
    old = spec.model_dump(mode="json")
    for section, values in wanted.items():
        if values == old[section]:
            continue
        if not isinstance(values, dict) or not isinstance(old[section], dict):
            yield section, values
        elif values.get("key") != old[section].get("key"):
            yield f"{section}.key", values
        else:
            for name, value in values.items():
                if value != old[section].get(name):
                    yield f"{section}.{name}", value


class _Writer:
    """Writes one setting after another, each on top of those before."""

    def __init__(self, text: str, reading: ScriptReading) -> None:
        self.text, self.reading = text, reading
        self.left: list[str] = []
        self.steps = 0

    def write(self, knob: str, value: Any) -> None:
        """Tries edits until one says the value; notes the setting if none does."""
        if self._tried(knob, value):
            return
        rate = self.reading.spec.optimizer.learning_rate
        if knob == "optimizer.key" and value["learning_rate"] != rate:  # one after the other
            before = self.text, self.reading
            if self._tried(knob, {**value, "learning_rate": rate}):
                if self._tried("optimizer.learning_rate", value["learning_rate"]):
                    return
                self.text, self.reading = before
        self.left.append(knob)

    def _tried(self, knob: str, value: Any) -> bool:
        program = parse(self.text)
        section, _, name = knob.partition(".")
        wanted = self._wanted(section, name, value)
        for lines in _edits(program, self.reading, section, name, value):
            if self.steps > MOST_STEPS:
                break
            text = "\n".join(lines)
            try:
                reading, steps = read_counted(text)
            except InputError:
                continue
            self.steps += steps
            if reading.spec == wanted and self._else_the_same(reading):
                self.text, self.reading = text, reading
                return True
        return False

    def _else_the_same(self, reading: ScriptReading) -> bool:
        """Whether data and marks are as before: scaling x must not change a y that is made of x."""
        old = self.reading
        same = reading.needs_same(old) and set(reading.marked) <= set(old.marked)
        if old.table is None or reading.table is None or not same:
            return same and old.table is reading.table
        mine, theirs = reading.table, old.table
        return len(mine) == len(theirs) and all(
            np.array_equal(a, b) for a, b in zip(mine.values(), theirs.values(), strict=True)
        )

    def _wanted(self, section: str, name: str, value: Any) -> Spec:
        values = self.reading.spec.model_dump()
        if not name or name == "key":
            values[section] = value
        else:
            values[section] = {**values[section], name: value}
        return Spec.of(values)


def _edits(
    program: Program, reading: ScriptReading, section: str, name: str, value: Any
) -> Iterator[list[str]]:
    """Edits that may write a setting, the likeliest first."""
    old = getattr(getattr(reading.spec, section, None), name, None)
    knob = f"{section}.{name}"
    line = next((said.line for said in reversed(reading.said) if said.line), len(program.lines))
    if section == "optimizer":
        yield from _optimizer(program, reading, name, value)
    elif section == "training":
        if isinstance(old, int | float) and not isinstance(old, bool) and value is not None:
            yield from edits.numbers(program, old, value, scaled=False)
        for call in edits.calls(program, "fit"):
            yield from _of_fit(program, call, name, value)
    elif knob in ("scaling.features", "scaling.target") and value in ("standard", "minmax"):
        end = max([line, *(said.line for said in reading.said)])
        yield from edits.after_assignments(program, lambda n: _scaled(n, value, ""), end)
        with_lists = edits.after_assignments(program, lambda n: _scaled(n, value, "np"), end)
        yield from map(edits.with_numpy, with_lists)
    elif section == "model":
        for call in edits.calls(program, "Dense"):
            key = {"initializer": "kernel_initializer"}.get(name, name)
            yield from edits.keyword(program, call, key, edits.written(value))
    elif section == "loss" and name == "key" and isinstance(value, dict):
        for call in edits.calls(program, "compile"):
            yield from edits.keyword(program, call, "loss", repr(value["key"]))
    elif section == "schedule" and isinstance(value, dict) and value["key"] == "constant":
        rate = edits.written(reading.spec.optimizer.learning_rate)
        for call in edits.calls(program, *edits.CLASSES.values()):
            yield from edits.keyword(program, call, "decay", "0.0")
            yield from edits.keyword(program, call, "learning_rate", rate)
    elif section == "bug" and value is None:
        yield from edits.signs(program)
        yield from edits.after_assignments(
            program, lambda n: [f"{n} = {n}.reshape(-1, 1)"], len(program.lines)
        )


def _optimizer(
    program: Program, reading: ScriptReading, name: str, value: Any
) -> Iterator[list[str]]:
    spec = reading.spec.optimizer
    if name == "key":
        settings = {"learning_rate": value["learning_rate"]}
        plain = Spec.of({"optimizer": {"key": value["key"]}}).optimizer.model_dump()
        settings |= {k: v for k, v in value.items() if k != "key" and v != plain.get(k)}
        settings = {NAMES.get(k, k): v for k, v in settings.items()}
        yield from edits.optimizer(program, value["key"], settings)
        yield from edits.optimizer_name(program, value["key"])
        return
    old = getattr(spec, name)
    if isinstance(old, int | float) and not isinstance(old, bool) and value is not None:
        yield from edits.numbers(program, old, value, scaled=name == "learning_rate")
    keras_name = NAMES.get(name, name)
    for call in edits.calls(program, *edits.CLASSES.values()):
        yield from edits.keyword(program, call, keras_name, edits.written(value))
    if value is not None:
        settings = {"learning_rate": spec.learning_rate, keras_name: value}
        yield from edits.optimizer(program, spec.key, settings)


def _of_fit(program: Program, call: Any, name: str, value: Any) -> Iterator[list[str]]:
    written = edits.written(value)
    if name == "batch_size" and value is None and call.args:
        written = f"len({ast.unparse(call.args[0])})"
    yield from edits.keyword(program, call, FIT.get(name, name), written)


def _scaled(name: str, kind: str, numpy: str) -> list[str]:
    """Lines that scale the numbers of a name, a list's by NumPy."""
    x = f"np.array({name})" if numpy else name
    if kind == "standard":
        return [f"{name} = ({x} - {x}.mean(axis=0)) / {x}.std(axis=0)"]
    return [f"{name} = ({x} - {x}.min(axis=0)) / ({x}.max(axis=0) - {x}.min(axis=0))"]
