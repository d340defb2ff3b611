"""What is wrong in a script as it is written is said with its line, and what is right is not."""

import pytest

from core.script.read import read_script
from tests.core.script.labels import FAULTS
from tests.core.script.scoring import LABELS, reading_of

HEAD = (
    "import numpy as np, pandas as pd, tensorflow as tf\nfrom tensorflow import keras\n"
    "from tensorflow.keras import layers\nfrom sklearn.model_selection import train_test_split\n"
    "from sklearn.preprocessing import MinMaxScaler, StandardScaler\n"
)
ABOVE = HEAD.count("\n")
FIT = "m.compile('sgd', 'mse')\nm.fit(X, y, epochs=5)\n"
DENSE = "m = keras.Sequential([layers.Dense(1)])\n" + FIT
ONE = "X = np.arange(20.0).reshape(-1, 1)\ny = 2 * X\n"
TWO = "X = np.arange(40.0).reshape(-1, 2)\ny = X.sum(1)\n"
LINE = "x = np.arange(9.0)\ny = 2 * x + 1\nw = b = 0.0\nfor i in range(50):\n"
FILE = "df = pd.read_csv('a.csv')\n"
SPLIT = FILE + "U, V, y, z = train_test_split(df[['a', 'b']], df['t'], test_size=0.2)\n"
LAYER = (
    TWO + "class L(layers.Layer):\n    def build(self, s):\n"
    "        self.w = self.add_weight(shape=({},), initializer='random_normal')\n"
    "    def call(self, x):\n        return {}\nm = keras.Sequential([L()])\n" + FIT
)
CASES = {  # a script below the imports; the line of the fault there and its key, or nothing
    ONE + "m = keras.Sequential([layers.Dense(1, input_shape=1)])\n" + FIT: (3, "input-shape"),
    TWO + "m = keras.Sequential([layers.Dense(1, input_shape=(1,))])\n" + FIT: (3, "input-shape"),
    TWO + "m = keras.Sequential([layers.Dense(1, input_dim=3)])\n" + FIT: (3, "input-shape"),
    TWO + "i = keras.Input((3,))\nm = keras.Model(i, layers.Dense(1)(i))\n" + FIT: (
        3, "input-shape"
    ),
    TWO + "m = keras.Sequential([keras.Input((2,)), layers.Dense(1)])\n" + FIT: None,
    FILE + "X, y = df.drop(columns=['t']).values, df['t'].values\n"
    "m = keras.Sequential([layers.Dense(1, input_dim=13)])\n" + FIT: None,
    LAYER.format(1, "tf.matmul(x, self.w)"): (5, "weight-shape"),
    LAYER.format(1, "keras.ops.matmul(x, self.w)"): (5, "weight-shape"),
    LAYER.format(1, "x @ self.w"): (5, "weight-shape"),
    LINE + "    w =- 0.01 * np.mean((w * x - y) * x)\n": (5, "assigns-minus"),
    LINE + "    w =-0.01 * np.mean((w * x - y) * x)\n": (5, "assigns-minus"),
    LINE + "    sign =-1\n    w += sign * 0.01 * np.mean((w * x - y) * x)\n": None,
    TWO + "MinMaxScaler().fit_transform(X)\n" + DENSE: (3, "scaler-discarded"),
    TWO + "s = StandardScaler().fit(X)\ns.transform(X)\n" + DENSE: (4, "scaler-discarded"),
    TWO + "s = StandardScaler()\ns.fit(X)\n" + DENSE: (4, "scaler-discarded"),
    TWO + "s = StandardScaler()\ns.fit(X)\nX = s.transform(X)\n" + DENSE: None,
    FILE + "X, y = df[['a', 'b']], df['t']\nStandardScaler().fit_transform(X)\n" + DENSE: (
        3, "scaler-discarded"
    ),
    SPLIT + "s = StandardScaler()\nX, V = s.fit_transform(U), s.fit_transform(V)\n" + DENSE: (
        4, "fit-on-test"
    ),
    SPLIT + "X = StandardScaler().fit_transform(U)\nV = StandardScaler().fit_transform(V)\n"
    + DENSE: (4, "fit-on-test"),
    SPLIT + "s = StandardScaler()\nX, V = s.fit_transform(U), s.transform(V)\n" + DENSE: None,
    TWO + "np.random.shuffle(X)\n" + DENSE: (3, "shuffled-apart"),
    TWO + "X = X[np.random.permutation(20)]\n" + DENSE: (3, "shuffled-apart"),
    TWO + "X = X[np.random.permutation(20)]\ny = y[np.random.permutation(20)]\n" + DENSE: (
        4, "shuffled-apart"
    ),
    TWO + "p = np.random.permutation(20)\nX = X[p]\ny = y[p]\n" + DENSE: None,
    TWO + "np.random.shuffle(X)\ny = X.sum(1)\n" + DENSE: None,
    FILE + "X = df[['a', 'b']].sample(frac=1)\ny = df['t']\n" + DENSE: (2, "shuffled-apart"),
    FILE + "df = df.sample(frac=1)\nX, y = df[['a', 'b']], df['t']\n" + DENSE: None,
    ONE + "d = layers.Dense(1)\no = keras.optimizers.SGD(0.01)\nfor i in range(20):\n"
    "    with tf.GradientTape() as t:\n        loss = tf.reduce_mean((d(X) - y[:, 0]) ** 2)\n"
    "    g = t.gradient(loss, d.trainable_variables)\n"
    "    o.apply_gradients(zip(g, d.trainable_variables))\n": (7, "broadcast-loss"),
    "def my(a, b):\n    return tf.reduce_mean(tf.square(a - tf.squeeze(b)))\n" + ONE
    + "m = keras.Sequential([layers.Dense(1)])\nm.compile('sgd', my)\nm.fit(X, y)\n": (
        2, "broadcast-loss"
    ),
    ONE + "m = keras.Sequential([layers.Dense(1), layers.Softmax()])\n" + FIT: (
        3, "softmax-on-one-unit"
    ),
    ONE + "m = keras.Sequential([layers.Dense(1, activation=tf.nn.softmax)])\n" + FIT: (
        3, "softmax-on-one-unit"
    ),
    ONE + "m = keras.Sequential([layers.Dense(1)])\n"
    "m.compile('sgd', keras.losses.BinaryCrossentropy(from_logits=True))\nm.fit(X, y)\n": (
        4, "from-logits"
    ),
    LINE + "    w += 0.01 * np.mean((w * x - y) * x)\n": (5, "gradient-ascent"),
    LINE + "    w += 0.01 * np.mean((y - w * x) * x)\n": None,
    "x = np.arange(4.0)\nw = tf.Variable(0.5)\nfor i in range(50):\n"
    "    with tf.GradientTape() as t:\n        loss = tf.reduce_mean((w * x - 2 * x) ** 2)\n"
    "    w.assign_add(0.01 * t.gradient(loss, w))\n": (6, "gradient-ascent"),
    "x = np.arange(9.0)\ny = 2 * x + 1\na = b = 0.0\nfor i in range(50):\n"
    "    a -= 0.01 * np.mean((a * x + b - y) * x)\n    b -= 0.01 * np.mean(a * x + b - y)\n": (
        6, "one-after-the-other"
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_what_is_wrong_is_said_with_its_line(text):
    found = [(fault.line - ABOVE, fault.key) for fault in read_script(HEAD + text).faults]
    assert found == ([] if CASES[text] is None else [CASES[text]])


def test_what_people_wrote_is_wrong_where_its_label_says_so_and_nowhere_else():
    found = {n: " ".join(sorted({f.key for f in reading_of(n).faults})) for n in LABELS}
    wanted = {n: " ".join(sorted(FAULTS.get(n, "").split())) for n in LABELS}
    assert found == wanted
