"""How findings are put into words."""

from ..theory.wording import figure
from .case import Departure
from .finding import Fact, Finding

__all__ = ["bug_finding", "fact", "figure"]


def fact(name: str, value: float | None, limit: float | None, text: str = "") -> Fact:
    """A number beside its limit, with a phrase that says both."""
    compared = "" if limit is None else f", where it should be {figure(limit)}"
    return Fact(name, value, limit, text or f"{name}: {figure(value)}{compared}")


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
