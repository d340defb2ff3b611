"""What a process keeps, counted: everything that is reachable from some objects of ours."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

OURS = ("core.", "pages.", "tests.", "cachetools", "concurrent.futures")
CONTAINERS = (Mapping, AbstractSet, list, tuple)


def counted(**roots: Any) -> Counter[str]:
    """How many elements containers have, by the way to them; those behind equal ways together.

    Args:
        **roots: Where to begin, by the names of the ways.
    """
    counts: Counter[str] = Counter()
    seen: dict[int, object] = {}  # holds them, so that no id is another's meanwhile
    left = list(roots.items())
    while left:
        way, found = left.pop()
        if id(found) in seen:
            continue
        seen[id(found)] = found
        if isinstance(found, CONTAINERS) or hasattr(found, "maxlen"):
            counts[way] += len(found)  # type: ignore[arg-type]
            left += [(f"{way}[]", each) for each in _elements(found)]
        elif type(found).__module__.startswith(OURS):
            left += [(f"{way}.{name}", each) for name, each in _attributes(found)]
    return counts


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The ways behind which there is more than there was."""
    return {way: (before.get(way, 0), n) for way, n in after.items() if n > before.get(way, 0)}


def _elements(container: Any) -> Iterable[Any]:
    """Mutable ones alone can hold more later; texts and numbers hold nothing."""
    values = [*container.values()] if isinstance(container, Mapping) else [*container]
    return [each for each in values if not isinstance(each, str | bytes | int | float)]


def _attributes(found: object) -> Iterator[tuple[str, Any]]:
    yield from getattr(found, "__dict__", {}).items()
    for kind in type(found).__mro__:
        for name in getattr(kind, "__slots__", ()):
            if hasattr(found, name):
                yield name, getattr(found, name)
