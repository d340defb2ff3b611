"""The catalogue of bugs, each page from the bug's own file."""

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.spec import Spec
from pages.ui.code_view import side_by_side
from pages.ui.state import load_spec

st.markdown("### Bugs you can inject")
key = st.selectbox(
    "Bug", list(BUG_BY_KEY), key="catalogue", label_visibility="collapsed", bind="query-params"
)
bug = BUG_BY_KEY[key]
st.markdown(f"#### {bug.title}\n:gray[stage: {bug.stage}]")
for heading, text in (
    ("What it is", bug.what),
    ("Why the loss does what it does", bug.why),
    ("What you see", bug.see),
    ("Remedy", bug.remedy),
    ("Reference", bug.reference),
):
    st.markdown(f"**{heading}.** {text}")
side_by_side(bug)
if st.button(
    "Try it in the lab",
    icon=":material/science:",
    on_click=load_spec,
    args=(Spec().patched({**bug.example, "bug": {"key": key}}),),
):
    st.switch_page("lab.py")
