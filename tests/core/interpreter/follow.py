"""A text followed as a page follows it."""

from typing import Any

import numpy as np

from core.interpreter import Machine, read
from core.interpreter.budget import Budget
from core.interpreter.errors import at_line
from core.interpreter.machine import kept
from core.interpreter.shapes import less, shape_of
from core.interpreter.values import ArrayWeight, Handle
from core.interpreter.worlds import ArrayWorld

ROWS, FEATURES = 20, 2
SELF = {
    "units": 1,
    "use_bias": True,
    "kernel": ArrayWeight(np.ones((FEATURES, 1), np.float32), "kernel"),
    "bias": ArrayWeight(np.ones(1, np.float32), "bias"),
}


def follow(part: str, text: str, table: np.ndarray | None = None) -> Any:
    """What the part's method returns; a layer must give one output for each row."""
    program = read(part, text)
    table = np.ones((ROWS, FEATURES), np.float32) if table is None else table
    machine = Machine(program, ArrayWorld(pipeline=part == "pipeline"), Budget.of_page(), [])
    if part == "pipeline":
        names = ("x_train", "y_train", "x_val", "y_val", "x_raw_train", "x_raw_val")
        data = Handle("the table", kept(dict.fromkeys(names, table)))
        found = machine.run("training_rows", Handle("self", {"data": data, "seed": 0}))
        if not isinstance(found, tuple) or [shape_of(each) for each in found] != [table.shape] * 2:
            raise at_line(1, "these are no rows.")
        return found
    own = Handle("self", SELF, {"activation": (lambda z: z, less)})
    found = machine.run("call", own, table, True) if "call" in program.methods else None
    if shape_of(found) != (len(table), 1):
        raise at_line(1, "this is no output for each row.")
    return found
