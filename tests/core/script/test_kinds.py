"""Kinds of thing that strangers' programs showed to be read wrongly, or not at all."""

import pytest

from core.script.read import read_script

MODEL = """
import numpy as np
import pandas as pd
import tensorflow as tf
from tensorflow import keras
x = np.linspace(1, 9, 30)
y = 2 * x + 1
mu, sd = x.mean(), x.std()
def trained(*layers):
    model = keras.Sequential([*layers])
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
    model.fit(x, y, epochs=5)
"""
LAMBDAS = {  # and how it scales, and what is marked
    "lambda t: (t - mu) / sd": ("standard", set()),
    "lambda t: (t - 1) / 8": ("minmax", set()),
    "lambda t: t": ("none", set()),
    "lambda t: t / 100": ("none", {"scaling.features", "model.layer"}),
    "lambda t: tf.math.log(t)": ("none", {"scaling.features", "model.layer"}),
}


@pytest.mark.parametrize("function", LAMBDAS)
def test_a_lambda_before_the_weights_is_a_scaling_or_marked(function):
    reading = read_script(
        MODEL + f"trained(keras.layers.Lambda({function}), keras.layers.Dense(1))"
    )
    scaling, marked = LAMBDAS[function]
    assert reading.spec.scaling.features == scaling
    assert marked <= set(reading.marked)
    assert bool(marked) == bool(reading.marked)


OWN = """
class Own(keras.layers.Layer):
    def __init__(self, activation=None):
        super().__init__()
        self.activation = keras.activations.get(activation)
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 1), initializer="ones")
    def call(self, inputs):
        return self.activation(inputs @ self.w)
"""


def test_an_activation_that_is_asked_for_by_no_name_is_none():
    plain = read_script(MODEL + OWN + "trained(Own())").spec.model
    assert (plain.layer, plain.use_bias, plain.initializer) == ("custom", False, "ones")
    assert "model.layer" in read_script(MODEL + OWN + "trained(Own('tanh'))").marked


FILES = {  # and what is asked for; None where it is marked
    "x = np.loadtxt('a.dat', usecols=(0, 2))\ny = np.loadtxt('a.dat', usecols=4)": ((0, 2), 4),
    "x = pd.read_csv('a.csv')['u']\ny = pd.read_csv('a.csv')['v']": (("u",), "v"),
    "x = pd.read_csv('a.csv')['u']\ny = pd.read_csv('b.csv')['v']": None,
}


@pytest.mark.parametrize("body", FILES)
def test_columns_of_one_file_and_of_two(body):
    reading = read_script(f"{MODEL}{body}\ntrained(keras.layers.Dense(1))")
    assert reading.needs is not None
    wanted = FILES[body]
    assert ("data.source" in reading.marked) == (wanted is None)
    if wanted is not None:
        assert (reading.needs.features, reading.needs.target) == wanted


def test_rows_of_a_list_whose_last_number_is_the_target():
    reading = read_script(
        "data = [[1, 5, 3], [2, 1, 3], [4, 2, 7], [3, 8, 2]]\ncoef = [0.0, 0.0, 0.0]\n"
        "for epoch in range(30):\n    for row in data:\n"
        "        e = coef[0] + coef[1] * row[0] + coef[2] * row[1] - row[-1]\n"
        "        coef[0] = coef[0] - 0.01 * e\n"
        "        for k in range(2):\n            coef[k + 1] = coef[k + 1] - 0.01 * e * row[k]"
    )
    assert reading.marked == ()
    assert list((reading.table or {}).values()) == [[1, 2, 4, 3], [5, 1, 2, 8], [3, 3, 7, 2]]
    assert (reading.spec.training.epochs, reading.spec.training.batch_size) == (30, 1)


