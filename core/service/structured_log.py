"""The server's log: one JSON line for each run that has ended, with its kind and its outcome.

No table, no name of a column or a file, no number of the data, no token and no learner.
"""

import logging

import orjson

from ..events import decode
from .public_events import is_upload
from .run_log import RunLog

LOGGER = logging.getLogger("uphill.runs")


def log_run_ended(log: RunLog) -> str:
    """Logs the line of a run that has ended; returns its outcome."""
    started, ended = decode(log.events[0]), decode(log.events[-1])
    spec = log.spec
    line = {
        "run": ended["outcome"],
        "own_table": is_upload(spec),
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


def log_to_stderr() -> None:
    """Writes the lines to standard error, without a prefix."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
