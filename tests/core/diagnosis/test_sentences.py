"""What is said of a run is read back and computed again; a number that is changed is noticed."""

import re

import pandas as pd
import pytest

from core.bugs import BUGS
from core.data.uploads import find_table
from core.diagnosis.causes import CAUSES
from core.diagnosis.diagnosis import diagnose
from core.lessons import LESSON_BY_KEY
from core.spec import Spec
from core.theory.predict import predict
from core.training.trainer import train
from tests.conftest import data_of
from tests.core.diagnosis.runs import diagnosis_of, run_of
from tests.evaluate.sentences.check import Sentences, said_of_run
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
SPECS.append(LESSON_BY_KEY["schedule-over-the-limit"].spec)
SPECS += [
    Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    for bug in BUGS
    if bug.finding() in STEPS
]
ALONE = re.compile(rf"(?<![\w^]){NUMBER}(?![\w^])")  # not the 1 of x1


# homes: area, city and price in thousands
AREAS = (
    "185 104 234 136 177 110 173 172 118 43 248 145 222 55 114 72 132 229 92 223 163 188 73 "
    "218 150 86 119 179 190 197 86"
)
PRICES = (
    "2927 1516 3128 1938 3294 1740 3180 2828 2544 1564 3150 1876 3269 1309 1970 1467 2293 "
    "2958 1162 2812 2123 2918 1928 2860 1962 1127 1918 2591 2929 2554 1576"
)
CITIES = "BAAACACBCCAABBBBBAAAABCAAABBBAB"


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


def test_a_short_stretch_of_a_run_does_not_make_its_limit_too_low():
    """Seen on a run of which a single stretch had grown at a rate far below the limit."""
    columns = {"area": [float(area) for area in AREAS.split()]}
    columns |= {name: [float(city == name) for city in CITIES] for name in "ABC"}
    table = pd.DataFrame(columns | {"price": [1000.0 * float(one) for one in PRICES.split()]})
    spec = Spec().patched(
        {
            "data": {"target": "price", "validation_fraction": 0.0},
            "scaling": {"features": "standard"},
            "model": {"use_bias": False},
            "optimizer": {"learning_rate": 0.122},
            "training": {"epochs": 200, "batch_size": 8, "seed": 659},
        }
    )
    data = data_of(spec, table)
    events = list(train(spec, data))
    found = diagnose(spec, data, events)
    sentences = Sentences()
    sentences.check(spec, table, data, events, found)
    assert found.findings[0].cause == "no-bias"
    assert "is 0.205 × the largest stable one, 0.594" in predict(spec, data).why
    assert not sentences.wrong