VELOCITY = """
import numpy as np
import tensorflow as tf
x = np.linspace(0, 2, 30).reshape(-1, 1)
y = 3 * x + 1
w, b = tf.Variable(tf.zeros((1, 1))), tf.Variable(tf.zeros((1,)))
velocities = [tf.Variable(tf.zeros_like(v)) for v in (w, b)]
for epoch in range(40):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(x @ w + b - y))
    for p, v, g in zip([w, b], velocities, tape.gradient(loss, [w, b])):
        v.assign({})
        {}
"""
VELOCITIES = {
    ("0.8 * v - 0.05 * g", "p.assign_add(v)"): (0.05, 0.8),
    ("0.8 * v + 0.05 * g", "p.assign_sub(v)"): (0.05, 0.8),
    ("0.9 * v + g", "p.assign(p - 0.03 * v)"): (0.03, 0.9),
    ("0.8 * v - 0.05 * g", "p.assign_add(0.8 * v - 0.05 * g)"): None,
    ("0.8 * v - 0.05 * tf.sign(g)", "p.assign_add(v)"): None,
}


@pytest.mark.parametrize("step", VELOCITIES)
def test_a_velocity_that_is_kept_by_hand_is_momentum_or_marked(step):
    reading = read_script(VELOCITY.format(*step))
    wanted = VELOCITIES[step]
    assert bool(reading.marked) == (wanted is None)
    if wanted is not None:
        optimizer = reading.spec.optimizer
        assert (optimizer.learning_rate, optimizer.momentum) == wanted


def test_numbers_that_are_drawn_anew_in_each_round_are_marked():
    text = (
        "import numpy as np\nrng = np.random.RandomState(3)\nx = np.linspace(0, 2, 30)\n"
        "y = 3 * x + 1\nw = b = 0.0\nfor i in range(50):\n    u = x + {}\n    e = w * u + b - y\n"
        "    w -= 0.05 * np.mean(e * u)\n    b -= 0.05 * np.mean(e)"
    )
    assert "data.source" in read_script(text.format("rng.normal(0, 0.1, 30)")).marked
    assert "data.source" not in read_script(text.format("0.5")).marked


LOOP = (
    "import copy\nimport numpy as np\nx = np.linspace(-1, 1, 24)\ny = 3 * x - 0.5\n"
    "def slopes(u, v, w, b):\n    e = w * u + b - v\n    return np.mean(e * u), np.mean(e)\n"
    "w = b = 0.0\n{}\nfor epoch in range(30):\n    for s in range(0, 24, {}):\n"
    "        dw, db = slopes(x[s:s + {}], y[s:s + {}], w, b)\n        w -= 0.1 * dw\n"
    "        b -= 0.1 * db"
)


@pytest.mark.parametrize(
    ("before", "size"),
    [
        ("pass", 6),  # rows that are given to a function and have no name
        ("pass", 24),
        ("y = (y - y.mean()) / y.std()", 24),  # whose sum is 0, but for its rounding
        ("w, b = copy.deepcopy([w, b])", 6),
    ],
)
def test_a_loop_of_functions_says_all_of_its_run(before, size):
    reading = read_script(LOOP.format(before, size, size, size))
    training = reading.spec.training
    assert reading.marked == ()
    assert (training.epochs, training.batch_size) == (30, None if size == 24 else size)
    assert len((reading.table or {})["x"]) == 24


def test_a_row_whose_numbers_are_equal_is_not_taken_for_a_column():
    reading = read_script(
        "data = [[1, 2], [3, 3], [2, 5], [4, 4]]\nw = b = 0.0\nfor epoch in range(9):\n"
        "    for row in data:\n        e = w * row[0] + b - row[1]\n"
        "        w -= 0.01 * e * row[0]\n        b -= 0.01 * e"
    )
    assert reading.marked == ()
    assert list((reading.table or {}).values()) == [[1, 3, 2, 4], [2, 3, 5, 4]]
    assert (reading.spec.training.epochs, reading.spec.training.batch_size) == (9, 1)


