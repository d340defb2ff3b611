"""Each shortcut against Streamlit's own way: the same messages, whatever the release."""

import ast
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from streamlit import config
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from pages.ui.streamlit_shortcuts import SHORTCUTS, theme
from tests.pages.app import ROOT, checked, open_page

MOUNT = "_mount"  # what each component calls its own
PARTS = [*(ROOT / "pages" / "ui").rglob("*.py")]
THEMES = {"theme.backgroundColor": "#123456", "theme.light.chartCategoricalColors": ["#000000"]}


@pytest.fixture
def shortcuts(monkeypatch):
    """Takes them, as the server does."""

    def take() -> None:
        for module, name, function in SHORTCUTS:
            monkeypatch.setattr(module, name, function)

    return take


def told(block: Block) -> Iterator[Any]:
    """What a page sends, element by element."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from told(child)
        elif isinstance(child, Element):
            proto = child.proto
            if isinstance(proto, BidiComponent):
                yield proto.id, orjson.loads(proto.json), proto.css_content
            else:
                yield proto.SerializeToString(deterministic=True)


def visit() -> list[Any]:
    """The lab as it opens, with boxes of texts and numbers; then with an emptied number."""
    at = open_page(boxes=["columns", "layer", "sgd", "loss"])
    first = everything(at)
    at.session_state["learning_rate"] = None
    checked(at.run())
    return [first, everything(at)]


def everything(at: AppTest) -> list[Any]:
    return list(told(at.main)) + list(told(at.sidebar))


def test_pages_send_the_same(shortcuts):
    own_way = visit()
    shortcuts()
    assert visit() == own_way
    assert len(own_way[0]) > 40


@pytest.mark.parametrize(
    "section", ["theme", *(f"theme.{c.value}" for c in config.CustomThemeCategories)]
)
def test_the_theme_is_the_same(section, monkeypatch):
    monkeypatch.setattr("pages.ui.streamlit_shortcuts._themes", {})
    before = {name: config.get_option(name) for name in THEMES}
    for name, value in THEMES.items():
        config.set_option(name, value)
    try:
        own, first, again = CustomThemeConfig(), CustomThemeConfig(), CustomThemeConfig()
        app_session._populate_theme_msg(own, section)
        theme(first, section)
        theme(again, section)
    finally:
        for name, value in before.items():
            config.set_option(name, value)
    assert own == first == again


def test_every_component_has_a_key():
    """Without one it would have the identity of every other."""
    files = [ast.parse(path.read_text(encoding="utf-8")) for path in PARTS]
    mounts = [
        node
        for tree in files
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == MOUNT
    ]
    assert len(mounts) > 5
    for mount in mounts:
        assert "key" in [keyword.arg for keyword in mount.keywords]


def emptied() -> None:
    """A page of one widget of each kind whose state a shortcut reads."""
    import streamlit as st

    st.number_input("number", value=1.0, key="number")
    st.selectbox("choice", ["a", "b"], index=1, key="choice")
    st.text_input("text", value="text", key="text")
    st.text_area("area", value="area", key="area")


def test_a_widget_that_was_emptied_has_no_default_again(shortcuts):
    """A value of None in the session's state takes the default away, by Streamlit's own way too."""

    def defaults() -> list[bool]:
        at = AppTest.from_function(emptied)
        for key in ("number", "choice", "text", "area"):
            at.session_state[key] = None
        checked(at.run())
        widgets = at.number_input, at.selectbox, at.text_input, at.text_area
        return [found[0].proto.HasField("default") for found in widgets]

    assert defaults() == [False] * 4
    shortcuts()
    assert defaults() == [False] * 4
