"""Predicts, trains and diagnoses linear regressions whose loss may go up instead of down.

In a checkout this package is `core`; `pip install .` installs it as `uphill_doctor`.
"""

from importlib import import_module
from typing import Any

PUBLIC = {  # what the package offers by itself, and where it is
    "Doctor": "doctor.callback",
    "DoctorError": "doctor.errors",
    "examine": "doctor.examine",
    "examine_step": "doctor.examine_step",
    "read_script": "script.read",
}


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first asked for."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{PUBLIC[name]}", __name__), name)
