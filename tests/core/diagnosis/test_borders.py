"""Runs at the border of two causes, or of none, each of which was once taken for the other."""

import pytest

from core.spec import Spec
from tests.core.diagnosis.runs import above_note, diagnosis_of

RUNS = {
    "learning-rate-too-low": {  # at half the critical rate batches of 32 do not settle either
        "data": {"source": "synthetic:rows=200,seed=225774694,noise=0.402,condition_number=4.281"},
        "optimizer": {"learning_rate": 2.707e-4, "momentum": 0.9},
        "training": {"seed": 805},
    },
    "bug:overflowing-exp": {  # outputs so small that only 1e-7 of exp(z) + 1e-7 shows
        "data": {"source": "synthetic:rows=200,seed=503194051,noise=0.178,condition_number=7.436"},
        "optimizer": {"learning_rate": 0.16468653973956104, "momentum": 0.9},
        "training": {"seed": 846},
        "bug": {"key": "overflowing-exp"},
    },
    "too-few-epochs": {  # features that have something in common, but do not repeat each other
        "data": {"source": "synthetic:rows=200,seed=912623467,condition_number=16.7"},
        "optimizer": {"learning_rate": 0.1308},
        "training": {"epochs": 4, "batch_size": None, "seed": 545},
    },
    "schedule-decays-too-soon": {  # with 1.2 % of the way left
        "data": {"source": "synthetic:rows=200,seed=919441725,noise=0.401,condition_number=1.507"},
        "optimizer": {"learning_rate": 0.1696},
        "schedule": {"key": "exponential_decay", "decay_steps": 5, "decay_rate": 0.5086},
        "training": {"seed": 838},
    },
}


@pytest.mark.parametrize("cause", RUNS)
def test_gets_its_own_cause(cause):
    patch = {"scaling": {"features": "standard"}} | RUNS[cause]
    patch["data"] = patch["data"] | {"target": "y"}
    patch["data"]["source"] += ",features=4"
    assert above_note(diagnosis_of(Spec().patched(patch)))[0] == cause
