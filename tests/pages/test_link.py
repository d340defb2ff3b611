"""Links: what each says, and that an address says what is on screen."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from core.lessons import LESSON_BY_KEY, LESSONS
from core.spec import Spec
from pages.ui.knob_values import ITEM_KNOBS, TABLE_KNOBS, knob_values
from pages.ui.link import (
    FIRST,
    LARGEST,
    MENUS,
    OWN,
    SHOWN,
    kinds,
    knobs_of_lesson,
    link_to,
    options_of,
    read_link,
    write_link,
)

OTHER: dict[type, Any] = {str: "x", bool: None, int: 7, float: 0.0123456789, list: ["a", "b"]}
BEFORE = [  # links as they were once written, what differs from the first lesson; and what they set
    ("lesson=healthy&source=cars&validation=0.2&learning_rate=0.02&batch=32", {"scale": "none"}),
    (
        "lesson=healthy&source=cars&validation=0.2&scale=standard&learning_rate=0.02",
        {"batch": None, "scale": "standard"},
    ),
    ("lesson=issue-3148&source=hundred-points&epochs=20", {"learning_rate": 0.01, "epochs": 20}),
    (
        "lesson=momentum-too-high&source=diabetes&validation=0.2&scale=standard&sgd.momentum=0.98",
        {},
    ),
    ("source=cars&scale=robust", {"validation": 0.0, "batch": None, "learning_rate": 0.01}),
    ("lesson=own&learning_rate=0.5&source=engel", {"batch": None, "learning_rate": 0.5}),
]


def read(query: str) -> Any:
    return read_link(parse_qs(query, keep_blank_values=True))


def again(lesson: str, knobs: Mapping[str, Any]) -> Any:
    """What comes of knobs that go through an address."""
    return read(urlencode(write_link(lesson, knobs), doseq=True))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_a_lesson_is_all_that_its_link_needs(lesson):
    link = read(f"lesson={lesson.key}")
    assert (link.lesson, link.words) == (lesson.key, ())
    assert knob_values(lesson.spec).items() <= link.knobs.items()
    assert link_to(lesson.spec) == ({} if lesson.key == FIRST else {"lesson": [lesson.key]})


@pytest.mark.parametrize("lesson", [*LESSON_BY_KEY, OWN])
def test_every_knob_that_is_moved_comes_back_from_its_address(lesson):
    own, general = knobs_of_lesson(lesson), knobs_of_lesson(FIRST)
    for name, value in own.items():
        for moved in {
            repr(v): v for v in (another(name, value), general.get(name, value))
        }.values():
            knobs = own | {name: moved}
            link = again(lesson, knobs)
            assert (link.lesson, link.words) == (lesson, ())
            assert {key: link.knobs[key] for key in knobs} == knobs


def another(name: str, value: Any) -> Any:
    """A value of a knob that is not this one."""
    if options := options_of(name):
        return next(option for option in options if option != value)
    return not value if isinstance(value, bool) else OTHER[kinds()[name]]


@pytest.mark.parametrize("item", ITEM_KNOBS)
def test_every_parameter_of_every_item_comes_back(item):
    kind, _, _ = item.rpartition(".")
    menus = ("optimizer", "schedule", "loss", "bug")
    chosen = {menu: kind for menu in menus if kind in MENUS[menu]} or {"source": "synthetic"}
    knobs = knobs_of_lesson(OWN) | chosen | {item: another(item, ITEM_KNOBS[item])}
    link = again(OWN, knobs)
    assert {key: link.knobs[key] for key in knobs} == knobs


@pytest.mark.parametrize(("query", "knobs"), BEFORE)
def test_a_link_of_before_means_what_it_meant(query, knobs):
    link = read(query)
    assert link.words == ()
    general = knobs_of_lesson(FIRST) | {"target": ""}
    given = {name: texts[-1] for name, texts in parse_qs(query).items() if name != "lesson"}
    for name, value in general.items():
        if name in knobs:
            assert link.knobs[name] == knobs[name], name
        elif name in given and not isinstance(value, float | int):
            assert str(link.knobs[name]) == given[name]
        elif name not in given:
            assert link.knobs[name] == value, name


def test_what_is_typed_behind_a_lesson_changes_that_alone():
    link = read("lesson=healthy&learning_rate=0.5")
    assert dict(link.knobs).items() >= (knobs_of_lesson("healthy") | {"learning_rate": 0.5}).items()


def test_another_table_has_columns_of_its_own():
    knobs = read("lesson=powers-unscaled&source=engel").knobs
    assert {name: knobs[name] for name in TABLE_KNOBS} == TABLE_KNOBS
    assert knobs["degree"] == 2


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("epochs=many", "`epochs` = “many”, which is no number"),
        ("epochs=1.5", "which is no whole number"),
        (f"seed={LARGEST + 2}", "which is too large"),
        ("learning_rate=nan", "which is no finite number"),
        ("learning_rate=" + "9" * 400, "which is no finite number"),
        ("epochs=", "which is no number"),
        ("shuffle=perhaps", "which is neither true nor false"),
        ("optimizer=sdg", "which is not one of sgd, adam"),
        ("reduce_on_plateau.monitor=x", "which is not one of loss, val_loss"),
        ("lesson=nonsense", "`lesson` = “nonsense”"),
        ("lesson=momentum-to-high", "not one of momentum-too-high, "),
        ("lesson=nonsense", f" and {len(LESSONS) + 1 - SHOWN} more. It is left out."),
        ("learning-rate=1", "names `learning-rate`, which is no setting here"),
        ("adam.beta_3=1", "names `adam.beta_3`, which is no setting here"),
        ("epochs=%5Bx%5D%28http%3A%2F%2Fe.vil%29", r"“\[x\]\(http"),
    ],
)
def test_what_cannot_be_taken_over_is_said_in_a_word(query, word):
    (said,) = read(query).words
    assert word in said
    assert dict(read(query).knobs).items() >= knobs_of_lesson(FIRST).items()


def test_parameters_of_pages_are_no_unknown_settings():
    query = (
        "run=x&sweep=y&base=lab&share=z&item=a&present=1&hide=bug&healthy.momentum.low=1&view=rows"
    )
    assert read(query).words == ()


def test_a_text_that_is_too_long_for_an_address_stays_out_of_it():
    assert write_link(OWN, {"start_weights": "1, " * 400, "epochs": 3}) == {
        "lesson": [OWN],
        "epochs": ["3"],
    }


def test_no_value_and_an_empty_list_are_parameters_that_are_there_and_empty():
    knobs = knobs_of_lesson("powers-unscaled") | {"features": [], "batch": None}
    assert write_link("powers-unscaled", knobs) == {
        "lesson": ["powers-unscaled"],
        "features": [""],
        "batch": [""],
    }


def test_a_spec_has_an_address():
    spec = Spec.of({"optimizer": {"key": "adam", "beta_1": 0.5}, "training": {"batch_size": None}})
    link = read(urlencode(link_to(spec), doseq=True))
    assert link.lesson == OWN
    assert knob_values(spec).items() <= link.knobs.items()
