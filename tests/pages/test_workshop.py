"""The guide for teachers: each of its links opens what it says, and its words are the app's."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.lessons import LESSON_BY_KEY
from pages.ui.hideable import HIDEABLE
from tests.pages.app import open_page

GUIDE = Path(__file__).parents[2] / "docs" / "workshop.md"
TEXT = GUIDE.read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\]\((http://localhost:8501[^)]*)\)", TEXT)))
PAGES = {"/": "", "": "", "/classroom": "classroom.py", "/data": "data.py"}
BUTTONS = ("Push", "Everybody Train", "Pause all", "Projector", "Ask", "Show answers", "Ask again")


@pytest.mark.parametrize("link", LINKS)
def test_every_link_opens_a_page_without_a_word_of_complaint(link):
    parts = urlsplit(link)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    at = open_page(PAGES[parts.path], **asked)
    assert not at.warning and not at.error
    if "lesson" in asked:
        assert at.selectbox(key="chosen").value == asked["lesson"] in LESSON_BY_KEY
    assert {*asked.get("hide", "").split(",")} - {""} <= {*HIDEABLE}


def test_there_are_two_plans_whose_minutes_go_on():
    plans = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    found = [plan for plan in plans if re.match(r"(45|90) minutes", plan)]
    assert len(found) == 2
    for plan in found:
        length = int(plan.split()[0])
        minutes = [int(minute) for minute in re.findall(r"^\| (\d+) \|", plan, re.MULTILINE)]
        assert minutes == sorted(set(minutes)) and length - 5 < minutes[-1] < length


def test_the_files_that_it_names_exist():
    for name in re.findall(r"`((?:\w+/)*\w+\.md)`", TEXT):
        assert (GUIDE.parents[1] / name).exists(), name
    for label in BUTTONS:
        assert label in TEXT
