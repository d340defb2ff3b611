"""What each line of one's own method gives, and that no text costs the page more than it may."""

import numpy as np
import pytest

from core.bugs.own import Own
from core.errors import InputError
from core.interpreter import PARTS, budget, read
from core.line_values import before_the_run, line_values, numbers_of
from core.spec import Spec
from tests.conftest import data_of
from tests.core.interpreter.attacks import attacks, call
from tests.core.interpreter.test_attacks import count_made

SPEC = Spec().patched({"data": {"source": "two-features", "target": "y"}})
DATA = data_of(SPEC)
MOMENT = before_the_run(SPEC, DATA)
OF_WEIGHTS = {
    "a huge weight": "def build(self, input_shape):\n"
    "    self.w = self.add_weight(shape=(10**9,))\n\n" + call("return self.w"),
    "a huge weight by its name": "def build(self, input_shape):\n"
    "    self.w = self.add_weight(name='w', shape=(10**5, 10**5))\n\n" + call("return self.w"),
    "many weights": "def build(self, input_shape):\n    for i in range(256):\n"
    "        for j in range(10):\n            self.w = self.add_weight(shape=(500, 500))\n\n"
    + call("return self.w"),
}
DEPARTS = [
    (
        "loss",
        "residuals = targets - outputs",
        "residuals = targets[:, 0] - outputs",
        "Line 2: `residuals` is of shape (32, 32), the correct one gives (32, 1).",
    ),
    ("layer", "return self", "outputs = outputs * 2\n    return self", "Line 5: `outputs` is "),
    (
        "gradients",
        "return tape.gradient(loss, weights)",
        "return [-g for g in tape.gradient(loss, weights)]",
        "Line 2: it returns ",
    ),
    ("update", "assign_sub", "assign_add", "`kernel afterwards` is "),
    ("pipeline", "return features,", "return features * 2,", "Line 2: it returns "),
]


def told(part: str, code: str):
    return line_values(SPEC, Own(part=part, code=code), MOMENT, DATA)


@pytest.mark.parametrize(("part", "line", "wrong", "sentence"), DEPARTS)
def test_the_first_line_that_departs_is_told_with_what_the_correct_one_gives(
    part, line, wrong, sentence
):
    correct = PARTS[part].written or PARTS[part].start
    assert not told(part, correct).sentence
    found = told(part, correct.replace(line, wrong))
    assert found.sentence.startswith(sentence)
    assert "the correct one" in found.sentence
    assert found.departs is not None


def test_the_first_line_that_is_not_finite_is_named():
    found = told("layer", call("x = ops.exp(inputs * 1000)\ny = ops.log(x)\nreturn y[:, :1]"))
    assert found.steps[found.first_non_finite].name == "x"


def read_texts():
    """The texts that are only found out when they are followed."""
    for name, part, text in [*attacks(), *((n, "layer", t) for n, t in OF_WEIGHTS.items())]:
        try:
            read(part, text)
        except InputError:
            continue
        yield name, part, text


def test_what_a_page_follows_is_bounded_and_never_raises(monkeypatch):
    texts = list(read_texts())
    assert len(texts) > 60
    before = MOMENT.features.copy()
    for name, part, text in texts:
        made = count_made(monkeypatch)
        found = told(part, text)
        monkeypatch.undo()
        assert made["cells"] <= budget.PAGE_CELLS, name
        assert made["steps"] <= 2 * budget.MAX_STEPS, name
        assert made["work"] <= 2 * budget.PAGE_WORK, name
        kept = sum(array.size for step in found.steps for array in numbers_of(step.value))
        assert kept <= 200 * budget.PAGE_CELLS, name
        assert found.problem == "" or found.problem.endswith("."), name
        assert "counted()" not in found.problem and "stepped()" not in found.problem
    np.testing.assert_array_equal(MOMENT.features, before)
