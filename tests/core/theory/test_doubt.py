"""What is foretold of a run that hangs on how float32 rounds."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.spec import Spec
from core.theory.predict import predict
from core.theory.problem import Problem
from core.theory.regime import goal_of
from core.theory.spectrum import spectrum_of
from core.theory.wording import explain
from tests.conftest import data_of

X = np.arange(1.0, 13.0)
BENT = pd.DataFrame({"x": X, "y": 0.5 * X + np.sin(X)})


def spec_of(epochs: int) -> Spec:
    """Its steps grow at the optimum until rounding alone drives it away, after some 145 epochs."""
    return Spec().patched(
        {
            "data": {"source": "own", "target": "y", "validation_fraction": 0.0},
            "scaling": {"features": "standard"},
            "optimizer": {"key": "adadelta", "learning_rate": 300.0},
            "training": {"batch_size": None, "epochs": epochs},
        }
    )


def told(epochs: int):
    spec = spec_of(epochs)
    return predict(spec, data_of(spec, BENT))


def test_what_parts_soon_after_the_end_may_part_before_it():
    near, far = told(120), told(80)
    assert far.certain_epochs is None
    assert near.certain_epochs is not None and 100 < near.certain_epochs < 120
    assert near.regime_is_certain and near.full_loss is not None and len(near.full_loss) == 120
    curve = np.array(near.full_loss)  # nothing is to be seen of it yet
    assert np.allclose(curve[:80], far.full_loss) and (curve[40:] < 1.001 * curve[40]).all()


def test_where_rounding_decides_the_end_it_is_not_promised():
    p = told(200)
    assert (p.regime, p.regime_is_certain) == ("converges", False)
    assert "in 18 epochs stays there hangs on how float32 rounds" in p.why
    assert f"From epoch {(p.certain_epochs or 0) + 1} on that changes" in p.why


def test_few_rows_round_each_by_itself():
    """As in a run; the same loss folded into a triangle rounds otherwise, and far less."""
    spec = spec_of(1)
    data = data_of(spec, BENT)
    spectrum = spectrum_of(data)
    assert spectrum is not None
    problem = Problem(spec, data, spectrum)
    best = spectrum.best_weights.astype(np.float32)
    a, y = (part.astype(np.float32) for part in problem.table)
    rounded = 2 * ((a @ best - y) / np.float32(12)) @ a
    assert problem.gradient_function(np.float32)(best, None) == pytest.approx(rounded, rel=1e-5)
    assert np.abs(problem.gradient_function()(spectrum.best_weights, None)).max() < 1e-12


@pytest.mark.parametrize("regime", ["converges", "slow", "oscillates", "diverges"])
@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("arrives", [3, 50])
def test_no_number_is_told_from_where_runs_part(regime, certain, arrives):
    p, spec = told(80), spec_of(80)
    data = data_of(spec, BENT)
    spectrum = spectrum_of(data)
    assert spectrum is not None
    problem = Problem(spec, data, spectrum)
    goal = goal_of(problem, np.zeros(2))
    known = {"regime": regime, "regime_is_certain": certain, "epochs_to_optimum": arrives}
    text = explain(spec, problem, replace(p, certain_epochs=10, **known))
    assert "the predicted curve ends there" in text
    numbers = {float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])", text)}
    start = 0.0 if p.initial_loss is None else p.initial_loss
    fixed = [11, 80, float(f"{goal.optimal:.3g}"), float(f"{start:.3g}"), *([3] * (arrives == 3))]
    assert numbers <= {*fixed}
