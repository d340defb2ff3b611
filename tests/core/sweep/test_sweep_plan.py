"""How the cells of a sweep are grouped into run batches."""

import pytest

from core.spec import Spec
from core.sweep.plan import MIN_SHARED_CELLS, RunBatch, plan_batches, row_order_key
from core.sweep.spec import SweepSpec
from tests.conftest import data_of

SPEC = {
    "data": {
        "source": "synthetic:rows=40,features=2,noise=0.5,seed=2",
        "target": "y",
        "validation_fraction": 0.0,
    },
    "training": {"epochs": 5, "batch_size": None},
}
SCALERS = {"path": "scaling.features", "values": ["none", "standard"]}


def rates(count: int) -> dict:
    return {"path": "optimizer.learning_rate", "low": 0.003, "high": 3.0, "count": count}


def planned(*axes: dict, **changes: dict) -> list[RunBatch]:
    spec = Spec().patched(SPEC).patched(changes)
    return plan_batches(SweepSpec.of({"spec": spec.model_dump(), "axes": list(axes)}), data_of)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (MIN_SHARED_CELLS - 1, [(14, True)]),
        (MIN_SHARED_CELLS, [(8, False), (8, False)]),
    ],
)
def test_few_cells_of_each_of_two_tables_are_stacked(cells, expected):
    batches = planned(rates(cells), SCALERS)
    assert [(len(batch.cells), batch.stacked) for batch in batches] == expected


def test_a_batch_is_split_into_halves_until_it_is_short_enough():
    wide = {"source": "synthetic:rows=1000,features=8"}
    training = {"epochs": 2500}  # 4e9 / (1000 × 8 × 2500) = 200 runs at once
    batches = planned(rates(300), data=wide, training=training)
    assert [(len(batch.cells), batch.capacity) for batch in batches] == [
        (128, 128),
        (128, 128),
        (44, 128),
    ]


@pytest.mark.parametrize(
    ("batch_size", "fraction", "shuffle", "key"),
    [
        (None, 0.0, True, (False, None)),
        (40, 0.0, True, (False, None)),
        (39, 0.0, True, (True, 7)),
        (39, 0.0, False, (False, None)),
        (None, 0.25, True, (False, 7)),
    ],
)
def test_row_order_depends_on_the_seed_only_where_rows_are_shuffled_or_split(
    batch_size, fraction, shuffle, key
):
    training = {"batch_size": batch_size, "shuffle": shuffle, "seed": 7}
    spec = Spec().patched({"data": {"validation_fraction": fraction}, "training": training})
    assert row_order_key(spec, 40) == key
