"""Which run batches of a sweep each of its shards trains; workers train the shards in parallel."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ..choice import Frozen
from .plan import RunBatch

COMPILE_COST = 2e9  # of compiling a program, in numbers of a table read in the same time


class Shard(Frozen):
    """A shard of a sweep; by default the whole.

    Attributes:
        index: Which shard, from 0.
        count: How many shards the sweep has.
        completed: Indices of the cells whose results are known: they are not trained again.
    """

    index: int = 0
    count: int = 1
    completed: frozenset[tuple[int, ...]] = frozenset()


def shard_batches(batches: Sequence[RunBatch], shard: Shard) -> list[RunBatch]:
    """The batches that one shard trains, in their order; all shards compute the same assignment.

    Longest processing time first: the batches by descending cost, each to the shard that finishes
    it first. Batches of one structure go to as many shards as train them for longer than they
    compile their program.
    """
    finish = [0.0] * shard.count
    compiled: list[set[bytes]] = [set() for _ in finish]
    assigned: list[list[int]] = [[] for _ in finish]
    structure_cost: defaultdict[bytes, float] = defaultdict(float)
    for batch in batches:
        structure_cost[batch.structure] += batch.cost
    for number in sorted(range(len(batches)), key=lambda number: -batches[number].cost):
        batch = batches[number]
        ready = [batch.structure in structures for structures in compiled]
        may_compile = sum(ready) < max(1, structure_cost[batch.structure] // COMPILE_COST)
        compile_cost = COMPILE_COST if may_compile else inf
        finish_with = [
            time + batch.cost + (0 if has_program else compile_cost)
            for time, has_program in zip(finish, ready, strict=True)
        ]
        first = finish_with.index(min(finish_with))
        finish[first] = finish_with[first]
        compiled[first].add(batch.structure)
        assigned[first].append(number)
    return [batches[number] for number in sorted(assigned[shard.index])]


def remaining_batches(
    batches: Sequence[RunBatch], indices: Sequence[tuple[int, ...]], shard: Shard
) -> list[RunBatch]:
    """The batches without the cells that are completed; without those that have no other cell."""
    remaining = [
        replace(batch, cells=tuple(n for n in batch.cells if indices[n] not in shard.completed))
        for batch in batches
    ]
    return [batch for batch in remaining if batch.cells]
