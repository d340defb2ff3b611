"""The doctor beside a run: it says why, changes nothing, and never raises."""

import json
import random

import keras
import numpy as np
import pytest

from core.doctor.callback import Doctor
from core.doctor.rows import rows_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(200, 3)) * [1, 10, 3] + 3
Y = X @ np.array([1.0, -2, 0.5]) + RANDOM.normal(size=200)


def fitted(callbacks: list, rate: float = 0.02, hidden: bool = False, epochs: int = 4):
    """A run, and all that it leaves behind."""
    keras.utils.set_random_seed(3)
    layers = [keras.layers.Dense(4, "relu"), keras.layers.Dropout(0.1)] if hidden else []
    model = keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(rate, momentum=0.5), "mse")
    told = model.fit(X, Y, epochs=epochs, verbose=0, callbacks=callbacks)
    left = [*model.get_weights(), *(np.asarray(v) for v in model.optimizer.variables)]
    return told.history["loss"], left, (random.random(), np.random.rand())


@pytest.mark.parametrize("hidden", [False, True])
def test_a_run_is_the_same_with_it_as_without(hidden, capsys):
    doctor = Doctor(X, Y)
    (losses, left, drawn), (own, kept, same) = (
        fitted([doctor], 1e-3, hidden),
        fitted([], 1e-3, hidden),
    )
    assert losses == own
    assert all(map(np.array_equal, left, kept))
    assert drawn == same
    assert doctor.report is not None


def test_it_says_why_before_the_first_step_and_ends_a_hopeless_run(capsys):
    doctor = Doctor(X, Y, stop=True)
    losses, _, _ = fitted([doctor], epochs=30)
    told = capsys.readouterr().out
    assert len(losses) < 30
    assert doctor.report is not None
    assert doctor.report.verdict == "diverging"
    causes = {"learning-rate-above-critical", "features-unscaled"}
    assert doctor.report.findings[0].cause in causes
    assert "`SGD(learning_rate=0.02)` is" in told
    assert "X = (X - X.mean(axis=0)) / X.std(axis=0)" in told


def test_without_data_it_watches_and_says_what_it_lacks(capsys):
    doctor = Doctor(output="json")
    fitted([doctor], epochs=5)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "given no data" in lines[0]["message"]
    assert lines[-1]["verdict"] == "diverging"


@pytest.mark.parametrize(
    "data", [(X[:5], Y), (X, "no targets"), (X.astype(str), Y), ([[1], [2, 3]], Y)]
)
def test_it_never_raises(data, capsys):
    fitted([Doctor(*data)], 1e-3, epochs=1)
    assert capsys.readouterr().out.strip().startswith("Doctor: ")


STAGES = (
    "core.doctor.callback.rows_of",
    "core.doctor.callback.parted",
    "core.doctor.callback.Examination.of",
    "core.doctor.callback.Watch.begin",
    "core.doctor.callback.Watch.after",
    "core.doctor.callback.Watch.final",
    "core.doctor.callback.one_thread",
    "core.doctor.report.Report.__str__",
)


@pytest.fixture(scope="module")
def small() -> keras.Model:
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    made.compile(keras.optimizers.SGD(0.02), "mse")
    return made


@pytest.mark.parametrize("stage", STAGES)
def test_a_failure_of_any_of_its_stages_does_not_end_the_run(stage, small, monkeypatch, capsys):
    def fails(*arguments, **options):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(stage, fails)
    told = small.fit(X, Y, epochs=2, verbose=0, callbacks=[Doctor(X, Y, trial=False)])
    assert len(told.history["loss"]) == 2
    assert "it could not go on (RuntimeError: no such thing); the run does." in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("rows", "steps", "batch"), [(200, 7, 32), (1000, 25, 32), (1000, 20, 50), (97, 97, 1)]
)
def test_the_batch_is_told_by_the_steps_of_an_epoch(rows, steps, batch):
    doctor = Doctor(X)
    doctor.set_params({"steps": steps})
    assert doctor._batch(rows_of(np.ones((rows, 1)), np.ones(rows))) == batch


def test_it_knows_what_is_held_out(small, capsys):
    doctor = Doctor(X, Y, validation_split=0.5, trial=False)
    small.fit(X, Y, epochs=1, validation_split=0.5, verbose=0, callbacks=[doctor])
    assert doctor.report is not None
    assert "fault:unscaled-validation" not in dict(doctor.report.not_checked)
