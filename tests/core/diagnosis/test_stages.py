"""Single stages, where a whole run would not come to their edges."""

import numpy as np

from core.diagnosis.stages.forward import departs, reference

KERNEL = {"kernel": np.array([1.0]), "bias": np.array([0.0])}


def test_outputs_near_the_end_of_float32_are_not_judged():
    x = np.array([[1.0], [80.0], [88.8]])  # e^88.8 = 3.7e38 is infinite in float32
    ref = reference("exponential", x, KERNEL)
    with np.errstate(over="ignore"):
        outputs = np.exp(x[:, 0].astype(np.float32)).astype(float)
    assert ref.checkable.tolist() == [True, True, False]
    assert not departs(ref, outputs).any()
    assert departs(ref, 2 * outputs).tolist() == [True, True, False]


def test_sums_beyond_float32_are_not_judged():
    ref = reference("linear", np.array([[1.0], [1e38]]), KERNEL)
    assert ref.checkable.tolist() == [True, False]
    assert departs(ref, np.array([2.0, 0.0])).tolist() == [True, False]
