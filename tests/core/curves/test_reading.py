"""What a curve says, case by case, and what it leaves open."""

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.curves.curve import Curve
from core.curves.measured import Known
from core.curves.picture import draw
from core.curves.reading import Reading, read
from core.record import Record
from tests.core.charts.runs import RUNS, completed

ANY = st.lists(st.floats(), min_size=2, max_size=40)
NAN, INF = float("nan"), float("inf")
GROWING = [3.0 * 2**k + 1 for k in range(12)]
NOISE = np.random.default_rng(0).normal(0, 0.1, 40)
CURVES = {
    "grows": GROWING,
    "non-finite": [*GROWING, INF, NAN],
    "oscillates": (1 + NOISE).tolist(),
    "plateaus": [9.0, 5.0, 4.0] + [3.5] * 12,
    "falls": [100 * 0.8**k for k in range(20)],
}


def say(losses: list[float], known: Known | None = None, **columns: list[float]) -> Reading:
    return read(Curve.of({"loss": losses} | columns), known)


def sentence(reading: Reading, name: str) -> str:
    (text,) = [statement.text for statement in reading.said if statement.name == name]
    return text


def value(reading: Reading, name: str) -> float:
    (number,) = [statement.value for statement in reading.said if statement.name == name]
    return number


@pytest.mark.parametrize("course", CURVES)
def test_the_course_is_named(course):
    assert say(CURVES[course]).course == course


def test_a_loss_that_falls_at_one_pace_stands_on_no_plateau():
    """https://stackoverflow.com/questions/65310966: 1 % in 40 epochs, and as fast as at first."""
    reading = say([16835.0895 - 4.4 * k for k in range(40)])
    assert reading.course == "falls"
    assert "as fast as before, by 4.4 an epoch from 16,800" in sentence(reading, "fall per epoch")
    rests = [100 + 50 * 0.5**k for k in range(30)]  # still falling, and ever less
    assert say(rests).course == "plateaus"


@pytest.mark.parametrize(
    ("losses", "epoch", "words"),
    [
        ([*(3.0 * 2000**k for k in range(12)), INF], 13, "so the growth explains it"),
        ([*GROWING, NAN], 13, "far below where float32 ends"),
        ([3.0, 2.0, 1.5, 1.2, NAN], 5, "after 1.2 and no growth: a value that is not finite"),
        ([NAN, NAN, NAN], 1, "from the first epoch on"),
        ([INF, 2.0, 3.0], 1, "The loss is infinite from the first epoch on"),
        ([5.0, -INF], 2, "became infinite in epoch 2"),
    ],
)
def test_it_says_when_the_loss_ceased_to_be_a_number(losses, epoch, words):
    reading = say(losses)
    assert reading.said[0].value == epoch
    assert words in reading.said[0].text


def test_a_known_rate_gives_the_largest_stable_one():
    losses = [4.0**k for k in range(12)]  # √g = 2: ηλ = 3, so 1.5 × the critical rate
    assert sentence(say(losses), "learning rate / largest stable").endswith(
        "1.5 × the largest stable one."
    )
    told = say(losses, Known(learning_rate=0.3))
    assert sentence(told, "learning rate / largest stable").endswith("the largest stable one, 0.2.")
    rates = [0.03] * 3 + [0.3] * 9
    told = say(losses, Known(learning_rate=7), learning_rate=rates)
    assert sentence(told, "learning rate / largest stable").endswith("the largest stable one, 0.2.")
    changing = np.linspace(0.1, 0.3, 12).tolist()
    told = say(losses, learning_rate=changing)
    assert sentence(told, "learning rate / largest stable").endswith("the largest stable one.")


def test_a_falling_loss_says_at_most():
    told = say([1 + 0.64**k for k in range(15)], Known(learning_rate=0.9))
    text = sentence(told, "learning rate / largest stable")
    assert "at most 0.9 × the largest stable one, at least 1." in text


@pytest.mark.parametrize(
    ("variance", "words"),
    [
        (None, "The loss stays at 3.5."),
        (3.5, "predicts the mean and has learned nothing"),
        (3.45, "predicts the mean"),
        (7.0, "explains 50 % of the variance"),
        (1.0, "3.5 × the variance of y: worse than predicting the mean"),
    ],
)
def test_a_plateau_is_held_against_the_variance(variance, words):
    told = say(CURVES["plateaus"], Known(target_variance=variance))
    assert words in sentence(told, "plateau")
    assert value(told, "plateau") == 3.5


def test_oscillation_is_measured():
    text = sentence(say(CURVES["oscillates"]), "share of rises")
    later = 1 + NOISE[20:]
    assert value(say(CURVES["oscillates"]), "share of rises") == (np.diff(later) > 0).mean()
    assert f"{100 * (np.diff(later) > 0).mean():.0f} % of the epochs" in text
    assert f"{later.min():.3g} and {later.max():.3g}" in text


def test_held_out_rows_may_tell_another_story():
    val = [5.0, 3.0, 2.0, 2.5, 3.0, 4.0]
    told = say([5.0, 4, 3, 2, 1.5, 1.2], val_loss=val)
    text = sentence(told, "rise of the validation loss")
    assert value(told, "rise of the validation loss") == 2.0
    assert "lowest in epoch 3, 2, and ends at 4" in text
    both_rise = say([5.0, 4, 3, 4, 5, 6], val_loss=val)
    assert "rise of the validation loss" not in {s.name for s in both_rise.said}


@pytest.mark.parametrize(
    ("losses", "question"),
    [
        ("grows", "Is the rate too high, or are the features too large?"),
        ("grows", "Is it a bug?"),
        ("grows", "Which optimizer was it?"),
        ("plateaus", "Is that level good?"),
        ("oscillates", "Is it the rate, or the batches?"),
        ("falls", "How does it do on new rows?"),
    ],
)
def test_what_stays_open_is_named(losses, question):
    assert question in dict(say(CURVES[losses]).unknown)


def test_what_is_known_is_not_asked():
    known = Known(target_variance=3.5)
    reading = say(CURVES["plateaus"], known, val_loss=[1.0] * 15)
    assert reading.unknown == ()


@given(ANY, st.none() | st.floats(0.001, 1e6), st.integers(1, 1000))
def test_any_curve_is_read(losses, number, steps):
    reading = say(losses, Known(steps, number, number), val_loss=losses, learning_rate=losses)
    for statement in reading.said:
        assert statement.text.endswith(".") and "\n" not in statement.text


@hypothesis.settings(max_examples=20)
@given(ANY, st.booleans())
def test_any_curve_is_drawn(losses, log):
    columns = {"loss": losses, "val_loss": losses[::-1], "learning_rate": losses}
    for line in draw(Curve.of(columns), None, 3.0, log).data:
        assert np.isfinite(line.y).all()


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_it_is_drawn_beside_any_run(events):
    curve = Curve.of({"loss": CURVES["non-finite"]})
    figure = draw(curve, Record.of(events), 8.0)
    lines = {line.name: line for line in figure.data}
    assert list(lines["your loss"].y) == GROWING
    assert list(lines["your loss"].x) == list(range(1, 13))
    (mark,) = [line for line in figure.data if line.text]
    assert mark.text == ("infinite in epoch 13",)
    assert figure.layout.shapes[0].y0 == 8.0


def test_the_runs_losses_stand_beside():
    figure = draw(Curve.of({"loss": GROWING}), Record.of(completed()))
    lines = {line.name: line for line in figure.data}
    np.testing.assert_allclose(lines["the run's loss"].y, [80 / (k + 1) for k in range(10)])
    assert list(lines["the run's loss"].x) == list(range(1, 11))
