"""The catalogue of bugs, each page from the bug's own file."""

import streamlit as st

from core.bugs import BUG_BY_KEY
from core.source import comparisons

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
for comparison in comparisons(bug):
    left, right = st.columns(2)
    left.caption(f"{comparison.name}, correct")
    left.code(comparison.correct, language="diff", wrap_lines=True)
    right.caption(f"{comparison.name}, with the bug")
    right.code(comparison.buggy, language="diff", wrap_lines=True)
