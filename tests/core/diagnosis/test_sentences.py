"""What is said of a run is read back and computed again; a number that is changed is noticed."""

import re

import pytest

from core.bugs import BUGS
from core.data.uploads import find_table
from core.diagnosis.causes import CAUSES
from core.spec import Spec
from tests.core.diagnosis.runs import diagnosis_of, run_of
from tests.evaluate.sentences.check import said_of_run
from tests.evaluate.sentences.reading import NUMBER, Book
from tests.evaluate.sentences.truth import Truth

# the examples of these are one program for TensorFlow, or their runs are made for other tests too
SAMPLE = (
    "learning-rate-above-critical",
    "learning-rate-too-low",
    "too-few-epochs",
    "schedule-decays-too-soon",
    "weights-off-optimum",
    "no-bias",
)
STEPS = {"bug:gradient-ascent", "bug:sum-for-mean", "bug:misplaced-scale", "bug:shifted-targets"}
SPECS = [Spec().patched(cause.example) for cause in CAUSES if cause.key in SAMPLE]
SPECS += [
    Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    for bug in BUGS
    if bug.finding() in STEPS
]
ALONE = re.compile(rf"(?<![\w^]){NUMBER}(?![\w^])")  # not the 1 of x1


def changed(text: str):
    """The sentence with each of its numbers made three times as large, one at a time."""
    for found in ALONE.finditer(text):
        value = float(found[0].replace(",", "").replace("−", "-"))
        if abs(value) < float("inf"):
            other = f"{3 * value + (value == 0):.10g}"
            yield text[: found.start()] + other + text[found.end() :]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.bug.key if spec.bug else "")
def test_a_number_that_is_changed_is_noticed(spec):
    data, events = run_of(spec)
    run = Truth(spec, find_table(spec.data.source), data, list(events))
    texts = 0
    for text, read in said_of_run(run, diagnosis_of(spec)):
        assert not read(text)[1]
        missed = [other for other in changed(text) if not read(other)[1]]
        assert not missed, text
        texts += 1
    assert texts >= 3


def test_a_sentence_of_no_template_is_wrong():
    book = Book()
    book.says("the loss is {loss}")(lambda run, loss: iter([(loss == run, "another")]))
    assert book.read("the loss is 2", 2).wrong == ()
    assert book.read("the loss is 3", 2).wrong == ("another",)
    assert book.read("the loss was 2", 2).wrong == ("no template",)
