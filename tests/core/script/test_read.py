"""Scripts as public questions have them, against what was read in them by hand."""

from collections import Counter

import pytest

import core
from core.script.read import read_script
from core.script.result import ScriptReading
from tests.core.script.first_sight import ROUND_ONE, ROUND_TWO
from tests.core.script.labels import FAULTS, FROZEN, LATER
from tests.core.script.newcomers import NEWCOMERS
from tests.core.script.scoring import FOLDER, LABELS, outcome, text_of
from tests.core.script.strangers import STRANGERS

APART = (*FROZEN, *LATER, *ROUND_ONE, *ROUND_TWO, *STRANGERS, *NEWCOMERS)
TUNED = [name for name in LABELS if name not in APART]


def test_every_script_has_a_label_and_twenty_are_frozen():
    assert {file.name.partition(".")[0] for file in FOLDER.iterdir()} == set(LABELS)
    assert len(FROZEN) == 20
    assert len(LABELS) >= 60


@pytest.mark.parametrize(
    ("names", "least"),
    [
        (TUNED, 0.99),
        (FROZEN, 0.95),
        (LATER, 0.91),
        (ROUND_ONE, 0.99),
        (ROUND_TWO, 0.98),
        (STRANGERS, 0.95),
        (NEWCOMERS, 0.93),
    ],
)
def test_fields_are_read_rightly_and_none_wrongly_without_a_mark(names, least):
    found = {name: outcome(name) for name in names}
    wrong = [(n, f) for n, fields in found.items() for f, o in fields.items() if o == "wrong"]
    assert not wrong
    counts = Counter(o for fields in found.values() for o in fields.values())
    assert counts["right"] >= least * counts.total()


@pytest.mark.parametrize("name", [*FAULTS, "keras_02", "numpy_14", "tf1_02", "sgdr_02"])
def test_what_is_wrong_as_it_is_written_is_said_and_nothing_else(name):
    faults = read_script(text_of(name)).faults
    assert {fault.key for fault in faults} == set(FAULTS.get(name, "").split())
    lines = text_of(name).split("\n")
    if not name.startswith("notebook"):
        assert all(fault.text == lines[fault.line - 1].strip() for fault in faults)


def test_a_reading_is_the_same_as_json_and_back():
    for name in ("keras_05", "numpy_07", "tf1_01", "notebook_02", "torch_01"):
        reading = read_script(text_of(name))
        assert ScriptReading.from_json(reading.to_json()) == reading


def test_each_setting_says_its_line():
    reading = read_script(text_of("keras_05"))
    lines = {said.knob: said.line for said in reading.said}
    assert lines["optimizer.key"] == 17
    assert lines["scaling.features"] == 13
    assert lines["training.batch_size"] == 18
    assert lines["optimizer.learning_rate"] == 0  # Keras' default is written nowhere
    assert reading.spec.training.seed == 42  # of the split


