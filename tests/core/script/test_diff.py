"""A remedy, written back into the learner's own script."""

import pytest

from core.script.diff import write_back
from core.script.read import read_script
from core.script.reader_subprocess import write_back_in_subprocess
from tests.core.script.scoring import text_of


def changed(name: str, patch: dict) -> list[str]:
    """The lines that a remedy takes away and adds."""
    made = write_back(text_of(name), patch)
    assert not made.left
    return [line for line in made.diff.split("\n")[2:] if line[:1] in "+-"]


@pytest.mark.parametrize(
    ("name", "patch", "lines"),
    [
        (
            "keras_01",
            {"optimizer": {"learning_rate": 1e-4}},
            ["-sgd = SGD(lr=0.01)", "+sgd = SGD(lr=0.0001)"],
        ),
        (
            "numpy_10",
            {"optimizer": {"learning_rate": 1e-4}},
            [
                "-    def __init__(self, lr=0.01, iter=2000):",
                "+    def __init__(self, lr=0.0001, iter=2000):",
            ],
        ),
        (
            "keras_04",
            {"scaling": {"features": "standard"}},
            ["+x = (x - x.mean(axis=0)) / x.std(axis=0)"],
        ),
        (
            "tape_04",
            {"bug": None},
            ["+y = y.reshape(-1, 1)"],
        ),
        (
            "numpy_07",
            {"bug": None},
            ["-    theta = theta + eta * gradients", "+    theta = theta - eta * gradients"],
        ),
        (
            "numpy_08",
            {"training": {"epochs": 900}},
            ["-for epoch in range(400):", "+for epoch in range(900):"],
        ),
        (
            "keras_13",
            {"optimizer": {"key": "adam", "learning_rate": 0.1}},
            [
                "-model.compile(loss=my_loss, optimizer=optimizers.SGD(lr=0.001))",
                "+model.compile(loss=my_loss, optimizer=optimizers.Adam(learning_rate=0.1))",
            ],
        ),
    ],
)
def test_a_remedy_changes_the_lines_it_must_and_no_other(name, patch, lines):
    assert changed(name, patch) == lines


def test_a_rate_that_is_written_twice_is_changed_twice():
    text = (
        "import numpy as np\nx = np.arange(9.0)\ny = 3 * x + 1\nw = b = 0.0\nfor i in range(50):\n"
        "    e = w * x + b - y\n    w -= 0.02 * np.mean(e * x)\n    b -= 0.02 * np.mean(e)\n"
    )
    made = write_back(text, {"optimizer": {"learning_rate": 0.005}})
    assert not made.left
    assert [line for line in made.diff.split("\n")[2:] if line[:1] == "+"] == [
        "+    w -= 0.005 * np.mean(e * x)",
        "+    b -= 0.005 * np.mean(e)",
    ]


KERAS = (
    "import numpy as np\nimport pandas as pd\nfrom keras import Sequential\n"
    "from keras.layers import Dense\nfrom keras.optimizers import SGD\nm = Sequential([Dense(1)])\n"
)


@pytest.mark.parametrize(
    ("text", "patch", "line"),
    [
        (  # the first 0.5 is the key: changed, it leaves the rate unknown
            "rates = {0.5: 0.5}\nx = np.arange(9.0)\nm.compile(SGD(rates[0.5]), 'mse')\n"
            "m.fit(x, 2 * x)",
            {"optimizer": {"learning_rate": 0.01}},
            "rates = {0.5: 0.01}",
        ),
        (  # the number of epochs is the number of columns too
            "n = 3\ndf = pd.read_csv('a.csv')\nm.compile('sgd', 'mse')\n"
            "m.fit(df.iloc[:, 0:n], df['t'], epochs=n)",
            {"training": {"epochs": 9}},
            "m.fit(df.iloc[:, 0:n], df['t'], epochs=9)",
        ),
        (  # and of the rows, which were too many to take over
            "n = 30000\nx = np.arange(n)\ntarget = 2 * x\nm.compile('sgd', 'mse')\n"
            "m.fit(x, target, epochs=n)",
            {"training": {"epochs": 90}},
            "m.fit(x, target, epochs=90)",
        ),
    ],
)
def test_a_number_that_says_something_else_too_is_left_as_it_is(text, patch, line):
    made = write_back(KERAS + text, patch)
    assert made.left == ()
    assert [row[1:] for row in made.diff.split("\n")[2:] if row[:1] == "+"] == [line]


def test_what_is_written_says_the_patched_spec_and_the_same_data():
    for name, patch in (
        ("keras_02", {"optimizer": {"learning_rate": 0.001}, "training": {"epochs": 900}}),
        ("tf1_02", {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.1}}),
        ("notebook_01", {"scaling": {"features": "standard"}, "optimizer": {"learning_rate": 0.1}}),
    ):
        before, made = read_script(text_of(name)), write_back(text_of(name), patch)
        after = read_script(made.text)
        assert made.left == ()
        assert after.spec == before.spec.patched(patch)
        assert after.table == before.table


def test_scaling_x_comes_behind_a_y_that_is_made_of_it():
    text = write_back(text_of("notebook_01"), {"scaling": {"features": "standard"}}).text
    lines = text.split("\n")
    scaled = next(k for k, line in enumerate(lines) if ".std(" in line)
    assert scaled > next(k for k, line in enumerate(lines) if line.startswith("y = "))


def test_what_cannot_be_written_is_said_and_the_script_stays_as_it_is():
    made = write_back(text_of("numpy_02"), {"optimizer": {"key": "adam", "learning_rate": 0.1}})
    assert made.left == ("optimizer.key",)
    assert made.diff == ""
    assert made.text == text_of("numpy_02").rstrip("\n") + "\n"


def test_several_remedies_are_written_in_one_subprocess():
    patches = [{"optimizer": {"learning_rate": 1e-4}}, {"training": {"epochs": 80}}]
    first, second = write_back_in_subprocess(text_of("keras_01"), patches)
    assert "lr=0.0001" in first.text
    assert "epochs=80" in second.text
