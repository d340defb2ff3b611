"""Sentences about a run read back: a template takes their numbers out, a predicate checks them.

A template is a sentence with holes, `{rate}` for a number and `{name:text}` for words; its
predicate gets what stood in the holes and says, claim by claim, whether it is so. The predicates
know nothing of the code that wrote the sentence.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

NUMBER = r"[-−]?(?:\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|inf|nan)"
HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
KINDS = {None: NUMBER, "text": r".+?", "word": r"[^\s,;:]+"}

Claims = Iterator[tuple[Any, str]]  # whether it is so, and what it is instead
Predicate = Callable[..., Claims]


class Number(float):
    """A number as it stands in a sentence."""

    def __new__(cls, text: str):
        return super().__new__(cls, text.replace(",", "").replace("−", "-"))


@dataclass(frozen=True)
class Template:
    """A kind of sentence.

    Attributes:
        text: It, with holes.
        pattern: The same, to take the numbers out.
        holds: Its predicate: of what is known of the run and of what stood in the holes.
    """

    text: str
    pattern: re.Pattern[str]
    holds: Predicate


@dataclass(frozen=True)
class Reading:
    """What became of a sentence.

    Attributes:
        template: Of which kind it is; None where it is of none.
        wrong: Its claims that are not so.
    """

    sentence: str
    template: str | None
    wrong: tuple[str, ...]


class Book:
    """Templates of one kind of text."""

    def __init__(self):
        self.templates: list[Template] = []

    def says(self, *texts: str) -> Callable[[Predicate], Predicate]:
        """Registers a predicate for these sentences; the first template that fits is taken."""

        def register(predicate: Predicate) -> Predicate:
            self.templates += [Template(text, compiled(text), predicate) for text in texts]
            return predicate

        return register

    def read(self, sentence: str, *known: Any) -> Reading:
        """Finds a sentence's template and checks what it claims of `known`."""
        for template in self.templates:
            found = template.pattern.fullmatch(sentence)
            if found is None:
                continue
            holes = {
                name: Number(text) if text and _is_number(template.text, name) else text
                for name, text in found.groupdict().items()
            }
            with np.errstate(all="ignore"):
                claims = _claims(template, known, holes)
            return Reading(sentence, template.text, tuple(told for ok, told in claims if not ok))
        return Reading(sentence, None, ("no template",))


def _claims(template: Template, known: tuple, holes: dict[str, Any]) -> list[tuple[Any, str]]:
    """What a sentence claims; one that names what is not there is wrong."""
    claims = []
    try:
        claims += template.holds(*known, **holes)
    except (LookupError, RuntimeError, ValueError) as error:
        claims.append((False, f"there is no such thing: {error!r}"))
    return claims


def compiled(text: str) -> re.Pattern[str]:
    """The pattern of a template."""
    parts, end = [], 0
    for hole in HOLE.finditer(text):
        parts += [re.escape(text[end : hole.start()]), f"(?P<{hole[1]}>{KINDS[hole[2]]})"]
        end = hole.end()
    return re.compile("".join([*parts, re.escape(text[end:])]))


def _is_number(text: str, name: str) -> bool:
    return f"{{{name}}}" in text


def near(told: float | None, true: float | None, digits: int = 3, rel: float = 1e-4) -> bool:
    """Whether a number of so many significant digits is what was told.

    Args:
        told: As it stands in the sentence.
        true: As it was computed again.
        digits: That were shown.
        rel: By how much of itself the true one may be off beside the rounding.
    """
    if told is None or true is None:
        return told is None and true is None
    if not np.isfinite(told) or not np.isfinite(true):
        return bool(np.isnan(told) and np.isnan(true)) or told == true
    size = max(abs(told), abs(true))
    unit = 10.0 ** (np.floor(np.log10(size)) - digits + 1) if size else 0.0
    return abs(told - true) <= 0.501 * unit + rel * abs(true)


def rounded(told: float, true: float, decimals: int = 0) -> bool:
    """Whether a number with so many decimals is what was told."""
    return abs(told - true) <= 0.501 * 10.0**-decimals + 1e-4 * abs(true)
