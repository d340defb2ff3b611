"""Reads a learner's program."""

import numpy as np

from .machine import Machine
from .result import ScriptReading
from .spec_of import reading_of, with_doubt
from .text import parse


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
        machine = Machine(parse(text))
        machine.run()
        reading = reading_of(machine)
        if not machine.unseeded and not machine.files:
            return reading, machine.budget.steps
        other = Machine(parse(text), stand_in=1)
        other.run()
        return with_doubt(reading, reading_of(other)), machine.budget.steps + other.budget.steps