CLIPPED = {  # of each gradient, and whether that is read
    "tf.clip_by_norm(g, 2.0)": True,
    "tf.clip_by_value(g, -2.0, 2.0)": False,
    "tf.clip_by_norm(tf.clip_by_norm(g, 2.0), 1.0)": False,
}


@pytest.mark.parametrize("clipped", CLIPPED)
def test_gradients_that_are_clipped_by_their_norm(clipped):
    reading = read_script(
        f"{MODEL}model = keras.Sequential([keras.layers.Dense(1)])\n"
        "opt = keras.optimizers.SGD(0.03)\nfor i in range(20):\n"
        "    with tf.GradientTape() as tape:\n"
        "        loss = tf.reduce_mean(tf.square(model(x[:, None]) - y[:, None]))\n"
        "    grads = tape.gradient(loss, model.trainable_variables)\n"
        f"    grads = [{clipped} for g in grads]\n"
        "    opt.apply_gradients(zip(grads, model.trainable_variables))"
    )
    assert (reading.marked == ()) == CLIPPED[clipped]
    assert reading.spec.optimizer.clip_norm == (2.0 if CLIPPED[clipped] else None)


def test_steps_of_a_pipeline_by_their_name():
    reading = read_script(
        f"{MODEL}from sklearn.pipeline import Pipeline\n"
        "from sklearn.preprocessing import MinMaxScaler\n"
        "from sklearn.linear_model import SGDRegressor\n"
        "sgd = SGDRegressor(penalty=None, learning_rate='constant', max_iter=7, tol=None)\n"
        "Pipeline(steps=[('scale', MinMaxScaler()), ('sgd', sgd)]).fit(x[:, None], y)"
    )
    assert (reading.spec.scaling.features, reading.spec.training.epochs) == ("minmax", 7)
    assert reading.marked == ()


def test_a_table_that_is_copied_into_an_array_keeps_the_places_of_its_columns():
    reading = read_script(
        f"{MODEL}points = np.array(np.genfromtxt('p.csv', delimiter=','))\n"
        "x, y = points[:, 0], points[:, 2]\ntrained(keras.layers.Dense(1))"
    )
    assert reading.needs is not None
    assert (reading.needs.features, reading.needs.target, reading.marked) == ((0,), 2, ())


PART = (
    "import numpy as np\nX = np.random.RandomState(0).uniform(0, 1, (100, 2))\n"
    "y = X @ np.array([1.0, 2.0]) + 3\nX_train, X_test = X[:80], X[80:]\n"
    "y_train, y_test = y[:80], y[80:]\nw, b = np.zeros(2), 0.0\nfor epoch in range(70):\n"
)
STEP = "e = u @ w + b - v\nw -= 0.1 * u.T @ e / len(u)\nb -= 0.1 * np.mean(e)\n"
PARTS = {  # and rows of a step
    "u, v = X_train, y_train\n" + STEP: None,
    "for i in range(0, 80, 10):\n    u, v = X_train[i:i + 10], y_train[i:i + 10]\n    "
    + STEP.replace("\n", "\n    "): 10,
    "for i in range(80):\n    e = X_train[i] @ w + b - y_train[i]\n"
    "    w -= 0.1 * e * X_train[i]\n    b -= 0.1 * e": 1,
}  # fmt: skip


@pytest.mark.parametrize("body", PARTS)
def test_rows_that_were_left_out_before_the_loop_are_not_taken_for_its_rows(body):
    reading = read_script(PART + "".join(f"    {line}\n" for line in body.split("\n")))
    assert reading.marked == ()
    assert len((reading.table or {})["y_train"]) == 80
    assert (reading.spec.training.epochs, reading.spec.training.batch_size) == (70, PARTS[body])


def test_a_rate_of_several_is_marked_wherever_the_loop_is():
    text = (
        "import numpy as np\nx = np.linspace(0, 1, 20)\ny = 2 * x\ndef train(lr, n):\n"
        "    w = 0.0\n    for i in range(n):\n        w -= lr * np.mean((w * x - y) * x)\n"
        "    return w\nfor r in {}:\n    train(r, 50)"
    )
    assert read_script(text.format("[0.1, 0.01]")).marked == ("optimizer.learning_rate",)
    assert read_script(text.format("[0.1]")).marked == ()


