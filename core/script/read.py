"""Reads a learner's program."""

import numpy as np

from .doubt import as_if_mended, with_doubt
from .machine import Machine
from .result import ScriptReading
from .spec_of import reading_of
from .text import Program, parse


def read_script(text: str) -> ScriptReading:
    """What a program says: a run's spec, and what was not understood, by line.

    The text is parsed and never executed. Where the numbers of a loop, or of the data, decide, they
    are computed from a short list of operations, with bounds on their size.

    Args:
        text: A Python script, or a notebook's JSON.

    Raises:
        InputError: For a text that is too long, too deep or not Python.

    Example:
        >>> read_script("from keras.optimizers import SGD").marked[:2]
        ('data.source', 'loss.key')
    """
    return read_counted(text)[0]


def read_counted(text: str) -> tuple[ScriptReading, int]:
    """What a program says, and how many expressions were looked at for it."""
    with np.errstate(all="ignore"):
        program = parse(text)
        machine, reading, steps = _once(text, program, 0)
        if not machine.unseeded and not machine.files:
            return reading, steps
        _, other, more = _once(text, program, 1)
        return with_doubt(reading, other), steps + more


def _once(text: str, program: Program, stand_in: int) -> tuple[Machine, ScriptReading, int]:
    """One reading; where outputs meet every target, one as if each met its own."""
    machine = Machine(program if not stand_in else parse(text), stand_in)
    machine.run()
    reading = reading_of(machine)
    steps = machine.budget.steps
    if "model.layer" in reading.marked and machine.faults.has("broadcast-loss"):
        mended = Machine(parse(text), stand_in, columns=True)
        mended.run()
        steps += mended.budget.steps
        second = reading_of(mended)
        if "model.layer" not in second.marked:
            return machine, as_if_mended(reading, second), steps
    return machine, reading, steps
