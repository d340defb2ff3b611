"""What is predicted while the slider of the rate moves: by a request, beside all scripts."""

from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from core.lessons import LESSONS
from core.spec import Spec
from pages.ui.lab import predicted
from pages.ui.lab.predicted import MOST_SPECS, predicted_url
from tests.core.web.asgi import Answer, request
from tests.pages.app import component_data, open_page, press, sentence
from tests.pages.fake_service import FakeService

APP = Starlette(routes=[Route("/api/predicted/{ticket}", predicted.predicted)])


def ask(url: str, rate: object) -> Answer:
    return request(APP, f"{url}?rate={quote(str(rate))}")


def test_the_slider_is_told_what_the_page_would_say_of_another_rate():
    at = open_page()
    url = component_data(at, "limit")["predicted"]
    told = ask(url, 0.004).json()
    there = open_page(learning_rate="0.004")
    (loss, *_) = component_data(there, "charts")["charts"]
    (curve,) = [trace for trace in loss["figure"]["data"] if trace["name"] == "predicted"]
    assert (told["epochs"], told["losses"]) == (curve["x"], pytest.approx(curve["y"]))
    assert f"{told['sentence']['title']} {told['sentence']['text']}" == sentence(there)
    assert told["limit"] == component_data(there, "limit")["limit"]
    assert component_data(there, "limit")["predicted"] == url  # one for all rates
    assert component_data(open_page(epochs="7"), "limit")["predicted"] != url


def test_a_curve_that_explodes_is_as_long_as_float32(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(predicted, "_specs", type(predicted._specs)())
    url = predicted_url(LESSONS[0].spec)
    told = ask(url, 0.1).json()
    assert 1 < len(told["losses"]) < LESSONS[0].spec.training.epochs
    assert ask(url, 1e300).status == 200


def test_what_is_no_rate_and_what_is_not_kept_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(predicted, "_specs", type(predicted._specs)())
    url = predicted_url(Spec())
    for rate in ("", "x", "nan", "inf"):
        assert ask(url, rate).status == 400
    assert ask("/api/predicted/none", 0.1).status == 404
    for seed in range(MOST_SPECS):
        predicted_url(Spec().patched({"training": {"seed": seed + 1}}))
    assert len(predicted._specs) == MOST_SPECS
    assert ask(url, 0.1).status == 404


def test_while_a_run_is_on_screen_the_page_follows_the_slider(service: FakeService):
    at = open_page()
    assert component_data(at, "limit")["predicted"]
    press(at, "Train")
    assert component_data(at, "limit")["predicted"] == ""
