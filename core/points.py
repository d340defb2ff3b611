"""Points that a learner has drawn, as the text of a spec's `data.source`: they travel in links."""

import math
from collections.abc import Iterable

KEY = "points"
FEWEST, MOST = 2, 60
SOME_POINTS = "0.5,1.4;1,1.9;1.5,1.7;2,2.6;2.5,2.5;3,3.4;3.5,3.3;4,4.1"  # to begin with
SHOWN = 40  # characters of points that a text quotes
Point = tuple[float, float]


def is_points(source: str) -> bool:
    """Whether a source holds points."""
    return source.startswith(f"{KEY}:")


def points_of(source: str) -> list[Point]:
    """The points of a source, in their order.

    Raises:
        ValueError: One clear sentence for the first that is wrong.

    Example:
        >>> points_of("points:1,2;2,3.5")
        [(1.0, 2.0), (2.0, 3.5)]
    """
    parts = _parts(source)
    if not FEWEST <= len(parts) <= MOST:
        raise ValueError(
            f"`data.source` must have from {FEWEST} to {MOST} points. Received: {len(parts)}."
        )
    return [_point(part) for part in parts]


def source_of(points: Iterable[Point]) -> str:
    """The inverse of `points_of`: each number with no more digits than it needs."""
    return f"{KEY}:" + ";".join(f"{_text(x)},{_text(y)}" for x, y in points)


def title_of(source: str) -> str:
    """What a person calls the table of these points.

    Example:
        >>> title_of("points:1,2;2,3.5")
        'own points (2): 1,2;2,3.5'
    """
    text = source.partition(":")[2]
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return f"own points ({len(_parts(source))}): {short}"


def _parts(source: str) -> list[str]:
    return [part for part in source.partition(":")[2].split(";") if part.strip()]


def _point(part: str) -> Point:
    try:
        x, y = (float(number) for number in part.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        shown = part.strip() if len(part) <= SHOWN else part.strip()[:SHOWN] + "…"
        raise ValueError(
            "`data.source`: each point must be two finite numbers, as in points:1,2;2,3.5. "
            f"Received: {shown!r}."
        )
    return x, y


def _text(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
