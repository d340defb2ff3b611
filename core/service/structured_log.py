"""One line a run in the server's log: what kind of run it was and what became of it.

No table, no name of a column or a file, no number of the data, no token and no learner.
"""

import logging

import orjson

from ..events import decode
from .run_log import RunLog

LOGGER = logging.getLogger("uphill.runs")


def write_line(log: RunLog) -> str:
    """Writes the line of a run that has ended; returns its outcome."""
    started, ended = decode(log.events[0]), decode(log.events[-1])
    spec = log.spec
    line = {
        "run": ended["outcome"],
        "own_table": spec.data.source.startswith("upload-"),
        "rows": started.get("rows"),
        "features": len(started.get("features", ())),
        "optimizer": spec.optimizer.key,
        "bug": spec.bug.key if spec.bug else None,
        "epochs": spec.training.epochs,
        "steps": (ended["step"] or 0) + 1,
        "events": len(log.events),
        "seconds": ended["seconds"],
    }
    LOGGER.info(orjson.dumps(line).decode())
    return ended["outcome"]


def to_standard_error() -> None:
    """Lets the lines out, each as it is."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
