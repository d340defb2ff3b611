"""Reads a learner's program."""

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
    program = parse(text)
    machine = Machine(program)
    machine.run()
    reading = reading_of(machine)
    if not machine.unseeded:
        return reading
    other = Machine(parse(text), stand_in=1)
    other.run()
    return with_doubt(reading, reading_of(other))
