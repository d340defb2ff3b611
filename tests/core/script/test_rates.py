"""How the rate of a hand-written loop goes on, and how long: read by its rule, or marked."""

import pytest

from core.script.read import read_script
from core.script.result import ScriptReading

HEAD = (
    "import math\nimport numpy as np\nx = np.linspace(0, 2, 40)\ny = 3 * x - 2\n"
    "w, b, lr, k, t = 0.0, 0.0, 0.02, 0.1, 0\nn = len(x)\n"
    "def rate_at(t):\n    return 5 / (t + 40)\n"
)
STEP = "e = w * u + b - v\nw -= {rate} * np.mean(e * u)\nb -= {rate} * np.mean(e)"
BATCHES = "for s in range(0, n, 8):\n    u, v = x[s:s + 8], y[s:s + 8]\n"
CONSTANT = {"key": "constant"}


def inverse(steps: int, rate: float, stairs: bool = False) -> dict:
    stair = {"decay_steps": steps, "decay_rate": rate, "staircase": stairs}
    return {"key": "inverse_time_decay", **stair}


def falling(steps: int, factor: float, stairs: bool = False) -> dict:
    stair = {"decay_steps": steps, "decay_rate": factor, "staircase": stairs}
    return {"key": "exponential_decay", **stair}


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.split("\n"))


def whole(before: str, rate: str = "lr", after: str = "") -> str:
    """A loop over all rows, with something before its step and behind it."""
    body = f"{before}\nu, v = x, y\n{STEP.format(rate=rate)}\n{after}"
    return HEAD + "for i in range(60):\n" + indented(body.strip())


def batches(before: str = "", inner: str = "", rate: str = "lr", after: str = "") -> str:
    """A loop over epochs around one over batches of eight rows."""
    step = BATCHES + indented(f"{inner}\n{STEP.format(rate=rate)}".strip())
    return HEAD + "for i in range(30):\n" + indented(f"{before}\n{step}{after}".strip())


RULES = {
    "over the rounds, in the step": (whole("", "lr / (1 + k * i)"), 0.02, inverse(1, 0.1)),
    "over the rounds, by a name": (whole("r = lr / (1 + i)", "r"), 0.02, inverse(1, 1.0)),
    "by a power": (whole("r = lr * 0.9 ** i", "r"), 0.02, falling(1, 0.9)),
    "by a function": (whole("eta = rate_at(i)", "eta"), 0.125, inverse(40, 1.0)),
    "by a counter": (whole("t += 1\neta = rate_at(t)", "eta"), 5 / 41, inverse(41, 1.0)),
    "by a counter over batches": (
        batches("", "t += 1\neta = rate_at(t)", "eta"), 5 / 41, inverse(41, 1.0)
    ),
    "over the epochs, in the step": (
        batches("", "", "lr / (1 + k * i)"), 0.02, inverse(5, 0.1, True)
    ),
    "over the epochs, before the batches": (
        batches("a = 0\neta = lr / (1 + k * i)", "", "eta"), 0.02, inverse(5, 0.1, True)
    ),
    "from epoch to epoch": (batches(after="lr *= 0.95"), 0.02, falling(5, 0.95, True)),
    "every ten epochs": (
        batches("if i % 10 == 9:\n    lr /= 2"), 0.02,
        {"key": "piecewise_constant", "boundaries": (44, 94, 144),
         "values": (0.02, 0.01, 0.005, 0.0025)},
    ),
    "the same each round": (whole("lr = 0.02", after="t += 1"), 0.02, CONSTANT),
    "the same over batches": (batches("", "t += 1\nend = s + 8"), 0.02, CONSTANT),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_rate_that_changes_by_a_known_rule_is_a_schedule(name):
    text, rate, schedule = RULES[name]
    reading = read_script(text)
    assert reading.spec.schedule.model_dump() == schedule
    assert reading.spec.optimizer.learning_rate == pytest.approx(rate)
    assert reading.marked == ()


MARKED = {
    "a root": whole("", "lr / np.sqrt(i + 1)"),
    "late": whole("if i > 50:\n    lr = 0.001"),
    "where the cost rises": batches(
        after="cost = np.mean((w * x + b - y) ** 2)\nif cost > 1:\n    lr = lr / 2"
    ),
    "a root over the epochs": batches("eta = lr / math.sqrt(i + 1)", "", "eta"),
}


@pytest.mark.parametrize("name", MARKED)
def test_a_rate_that_changes_by_another_rule_is_marked(name):
    assert "schedule.key" in read_script(MARKED[name]).marked


def counted(test: str, before: str = "", after: str = "i += 1") -> ScriptReading:
    body = f"{before}\nu, v = x, y\n{STEP.format(rate='lr')}\n{after}"
    return read_script(HEAD + f"i = 0\nwhile {test}:\n" + indented(body.strip()))


@pytest.mark.parametrize(
    ("reading", "epochs"),
    [
        (counted("i < 70"), 70),
        (counted("70 >= i", after="i = i + 2"), 36),
        (counted("n > i"), 40),
        (counted("True", after="i += 1\nif i >= 25:\n    break"), 25),
        (counted("True", after="if i == 25:\n    break\ni += 1"), 26),
    ],
    ids=range(5),
)
def test_a_loop_that_counts_its_rounds_says_how_many(reading, epochs):
    assert (reading.spec.training.epochs, reading.marked) == (epochs, ())


@pytest.mark.parametrize(
    "reading",
    [
        counted("i < 70 and abs(w) < 50"),
        counted("abs(w) < 50"),
        counted("i < 70", "if i % 7 == 3:\n    i += 1"),
        counted("i < 70", "if abs(w) > 50:\n    break"),
        counted("True", "i += 1\nif i > 20:\n    break", ""),
    ],
    ids=range(5),
)
def test_a_loop_that_may_end_otherwise_is_marked(reading):
    assert reading.marked == ("training.epochs",)
