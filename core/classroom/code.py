"""Join codes: two short words and a number, as in `amber-otter-4821`."""

import re
import secrets

from .words import WORDS

LOWEST, HIGHEST = 1000, 9999  # of the number
LONGEST = 60  # characters of what is typed
PARTS = re.compile(r"[^a-z0-9]+")
KNOWN = frozenset(WORDS)


def new_code() -> str:
    """A random join code; there are more than 2³⁰."""
    number = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{number}"


def read_code(text: str) -> str:
    """The join code that somebody has typed, in any case and with any signs between its parts.

    Returns:
        The code as it is kept; empty for a text that can be none.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[0-9])", " ", text[:LONGEST].lower())
    parts = [part for part in PARTS.split(spaced) if part]
    if len(parts) != 3 or not {*parts[:2]} <= KNOWN or not parts[2].isdecimal():
        return ""
    return "-".join(parts) if LOWEST <= int(parts[2]) <= HIGHEST else ""
