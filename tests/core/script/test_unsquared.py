"""Losses that do not square the residuals, in steps written by hand: read rightly, or marked."""

import pytest

from core.script.read import read_script
from core.script.result import ScriptReading

HEAD = (
    "import numpy as np\nrng = np.random.default_rng(3)\nx = rng.uniform(0, 9, 40)\n"
    "y = 3 * x - 2 + rng.normal(size=40)\nw, b, lr, d = 0.0, 0.0, 0.02, 1.5\nn = len(x)\n"
)
STEPS = {  # a loop's body, what its loss is, and which rate it has
    "sign": ("e = w * x + b - y\ng = np.sign(e)", "mae mean", 0.02),
    "sign, the other way round": ("e = y - (w * x + b)\ng = -np.sign(e)", "mae mean", 0.02),
    "where": ("e = w * x + b - y\ng = np.where(e > 0, 1, -1)", "mae mean", 0.02),
    "over itself": ("e = w * x + b - y\ng = e / np.abs(e)", "mae mean", 0.02),
    "summed": ("e = w * x + b - y\ng = n * np.sign(e)", "mae sum", 0.02),
    "huber": (
        "e = w * x + b - y\ng = np.where(np.abs(e) <= d, e, d * np.sign(e))", "huber mean 1.5", 0.02
    ),
    "clipped": ("e = w * x + b - y\ng = np.clip(e, -0.25, 0.25)", "huber mean 0.25", 0.02),
    "limited": (
        "e = w * x + b - y\ng = np.maximum(np.minimum(e, 4), -4)", "huber mean 4.0", 0.02
    ),
    "tanh": ("e = w * x + b - y\ng = np.tanh(e)", "log_cosh mean", 0.02),
    "a list": (
        "g = np.array([1 if w * u + b > v else -1 for u, v in zip(x, y)])", "mae mean", 0.02
    ),
}  # fmt: skip
MARKED = {
    "pseudo-Huber": "e = w * x + b - y\ng = e / np.sqrt(1 + (e / d) ** 2)",
    "a gradient that is clipped": "e = np.clip(np.mean((w * x + b - y) * x), -5, 5)\ng = e + 0 * x",
    "one side": "e = w * x + b - y\ng = np.where(e > 0, 0.9, -0.1)",
    "the fourth power": "e = w * x + b - y\ng = e ** 3",
}


def loop(body: str) -> ScriptReading:
    """A loop whose body makes `g`, what stands for the residuals in the gradient."""
    lines = [*body.split("\n"), "w -= lr * np.mean(g * x)", "b -= lr * np.mean(g)"]
    return read_script(HEAD + "for epoch in range(30):\n    " + "\n    ".join(lines))


def loss_of(reading: ScriptReading) -> str:
    loss = reading.spec.loss
    delta = f" {loss.delta}" if loss.key == "huber" else ""
    return f"{loss.key} {loss.reduction}{delta}"


@pytest.mark.parametrize("name", STEPS)
def test_a_loop_says_its_loss_and_all_else_of_the_run(name):
    body, loss, rate = STEPS[name]
    reading = loop(body)
    assert (loss_of(reading), reading.marked) == (loss, ())
    assert reading.spec.optimizer.learning_rate == rate
    assert reading.table is not None
    assert (len(reading.table["x"]), reading.spec.training.epochs) == (40, 30)
    assert reading.spec.training.batch_size is None


@pytest.mark.parametrize("name", MARKED)
def test_what_is_none_of_the_known_losses_is_marked(name):
    assert {"loss.key", "optimizer.learning_rate", "data.source"} <= set(loop(MARKED[name]).marked)


