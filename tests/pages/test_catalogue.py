"""The catalogue: everything that can go wrong is found by its curve and has a page."""

import math
from typing import Any

import orjson
import pytest

from core.bugs import BUG_BY_KEY
from core.diagnosis.causes import CAUSE_BY_KEY
from core.lessons import LESSON_BY_KEY
from pages.ui.catalogue.items import LOOKS, STAGES, items
from tests.pages.app import button, checked, component_data, open_page
from tests.pages.fake_service import FakeService

CAUSES = {key: cause for key, cause in CAUSE_BY_KEY.items() if not key.startswith("bug:")}


def groups(**link: str) -> dict[str, list[dict[str, Any]]]:
    """The cards under each heading of the page of all curves."""
    return dict(component_data(open_page("catalogue.py", **link), "groups")["groups"])


def test_every_bug_and_cause_has_its_page(service: FakeService):
    at = open_page("catalogue.py")
    for key, item in (BUG_BY_KEY | CAUSES).items():
        at.query_params["item"] = key
        checked(at.run())
        assert [title.value for title in at.title] == [item.title]
        shown = " ".join(at.markdown.values)
        for text in (item.what, item.why, item.see, item.remedy, item.reference):
            assert text in shown
        assert (len(at.code) >= 2) == (key in BUG_BY_KEY)
        figure = component_data(at, "charts")["charts"][0]["figure"]
        recorded = [line["y"] for line in figure["data"] if line.get("name") == "as recorded"]
        assert recorded == [items()[key].curve["loss"][1]] * bool(recorded)
        assert recorded or key in ("weight-shape", "non-finite-values")  # no step, no number


@pytest.mark.parametrize(("by", "headings"), [("symptom", LOOKS), ("stage", STAGES)])
def test_all_curves_stand_in_groups_each_once(by: str, headings: dict[str, str]):
    shown = groups(by=by)
    assert list(shown) == [heading for heading in headings.values() if heading in shown]
    keys = [card["key"] for cards in shown.values() for card in cards]
    assert sorted(keys) == sorted([*BUG_BY_KEY, *CAUSES])
    assert len(keys) == len(set(keys))


def test_the_page_of_all_curves_is_light():
    assert len(orjson.dumps(groups())) < 60_000


def test_a_card_has_a_title_for_people_and_a_curve():
    for card in (card for cards in groups().values() for card in cards):
        assert card["title"] and card["title"] != card["key"] and card["line"].endswith(".")
        for curve in ("loss", "mended", "validation"):
            x, y = card.get(curve, ([], []))
            assert len(x) == len(y) <= 50 and list(x) == sorted(x)
            assert all(map(math.isfinite, (*x, *y)))


def test_a_link_to_nothing_says_so_and_shows_all_curves():
    at = open_page("catalogue.py", item="no-such-thing")
    assert "not in the catalogue" in at.warning.values[0]
    assert len(at.title) == 1 and component_data(at, "groups")["groups"]


def test_lessons_are_offered_where_they_are_about_the_same():
    told = {lesson.key: key for key, item in items().items() for lesson in item.lessons}
    bugs = {key: lesson.spec.bug for key, lesson in LESSON_BY_KEY.items() if lesson.spec.bug}
    bugs = {key: bug for key, bug in bugs.items() if bug.key != "own"}  # which has no page
    assert {key: told.get(key) for key in bugs} == {key: bug.key for key, bug in bugs.items()}
    assert told["loss-goes-up"] == "learning-rate-above-critical"
    at = open_page("catalogue.py", item="learning-rate-above-critical")
    label = f"Lesson: {LESSON_BY_KEY['loss-goes-up'].title}"
    button(at, label).click()
    assert checked(at.run()).selectbox(key="chosen").value == "loss-goes-up"


def test_an_example_is_run_on_its_own_page(service: FakeService):
    at = open_page("catalogue.py", item="gradient-ascent")
    button(at, "Run it here").click()
    checked(at.run())
    (log,) = service.logs.values()
    assert log.spec.bug and log.spec.bug.key == "gradient-ascent"
    assert component_data(at, "charts")["token"] == "run-0"
