"""Which lots of a sweep each of its parts trains: workers train the parts beside each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ..choice import Frozen
from .plan import Lot

COMPILING = 2e9  # numbers of a table that are read in the time that a program takes to compile


class Shard(Frozen):
    """A part of a sweep; by default the whole.

    Attributes:
        index, of: Which part, from 0, and how many there are.
        done: Places of the cells that are known already, and need not be trained again.
    """

    index: int = 0
    of: int = 1
    done: frozenset[tuple[int, ...]] = frozenset()


def share_of(lots: Sequence[Lot], part: Shard) -> list[Lot]:
    """The lots of one part, in their order; every part finds the same shares.

    The longest lots come first, each to the part that would be through with it first. Lots of one
    structure go to as many parts as train them for longer than they compile their program.
    """
    ends = [0.0] * part.of
    compiled: list[set[bytes]] = [set() for _ in ends]
    shares: list[list[int]] = [[] for _ in ends]
    together: defaultdict[bytes, float] = defaultdict(float)
    for lot in lots:
        together[lot.structure] += lot.work
    for number in sorted(range(len(lots)), key=lambda number: -lots[number].work):
        lot = lots[number]
        ready = [lot.structure in known for known in compiled]
        more = sum(ready) < max(1, together[lot.structure] // COMPILING)
        wait = COMPILING if more else inf
        through = [
            end + lot.work + (0 if has else wait) for end, has in zip(ends, ready, strict=True)
        ]
        first = through.index(min(through))
        ends[first] = through[first]
        compiled[first].add(lot.structure)
        shares[first].append(number)
    return [lots[number] for number in sorted(shares[part.index])]


def unfinished(lots: Sequence[Lot], places: Sequence[tuple[int, ...]], part: Shard) -> list[Lot]:
    """The lots without the cells that are done, and those that have none left."""
    left = [
        replace(lot, cells=tuple(n for n in lot.cells if places[n] not in part.done))
        for lot in lots
    ]
    return [lot for lot in left if lot.cells]
