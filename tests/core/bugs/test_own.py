"""A learner's own methods: each known bug written as text is that bug, to the last number."""

import numpy as np
import pytest
import tensorflow as tf

from core.bugs import BUG_BY_KEY, BUGS, Bug
from core.bugs.bug import Setting
from core.bugs.own import OWN_PARTS
from core.data.pipeline import Pipeline
from core.diagnosis.diagnosis import diagnose
from core.errors import InputError
from core.interpreter import PARTS
from core.model.optimizers import OPTIMIZERS
from core.source import bug_source, methods
from core.spec import Spec
from core.training.build import make_step, variables_of
from core.training.structure import Structure
from core.training.trainer import train
from tests.conftest import column, data_of

pytestmark = pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")
CANNOT_BE_WRITTEN = {"accumulated-gradients"}  # a step keeps nothing but weights
OTHERWISE = {  # lines that a learner would not need, and what stands for them
    '    with np.errstate(all="ignore"):  # a factor above 1 overflows in the end\n    ': "",
    'getattr(self.initializer, "seed", 0)': "0",
}
EXAMPLE = {"data": {"source": "two-features", "target": "y"}}
EXAMPLE_3 = """class MyCustomLayer(tf.keras.layers.Layer):
  def __init__(self, units):
    super(MyCustomLayer, self).__init__()
    # Careful with initialization!
    self.w = self.add_weight(shape=(units,), initializer='random_normal')

  def call(self, inputs):
    # Check for potential errors here - ensure dimensions align!
    x = inputs
    return tf.matmul(x, self.w)
"""
WRONG_LAYER = "def call(self, inputs):\n    return ops.matmul(inputs, self.kernel) * 3\n"
SETTING = Setting(2, 80, 32, True, "mse", False, True, 20)
RETURNED = [
    (
        "layer",
        "def call(self, inputs):\n    return ops.matmul(inputs, ops.transpose(inputs))",
        "Line 1: call returns shape (80, 80) where it must return (80, 1): call must",
    ),
    (
        "layer",
        "def build(self, input_shape):\n    self.w = self.add_weight(shape=(1,))\n\n"
        "def call(self, inputs):\n    return ops.sum(inputs * self.w, axis=1, keepdims=True)",
        "first weight has the shape (1,), and 2 features need (2, 1)",
    ),
    (
        "loss",
        "def loss(self, targets, outputs):\n    return targets - outputs",
        "returns shape (32",
    ),
    (
        "gradients",
        "def gradients(self, tape, loss, weights):\n    return tape.gradient(loss, weights)[:1]",
        "where it must return a list of 2",
    ),
    (
        "update",
        "def update(self, gradients, weights):\n    weights[0].assign(gradients[1])",
        "Line 2: a weight of shape (2, 1) cannot hold a tensor of shape (1,).",
    ),
    (
        "pipeline",
        "def epoch(self, features, targets, epoch):\n    return features[1:], targets[1:]",
        "epoch returns shapes ((79, 2), (79, 1)) where it must return ((80, 2), (80, 1))",
    ),
    (
        "pipeline",
        "def training_rows(self):\n    self.data.x_train[0, 0] = 3.0\n    return 1",
        "Line 2: the table itself must stay as it is: take a .copy() first.",
    ),
]


def own_part(bug: type[Bug]) -> str:
    if bug.Layer:
        return "layer"
    if bug.Pipeline:
        return "pipeline"
    return next(name for name in ("loss", "gradients", "update") if name in vars(bug.Step))


def text_of(bug: type[Bug]) -> str:
    """A known bug's methods, with its options as numbers."""
    if bug.name() == "broadcast-loss":
        return (
            "def loss(self, targets, outputs):\n"
            "    residuals = tf.reshape(targets, [-1]) - outputs\n"
            "    return tf.reduce_mean(tf.square(residuals))\n"
        )
    text = "\n".join(methods(bug_source(bug())).values())
    for name, value in bug().arguments().items():
        text = text.replace(f"self.bug.{name}", repr(value))
    for line, other in OTHERWISE.items():
        text = text.replace(line, other)
    return text


def own(part: str, code: str) -> dict:
    return {"bug": {"key": "own", "part": part, "code": code}}


WRITTEN = [bug for bug in BUGS if bug.name() not in CANNOT_BE_WRITTEN]
BY_PART = ("misplaced-scale", "broadcast-loss", "gradient-ascent", "double-update", "epoch-drift")
ROWS = 12


def pair_of(bug: type[Bug]) -> tuple[Spec, Spec]:
    """A spec with a known bug, and with the same bug as text."""
    base = Spec().patched(bug.example).patched({"training": {"epochs": 30}})
    known = base.patched({"bug": {"key": bug.name()}})
    return known, base.patched(own(own_part(bug), text_of(bug)))


