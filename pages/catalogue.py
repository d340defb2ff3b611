"""The catalogue: every bug and every cause, each page from the item's own file."""

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.diagnosis.causes import CAUSE_BY_KEY
from core.spec import Spec
from pages.ui.code_view import side_by_side
from pages.ui.state import load_spec

CAUSES = {key: cause for key, cause in CAUSE_BY_KEY.items() if not key.startswith("bug:")}
HEADINGS = (
    ("What it is", "what"),
    ("Why the loss does what it does", "why"),
    ("What you see", "see"),
    ("Remedy", "remedy"),
    ("Reference", "reference"),
)

st.markdown("### What can go wrong")
key = st.selectbox(
    "A bug to inject, or a cause in data and settings",
    [*BUG_BY_KEY, *CAUSES],
    key="item",
    bind="query-params",
)
item = BUG_BY_KEY.get(key) or CAUSES[key]
kind = f"bug · stage: {BUG_BY_KEY[key].stage}" if key in BUG_BY_KEY else "cause · data and settings"
st.markdown(f"#### {item.title}\n:gray[{kind}]")
for heading, name in HEADINGS:
    st.markdown(f"**{heading}.** {getattr(item, name)}")
if key in BUG_BY_KEY:
    bug = BUG_BY_KEY[key]
    side_by_side(bug)
    if st.button(
        "Try it in the lab",
        icon=":material/science:",
        on_click=load_spec,
        args=(Spec().patched({**bug.example, "bug": {"key": key}}),),
    ):
        st.switch_page("lab.py")
