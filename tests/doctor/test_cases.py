"""Some public cases and healthy regressions; `python -m tests.doctor.evaluate` has them all."""

import keras
import numpy as np
import pytest

from tests.doctor.cases.case import Case, Fit, Loop, cases, made, sequential, standardized
from tests.doctor.cases.training import shown
from tests.doctor.healthy.regressions import KINDS, regressions
from tests.doctor.judged import NOTHING, word_of

TUNED = {case.name: case for case in cases(frozen=False)}
LOOPS = ["codehunter_cost", "ds_58814", "greebear_1", "so_students", "so_times_100"]
FITS = ["hunkim_11", "keras_16836", "keras_108", "stats_418955"]
QUIET = [0, 2, 6]  # of `KINDS`


def test_there_are_enough_cases_of_every_sort():
    frozen = cases(frozen=True)
    everything = [*TUNED.values(), *frozen]
    assert len(frozen) == 15
    assert len(TUNED) >= 30
    assert len({case.address for case in everything}) == len(everything)
    assert not {case.name for case in frozen} & set(TUNED)
    assert all(case.accepted for case in everything)


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_shows_its_symptom_and_arrives_when_mended(name: str):
    assert isinstance(made(TUNED[name].asked), Loop)
    assert not shown(TUNED[name])


@pytest.mark.parametrize("case", [TUNED[name] for name in (*LOOPS, *FITS)], ids=lambda c: c.name)
def test_a_case_gets_its_cause_and_nothing_when_mended(case: Case):
    cause, report = word_of(made(case.asked))
    assert cause in case.accepted, str(report)
    cause, report = word_of(made(case.mended))
    assert cause == NOTHING, str(report)


@pytest.mark.parametrize("index", QUIET)
def test_a_healthy_regression_is_left_in_peace(index: int):
    regression = list(regressions(len(KINDS), seed=1))[index]
    cause, report = word_of(regression.program())
    assert cause == NOTHING, f"{regression.kind}: {report}"


def test_adam_beside_a_gradient_of_rounding_is_left_in_peace():
    x = standardized(np.arange(13.0) ** 2)
    model = sequential(keras.layers.Dense(1), optimizer=keras.optimizers.Adam(0.05))
    cause, report = word_of(Fit(model, x, x, epochs=400))
    assert cause == NOTHING, str(report)
