"""Causes and bugs as people name them."""

from functools import cache

from core.bugs import BUGS
from core.diagnosis.causes import CAUSES


@cache
def cause_titles() -> dict[str, str]:
    """The titles of all causes, by what findings call them, in teaching order; bugs behind."""
    own = {cause.key: cause.title for cause in CAUSES if not cause.key.startswith("bug:")}
    bugs = {bug.finding(): bug.title for bug in BUGS}
    return own | bugs | {"bug:unknown": "A bug that is not in the list"}


def cause_title(key: str) -> str:
    """One of them; the key itself for an unknown one."""
    return cause_titles().get(key, key)
