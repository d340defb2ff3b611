"""The app as Streamlit's own test runner opens it, and what tests of every page do with it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
from streamlit.testing.v1 import AppTest

from core.cache import shared_cache
from core.service.service import Service
from core.store import Store
from tests.pages.fake_service import FakeService

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "pages" / "main.py"
OF_TABLES = {"pages.ui.cached", "core.data.datasets"}
OF_SPECS = {"pictures", "plain charts", "example chart", "stands beside", "expected border"}
ME, YOU = "m" * 22, "y" * 22  # cookies of two learners


def open_page(page: str = "", boxes: Sequence[str] = (), **link: str | list[str]) -> AppTest:
    """Opens a page of the app.

    Args:
        page: Its file; empty for the first one.
        boxes: Keys of the lab's boxes of knobs that are open: closed ones draw nothing.
        **link: Query parameters of its address.
    """
    at = AppTest.from_file(ENTRY, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    for name in boxes:
        at.session_state[f"box_{name}"] = True
    if page:
        at.switch_page(page)
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    """The page, once it is sure that its script raised nothing."""
    assert not at.exception, [(e.message, e.stack_trace) for e in at.exception]
    return at


def button(at: AppTest, label: str) -> Any:
    (found,) = [button for button in at.button if button.label == label]
    return found


def press(at: AppTest, label: str) -> AppTest:
    button(at, label).click()
    return checked(at.run())


def component_data(at: AppTest, key: str) -> dict[str, Any]:
    """What Python gave to a component of the browser: the one whose data has this key."""
    every = [orjson.loads(found.proto.json) for found in at.get("bidi_component")]
    (data,) = [data for data in every if key in data]
    if "figures" in data:  # a live chart: with those that are told apart
        (still,) = [told["still"] for told in every if told.get("name") == data["figures"]]
        return data | {"charts": [*data["charts"], *still]}
    return data


def address_on_arrival(at: AppTest) -> dict[str, list[str]]:
    """What a page that was just reached from another has the browser write as its address."""
    return parse_qs(component_data(at, "search")["search"], keep_blank_values=True)


def sentence(at: AppTest) -> str:
    """The lab's one sentence: the prediction, the progress or the verdict."""
    said = component_data(at, "sentence")["sentence"]
    return f"{said['title']} {said['text']}"


def forget_runs() -> None:
    """Empties the cache, but for what hangs on tables and specs alone: that all tests share."""
    cache = shared_cache()
    for key in list(cache):
        made = key[0]  # by a function, or under a name
        if getattr(made, "__module__", "") not in OF_TABLES and made not in OF_SPECS:
            cache.pop(key)


def use_service(monkeypatch: pytest.MonkeyPatch, service: FakeService | Service) -> None:
    """Gives every page this service."""
    _replace(monkeypatch, "core.service.service", "service", service)


def use_store(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Gives every page this store."""
    _replace(monkeypatch, "core.store", "store", store)


def _replace(monkeypatch: pytest.MonkeyPatch, home: str, name: str, value: Any) -> None:
    """Replaces what a function of core returns, also where a part of the pages has imported it."""
    files = (ROOT / "pages" / "ui").rglob("*.py")
    parts = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    for module in [import_module(part) for part in parts]:  # all, before the first is replaced
        if hasattr(module, name):
            monkeypatch.setattr(module, name, lambda: value)
    monkeypatch.setattr(f"{home}.{name}", lambda: value)  # page scripts import it at every run
