"""The shards of a sweep: together they are the whole, and none trains completed cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.uploads import find_table
from core.sweep.plan import MAX_BATCH_COST, MIN_CAPACITY, RunBatch, plan_batches
from core.sweep.run import Sweep
from core.sweep.shard import COMPILE_COST, Shard, remaining_batches, shard_batches
from core.sweep.spec import SweepSpec
from core.training.trainer import Pace
from tests.conftest import data_of
from tests.core.events import final_cells
from tests.core.sweep.specs import RATES, small_spec

SPEC = small_spec(epochs=5)
FEW_RATES = RATES | {"count": 8}
BATCHES = {"path": "training.batch_size", "values": [8, None]}


def run_batch(number: int, structure: bytes, cost: float) -> RunBatch:
    return RunBatch((number,), 1, structure=structure, cost=cost)


def events_of(shard: Shard, sweep: SweepSpec) -> list[dict]:
    turns = Sweep(sweep, find_table(sweep.spec.data.source), Pace(), shard).turns(wait=True)
    return [event for turn in turns for event in turn or []]


@given(
    st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.floats(1e5, 1e11)), max_size=20),
    st.integers(1, 5),
)
def test_every_run_batch_is_in_one_shard_in_its_order(drawn, count):
    batches = [run_batch(number, *each) for number, each in enumerate(drawn)]
    shards = [shard_batches(batches, Shard(index=index, count=count)) for index in range(count)]
    assert sorted(each.cells for shard in shards for each in shard) == [x.cells for x in batches]
    for shard in shards:
        assert shard == [each for each in batches if each in shard]


def test_a_structure_stays_together_unless_it_trains_for_longer_than_it_compiles():
    def sizes(cost: float) -> list[int]:
        batches = [run_batch(number, b"a", cost) for number in range(8)]
        return sorted(
            len(shard_batches(batches, Shard(index=index, count=4))) for index in range(4)
        )

    assert sizes(COMPILE_COST / 8) == [0, 0, 0, 8]
    assert sizes(COMPILE_COST / 4) == [0, 0, 4, 4]
    assert sizes(COMPILE_COST) == [2, 2, 2, 2]


def test_structures_go_to_shards_of_their_own():
    batches = [run_batch(number, (b"a", b"b")[number % 2], 1e6) for number in range(6)]
    shards = [shard_batches(batches, Shard(index=index, count=2)) for index in range(2)]
    assert [{each.structure for each in shard} for shard in shards] == [{b"a"}, {b"b"}]


def test_a_run_batch_that_takes_long_is_split():
    long = {"training": {"epochs": 10_000, "batch_size": None}}
    data = {"data": SPEC["data"] | {"source": "synthetic:rows=1000,features=8"}}
    sweep = SweepSpec.of({"spec": SPEC | long | data, "axes": [RATES | {"count": 300}]})
    batches = plan_batches(sweep, data_of)
    assert [len(each.cells) for each in batches] == [64, 64, 64, 64, 44]
    assert all(each.cost < MAX_BATCH_COST or each.capacity == MIN_CAPACITY for each in batches)


@pytest.fixture(scope="module")
def sweep() -> SweepSpec:
    return SweepSpec.of({"spec": SPEC, "axes": [FEW_RATES, BATCHES]})


def test_shards_together_send_the_events_of_the_whole(sweep):
    whole = events_of(Shard(), sweep)
    shards = [events_of(Shard(index=index, count=3), sweep) for index in range(3)]
    assert sorted(len(final_cells(shard)) for shard in shards) == [0, 8, 8]
    assert {at: cell for shard in shards for at, cell in final_cells(shard).items()} == final_cells(
        whole
    )
    assert all(shard[0] == whole[0] and shard[-1]["outcome"] == "completed" for shard in shards)
    border = [event for shard in shards for event in shard if event["event"] == "border"]
    assert border == [event for event in whole if event["event"] == "border"]


def test_completed_cells_are_not_trained(sweep):
    completed = frozenset(index for index in sweep.indices if index[1] == 0)
    trained = set(final_cells(events_of(Shard(completed=completed), sweep)))
    assert trained == set(sweep.indices) - completed
    batches = plan_batches(sweep, data_of)
    everything = Shard(completed=frozenset(sweep.indices))
    assert remaining_batches(batches, sweep.indices, everything) == []
