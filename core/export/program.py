"""The program in order: what a script joins and a notebook puts into cells."""

from dataclasses import dataclass

import pandas as pd

from ..classroom.mystery import is_mystery
from ..errors import InputError
from ..spec import Spec
from .batches import batches
from .heading import docstring, imports
from .parts import layer, pipeline
from .preparation import preparation
from .table import table_code
from .training import fit, own_loop, print_losses

WAITS = "The program and the report wait until the mystery is opened."


@dataclass(frozen=True)
class Section:
    """A part of the program.

    Attributes:
        title: What it does, in plain words; nothing that a user typed.
        code: Python source.
    """

    title: str
    code: str


def sections(spec: Spec, table: pd.DataFrame) -> list[Section]:
    """The parts of the program, each using the names that those before it bind.

    Args:
        spec: What to run, its bug included.
        table: The table that the spec's columns are taken from.

    Raises:
        InputError: If something in the spec is a mystery.
    """
    if is_mystery(spec):
        raise InputError(WAITS)
    part = spec.bug.breaks() if spec.bug else None
    return [
        Section("What is needed", f"{docstring(spec)}\n\n{imports(spec, part)}"),
        Section("The table", table_code(spec, table)),
        Section("Missing values, split, scaling", preparation(spec, table)),
        *(
            [Section("The data pipeline, with its bug", pipeline(spec))]
            if part == "Pipeline"
            else []
        ),
        Section("The layer", layer(spec, part)),
        Section("The rows of every step", batches(spec, part)),
        Section("The training", own_loop(spec) if part == "Step" else fit(spec)),
        Section("The loss of every epoch", print_losses()),
    ]
