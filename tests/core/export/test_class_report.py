"""What is left of a class: as a table that runs nothing, and as a page that names nobody."""

import csv
import io
from dataclasses import replace
from html.parser import HTMLParser

import orjson
import pytest

from core.classroom.mystery import Secret
from core.classroom.nickname import BLANKED
from core.classroom.play import Play
from core.classroom.question import HEIGHTS, NEVER, Question
from core.classroom.state import ClassState
from core.export.class_report import answers_csv, report_html
from core.store.classes import ClassView
from core.store.mysteries import ClassMystery
from core.store.tables import Answer, Member, Run

SECRET = Secret.of("bug:shifted-targets")
TITLES = {SECRET.cause: "Shifted <targets>", "no-bias": "No bias", "<b>": "never looked up"}
NAMES = ("=HYPERLINK(1)", "Mia <script>", "Tom", "@bad word")
MARKUP = "<img src=https://elsewhere.org/x onerror=alert(1)>"


@pytest.fixture
def told():
    questions = (
        Question.of("regime"),
        Question.of("choice", f"+1? {MARKUP}", ("-1", '"two, three"\n<b>')),
        Question.of("epochs"),
        Question.of("curve"),
    )
    state = ClassState(title="Physics <8b> & more", questions=questions)
    view = ClassView("c" * 22, "amber-otter-1", "teacher", 0, 1.6e9, None, 1, state)
    members = [
        Member(learner=f"secret-{n}", number=n, name=name, blanked=n == 4, run=f"run-{n}", runs=n)
        for n, name in enumerate(NAMES, 1)
    ]
    given = {
        (1, 1): [2, 0, 0, 0],
        (1, 2): [0, 0, 0],
        (2, 1): [0, 1],
        (3, 1): [NEVER, 25],
        (4, 1): [[50] * HEIGHTS],
    }
    answers = [
        Answer(class_id=view.id, question=q, round=r, learner=f"secret-{n}", value=orjson.dumps(v))
        for (q, r), values in given.items()
        for n, v in enumerate(values, 1)
    ]
    runs = [
        Run(token="run-1", outcome="diverged", verdict="diverging", cause="no-bias"),
        Run(token="run-2", outcome="completed", verdict="healthy", cause=""),
        Run(token="run-3", outcome="completed", verdict="healthy", cause=""),
    ]
    return view, members, answers, runs, TITLES


class Page(HTMLParser):
    """Its tags, what could load something, and its text."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += f"{data}|"


def test_the_table_has_every_answer_and_no_cell_that_runs(told):
    rows = list(csv.reader(io.StringIO(answers_csv(*told))))
    assert rows[0] == ["learner", "question", "round", "asked", "answer"]
    said = [(row[0], row[1], row[2], row[4]) for row in rows[1:]]
    assert said[:4] == [
        ("'=HYPERLINK(1)", "1", "1", "It rises"),
        ("Mia <script>", "1", "1", "It falls and settles"),
        ("Tom", "1", "1", "It falls and settles"),
        (BLANKED, "1", "1", "It falls and settles"),
    ]
    assert [row[3] for row in rows if row[1] == "2"] == [f"'+1? {MARKUP}"] * 2
    assert [row[4] for row in rows if row[1] == "2"] == ["'-1", '"two, three" <b>']
    assert [row[4] for row in rows if row[1] == "3"] == ["never", "25"]
    assert [(row[0], row[4]) for row in rows if row[3] == "last run"] == [
        ("'=HYPERLINK(1)", "diverged No bias"),
        ("Mia <script>", "completed"),
        ("Tom", "completed"),
    ]
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_the_page_names_nobody_runs_nothing_and_counts_right(told):
    text = report_html(*told)
    page = Page(text)
    known = {"html", "meta", "title", "style", "h1", "h2", "p", "table", "tr", "td", "div"}
    assert page.tags <= known
    assert page.attributes <= {"lang", "charset", "class", "style"}
    assert "url(" not in text and "@import" not in text
    for name in (*NAMES, "secret-", "run-1", "amber"):
        assert name not in page.text
    assert "Physics <8b> & more|" in page.text and MARKUP in page.text
    assert "2020-09-13 · 4 learners · 4 questions · 10 runs" in page.text
    assert "It rises|1 → 0|" in page.text and "It falls and settles|3 → 3|" in page.text
    assert "up to 30|1|" in page.text and "never|1|" in page.text
    assert "1 curve, 0 behind the discussion" in page.text
    assert "It falls and settles|2|" in page.text and "It rises: No bias|1|" in page.text


@pytest.fixture
def mysteries(told) -> list[ClassMystery]:
    """One that is open and one that is not, with four learners and one who has left."""
    begun = Play().with_piece("norms").guessed("pipeline", SECRET)
    found = begun.guessed(SECRET.cause, SECRET)
    least = Play().guessed("loss", SECRET).guessed("pipeline", SECRET).guessed(SECRET.cause, SECRET)
    plays = {"secret-1": found, "secret-2": begun, "secret-3": least, "secret-4": found}
    return [ClassMystery(SECRET, plays | {"gone": found}), ClassMystery(None, plays)]


def test_the_table_has_how_far_each_is_with_a_mystery_and_no_guess_before_it_is_open(
    told, mysteries
):
    rows = list(csv.reader(io.StringIO(answers_csv(*told, mysteries))))[1:]
    first, second = ([r for r in rows if r[3].startswith(f"Mystery {n}")] for n in (1, 2))
    assert [(row[0], row[3], row[4]) for row in first] == [
        ("'=HYPERLINK(1)", "Mystery 1: Shifted <targets>", "found for 19; bought: norms"),
        (
            "Mia <script>",
            *first[0][3:4],
            "not found, 19 left; stage found: pipeline; bought: norms",
        ),
        ("Tom", *first[0][3:4], "found for 18; wrong: loss"),
        (BLANKED, *first[0][3:4], "found for 19; bought: norms"),
    ]
    assert [row[4] for row in second] == [
        "found for 19; bought: norms",
        "not found, 19 left; bought: norms",
        "found for 18",
        "found for 19; bought: norms",
    ]
    assert {row[3] for row in second} == {"Mystery 2: not opened"}


@pytest.mark.parametrize("ranked", [False, True])
def test_the_page_has_a_mysterys_points_and_nicknames_only_where_the_teacher_ranks(
    told, mysteries, ranked
):
    view = replace(told[0], state=told[0].state.with_(ranked=ranked))
    page = Page(report_html(view, *told[1:], mysteries))
    assert "Mystery 1: Shifted <targets>|" in page.text
    assert "Mystery 2: not opened|" in page.text
    assert page.text.count("3 of 4 have found it, in the middle for 19 points.|") == 2
    assert "script" not in page.tags and "@bad word" not in page.text
    places = f"=HYPERLINK(1)|19|{BLANKED}|19|Tom|18|"
    assert page.text.count(places) == (2 if ranked else 0)
    assert ranked or "Tom" not in page.text
