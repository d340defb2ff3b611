"""The parts of a sweep: together they are the whole, and none trains what is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.uploads import find_table
from core.sweep.plan import FEWEST, LONGEST_LOT, Lot, lots_of
from core.sweep.run import Sweep
from core.sweep.shard import COMPILING, Shard, share_of, unfinished
from core.sweep.spec import SweepSpec
from core.training.trainer import Pace
from tests.conftest import data_of

SPEC = {
    "data": {
        "source": "synthetic:rows=40,features=2,noise=0.5,seed=2",
        "target": "y",
        "validation_fraction": 0.0,
    },
    "scaling": {"features": "standard"},
    "training": {"epochs": 5, "batch_size": None},
}
RATES = {"path": "optimizer.learning_rate", "low": 0.003, "high": 3.0, "count": 8}
BATCHES = {"path": "training.batch_size", "values": [8, None]}


def lot(number: int, structure: bytes, work: float) -> Lot:
    return Lot((number,), 1, structure=structure, work=work)


def told_by(part: Shard, sweep: SweepSpec) -> list[dict]:
    turns = Sweep(sweep, find_table(sweep.spec.data.source), Pace(), part).turns(wait=True)
    return [event for turn in turns for event in turn or []]


def cells_of(events: list[dict]) -> dict[tuple[int, ...], dict]:
    cells = [cell for event in events for cell in event.get("cells", ())]
    return {tuple(cell["at"]): cell for cell in cells if cell["final"]}


@given(
    st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.floats(1e5, 1e11)), max_size=20),
    st.integers(1, 5),
)
def test_every_lot_is_in_one_share_in_its_order(told, of):
    lots = [lot(number, *each) for number, each in enumerate(told)]
    shares = [share_of(lots, Shard(index=index, of=of)) for index in range(of)]
    assert sorted(each.cells for share in shares for each in share) == [x.cells for x in lots]
    for share in shares:
        assert share == [each for each in lots if each in share]


def test_a_structure_stays_together_unless_it_trains_for_longer_than_it_compiles():
    def sizes(work: float) -> list[int]:
        lots = [lot(number, b"a", work) for number in range(8)]
        return sorted(len(share_of(lots, Shard(index=index, of=4))) for index in range(4))

    assert sizes(COMPILING / 8) == [0, 0, 0, 8]
    assert sizes(COMPILING / 4) == [0, 0, 4, 4]
    assert sizes(COMPILING) == [2, 2, 2, 2]


def test_structures_go_to_parts_of_their_own():
    lots = [lot(number, (b"a", b"b")[number % 2], 1e6) for number in range(6)]
    shares = [share_of(lots, Shard(index=index, of=2)) for index in range(2)]
    assert [{each.structure for each in share} for share in shares] == [{b"a"}, {b"b"}]


def test_a_lot_that_takes_long_is_cut():
    long = {"training": {"epochs": 10_000, "batch_size": None}}
    data = {"data": SPEC["data"] | {"source": "synthetic:rows=1000,features=8"}}
    sweep = SweepSpec.of({"spec": SPEC | long | data, "axes": [RATES | {"count": 300}]})
    lots = lots_of(sweep, data_of)
    assert [len(each.cells) for each in lots] == [64, 64, 64, 64, 44]
    assert all(each.work < LONGEST_LOT or each.room == FEWEST for each in lots)


@pytest.fixture(scope="module")
def sweep() -> SweepSpec:
    return SweepSpec.of({"spec": SPEC, "axes": [RATES, BATCHES]})


def test_parts_together_tell_what_the_whole_tells(sweep):
    whole = told_by(Shard(), sweep)
    parts = [told_by(Shard(index=index, of=3), sweep) for index in range(3)]
    assert sorted(len(cells_of(part)) for part in parts) == [0, 8, 8]
    assert {at: cell for part in parts for at, cell in cells_of(part).items()} == cells_of(whole)
    assert all(part[0] == whole[0] and part[-1]["outcome"] == "completed" for part in parts)
    border = [event for part in parts for event in part if event["event"] == "border"]
    assert border == [event for event in whole if event["event"] == "border"]


def test_cells_that_are_known_are_not_trained(sweep):
    done = frozenset(place for place in sweep.places if place[1] == 0)
    assert set(cells_of(told_by(Shard(done=done), sweep))) == set(sweep.places) - done
    lots = lots_of(sweep, data_of)
    assert unfinished(lots, sweep.places, Shard(done=frozenset(sweep.places))) == []
