"""Specs side by side, in words."""

import pytest

from core.bugs import BUGS
from core.code_names import code_names
from core.differences import differing, in_words, settings_of, settings_of_each, shown, unusual
from core.interpreter import PARTS
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.spec import Spec


def values(**patch) -> dict:
    return Spec().patched(patch).model_dump(mode="json")


@pytest.mark.parametrize(
    ("section", "item"),
    [
        (section, item)
        for section, items in (
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("loss", LOSSES),
            ("bug", BUGS),
        )
        for item in items
    ],
    ids=lambda value: value if isinstance(value, str) else value.name(),
)
def test_every_item_is_told_by_settings_of_its_own(section, item):
    plain = values(**{section: {"key": item.name()}})
    settings = settings_of(plain)
    count = sum(len(part) if isinstance(part, dict) else 1 for part in plain.values())
    assert len(settings) == count  # no two fields under one name
    assert settings[section] == item.name()


def test_only_what_differs_is_named_in_the_order_of_the_spec():
    several = [
        settings_of(values(**patch))
        for patch in (
            {},
            {"training": {"epochs": 5}, "scaling": {"features": "standard"}},
            {"bug": {"key": "large-init"}},
            {"optimizer": {"key": "adam", "beta_1": 0.5}},
        )
    ]
    assert differing(several) == ["scaling", "bug", "optimizer", "epochs", "beta 1"]
    assert differing(several[:1]) == []
    other = settings_of(values(bug={"key": "large-init", "stddev": 5.0}))
    assert differing([several[0], other]) == ["bug", "bug stddev"]
    assert differing([several[2], other]) == ["bug stddev"]
    assert differing([several[0], dict(several[0])]) == []


def test_what_is_not_the_default_is_unusual_and_table_and_rate_are_always_told():
    assert in_words(unusual(values())) == "table diabetes · optimizer sgd · learning rate 0.01"
    told = unusual(values(training={"batch_size": None}, model={"use_bias": False}))
    assert in_words(told) == (
        "table diabetes · use bias no · optimizer sgd · learning rate 0.01 · batch size all rows"
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("", None, "–"),
        ("", [], "–"),
        ("", 0, "0"),
        ("", 0.0, "0"),
        ("", False, "no"),
        ("", 1e-30, "1e-30"),
        ("", ["a", 1.5], "a, 1.5"),
        ("features", None, "all"),
        ("bug", None, "none"),
        ("batch size", 0, "0"),
    ],
)
def test_a_value_in_words(name, value, text):
    assert shown(name, value) == text


def test_code_is_told_by_the_lines_that_no_other_run_s_has():
    correct = PARTS["layer"].start
    texts = [
        correct,
        correct.replace("self.kernel)", "self.kernel) * 3"),
        correct.replace("        outputs = outputs + self.bias\n", "        pass\n"),
    ]
    several = [values(bug={"key": "own", "code": code}) for code in texts]
    told = [settings["bug code"] for settings in settings_of_each(several)]
    assert told == [
        "the correct method",
        "outputs = ops.matmul(inputs, self.kernel) * 3",
        "pass",
    ]
    assert differing(settings_of_each(several)) == ["bug code"]
    assert "bug code pass" in in_words(unusual(several[2]))
    assert settings_of_each([values(), several[1]])[1]["bug code"] == told[1]


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        ([], []),
        (["", "# said\n"], ["the correct method"] * 2),
        (["a\nb", "b\na"], ["first a", "first b"]),
        (["a\nb\nc", "a\nb", "a\nb\nd"], ["c", "without c", "d"]),
        (["def f():\n  a\n  a", "def g():\n  a"], ["a", "def g():"]),
        ([f"x = {'a' * 70}{n}" for n in (1, 2)], [f"…{'a' * 12}{n}" for n in (1, 2)]),
        (["a\nb", "a\nc", "a\nb"], ["b", "c", "b"]),
        (["a\nb\nx", "a\nb\ny", "a\nz\ny"], ["x", "b; y", "z"]),
    ],
)
def test_texts_have_names_that_differ_where_they_do(texts, names):
    assert code_names(texts) == names


def test_of_a_mystery_as_much_is_told_as_tells_it_from_another():
    spec = Spec().patched({"bug": {"key": "mystery", "id": "abcdefgh"}})
    told = in_words(unusual(spec.model_dump(mode="json")))
    assert "bug mystery · bug id abcd…" in told and "abcde" not in told
