"""The lab's editor of one's own method, and what each of its lines gives."""

from core.interpreter import PARTS
from tests.pages.app import checked, open_page, sentence

WRONG = (
    "def loss(self, targets, outputs):\n"
    "    r = targets[:, 0] - outputs\n"
    "    return ops.mean(r * r)\n"
)


def said(at) -> str:
    text = " ".join([*at.markdown.values, *at.caption.values, *(e.value for e in at.error)])
    return text.replace("\\", "")


def test_the_editor_starts_from_the_correct_method_and_says_what_is_wrong_at_its_line():
    at = open_page()
    checked(at.selectbox(key="bug").select("own").run())
    assert at.text_area(key="own.code").value == PARTS["layer"].start
    assert "It is the correct method as it stands" in " ".join(i.value for i in at.info)
    assert "Every line gives what the correct method gives." in said(at)
    checked(at.selectbox(key="own.part").select("loss").run())
    assert at.text_area(key="own.code").value == PARTS["loss"].written
    wrong = PARTS["loss"].written.replace("ops.square", "ops.sqare")
    checked(at.text_area(key="own.code").set_value(wrong).run())
    assert "Line 3: `ops.sqare` is not on the list" in said(at)
    assert [b.disabled for b in at.button if b.label == "Train"] == [True]
    checked(at.selectbox(key="own.part").select("update").run())
    assert at.text_area(key="own.code").value == wrong  # what was written is not thrown away


def test_a_link_brings_the_method_and_its_lines_tell_where_it_departs():
    at = open_page(
        lesson="healthy", bug="own", **{"own.part": "loss", "own.code": WRONG, "batch": "20"}
    )
    assert at.text_area(key="own.code").value == WRONG
    assert "the correct one gives ()" not in said(at)
    html = " ".join(found.proto.body for found in at.get("html"))
    assert "r = targets[:, 0] - outputs" in html
    assert "(20, 20)" in html
    assert sentence(at).startswith("Prediction")
