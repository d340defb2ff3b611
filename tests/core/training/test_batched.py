"""Runs that are trained together against the ordinary trainer, one by one."""

import numpy as np
import pytest

from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.spec import Spec
from core.training.batched import PER_RUN, BatchedRuns, runs_at_once, varied_among
from core.training.trainer import train
from tests.conftest import column, data_of

TOLERANCE = 1e-4
BATCHES = [16, None, 14]  # of 42 training rows: a remainder of 10, full batch, no remainder
SCALERS = ["standard", "none", "minmax", "robust"]
BASE = Spec().patched(
    {
        "data": {"source": "synthetic:rows=53,features=3,noise=0.1,seed=3", "target": "y"},
        "scaling": {"target": "minmax"},  # a target with a mean: see tests of parity
        "training": {"epochs": 25},
    }
)
VALUES = {
    "momentum": (0.0, 0.9),
    "beta_1": (0.9, 0.4),
    "beta_2": (0.999, 0.9),
    "epsilon": (1e-7, 1e-4),
    "rho": (0.9, 0.5),
    "weight_decay": (0.004, 0.3),
    "clip_norm": (0.3, 2.0),
}


def batched(specs: list[Spec], tables: list | None = None) -> BatchedRuns:
    data = tables or [data_of(specs[0])]
    room = runs_at_once(len(specs), *data[0].x_train.shape, stacked=tables is not None)
    runs = BatchedRuns(specs, data, room, varied_among(specs))
    runs.prepare()
    while not runs.over:
        runs.advance()
    return runs


def assert_same(runs: BatchedRuns, run: int, events: list) -> None:
    for name, table in (("loss", runs.loss), ("full_loss", runs.full_loss)):
        theirs = column(events, name)
        np.testing.assert_allclose(table[: len(theirs), run], theirs, rtol=TOLERANCE)
    np.testing.assert_allclose(runs.first_loss[run], events[0]["full_loss"], rtol=TOLERANCE)


@pytest.mark.parametrize("number", range(len(OPTIMIZERS)), ids=[o.name() for o in OPTIMIZERS])
def test_same_losses_as_the_trainer(number: int):
    """Each optimizer with every hyperparameter it has varied; batches, scaling, losses go round."""
    optimizer, loss = OPTIMIZERS[number], LOSSES[number // 2 % len(LOSSES)]
    reduction = ["mean", "sum"][number % 2]
    rate = 0.01 if reduction == "mean" else 1e-3
    names = [name for name in optimizer.model_fields if name in VALUES]
    first, second = ({name: VALUES[name][k] for name in names} for k in (0, 1))
    specs = [
        BASE.patched(
            {
                "scaling": {"features": SCALERS[number % 4]},
                "optimizer": {"key": optimizer.name(), "learning_rate": own_rate, **own},
                "loss": {"key": loss.name(), "reduction": reduction},
                "training": {"batch_size": BATCHES[number % 3]},
            }
        )
        for own_rate, own in ((rate, second), (rate / 3, first), (rate, first))
    ]
    runs = batched(specs)
    assert set(runs.structure.varied) == set(names)
    for run in (1, 2):  # of one structure to the trainer, so that it compiles once
        assert_same(runs, run, list(train(specs[run], data_of(specs[run]))))
    assert (runs.full_loss[:, 0] != runs.full_loss[:, 2]).any()


def test_the_cases_vary_every_hyperparameter():
    assert set(VALUES) == set(PER_RUN)
    floats = {n for o in OPTIMIZERS for n, f in o.model_fields.items() if n in PER_RUN}
    assert floats == set(PER_RUN)


@pytest.mark.parametrize("batch", [16, None])
def test_seeds_have_tables_and_orders_of_their_own(batch):
    seeded = BASE.patched({"scaling": {"features": "standard"}})
    specs = [seeded.patched({"training": {"seed": seed, "batch_size": batch}}) for seed in range(3)]
    tables = [data_of(spec) for spec in specs]
    runs = batched(specs, tables)
    for run, (spec, data) in enumerate(zip(specs, tables, strict=True)):
        assert_same(runs, run, list(train(spec, data)))


def test_a_run_that_breaks_leaves_the_others_alone():
    specs = [
        BASE.patched({"optimizer": {"learning_rate": rate}, "training": {"batch_size": None}})
        for rate in (0.05, 1e3)
    ]
    runs = batched(specs)
    calm, wild = (list(train(spec, data_of(spec))) for spec in specs)
    assert_same(runs, 0, calm)
    assert runs.non_finite[0] == -1
    assert runs.non_finite[1] == wild[-1]["non_finite"]["step"]


def test_schedules_differ_from_run_to_run():
    specs = [
        BASE.patched({"schedule": {"key": "exponential_decay", "decay_steps": steps}})
        for steps in (5, 50)
    ]
    runs = batched(specs)
    for run, spec in enumerate(specs):
        assert_same(runs, run, list(train(spec, data_of(spec))))


def test_programs_are_few_and_fit_into_memory():
    assert runs_at_once(1000, 1000, 8, False) == 256
    assert runs_at_once(9, 1000, 8, False) == 16
    assert runs_at_once(1000, 1_000_000, 8, False) == 4
    assert runs_at_once(1000, 10_000_000, 8, True) == 1
