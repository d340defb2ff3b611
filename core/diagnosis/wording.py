"""How findings are put into words."""

from collections.abc import Sequence

from ..theory.wording import apart, figure
from .case import Departure
from .finding import Fact, Finding
from .observed import CHANCE

__all__ = [
    "against_chance",
    "apart",
    "bug_finding",
    "epochs",
    "fact",
    "figure",
    "listed",
    "told_apart",
]


def epochs(count: int | None) -> str:
    """So many epochs, in words."""
    return "1 epoch" if count == 1 else f"{count:,} epochs" if count else "time"


def listed(names: Sequence[str]) -> str:
    """Names in words: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def fact(name: str, value: float | None, limit: float | None, text: str = "") -> Fact:
    """A number beside its limit, with a phrase that says both."""
    if value is None or limit is None:
        compared = figure(value) + (
            "" if limit is None else f", where it should be {figure(limit)}"
        )
    else:
        compared = "{}, where it should be {}".format(*apart(value, limit))
    return Fact(name, value, limit, text or f"{name}: {compared}")


def against_chance(probability: float) -> str:
    """The probability of an F-test beside its limit."""
    return f"{figure(probability)} against a limit of {figure(CHANCE)}"


def told_apart(departure: Departure) -> tuple[str, str]:
    """What departs and what it should be, so that they differ as they are shown."""
    return apart(departure.value or 0.0, departure.limit or 0.0)


def bug_finding(
    key: str,
    at: Departure | str | None,
    summary: str,
    shown: tuple[str, float | None, float | None],
) -> Finding:
    """The finding of a bug: what departed, and the number that tells which bug it is.

    Args:
        key: The bug's.
        at: The departure, or only its stage.
        summary: One sentence.
        shown: Name, value and limit of the telling number.
    """
    stage = at.stage if isinstance(at, Departure) else at
    facts = [fact(*shown)]
    if isinstance(at, Departure):
        facts.append(Fact(at.part, at.value, at.limit, at.text))
    return Finding(f"bug:{key}", stage, "error", summary, tuple(facts))  # type: ignore[arg-type]
