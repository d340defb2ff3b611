"""What tells one text of a learner's own code from another: the lines that only one of them has."""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from .interpreter import PARTS

LONGEST = 60  # characters
SHARED = 12  # of what two long lines begin with alike, so many characters are shown
HEADS = ("class ", "def ", "super(")
CORRECT = "the correct method"


def code_names(texts: Sequence[str]) -> list[str]:
    """A few words for each of several texts, that no other text has.

    One text alone is told from the correct method.

    Example:
        >>> code_names(["x = 1\\nreturn x", "x = 2\\nreturn x"])
        ['x = 1', 'x = 2']
    """
    every = [_lines(text) for text in texts]
    correct = [_lines(text) for part in PARTS.values() for text in ("", part.start, part.written)]
    different = list(dict.fromkeys(every))
    beside = different
    if len(different) == 1:
        beside = [
            different[0],
            max(correct, key=lambda lines: _common([lines, different[0]]).total()),
        ]
    told = dict(zip(different, _told(different, beside), strict=True))
    return [CORRECT if lines in correct else told[lines] for lines in every]


def _lines(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _common(every: Sequence[Sequence[str]]) -> Counter[str]:
    """The lines that all have, as often as all have them."""
    common = Counter(every[0])
    for lines in every[1:]:
        common &= Counter(lines)
    return common


def _told(every: Sequence[tuple[str, ...]], beside: Sequence[tuple[str, ...]]) -> list[str]:
    """For each text a line that it alone has, or else as few lines as tell it from the others."""
    own = [_without(lines, _common(beside)) for lines in every]
    having = Counter(line for lines in own for line in {*lines})
    told = []
    for lines, text in zip(own, every, strict=True):
        alone = next((line for line in lines if having[line] == 1), "")
        counts = range(1, len(lines))
        enough = (n for n in counts if [each[:n] for each in own].count(lines[:n]) == 1)
        few = "; ".join(lines[: next(enough, len(lines))])
        told.append(alone or few or _missing(text, beside))
    return _shortened(told)


def _without(lines: Sequence[str], common: Counter[str]) -> list[str]:
    """The lines beyond the common ones, those first that do something."""
    left, rest = common.copy(), []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            rest.append(line)
    return sorted(rest, key=lambda line: line.startswith(HEADS))


def _missing(lines: Sequence[str], others: Sequence[Sequence[str]]) -> str:
    """What a text says that has no line of its own."""
    for other in others:
        if rest := _without(other, Counter(lines)):
            return f"without {rest[0]}"
    apart = next((a for other in others for a, b in zip(lines, other, strict=True) if a != b), "")
    return f"first {apart}" if apart else ""


def _shortened(told: Sequence[str]) -> list[str]:
    """Each within `LONGEST`; where long ones begin alike, from where they differ."""
    long = [text for text in told if len(text) > LONGEST]
    alike = sum(
        1 for _ in takewhile(lambda letters: len({*letters}) == 1, zip(*long, strict=False))
    )
    begin = max(0, alike - SHARED) if len(long) > 1 else 0
    cut = [f"…{text[begin:]}" if begin and text in long else text for text in told]
    return [text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for text in cut]
