"""Sanitizes names that come from a file, so that pages can show them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MAX_NAME = 60
ADDRESS = re.compile(r"(\bwww)\.|(?<=\S)@(?=[\w-]+\.\w)", re.IGNORECASE)  # Markdown links these
MARKUP = set("<>[]{}`*$\\|~#&^:")


def clean_names(names: Iterable[Any]) -> list[str]:
    """Column names that are safe to show: no markup, at most 60 characters, none empty or repeated.

    Example:
        >>> clean_names(["x", "x", "", "**mass** <kg>"])
        ['x', 'x (2)', 'column 3', 'mass kg']
    """
    cleaned: list[str] = []
    taken: set[str] = set()
    copies: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        base = clean_text(str(name)[: 4 * MAX_NAME])[:MAX_NAME].rstrip() or f"column {position}"
        unique, copy = base, copies.get(base, 1)
        while unique in taken:
            copy += 1
            suffix = f" ({copy})"
            unique = base[: MAX_NAME - len(suffix)].rstrip() + suffix
        copies[base] = copy
        taken.add(unique)
        cleaned.append(unique)
    return cleaned


def clean_text(text: str) -> str:
    """Text without markup characters of Markdown, HTML and LaTeX, and without invisible ones.

    Letters of every script, accents, digits, underscores and ordinary punctuation stay; runs of
    whitespace become one space.
    """
    spaced = " ".join(text.split())
    visible = (c for c in spaced if c not in MARKUP and unicodedata.category(c)[0] != "C")
    text = " ".join(unicodedata.normalize("NFC", "".join(visible)).split())
    return ADDRESS.sub(lambda found: f"{found[1] or ''} ", text)
