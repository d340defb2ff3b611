"""Every bug is named from the evidence alone, and what is no known bug by its stage."""

import numpy as np
import pytest

from core.bugs import BUGS
from core.bugs.double_update import DoubleUpdate
from core.bugs.gradient_ascent import GradientAscent
from core.bugs.large_init import LargeInit
from core.bugs.shifted_targets import ShiftedTargets
from core.bugs.sorted_batches import SortedBatches
from core.bugs.sum_for_mean import SumForMean
from core.diagnosis.diagnosis import diagnose
from core.lazy import ops
from core.spec import Spec
from tests.core.diagnosis.runs import diagnosis_of, run_of

# Bugs of nobody's registry. Each goes by the key of another that breaks the same part, since a spec
# takes no other: what the spec says would be wrong, were it read.
TWO = {"data": {"source": "two-features", "target": "y"}, "optimizer": {"learning_rate": 0.05}}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_names_the_bug_in_its_own_example(bug):
    diagnosis = diagnosis_of(Spec().patched(bug.example).patched({"bug": {"key": bug.name()}}))
    first = diagnosis.findings[0]
    assert (first.cause, first.stage, first.severity) == (bug.finding(), bug.stage, "error")
    assert diagnosis.verdict != "healthy"
    assert [remedy.patch for remedy in first.remedies] == [{"bug": None}]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_finds_nothing_in_the_same_run_without_it(bug):
    diagnosis = diagnosis_of(Spec().patched(bug.example))
    assert not [f.cause for f in diagnosis.findings if f.cause.startswith("bug:")]


@pytest.mark.parametrize("other", [None, {"key": "sum-for-mean"}], ids=["absent", "wrong"])
def test_what_the_spec_says_of_the_bug_makes_no_difference(other):
    spec = Spec().patched(TWO | {"bug": {"key": "gradient-ascent"}})
    data, events = run_of(spec)
    told = [event | {"spec": None} if "spec" in event else event for event in events]
    assert diagnose(spec.patched({"bug": other}), data, told).to_json() == (
        diagnose(spec, data, list(events)).to_json()
    )


class SquaredFeature(LargeInit):
    """Own: a feature is squared in the layer."""

    stage = "forward"

    class Layer:
        def call(self, inputs, training=False):
            squared = ops.concatenate([inputs[:, :1] ** 2, inputs[:, 1:]], axis=1)
            return self.activation(ops.matmul(squared, self.kernel) + self.bias)


class FourthPower(SumForMean):
    """Own: the loss is a fourth power."""

    stage = "loss"

    class Step:
        def loss(self, targets, outputs):
            return ops.mean((targets - outputs) ** 4) / 100


class HalvedGradient(GradientAscent):
    """Own: the first weight's gradient is halved."""

    stage = "gradient"

    class Step:
        def gradients(self, tape, loss, weights):
            kernel, bias = tape.gradient(loss, weights)
            return [kernel * [[0.5], [1.0]], bias]


class ShrinkingWeights(DoubleUpdate):
    """Own: the weights are pulled to zero after each step."""

    stage = "update"

    class Step:
        def update(self, gradients, weights):
            self.optimizer.apply(gradients, weights)
            weights[0].assign(weights[0] * 0.9)


class ClippedTargets(ShiftedTargets):
    """Own: the targets are cut off at their mean."""

    stage = "pipeline"

    class Pipeline:
        def training_rows(self):
            return self.data.x_train, np.minimum(self.data.y_train, self.data.y_train.mean())


class ReversedRows(SortedBatches):
    """Own: every epoch takes the rows in reverse."""

    stage = "pipeline"

    class Pipeline:
        def order(self, targets, epoch):
            return np.arange(len(targets))[::-1]


class BiasOfFive(LargeInit):
    """Own: the bias starts at five."""

    stage = "initialization"

    class Layer:
        def build(self, input_shape):
            self.kernel = self.add_weight(
                shape=(input_shape[-1], self.units), initializer=self.initializer, name="kernel"
            )
            self.bias = self.add_weight(
                shape=(self.units,),
                initializer=lambda shape, dtype: ops.full(shape, 5.0),
                name="bias",
            )


OWN = (
    SquaredFeature,
    FourthPower,
    HalvedGradient,
    ShrinkingWeights,
    ClippedTargets,
    ReversedRows,
    BiasOfFive,
)


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.__name__)
def test_a_bug_nobody_registered_is_unknown_at_its_stage(own):
    spec = Spec().patched(TWO | {"model": {"layer": "custom"}, "training": {"epochs": 30}})
    data, events = run_of(spec.model_copy(update={"bug": own()}))
    first = diagnose(spec, data, list(events)).findings[0]
    assert (first.cause, first.stage, first.severity) == ("bug:unknown", own.stage, "error")
