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
from core.diagnosis.wording import apart
from core.lazy import ops
from core.spec import Spec
from tests.core.diagnosis.runs import diagnosis_of, run_of, sentences_of

# Bugs of nobody's registry. Each goes by the key of another that breaks the same part, since a spec
# takes no other: what the spec says would be wrong, were it read.
TWO = {"data": {"source": "two-features", "target": "y"}, "optimizer": {"learning_rate": 0.05}}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_names_the_bug_in_its_own_example(bug):
    spec = Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    diagnosis = diagnosis_of(spec)
    first = diagnosis.findings[0]
    assert not sentences_of(spec, diagnosis)
    assert (first.cause, first.stage, first.severity) == (bug.finding(), bug.stage, "error")
    assert diagnosis.verdict != "healthy"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_finds_nothing_in_the_same_run_without_it(bug):
    diagnosis = diagnosis_of(Spec().patched(bug.example))
    assert not [f.cause for f in diagnosis.findings if f.cause.startswith("bug:")]


@pytest.mark.parametrize(("loss", "times"), [("mse", 32), ("half_mse", 64)])
def test_a_sum_of_whole_squares_is_so_many_times_the_mean_that_was_meant(loss, times):
    spec = Spec().patched(TWO | {"bug": {"key": "sum-for-mean"}, "loss": {"key": loss}})
    first = diagnosis_of(spec).findings[0]
    assert first.cause == "bug:sum-for-mean"
    assert f"32 rows make it {times} × as steep" in first.summary


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


class SquaredResidualInGradient(SumForMean):
    """Own: the gradient is that of the residuals' cubes, and the loss at last not a number."""

    stage = "gradient"

    class Step:
        def loss(self, targets, outputs):
            residuals = outputs - targets
            right, wrong = ops.mean(residuals**2), ops.mean(residuals**3)
            return ops.stop_gradient(right) + (wrong - ops.stop_gradient(wrong))


class HalvedThenDrifting(GradientAscent):
    """Own: the gradient is halved from the start, and later on the features are shifted."""

    stage = "gradient"

    class Step:
        def gradients(self, tape, loss, weights):
            kernel, bias = tape.gradient(loss, weights)
            return [kernel / 2, bias]

    class Pipeline:
        changes = True

        def epoch(self, features, targets, epoch):
            return features + np.float32(epoch >= 3), targets


class UphillBias(GradientAscent):
    """Own: the bias' gradient alone has the wrong sign."""

    stage = "gradient"

    class Step:
        def gradients(self, tape, loss, weights):
            kernel, bias = tape.gradient(loss, weights)
            return [kernel, -bias]


class TargetScaledLikeAFeature(ShiftedTargets):
    """Own: the targets are scaled with a feature's mean and spread."""

    stage = "pipeline"

    class Pipeline:
        def training_rows(self):
            x, y = self.data.x_train, self.data.y_train
            return x, (y - self.data.x_raw_train[0, 0]) * np.float32(20)


OWN = (
    SquaredResidualInGradient,
    HalvedThenDrifting,
    UphillBias,
    TargetScaledLikeAFeature,
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
    training = {"epochs": 30, "batch_size": 40}  # no smaller batch at the end, and its second copy
    spec = Spec().patched(TWO | {"model": {"layer": "custom"}, "training": training})
    data, events = run_of(spec.model_copy(update={"bug": own()}))
    first = diagnose(spec, data, list(events)).findings[0]
    assert (first.cause, first.stage, first.severity) == ("bug:unknown", own.stage, "error")


def own_run(own, **patch):
    """The diagnosis of a bug of one's own in a run of two features, and the run's losses."""
    spec = Spec().patched(TWO | {"model": {"layer": "custom"}} | patch)
    data, events = run_of(spec.model_copy(update={"bug": own()}))
    return diagnose(spec, data, list(events)), events


@pytest.mark.parametrize("epochs", [15, 60])
def test_the_first_step_that_departs_decides_however_long_the_run(epochs):
    training = {"epochs": epochs, "batch_size": None}
    diagnosis, _ = own_run(SquaredResidualInGradient, training=training)
    first = diagnosis.findings[0]
    assert (first.cause, first.stage) == ("bug:unknown", "gradient")
    assert first.evidence[-1].text.startswith("at step 0 ")


def test_a_loss_that_only_rises_is_diverging_though_it_has_not_doubled():
    diagnosis, events = own_run(
        UphillBias, optimizer={"learning_rate": 0.001}, training={"epochs": 60}
    )
    losses = [e["full_loss"] for e in events if e["event"] == "epoch_ended"]
    assert 1.02 < losses[-1] / events[0]["full_loss"] < 2
    assert diagnosis.verdict == "diverging"


@pytest.mark.parametrize(("epochs", "verdict"), [(10, "slow"), (100, "biased")])
def test_a_loss_that_falls_is_not_diverging_however_large_it_is(epochs, verdict):
    diagnosis, events = own_run(TargetScaledLikeAFeature, training={"epochs": epochs})
    losses = [e["full_loss"] for e in events if e["event"] == "epoch_ended"]
    assert losses[-1] < events[0]["full_loss"] / 10
    assert losses[-1] > 2 * events[0]["baseline_loss"]
    assert diagnosis.verdict == verdict


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
def test_weights_that_start_at_zero_hide_no_bug(bug):
    """At the first step all outputs are 0: neither the layer nor the broadcast shows in them."""
    spec = Spec().patched(bug.example | {"bug": {"key": bug.name()}})
    assert (
        spec.model.initializer == "glorot_uniform"
    )  # what the test of its own example starts from
    first = diagnosis_of(spec.patched({"model": {"initializer": "zeros"}})).findings[0]
    assert (first.cause, first.stage) == (bug.finding(), bug.stage)


def test_a_broadcast_is_shown_at_a_step_at_which_it_shows():
    """With weights of 0 both losses are the same, and for long they hardly differ."""
    spec = Spec().patched(
        TWO
        | {
            "model": {"initializer": "zeros"},
            "optimizer": {"key": "adam", "learning_rate": 1e-5},
            "bug": {"key": "broadcast-loss"},
        }
    )
    first = diagnosis_of(spec).findings[0]
    assert (first.cause, first.stage) == ("bug:broadcast-loss", "loss")
    shown = first.evidence[0]
    assert shown.text.split(": ")[1].split(", where it should be ") == [
        *apart(shown.value, shown.limit)
    ]
    assert len(set(apart(shown.value, shown.limit))) == 2


def test_a_layer_with_a_state_is_compounding_after_a_single_probe():
    spec = Spec().patched(TWO | {"bug": {"key": "compounding-state"}})
    data, events = run_of(spec)
    first = next(i for i, event in enumerate(events) if event["event"] == "probe")
    assert diagnose(spec, data, list(events[: first + 1])).findings[0].cause == (
        "bug:compounding-state"
    )
