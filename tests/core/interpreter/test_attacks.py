"""Whatever is written ends in a sentence, before it costs anything and without a look outside."""

import numpy as np
import pytest

from core.errors import InputError
from core.interpreter import budget, read
from core.interpreter.check import check_method
from core.interpreter.evaluate import Evaluator
from tests.core.interpreter.attacks import attacks
from tests.core.interpreter.follow import follow

ATTACKS = attacks()


@pytest.mark.parametrize(("name", "part", "text"), ATTACKS, ids=[name for name, _, _ in ATTACKS])
def test_it_ends_in_a_sentence(name, part, text, monkeypatch):
    made = count_made(monkeypatch)
    with pytest.raises(InputError) as caught:
        follow(part, text)
    said = str(caught.value)
    assert said.endswith("."), said
    assert len(said) < 700
    assert "Traceback" not in said
    assert "Unable to allocate" not in said
    assert "counted()" not in said and "stepped()" not in said
    assert " object at 0x" not in said
    assert made["cells"] <= budget.PAGE_CELLS
    assert made["work"] <= budget.PAGE_WORK
    assert made["steps"] <= budget.MAX_STEPS
    assert made["operations"] <= budget.MAX_OPERATIONS


def count_made(monkeypatch) -> dict[str, int]:
    """What is counted before it is spent: the largest tensor, the work, the steps."""
    made = dict.fromkeys(("cells", "work", "steps", "operations"), 0)
    spend, step, operation = budget.Budget.spend, budget.Budget.step, budget.Budget.operation

    def counted(self, cells, work=None):
        spend(self, cells, work)
        made["cells"] = max(made["cells"], cells)
        made["work"] += cells if work is None else max(cells, work)

    def stepped(self, count=1):
        step(self, count)
        made["steps"] += count

    def operated(self, count=1):
        operation(self, count)
        made["operations"] += count

    monkeypatch.setattr(budget.Budget, "operation", operated)
    monkeypatch.setattr(budget.Budget, "spend", counted)
    monkeypatch.setattr(budget.Budget, "step", stepped)
    return made


def test_the_table_is_as_it_was():
    table = np.zeros((4, 2), np.float32)
    for name, part, text in ATTACKS:
        if part == "pipeline":
            with pytest.raises(InputError):
                follow(part, text, table)
            assert not table.any(), name


def test_what_nobody_has_checked_is_not_printed():
    method = "def call(self, inputs: eval('1'), training: eval('2') = False):"
    text = f"class A(eval('0')):\n    {method}\n        return inputs  # eval('3')\n"
    program = read("layer", text)
    assert program.printed() == "def call(self, inputs, training=False):\n    return inputs"
    returned = read("layer", "def call(self, inputs) -> eval('4'):\n    return inputs\n")
    assert returned.printed() == "def call(self, inputs):\n    return inputs"


def test_no_name_of_a_learner_reaches_python():
    """What is looked up by name, is looked up in our own tables."""
    code = check_method.__code__.co_names + Evaluator.value.__code__.co_names
    assert not {"getattr", "setattr", "eval", "exec", "compile"} & set(code)
