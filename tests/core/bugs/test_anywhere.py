"""Every bug runs with every optimizer, with and without bias, and on tables of any shape."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from core.bugs import BUGS
from core.data.pipeline import Pipeline
from core.data.prepare import prepare
from core.model.optimizers import OPTIMIZERS
from core.spec import Spec
from core.training.build import make_step, variables_of

SHAPES = [(1, True, "mean"), (20, True, "sum"), (1, False, "sum"), (20, False, "mean")]
ROWS, BATCH = 11, 4  # a remainder of 3
runnable = [bug for bug in BUGS if bug().breaks() != "Pipeline" and bug.symptom != "fails"]
pipelines = [bug for bug in BUGS if bug().breaks() == "Pipeline"]

pytestmark = pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")


def values_of(step) -> list[np.ndarray]:
    return [variable.value.numpy() for variable in variables_of(step)]


def prepared(rows: int, features: int, validation_fraction: float):
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.standard_normal((rows, features)), columns=None)
    table.columns = [f"x{j}" for j in range(features)]
    table["y"] = random.standard_normal(rows)
    spec = Spec().patched(
        {
            "data": {"target": "y", "validation_fraction": validation_fraction},
            "scaling": {"features": "standard"},
        }
    )
    return prepare(table, spec.data, spec.scaling, 0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer.name())
@pytest.mark.parametrize("bug", runnable, ids=lambda bug: bug.name())
def test_a_step_keeps_shapes_and_an_evaluation_keeps_the_state(bug, optimizer):
    features, use_bias, reduction = SHAPES[OPTIMIZERS.index(optimizer) % len(SHAPES)]
    spec = Spec().patched(
        {
            "model": {"use_bias": use_bias},
            "optimizer": {"key": optimizer.name()},
            "loss": {"reduction": reduction},
            "bug": {"key": bug.name()},
        }
    )
    step = make_step(spec, features)
    random = np.random.default_rng(0)
    x = tf.constant(random.standard_normal((ROWS, features)), tf.float32)
    y = tf.constant(random.standard_normal((ROWS, 1)), tf.float32)
    for rows in (slice(0, BATCH), slice(BATCH * 2, ROWS)):
        outputs, loss, gradients = step(x[rows], y[rows])
        assert outputs.shape == y[rows].shape
        assert loss.shape == ()
        assert len(gradients) == len(step.layer.trainable_variables)
    before = values_of(step)
    assert np.isfinite(float(step.evaluate(x, y, BATCH)))
    for old, new in zip(before, values_of(step), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_batch_too_large_for_the_broadcast_table_is_refused():
    step = make_step(Spec().patched({"bug": {"key": "broadcast-loss"}}), 1)
    column = tf.zeros((8193, 1))
    with pytest.raises(ValueError, match=r"A \(8,193, 8,193\) table of 67,125,249 numbers"):
        step.loss(column, column)


@pytest.mark.parametrize("rows, features, validation", [(2, 1, 0.0), (11, 1, 0.2), (40, 20, 0.2)])
@pytest.mark.parametrize("bug", pipelines, ids=lambda bug: bug.name())
def test_a_pipeline_keeps_shapes_and_leaves_the_table_alone(bug, rows, features, validation):
    data, clean = prepared(rows, features, validation), prepared(rows, features, validation)

    def fed(epoch):
        pipeline = bug().inject(Pipeline)(data, True, 7)
        x, y = pipeline.epoch(*pipeline.training_rows(), epoch)
        return x, y, pipeline.order(y, epoch)

    for epoch in (0, 3):
        x, y, order = fed(epoch)
        assert x.shape == data.x_train.shape
        assert y.shape == data.y_train.shape
        assert x.dtype == y.dtype == np.float32
        assert sorted(order) == list(range(len(y)))
        for first, second in zip((x, y, order), fed(epoch), strict=True):
            np.testing.assert_array_equal(first, second)
    changes = not np.array_equal(fed(0)[0], fed(3)[0])
    assert changes == bug().inject(Pipeline).changes

    x_val, y_val = bug().inject(Pipeline)(data, True, 7).validation_rows()
    assert (x_val is None) == (data.x_val is None)
    assert x_val is None or (x_val.shape == data.x_val.shape and y_val.shape == data.y_val.shape)
    for name in ("x_train", "y_train", "x_val", "y_val", "x_raw_train", "x_raw_val"):
        np.testing.assert_array_equal(getattr(data, name), getattr(clean, name))
