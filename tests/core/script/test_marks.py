"""What would be read wrongly is marked: settings that a script changes after it has said them."""

import pytest

from core.script.read import read_script

HEAD = """
import numpy as np
import tensorflow as tf
x = np.arange(12.0)
y = 2 * x + 1
def new(rate=0.01):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile(optimizer=tf.keras.optimizers.SGD(rate), loss="mse")
    return model
model = new()
"""
FIT = "model.fit(x, y, epochs=5)\n"
CALLBACK = """
class Own(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        {}
model.fit(x, y, epochs=5, callbacks=[Own()])
"""
ROWS = "rows = tf.data.Dataset.from_tensor_slices((x, y))"
CASES = {  # and the settings that are marked
    FIT: set(),
    "model.optimizer.learning_rate = float(input())\n" + FIT: {"optimizer.learning_rate"},
    "model.optimizer.learning_rate.assign(x[3])\n" + FIT: set(),
    "model.load_weights('old.h5')\n" + FIT: {"model.initializer"},
    FIT + "model.fit(x, y, epochs=7)\n": {"model.initializer"},
    CALLBACK.format("print(logs)"): set(),
    CALLBACK.format("self.model.stop_training = logs['loss'] < 1"): {"training.epochs"},
    CALLBACK.format("self.model.optimizer.learning_rate = 0.1 / (epoch + 1)"): {"schedule.key"},
    "model.fit(x, y, epochs=5, batch_size=4, steps_per_epoch=3)": set(),
    "model.fit(x, y, epochs=5, batch_size=4, steps_per_epoch=2)": {"training.epochs"},
    f"{ROWS}.repeat(3).batch(4)\nmodel.fit(rows, epochs=2)": set(),
    f"{ROWS}.repeat(3).batch(5)\nmodel.fit(rows, epochs=2)": {
        "training.batch_size",
        "training.epochs",
    },
    "def go(e):\n    new().fit(x, y, epochs=e)\ngo(4)\ngo(4)\n": set(),
    "def go(e):\n    new().fit(x, y, epochs=e)\ngo(3)\ngo(4)\n": {"training.epochs"},
    "for r in [0.1, 0.2]:\n    new(r).fit(x, y)\n": {"optimizer.learning_rate"},
    "for r in [0.1, 0.1]:\n    new(r).fit(x, y)\n": set(),
    "x = tf.random.normal((12, 1))\n" + FIT: {"data.source"},
}


@pytest.mark.parametrize("body", CASES)
def test_a_setting_that_is_changed_later_is_marked_and_no_other(body):
    assert set(read_script(HEAD + body).marked) == CASES[body]


TABLES = {
    "X = t.drop(columns=['y'])": False,
    "t['z'] = t['a'] / t['b']\nX = t.drop(columns=['y'])": True,
    "t['z'] = t['a'] / t['b']\nX = t[['a', 'b']]": False,
    "t['a'] = t['a'].clip(0, 3)\nX = t[['a']]": True,
}


@pytest.mark.parametrize("body", TABLES)
def test_columns_that_the_script_makes_are_not_taken_for_the_files(body):
    head = "import pandas as pd\n" + HEAD + "t = pd.read_csv('t.csv')\n"
    found = read_script(head + body + "\nmodel.fit(X, t['y'], epochs=3)")
    assert ("data.source" in found.marked) == TABLES[body]