def test_a_loop_row_by_row_and_one_over_batches():
    rows = read_script(
        HEAD + "for epoch in range(30):\n    for i in range(n):\n"
        "        e = w * x[i] + b - y[i]\n        g = e if abs(e) < d else d * np.sign(e)\n"
        "        w -= lr * g * x[i]\n        b -= lr * g"
    )
    assert (loss_of(rows), rows.spec.training.batch_size, rows.marked) == ("huber mean 1.5", 1, ())
    batches = read_script(
        HEAD + "for epoch in range(30):\n    for s in range(0, n, 8):\n"
        "        u, v = x[s:s + 8], y[s:s + 8]\n        g = np.sign(u * w + b - v)\n"
        "        w -= lr * (g * u).mean()\n        b -= lr * g.mean()"
    )
    assert (loss_of(batches), batches.spec.training.batch_size) == ("mae mean", 8)
    assert batches.marked == ()


def test_a_velocity_is_never_overlooked():
    reading = read_script(
        HEAD + "v = u = 0.0\nfor epoch in range(30):\n    g = np.sign(w * x + b - y)\n"
        "    v = 0.9 * v + np.mean(g * x)\n    u = 0.9 * u + np.mean(g)\n"
        "    w -= lr * v\n    b -= lr * u"
    )
    assert {"loss.key", "optimizer.key"} <= set(reading.marked)


TAPE = (
    "import numpy as np\nimport tensorflow as tf\nrng = np.random.default_rng(3)\n"
    "x = rng.uniform(0, 9, (40, 1))\ny = 3 * x - 2 + rng.normal(size=(40, 1))\n"
    "w = tf.Variable([[0.5]])\nb = tf.Variable(0.0)\nopt = tf.keras.optimizers.SGD(0.03)\n"
    "for i in range(70):\n    with tf.GradientTape() as tape:\n        p = tf.matmul(x, w) + b\n"
    "        loss = {}\n    grads = tape.gradient(loss, [w, b])\n"
    "    opt.apply_gradients(zip(grads, [w, b]))\n"
)
LOSSES = {
    "tf.reduce_mean(tf.abs(y - p))": "mae mean",
    "tf.reduce_sum(tf.math.abs(p - y))": "mae sum",
    "tf.keras.losses.MeanAbsoluteError()(y, p)": "mae mean",
    "tf.reduce_mean(tf.keras.losses.mae(y, p))": "mae mean",
    "tf.keras.losses.mean_absolute_error(y, p)": "mae sum",
    "tf.keras.losses.mean_squared_error(y, p)": "mse sum",
    "tf.keras.losses.Huber(delta=2.0)(y, p)": "huber mean 2.0",
    "tf.keras.losses.Huber()(y, p)": "huber mean 1.0",
    "tf.keras.losses.LogCosh()(y, p)": "log_cosh mean",
    "tf.reduce_mean(tf.where(tf.abs(p - y) <= 1.0, 0.5 * tf.square(p - y), tf.abs(p - y) - 0.5))": (
        "huber mean 1.0"
    ),
    "tf.reduce_mean(tf.where(tf.less(tf.abs(y - p), 9.0), tf.square(y - p) / 2, "
    "9.0 * (tf.abs(y - p) - 4.5)))": "huber mean 9.0",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_tape_says_its_loss(loss):
    reading = read_script(TAPE.format(loss))
    assert (loss_of(reading), reading.marked) == (LOSSES[loss], ())
    assert reading.spec.optimizer.learning_rate == 0.03


@pytest.mark.parametrize(
    "loss",
    ["tf.reduce_mean(tf.sqrt(1 + tf.square(p - y)))", "tf.reduce_mean(tf.maximum(p - y, 0.0))"],
)
def test_a_tape_of_another_loss_is_marked(loss):
    assert "loss.key" in read_script(TAPE.format(loss)).marked


def test_a_huber_loss_whose_residuals_are_all_small_is_not_taken_for_half_the_square():
    text = TAPE.format("tf.keras.losses.Huber(delta=500.0)(y, p)")
    assert loss_of(read_script(text)) == "huber mean 500.0"
    assert loss_of(loop("e = w * x + b - y\ng = np.clip(e, -500, 500)")) == "huber mean 500.0"
