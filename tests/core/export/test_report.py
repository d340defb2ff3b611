"""The report: one file, well formed, self-contained, harmless, and right in what it says."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from core.data.uploads import find_table, save_file
from core.diagnosis.diagnosis import Diagnosis, diagnose
from core.diagnosis.finding import Attempt, Fact, Finding, Remedy, Search
from core.diagnosis.remedies.wording import remedy_in_words
from core.events import Event
from core.export.report import report
from core.spec import Spec
from core.theory.predict import predict
from core.theory.prediction import Prediction
from tests.conftest import data_of
from tests.core.charts.runs import RUNS, started

VOID = {"meta", "br", "hr", "link", "input", "img"}
SPEC = Spec.of({"data": {"source": "two-features", "target": "y"}, "training": {"epochs": 10}})
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}</script>"


class Page(HTMLParser):
    """A page as a tree is checked: every tag closed by its own, words by the tag they stand in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self.blocks: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "pre":
            self.blocks.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.words.setdefault(tag, []).append(data)
        if "pre" in self.open:
            self.blocks[-1] += data

    def text(self, tag: str = "body") -> str:
        return " ".join("".join(self.words.get(tag, [])).split())


def told(events: list[Event], spec: Spec = SPEC, **changes: Any) -> Page:
    table = find_table("two-features") if "table" not in changes else changes["table"]
    given = {"prediction": predict(SPEC, data_of(SPEC)), "diagnosis": NOTHING} | changes
    given.pop("table", None)
    return Page(report(spec, table, events, **given))