LINES = {  # of scripts, and on which line each of these settings is said
    "keras_05": {"data.source": 7, "data.features": 8, "data.target": 9, "training.seed": 10,
                 "data.validation_fraction": 10, "scaling.features": 13},
    "first_08": {"optimizer.learning_rate": 31, "loss.key": 21, "model.initializer": 15,
                 "training.epochs": 16},
    "first_11": {"data.features": 14, "data.target": 15, "model.initializer": 18,
                 "optimizer.learning_rate": 33, "loss.key": 29},
    "first_12": {"scaling.features": 13, "optimizer.learning_rate": 14, "training.seed": 10},
    "second_03": {"data.features": 20, "data.validation_fraction": 15, "scaling.features": 23,
                  "optimizer.learning_rate": 31, "loss.key": 32, "training.epochs": 36},
    "second_05": {"loss.key": 17, "optimizer.key": 19, "data.features": 7},
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_each_setting_is_charged_to_the_line_that_says_it(name):
    lines = {said.knob: said.line for said in read_script(text_of(name)).said}
    assert {knob: lines[knob] for knob in LINES[name]} == LINES[name]


def test_a_file_is_asked_for_with_the_columns_that_are_used():
    needs = read_script(text_of("keras_05")).needs
    assert needs is not None
    assert needs.name == "kc_houses.csv"
    names = ["id", "price", "sqft_living", "bedrooms", "yr_built"]
    assert needs.columns_in(names) == (["sqft_living", "bedrooms", "yr_built"], "price")


def test_columns_by_position_and_all_others():
    needs = read_script(text_of("keras_10")).needs
    assert needs is not None
    assert needs.columns_in(["years", "age", "salary"]) == (None, "salary")
    text = (
        "import pandas as pd\nfrom keras import Sequential\nfrom keras.layers import Dense\n"
        "df = pd.read_csv('a.csv')\nX = df.drop(['id', 'price'], axis=1)\ny = df['price']\n"
        "m = Sequential([Dense(1)])\nm.compile('sgd', 'mse')\nm.fit(X, y)"
    )
    needs = read_script(text).needs
    assert needs is not None
    assert needs.columns_in(["id", "rooms", "price", "age"]) == (["rooms", "age"], "price")


def test_numbers_drawn_without_a_seed_are_marked_and_those_with_one_are_not():
    text = text_of("keras_03")
    assert "data.source" not in read_script(text).marked
    assert "data.source" in read_script(text.replace("np.random.seed(7)", "")).marked


def test_pytorch_and_hidden_layers_are_said_to_be_read_in_part():
    assert "examine_step" in read_script(text_of("torch_01")).partly
    hidden = read_script(text_of("keras_18"))
    assert "examine(" in hidden.partly
    assert hidden.spec.optimizer.learning_rate == 0.01
    assert hidden.table is not None


def loop(update: str) -> ScriptReading:
    """A loop in NumPy with that update of `w` and `b`, of the gradients `dw` and `db`."""
    return read_script(
        "import numpy as np\nx = np.arange(1.0, 9.0)\ny = 3 * x - 2\nw, b, lr = 0.0, 0.0, 0.02\n"
        "for epoch in range(30):\n    e = w * x + b - y\n"
        f"    dw, db = np.mean(e * x), np.mean(e)\n{update}"
    )


@pytest.mark.parametrize(
    ("update", "loss", "rate"),
    [
        ("    w -= lr * dw\n    b -= lr * db", "half_mse", 0.02),
        ("    w -= lr * 2 * dw\n    b -= lr * 2 * db", "mse", 0.02),
        ("    w = w - lr * dw / 2\n    b = b - lr * db / 2", "half_mse", 0.01),
    ],
)
def test_the_factor_of_a_step_tells_the_loss_from_the_rate(update, loss, rate):
    reading = loop(update)
    assert (reading.spec.loss.key, reading.spec.optimizer.learning_rate) == (loss, rate)
    assert not reading.marked


def test_a_step_of_another_kind_is_marked_and_not_guessed():
    reading = loop("    w -= lr * np.sign(dw)\n    b -= lr * np.sign(db)")
    assert {"optimizer.key", "loss.key", "optimizer.learning_rate"} <= set(reading.marked)
    different = loop("    w -= lr * dw\n    b -= 10 * lr * db")
    assert {"optimizer.key", "loss.key"} <= set(different.marked)


def test_a_rate_that_the_loop_lowers_is_a_schedule():
    reading = loop("    w -= lr * dw\n    b -= lr * db\n    lr *= 0.97")
    assert reading.spec.schedule.model_dump() == {
        "key": "exponential_decay", "decay_steps": 1, "decay_rate": 0.97, "staircase": False,
    }  # fmt: skip


def test_a_comment_or_a_string_says_nothing():
    reading = read_script("# model.fit(x, y, epochs=5)\n'''\nlr = 3\n'''")
    assert "training.epochs" in reading.marked
    assert not reading.said or all(said.line == 0 for said in reading.said)


def test_the_package_offers_it_by_its_own_name():
    assert core.read_script is read_script
    with pytest.raises(AttributeError, match="no attribute 'read_scripts'"):
        core.read_scripts  # noqa: B018


def test_a_rate_that_hangs_on_the_round_is_a_schedule_or_marked():
    inner = loop("    w -= lr / (1 + epoch) * dw\n    b -= lr / (1 + epoch) * db")
    assert (inner.spec.schedule.key, inner.marked) == ("inverse_time_decay", ())
    later = loop("    if epoch > 9:\n        lr = 0.001\n    w -= lr * dw\n    b -= lr * db")
    assert {"schedule.key", "optimizer.learning_rate"} <= set(later.marked)
    outer = read_script(
        "import numpy as np\nx = np.arange(9.0)\ny = 2 * x + 1\nw, b = 0.0, 0.0\n"
        "for epoch in range(20):\n    lr = 0.01 / (1 + epoch)\n    for i in range(9):\n"
        "        e = w * x[i] + b - y[i]\n        w -= lr * e * x[i]\n        b -= lr * e"
    )
    assert outer.marked == ()
    assert outer.spec.schedule.model_dump() == {
        "key": "inverse_time_decay", "decay_steps": 9, "decay_rate": 1.0, "staircase": True,
    }  # fmt: skip
    assert (outer.spec.training.batch_size, outer.spec.training.epochs) == (1, 20)


def test_what_is_computed_of_a_files_columns_is_never_taken_for_the_scripts_own_numbers():
    text = (
        "import pandas as pd\nfrom keras import Sequential\nfrom keras.layers import Dense\n"
        "from keras.optimizers import SGD\ndf = pd.read_csv('a.csv')\nx = df['area'].values{}\n"
        "y = df['price'].values{}\nm = Sequential([Dense(1)])\nm.compile(SGD(1 / len(x)), 'mse')\n"
        "m.fit(x, y, batch_size=len(x))"
    )
    plain, changed = read_script(text.format("", "")), read_script(text.format(" / 9", " / 7"))
    assert plain.marked == ("optimizer.learning_rate",)
    assert plain.spec.training.batch_size is None
    assert changed.table is None
    assert {"data.source", "optimizer.learning_rate"} <= set(changed.marked)


def test_scaling_by_hand_is_told_from_a_target_that_is_made_of_the_feature():
    reading = read_script(
        "import numpy as np\nfrom keras import Sequential\nfrom keras.layers import Dense\n"
        "x = np.arange(10.0)\ny = 3 * x + 2\nx = (x - x.mean()) / x.std()\n"
        "m = Sequential([Dense(1)])\nm.compile('sgd', 'mse')\nm.fit(x, y)"
    )
    assert reading.table == {"x": list(range(10)), "y": [3 * k + 2 for k in range(10)]}
    assert (reading.spec.scaling.features, reading.spec.scaling.target) == ("standard", "none")


def test_a_table_of_pandas_is_the_scripts_own():
    reading = read_script(
        "import pandas as pd, numpy as np\n"
        "df = pd.DataFrame({'km': [10, 20, 40], 'eur': [9, 7, 4]})\n"
        "df['km'] = df['km'] / 10\ndf.insert(0, 'one', 1)\nX = df[['one', 'km']].values\n"
        "y = df['eur'].values\ntheta = np.zeros(2)\nfor i in range(50):\n"
        "    theta = theta - 0.01 * X.T @ (X @ theta - y) / len(y)"
    )
    assert list(reading.table or {}) == ["x", "y"]
    assert (reading.table or {})["x"] == [1, 2, 4]
    assert reading.spec.model.use_bias
    assert not reading.marked


def test_a_line_of_a_notebook_knows_its_cell():
    reading = read_script(text_of("notebook_01"))
    starts = [reading.lines[line - 1] for line in reading.cells]
    assert len(starts) > 1
    assert reading.cells[0] == 1
    assert [reading.cell_of(line) for line in (0, *reading.cells)] == [*range(len(starts) + 1)]
    assert read_script(text_of("keras_01")).cell_of(3) == 0