def steps_of(spec: Spec) -> list[np.ndarray]:
    """All that two steps of a layer with two features leave behind."""
    step, random = make_step(spec, 2), np.random.default_rng(0)
    told: list[np.ndarray] = []
    for _ in range(2):
        x = tf.constant(random.standard_normal((ROWS, 2)), tf.float32)
        y = tf.constant(random.standard_normal((ROWS, 1)), tf.float32)
        outputs, loss, gradients = step(x, y)
        told += [outputs.numpy(), loss.numpy(), *(g.numpy() for g in gradients if g is not None)]
    return told + [variable.value.numpy() for variable in variables_of(step)]


@pytest.mark.parametrize(
    "bug",
    [b for b in WRITTEN if not b.Pipeline and b.symptom != "fails"],
    ids=lambda bug: bug.name(),
)
def test_a_known_bug_written_as_text_takes_the_same_steps(bug):
    known, spec = pair_of(bug)
    for first, second in zip(steps_of(known), steps_of(spec), strict=True):
        np.testing.assert_allclose(second, first, rtol=1e-6)


@pytest.mark.parametrize("bug", [b for b in WRITTEN if b.Pipeline], ids=lambda bug: bug.name())
def test_a_known_bug_of_the_pipeline_feeds_the_same_rows(bug):
    known, spec = pair_of(bug)
    data = data_of(known)
    for epoch in (0, 3):
        fed = []
        for each in (known, spec):
            pipeline = each.bug.inject(Pipeline)(data, True, 7)
            rows = pipeline.epoch(*pipeline.training_rows(), epoch)
            fed.append([*rows, *pipeline.validation_rows(), pipeline.order(rows[1], epoch)])
        for first, second in zip(*fed, strict=True):
            np.testing.assert_allclose(second, first, rtol=1e-6)


@pytest.mark.parametrize("key", BY_PART)
def test_a_known_bug_written_as_text_trains_as_it_does_and_is_found_as_it(key):
    known, spec = pair_of(BUG_BY_KEY[key])
    data = data_of(spec)
    first, second = list(train(known, data)), list(train(spec, data))
    assert second[-1]["outcome"] == first[-1]["outcome"], second[-1]["reason"]
    np.testing.assert_allclose(
        column(second, "full_loss"), column(first, "full_loss"), rtol=1e-5, equal_nan=True
    )
    assert diagnose(spec, data, second).findings[0].cause == f"bug:{key}"


def test_the_document_s_layer_is_read_as_it_is_written_and_fails_as_it_does():
    spec = Spec().patched(own("layer", EXAMPLE_3))
    data = data_of(spec)
    events = list(train(spec, data))
    assert events[-1]["outcome"] == "failed"
    assert events[-1]["reason"].startswith("Line 10: tf.matmul: (353, 10) · (1,): it multiplies")
    assert diagnose(spec, data, events).findings[0].cause == "bug:weight-shape"


@pytest.mark.parametrize("part", OWN_PARTS)
def test_the_editor_starts_from_the_correct_method(part):
    base = Spec().patched(EXAMPLE)
    for code in ("", PARTS[part].written or PARTS[part].start):
        spec = base.patched(own(part, code))
        if PARTS[part].breaks != "Pipeline":
            for first, second in zip(steps_of(base), steps_of(spec), strict=True):
                if first.dtype != np.int64:  # how many steps an optimizer has counted
                    np.testing.assert_allclose(second, first, rtol=1e-6)
        assert "correct method" in spec.bug.without_effect(SETTING) or part == "update"
    assert not Spec().patched(own("layer", WRONG_LAYER)).bug.without_effect(SETTING)


@pytest.mark.parametrize(("part", "code", "reason"), RETURNED)
def test_what_a_method_returns_is_checked_when_the_step_is_built(part, code, reason):
    spec = Spec().patched(EXAMPLE).patched(own(part, code))
    events = list(train(spec, data_of(spec)))
    assert events[-1]["outcome"] == "failed"
    assert reason in events[-1]["reason"]


def test_what_cannot_be_read_is_refused_with_its_line_by_the_spec():
    with pytest.raises(InputError, match=r"`bug\.code`: Line 2: `__import__` is no function"):
        Spec().patched(own("layer", "def call(self, inputs):\n    return __import__('os')\n"))
    with pytest.raises(InputError, match=r"`bug\.part` must be one of 'layer', 'loss'"):
        Spec().patched(own("network", ""))


def test_every_optimizer_takes_a_step_with_a_method_of_each_part():
    for number, optimizer in enumerate(OPTIMIZERS):
        part = OWN_PARTS[number % 4]
        spec = Spec().patched({"optimizer": {"key": optimizer.name()}}).patched(own(part, ""))
        assert all(np.isfinite(value).all() for value in steps_of(spec))


def test_a_text_is_compiled_once_for_all_who_run_it():
    spec = Spec().patched(own("layer", WRONG_LAYER))
    other = spec.patched({"optimizer": {"learning_rate": 0.5}, "training": {"seed": 3}})
    assert Structure.of(spec, 9, 0, 2) == Structure.of(other, 9, 0, 2)
    assert Structure.of(spec, 9, 0, 2) != Structure.of(spec.patched(own("layer", "")), 9, 0, 2)