NOTHING = Diagnosis("completed", "healthy", (), ())
FOUND = Diagnosis(
    "diverged",
    "diverging",
    (
        Finding(
            "features-unscaled",
            "data",
            "error",
            "The features are unscaled.",
            (Fact("κ", 626.0, 1.0, "condition number: 626"),),
        ),
        Finding("constant-feature", "data", "note", "x0 is constant."),
    ),
    (("bug:unscaled-validation", "no rows are held out"),),
    Search(
        (
            Remedy("Standardize", {}, 1, "optimum", 12, 0.1, 0.5, 0.25),
            Remedy("Lower the rate", {}, 1, "stable", 463, 0.1, 4.0, None),
        ),
        (Attempt("Use Adam", {}, "completed", 1.75),),
    ),
)


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_every_kind_of_run_has_a_sound_page(events):
    page = told(events)
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == names.count("title") - names.count("svg") == 1
    headings = [int(name[1]) for name in names if name in ("h1", "h2", "h3", "h4")]
    assert headings[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids


@pytest.mark.parametrize("events", RUNS.values(), ids=RUNS)
def test_nothing_is_loaded_and_nothing_runs(events):
    page = told(events, diagnosis=FOUND)
    forbidden = {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not forbidden.intersection(tag for tag, _ in page.tags)
    for _, attributes in page.tags:
        assert not {"src", "href", "srcset", "onload", "onclick"}.intersection(attributes)
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(http" not in page.text("style") and "@import" not in page.text("style")


def test_it_says_its_language_and_what_the_picture_shows():
    page = told(RUNS["completed"])
    attributes = dict(page.tags)
    assert attributes["html"]["lang"] == "en"
    assert attributes["svg"]["role"] == "img"
    assert "loss of the whole training set after each epoch" in page.text("desc")
    assert page.text("title").startswith("Completed: y on two-features")
    assert all(a.get("scope") for tag, a in page.tags if tag == "th")


def test_it_says_what_was_run_predicted_and_found():
    prediction = predict(SPEC, data_of(SPEC))
    page = told(RUNS["diverged"], diagnosis=FOUND, prediction=prediction)
    text = page.text()
    assert page.text("h1") == "Diverged: y on two-features"
    assert "Why? The features are unscaled." in text
    assert prediction.why in text
    assert "condition number: 626" in page.text("article")
    for remedy in FOUND.remedies:  # in the words of every screen
        patched = SPEC.patched(remedy.patch)
        assert f"{remedy.title} ({remedy_in_words(remedy, patched.training.epochs, True)})" in text
    assert "no longer diverges; near the optimum after 463 epochs (10 planned)" in text
    assert "Tried in vain: “Use Adam” (completed at a loss of 1.75)." in text
    assert "bug:unscaled-validation: no rows are held out" in text
    assert "keras.losses.MeanSquaredError" in page.text("pre")
    assert Spec.from_json(page.blocks[-1]) == SPEC


def test_a_healthy_run_has_no_why():
    page = told(RUNS["completed"])
    assert "Why?" not in page.text()
    assert "Nothing is wrong with this run." in page.text()


def test_the_losses_stand_in_numbers():
    page = told(RUNS["diverged"])
    assert "1e+20" in page.text("td")
    assert "nan" in page.text("td")
    failed = told(RUNS["failed"])
    assert "ended before its first epoch" in failed.text()


def test_hostile_names_stay_text():
    table = find_table("two-features").rename(columns={"x1": HOSTILE, "y": HOSTILE + "y"})
    spec = SPEC.patched({"data": {"target": HOSTILE + "y"}})
    events = [started(features=2, target=HOSTILE), *RUNS["completed"][1:]]
    finding = replace(FOUND.findings[0], summary=HOSTILE, evidence=(Fact("", 1, 1, HOSTILE),))
    page = told(
        events, spec, table=table, diagnosis=replace(FOUND, findings=(finding, *FOUND.findings[1:]))
    )
    assert not any(tag in ("img", "script") for tag, _ in page.tags)
    assert page.text().count("onerror=alert(1)") >= 5
    assert "{{7*7}}" in page.text("h1")
    assert "49" not in page.text("h1")


def test_an_uploaded_tables_id_goes_nowhere():
    spec = SPEC.patched({"data": {"source": "upload-abcdefghijklmnopqrstuv"}})
    text = report(
        spec, find_table("two-features"), RUNS["completed"], predict(SPEC, data_of(SPEC)), NOTHING
    )
    assert "upload-abc" not in text


def test_an_uploaded_table_goes_by_its_files_name(uploads_folder):
    table = find_table("two-features")
    upload = save_file([table.to_csv(index=False).encode()], "grades.csv")
    spec = SPEC.patched({"data": {"source": upload.source}})
    page = told(RUNS["completed"], spec)
    assert page.text("h1").endswith("y on grades.csv")
    assert "in the table grades.csv" in page.text("dl")
    assert "--data FILE" in page.text()
    assert upload.source not in page.text()
    assert "--data" not in told(RUNS["completed"]).text()


def test_a_table_cut_short_says_how_many_of_its_rows_are_left_out():
    lines = told(RUNS["completed"]).blocks[0].splitlines()
    header, rows = lines.index("x1,x2,y"), find_table("two-features")
    remark = next(i for i, line in enumerate(lines) if line.startswith("# … "))
    assert remark - header - 1 == 9
    assert lines[remark].startswith(f"# … {len(rows) - 9} more rows of the table: ")
    assert lines[remark + 1] == '"""))'


def test_it_stays_small_whatever_the_table():
    table = pd.concat([find_table("two-features")] * 50, ignore_index=True)
    page = report(SPEC, table, RUNS["completed"], Prediction("unknown", True, "?"), NOTHING)
    assert len(page) < 30_000
    assert "more rows of the table" in page or "table.csv" in page


def test_a_real_run_from_beginning_to_end(run):
    events = run(SPEC.model_dump(mode="json"))
    data, table = data_of(SPEC), find_table("two-features")
    text = report(SPEC, table, events, predict(SPEC, data), diagnose(SPEC, data, events))
    page = Page(text)
    assert page.text("h1").startswith("Completed")
    assert f"{events[-2]['loss']:.3g}" in page.text("td")
