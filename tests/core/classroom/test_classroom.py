"""Codes, nicknames, questions, the state of a class, wrong codes, the points of a room."""

import math

import pytest

from core.classroom.code import HIGHEST, LOWEST, new_code, read_code
from core.classroom.nickname import (
    ANIMALS,
    LONGEST,
    animal_name,
    clean_nickname,
    unique_nickname,
)
from core.classroom.question import HEIGHTS, Question, regime_of
from core.classroom.room import MOST, POINTS, Room
from core.classroom.state import MOST_QUESTIONS, ClassState
from core.classroom.words import WORDS
from core.errors import InputError
from core.events import encode


def test_a_code_has_thirty_bits_at_least():
    assert len(set(WORDS)) == len(WORDS)
    assert math.log2(len(WORDS) ** 2 * (HIGHEST - LOWEST + 1)) >= 30
    assert all(2 < len(word) < 9 and word.isalpha() and word.islower() for word in WORDS)
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100 and all(read_code(code) == code for code in codes)


@pytest.mark.parametrize(
    "typed", ["amber-otter-4821", " Amber Otter 4821 ", "AMBER.OTTER/4821", "amber,otter4821"]
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == "amber-otter-4821"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "amber", "amber-otter", "amber-nosuch-4821", "amber-otter-0999"),
        *("amber-otter-99999", "amber-otter-4821-1", "amber-otter-٤٨٢١", "a" * 10_000, "\0"),
        "amber\0otter-4821x",
    ],
)
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) == ""


def test_a_nickname_is_one_short_line():
    assert clean_nickname("  Mia\n\t\u202eb\u200b  ") == "Mia b"
    assert len(clean_nickname("x" * 10_000)) == LONGEST
    assert clean_nickname("\0\u2028") == ""
    assert clean_nickname("Jürgen 🦊") == "Jürgen 🦊"
    assert unique_nickname("x" * LONGEST, ["X" * LONGEST]) == f"{'x' * (LONGEST - 2)} 2"
    assert animal_name(ANIMALS[1:]) == ANIMALS[0]
    assert animal_name(ANIMALS).endswith(" 2")


@pytest.mark.parametrize("value", [-1, 4, True, "1", None, 1.0, [1], {}])
def test_an_answer_must_be_one_of_the_options(value):
    with pytest.raises(InputError, match="from 0 to 3"):
        Question.of("regime").check(value)


def test_answers_are_counted_by_their_kind():
    assert Question.of("regime").bars([2, 2, 0]) == [
        ("settles", 1),
        ("swings", 0),
        ("rises", 2),
        ("crawls", 0),
    ]
    epochs = dict(Question.of("epochs").bars([0, 1, 10, 11, 5000]))
    assert (epochs["never"], epochs["up to 10"], epochs["up to 30"]) == (1, 2, 1)
    assert epochs["more than 1000"] == 1
    curve = Question.of("curve")
    assert curve.check([50] * HEIGHTS) == [50] * HEIGHTS
    for wrong in ([50] * (HEIGHTS - 1), [50] * (HEIGHTS - 1) + [101], "curve", [None] * HEIGHTS):
        with pytest.raises(InputError):
            curve.check(wrong)
    for wrong in (-1, 100_001, True, 1.5):
        with pytest.raises(InputError):
            Question.of("epochs").check(wrong)


def test_a_question_to_choose_needs_two_options_and_bounds_its_texts():
    with pytest.raises(InputError, match="at least 2"):
        Question.of("choice", options=("one", " one ", ""))
    question = Question.of("choice", "w" * 1000, [f"{n}" * 300 for n in range(20)])
    assert len(question.text) == 200 and len(question.options) == 8
    assert all(len(option) <= 200 for option in question.options)


@pytest.mark.parametrize(
    ("outcome", "verdict", "regime"),
    [
        ("diverged", None, "rises"),
        ("completed", "diverging", "rises"),
        ("completed", "oscillating", "swings"),
        ("completed", "slow", "crawls"),
        ("completed", "stuck", "crawls"),
        ("completed", "healthy", "settles"),
        ("completed", None, "settles"),
        ("stopped", None, ""),
        (None, None, ""),
    ],
)
def test_what_a_run_did(outcome, verdict, regime):
    assert regime_of(outcome, verdict) == regime


def test_the_state_of_a_class():
    state = ClassState(title="8b").pushed({"a": 1}, ("bug",), locked=True, share="upload-1")
    assert (state.push.number, state.shared) == (1, ("upload-1",))
    again = state.pushed({}, share="upload-1")
    assert (again.push.number, again.shared, again.push.locked) == (2, ("upload-1",), False)
    assert again.unlocked(True).push.locked and not ClassState().unlocked(True).push
    assert state.with_(paused=True).everybody_trains().paused is False
    asked = state.asked(Question.of("regime")).asked(Question.of("epochs"))
    assert [question.open for question in asked.questions] == [False, True]
    second = asked.closed().revealed().asked_again()
    assert (second.question.round, second.question.open, second.question.revealed) == (
        2,
        True,
        False,
    )
    assert ClassState.from_json(second.to_json()) == second
    assert ClassState().closed() == ClassState()
    with pytest.raises(InputError, match="ended"):
        state.with_(ended=True).everybody_trains()
    for _ in range(MOST_QUESTIONS):
        state = state.asked(Question.of("regime"))
    with pytest.raises(InputError, match="questions"):
        state.asked(Question.of("regime"))


def events(epochs: int) -> list[bytes]:
    begin = {"event": "run_started", "epochs": epochs, "full_loss": 8.0}
    rest = [{"event": "epoch_ended", "epoch": n, "full_loss": 1.0 / (n + 1)} for n in range(epochs)]
    return [encode(event) for event in (begin, *rest)]


def test_a_long_run_is_thinned_and_its_end_stays():
    room = Room()
    lines = events(1000)
    for start in range(0, len(lines), 70):
        room.add(1, 1, lines[start : start + 70], start + 70 >= len(lines))
    points, _, _ = room.since("")
    assert POINTS <= len(points) <= POINTS + 10
    assert points[0] == (1, 1, 0, 8.0) and points[-1][2] == 1000
    assert room.read_from(1, 1) == len(lines) and room.read_from(1, 2) == 0


def test_what_is_not_finite_travels_as_text():
    room = Room()
    room.add(1, 1, [encode({"event": "epoch_ended", "epoch": 0, "full_loss": "inf"})], False)
    assert room.since("")[0] == [(1, 1, 1, "inf")]


def test_a_long_class_forgets_the_runs_that_were_replaced():
    room = Room()
    _, cursor, _ = room.since("")
    run, lines = 0, events(POINTS)
    while len(room) + len(lines) <= MOST:
        run += 1
        room.add(1, run, lines, True)
    assert not room.since(cursor)[2] or cursor.endswith(".0")
    before = room.tag
    room.add(1, run + 1, lines, True)
    points, _, anew = room.since(f"{before}.5")
    assert anew and {point[1] for point in points} == {run + 1}
