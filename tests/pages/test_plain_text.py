"""Text that is not ours, from a link, a file or a box, is shown as it is and never as Markdown."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies
from streamlit.testing.v1 import AppTest

from core.data.uploads import save_file
from core.lessons import LESSONS
from core.web.learner import COOKIE, owner_id, sign
from pages.ui.knob_values import knob_values
from pages.ui.plain_text import plain
from tests.pages.app import ME, open_page

EVIL = "[log in](https://evil.example) :red[hot] www.evil.example **bold** <b>"
CODE = re.compile(r"`[^`]*`")
MARKUP = re.compile(
    r"(?<!\\)\[log in(?<!\\)\]|https?://evil|:red\[hot|www\.evil|(?<!\\)\*\*bold|(?<!\\)<b>"
)
PAGES = [
    "lab.py",
    "data.py",
    "sweep.py",
    "runs.py",
    "own.py",
    "compare.py",
    "catalogue.py",
    "shared.py",
]
PARAMETERS = {
    *(name for lesson in LESSONS for name in knob_values(lesson.spec)),
    *("run", "sweep", "lesson", "base", "share", "synthetic.rows", "piecewise_constant.boundaries"),
}
TEXTS = ("source", "target", "features", "exclude_rows", "start_weights", "optimizer", "lesson")


def rendered(at: AppTest) -> Iterator[str]:
    """All that the page renders as Markdown: bodies, labels and helps."""
    nodes = [at._tree]
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        for field, value in proto.ListFields() if hasattr(proto, "ListFields") else ():
            if field.name in ("body", "label", "help", "caption") and node.type != "code":
                yield str(value)


def assert_nothing_is_rendered(at: AppTest) -> None:
    texts = list(rendered(at))
    assert texts
    assert not [text for text in texts if MARKUP.search(CODE.sub("", text))]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_with_markup_in_every_parameter(page):
    assert_nothing_is_rendered(open_page(page, **dict.fromkeys(PARAMETERS, EVIL)))


@pytest.mark.parametrize("name", TEXTS)
def test_a_link_with_markup_in_one_parameter(name):
    at = open_page("lab.py", **{"lesson": "own", name: EVIL})
    assert_nothing_is_rendered(at)
    assert any("evil" in text for text in rendered(at))


@pytest.mark.parametrize("page", ["data.py", "lab.py", "sweep.py"])
def test_a_table_with_markup_in_its_name_and_cells(page, uploads_folder, cookies):
    cookies[COOKIE] = sign(ME)
    rows = "".join(f"{i},{i * i % 7},{EVIL if i % 2 else 'b'},{i % 3}\n" for i in range(30))
    head = f"{EVIL},www.evil.example,kind,{EVIL} 2\n"
    upload = save_file([(head + rows).encode()], f"{EVIL}.csv", owner_id(ME))
    at = open_page(page, source=upload.source, one_hot="kind")
    assert_nothing_is_rendered(at)
    assert page == "sweep.py" or any("evil" in text for text in rendered(at))


@pytest.mark.parametrize(
    "pasted", [EVIL, f"{EVIL}: 1\n{EVIL}: 2\n{EVIL}: 3", f"loss,{EVIL}\n1,2\n2,{EVIL}\n"]
)
def test_a_pasted_log_with_markup(pasted):
    at = open_page("compare.py")
    at.text_area[0].set_value(pasted)
    assert_nothing_is_rendered(at.run())


@given(strategies.text())
def test_only_what_stands_in_code_is_left_as_it_is(text):
    escaped = plain(text)
    outside = CODE.sub("", escaped)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>*_~$]", outside)
    assert not re.search(r"https?://|www\.\S|:[a-z]|@\w", outside)
    assert escaped.replace("\u2060", "").replace("\\", "") == text.replace("\u2060", "").replace(
        "\\", ""
    )