def test_a_rate_that_is_assigned_while_it_trains_is_marked():
    text = (
        f"{MODEL}model = keras.Sequential([keras.layers.Dense(1)])\n"
        "opt, best = keras.optimizers.SGD(0.03), 1e9\nfor i in range(20):\n"
        "    with tf.GradientTape() as tape:\n"
        "        loss = tf.reduce_mean(tf.square(model(x[:, None]) - y[:, None]))\n"
        "    grads = tape.gradient(loss, model.trainable_variables)\n"
        "    opt.apply_gradients(zip(grads, model.trainable_variables))\n"
        "    if loss > best:\n        {}\n    best = loss"
    )
    assert read_script(text.format("pass")).marked == ()
    for change in ("opt.learning_rate.assign(0.01)", "keras.backend.set_value(opt.lr, 0.01)"):
        assert read_script(text.format(change)).marked == ("schedule.key",)


COLUMNS = {  # of a file, and what is marked of them
    "x = np.stack([df['a'], df['b']], axis=1)\ny = df['t'].values": (("a", "b"), "t", False),
    "x = np.c_[df['a'].values, df['b'].values]\ny = df['t']": (("a", "b"), "t", False),
    "x = np.c_[np.ones(len(df)), df['a'].values]\ny = df['t']": (None, "t", True),
    "d = df.values\nx, y = d[:, 0:5], d[:, 5]": ((0, 1, 2, 3, 4), 5, False),
    "d = df.to_numpy().astype(float)\nx, y = d[:, 1:3], d[:, -1]": ((1, 2), -1, False),
    "d = df.values\nx, y = d[:, :-1], d[:, -1:]": (None, -1, False),
    "d = df.values\nd[:, 0] /= 10\nx, y = d[:, 0:2], d[:, 2]": ((0, 1), 2, True),
    "df = df.rename(columns={'A b': 'a'})\nx, y = df[['a', 'c']], df.t": (
        ("A b", "c"), "t", False,
    ),
    "df = df[['A b', 'c', 't']].rename(columns={'t': 'z'})\n"
    "x, y = df[[k for k in df.columns if k != 'z']], df['z']": (("A b", "c"), "t", False),
    "df.rename(columns={'A b': 'a'}, inplace=True)\nx = df.drop(columns=['t'])\ny = df.t": (
        None, "t", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", COLUMNS)
def test_columns_of_a_file_under_other_names_places_and_side_by_side(body):
    reading = read_script(
        f"{MODEL}df = pd.read_csv('a.csv')\n{body}\ntrained(keras.layers.Dense(1))"
    )
    features, target, marked = COLUMNS[body]
    assert reading.needs is not None
    assert (reading.needs.features, reading.needs.target) == (features, target)
    assert bool(reading.marked) == marked


def test_the_root_of_the_mean_is_marked_and_all_else_is_read():
    reading = read_script(
        "import numpy as np\nimport tensorflow as tf\nx = np.arange(5.0)\ny = 2 * x + 1\n"
        "w, b = tf.Variable(0.0), tf.Variable(0.0)\nopt = tf.keras.optimizers.SGD(0.1)\n"
        "for i in range(40):\n    with tf.GradientTape() as tape:\n"
        "        loss = tf.sqrt(tf.reduce_mean(tf.square(w * x + b - y)))\n"
        "    opt.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b]))"
    )
    assert set(reading.marked) == {"loss.key", "optimizer.learning_rate"}
    assert (reading.table or {})["x"] == [0, 1, 2, 3, 4]
    assert reading.spec.training.epochs == 40


def test_rows_that_are_dictionaries():
    reading = read_script(
        "data = [{'u': 1, 'v': 2.0}, {'u': 3, 'v': 1.0}, {'u': 4, 'v': 5.0}]\na, c = 1, 1\n"
        "for i in range(80):\n    g = h = 0\n    for row in data:\n"
        "        e = a * row['u'] + c - row['v']\n        g += e * row['u']\n        h += e\n"
        "    a = a - 0.01 * g / len(data)\n    c = c - 0.01 * h / len(data)"
    )
    assert reading.marked == ()
    assert list((reading.table or {}).values()) == [[1, 3, 4], [2, 1, 5]]
    assert reading.spec.model.initial_weights.model_dump() == {"kernel": (1.0,), "bias": 1.0}


def test_a_model_of_ones_own_starts_where_its_variables_do():
    reading = read_script(
        MODEL + "class Line(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.b = tf.Variable(0.5)\n        self.w = tf.Variable(4.0)\n"
        "    def call(self, x):\n        return self.w * x + self.b\n"
        "model = Line()\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)"
    )
    assert reading.marked == ()
    assert reading.spec.model.initial_weights.model_dump() == {"kernel": (4.0,), "bias": 0.5}


def test_an_array_that_a_loop_goes_over_is_changed_itself():
    reading = read_script(
        "import numpy as np\nx = np.linspace(0, 2, 30).reshape(-1, 1)\ny = 3 * x + 1\n"
        "class Line:\n    def __init__(self):\n        self.w = np.zeros((1, 1))\n"
        "        self.b = np.zeros(1)\n    def slopes(self, e):\n"
        "        return [(self.w, x.T @ e / 30), (self.b, e.mean(axis=0))]\n"
        "parts = [Line()]\nfor i in range(50):\n    for part in parts:\n"
        "        e = x @ part.w + part.b - y\n        for p, g in part.slopes(e):\n"
        "            p -= 0.2 * g"
    )
    assert reading.marked == ()
    assert (reading.spec.training.epochs, reading.spec.optimizer.learning_rate) == (50, 0.2)


def test_a_loop_that_ends_once_the_cost_no_longer_falls_is_read_but_for_its_end():
    reading = read_script(
        "import numpy as np\nx = np.linspace(0, 2, 30)\ny = 3 * x + 1\nw = b = 0.0\n"
        "last = float('inf')\nfor i in range(500):\n    e = w * x + b - y\n"
        "    cost = np.mean(e ** 2)\n    if last - cost < 1e-9:\n        break\n    last = cost\n"
        "    w -= 0.1 * np.mean(e * x)\n    b -= 0.1 * np.mean(e)"
    )
    assert reading.marked == ("training.epochs",)
    assert reading.spec.optimizer.learning_rate == 0.1


def test_a_generator_without_an_end_gives_its_rows_where_it_repeats_them():
    text = (
        MODEL + "def gen(size):\n    while True:\n        for s in range(0, 30, size):\n"
        "            yield x[s:s + size], y[s:s + size]\n{}"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(gen(8), steps_per_epoch={}, epochs=6)"
    )
    reading = read_script(text.format("", 4))
    training = reading.spec.training
    assert reading.marked == ()
    assert (training.batch_size, training.epochs, training.shuffle) == (8, 6, False)
    assert len((reading.table or {})["x"]) == 30
    assert "data.source" in read_script(text.format("", 3)).marked  # which goes on elsewhere


def test_the_rate_of_a_loop_around_is_not_that_of_a_function_with_the_same_name_in_it():
    reading = read_script(
        "import numpy as np\nx = np.linspace(0, 1, 20)\ny = 2 * x\ndef train(lr, n):\n"
        "    w = 0.0\n    for i in range(n):\n        r = lr / (1 + 0.25 * i)\n"
        "        w -= r * np.mean((w * x - y) * x)\n    return w\n"
        "for lr in [1, 0.5]:\n    train(lr, 50)"
    )
    assert reading.marked == ("optimizer.learning_rate",)
    assert reading.spec.schedule.key == "inverse_time_decay"


HEAD = (
    "import numpy as np\nimport pandas as pd\nimport tensorflow as tf\n"
    "from sklearn.model_selection import train_test_split\n{}"
)
TABLES = {
    "own": "X = np.random.RandomState(0).uniform(0, 1, (100, 2))\ny = X @ np.array([1.0, 2.0])\n",
    "file": "df = pd.read_csv('a.csv')\nX, y = df[['a', 'b']].values, df['t'].values\n",
}
HELD_OUT = {
    "split": "U, V, v, w = train_test_split(X, y, test_size=0.2, random_state=1)\n",
    "cut": "U, v = X[:80], y[:80]\n",
}
SCALED = "U = (U - U.mean(axis=0)) / U.std(axis=0)\n"
WAYS = {
    "all": "a, b = np.zeros(2), 0.0\nfor i in range(70):\n    e = U @ a + b - v\n"
    "    a -= 0.1 * U.T @ e / len(v)\n    b -= 0.1 * e.mean()",
    "batches": "a, b = np.zeros(2), 0.0\nfor i in range(70):\n    for s in range(0, len(U), 16):\n"
    "        u, t = U[s:s + 16], v[s:s + 16]\n        e = u @ a + b - t\n"
    "        a -= 0.1 * u.T @ e / len(t)\n        b -= 0.1 * e.mean()",
    "dataset": "a, b = tf.Variable(tf.zeros((2, 1))), tf.Variable(0.0)\n"
    "rows = tf.data.Dataset.from_tensor_slices((U, v.reshape(-1, 1))).batch(16)\n"
    "opt = tf.keras.optimizers.SGD(0.1)\nfor i in range(70):\n    for u, t in rows:\n"
    "        with tf.GradientTape() as tape:\n"
    "            loss = tf.reduce_mean(tf.square(u @ a + b - t))\n"
    "        opt.apply_gradients(zip(tape.gradient(loss, [a, b]), [a, b]))",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("held_out", HELD_OUT)
@pytest.mark.parametrize("table", TABLES)
def test_rows_held_out_and_scaled_before_it_trains(table, held_out, way):
    reading = read_script(HEAD.format(TABLES[table] + HELD_OUT[held_out] + SCALED + WAYS[way]))
    training, data = reading.spec.training, reading.spec.data
    cut = held_out == "cut"
    assert reading.marked == (("data.source",) if table == "file" and cut else ())
    assert reading.spec.scaling.features == "standard"
    assert data.validation_fraction == (0.0 if cut else 0.2)
    assert (training.epochs, training.batch_size) == (70, None if way == "all" else 16)
    if table == "own":
        assert len(next(iter((reading.table or {}).values()))) == (80 if cut else 100)


def test_a_last_batch_that_is_smaller_is_not_the_size_of_all():
    reading = read_script(HEAD.format(TABLES["own"] + "U, v = X, y\n" + WAYS["batches"]))
    assert (reading.spec.training.batch_size, reading.marked) == (16, ())
    assert reading.spec.training.epochs == 70


GOES_ON = (
    "import numpy as np\nimport tensorflow as tf\nx = np.linspace(0, 2, 50)\ny = 3 * x + 1\n"
    "w, b = 0.0, 0.0\nfor i in range(90):\n    e = w * x + b - y\n    w -= 0.1 * np.mean(e * x)\n"
    "    b -= 0.1 * np.mean(e)\n{}\nfor i in range(40):\n    e = w * x + b - y\n"
    "    w -= 0.01 * np.mean(e * x)\n    b -= 0.01 * np.mean(e)"
)


def test_a_second_loop_goes_on_where_the_first_one_ended():
    assert read_script(GOES_ON.format("print(w)")).marked == ("model.initializer",)
    again = read_script(GOES_ON.format("w, b = 0.0, 0.0"))
    assert (again.spec.model.initializer, again.marked) == ("zeros", ())
