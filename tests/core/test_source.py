"""The code on screen: each bug's lines, marked against the correct ones."""

import ast
from textwrap import dedent

import pytest

from core.bugs import BUGS
from core.source import PARTS, bug_source, class_source, comparisons, layer_source, methods

every_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())


def lines(text: str, mark: str) -> list[str]:
    return [line[2:] for line in text.splitlines() if line.startswith(mark)]


def whole(text: str) -> str:
    return "\n".join(line[2:] for line in text.splitlines())


@every_bug
def test_wrong_lines_are_marked_and_all_others_are_the_same_on_both_sides(bug):
    for method in comparisons(bug()):
        assert lines(method.buggy, "- "), method.name
        assert lines(method.correct, "  ") == lines(method.buggy, "  ")
        assert {line[:2] for line in method.correct.splitlines()} <= {"+ ", "  "}
        assert {line[:2] for line in method.buggy.splitlines()} <= {"- ", "  "}


@every_bug
def test_the_code_shown_is_the_code_that_runs(bug):
    correct = methods(class_source(*PARTS[bug().breaks()]))
    buggy = methods(bug_source(bug()))
    compared = comparisons(bug())
    assert [method.name.partition(".")[2] for method in compared] == list(buggy)
    assert set(buggy) == {n for n, v in vars(getattr(bug, bug().breaks())).items() if callable(v)}
    for method in compared:
        owner, _, name = method.name.partition(".")
        assert owner == PARTS[bug().breaks()][1]
        assert whole(method.buggy) == buggy[name]
        assert whole(method.correct) == correct[name]
        assert buggy[name] != correct[name]
        ast.parse(dedent(whole(method.buggy)))


def test_the_layer_is_shown_whole():
    (node,) = ast.parse(layer_source()).body
    assert isinstance(node, ast.ClassDef)
    assert node.name == "LinearLayer"
    assert {"__init__", "build", "call"} <= set(methods(layer_source()))
