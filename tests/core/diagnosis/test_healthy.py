"""Nothing above a note is said of a run that has nothing wrong with it."""

import pytest

from core.lessons import LESSON_BY_KEY
from core.spec import Spec
from tests.core.diagnosis.runs import above_note, diagnosis_of

LESSONS = ("healthy", "example-1-standardized", "example-3-corrected", "rate-below-the-limit")
TABLE = {
    "data": {"source": "synthetic:rows=100,features=3,noise=0.5,condition_number=4", "target": "y"}
}
RUNS = (
    {"optimizer": {"learning_rate": 0.1}},
    {"optimizer": {"learning_rate": 0.1}, "training": {"batch_size": None}},
    {"optimizer": {"learning_rate": 0.02, "momentum": 0.9}},
    {"optimizer": {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}},
    {"optimizer": {"key": "adam", "learning_rate": 0.1}},
    {"optimizer": {"key": "rmsprop", "learning_rate": 0.02}},
    {"optimizer": {"key": "nadam", "learning_rate": 0.05}},
    {"optimizer": {"key": "lion", "learning_rate": 0.02}},
    {"optimizer": {"learning_rate": 0.001}, "loss": {"reduction": "sum"}},
    {"optimizer": {"learning_rate": 0.1}, "loss": {"key": "huber"}},
    {"optimizer": {"learning_rate": 0.2}, "loss": {"key": "half_mse"}},
    {"optimizer": {"learning_rate": 0.002}, "loss": {"key": "half_mse", "reduction": "sum"}},
    {  # FTRL forms each weight anew, from sums in which a step's rounding is seen
        "data": {
            "source": "synthetic:rows=200,features=4,seed=121028948,noise=0.409"
            ",condition_number=3.196",
            "target": "y",
        },
        "scaling": {"features": "standard"},
        "optimizer": {"key": "ftrl", "learning_rate": 0.09228945778500329},
        "training": {"seed": 862},
    },
)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_a_saturated_activation_departs_from_nothing(activation):
    spec = Spec().patched(
        {
            "data": {"source": "two-features", "target": "y"},
            "scaling": {"features": "standard"},
            "model": {"activation": activation},
            "optimizer": {"learning_rate": 0.1},
            "training": {"epochs": 400},
        }
    )
    assert not [cause for cause in above_note(diagnosis_of(spec)) if cause.startswith("bug:")]


def test_an_activation_of_large_sums_departs_from_nothing():
    """x·w adds hundreds and takes them away again; what float32 loses of them, the slope shows."""
    spec = Spec().patched(
        {
            "data": {"source": "cars", "target": "Miles_per_Gallon"},
            "scaling": {"target": "standard"},
            "model": {"use_bias": False, "activation": "sigmoid"},
            "optimizer": {"key": "lion", "learning_rate": 0.0004466185598841136},
            "schedule": {"key": "cosine_decay", "decay_steps": 200},
            "loss": {"key": "mae"},
            "training": {"epochs": 20, "seed": 324},
        }
    )
    assert not [cause for cause in above_note(diagnosis_of(spec)) if cause.startswith("bug:")]


@pytest.mark.parametrize("key", LESSONS)
def test_a_healthy_lesson(key):
    diagnosis = diagnosis_of(LESSON_BY_KEY[key].spec)
    assert not above_note(diagnosis), diagnosis.findings
    assert diagnosis.verdict == "healthy"


@pytest.mark.parametrize("patch", RUNS, ids=str)
def test_a_healthy_run(patch):
    diagnosis = diagnosis_of(Spec().patched(TABLE | patch))
    assert not above_note(diagnosis), diagnosis.findings
    assert diagnosis.verdict == "healthy"
