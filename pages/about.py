"""What Uphill is, for a newcomer."""

import streamlit as st

st.markdown(
    """
# Why is my loss going up?

Uphill trains a linear regression with TensorFlow while you watch, and shows why its loss rises
instead of falling. There are three usual culprits, and each is a knob in the lab:

1. **Data scale.** A feature with large numbers makes the loss steep. Set *Scale the features* to
   `standard`.
2. **Learning rate.** Every loss has a largest stable rate; above it, each step overshoots.
3. **A bug** in the layer, the loss, the update or the data pipeline. Inject one and see its mark.

Choose a lesson in the lab, press **Train**, and change one thing at a time. Every knob is part of
the page's address: copy it to share the lab as it stands.
"""
)
st.markdown("**The other pages**")
for page, icon, title, what in (
    ("data.py", "table_chart", "Data", "a table before any training: scales, pairs, odd rows"),
    ("runs.py", "list_alt", "Runs", "what you have trained: name it, share it, compare it"),
    ("classroom.py", "groups", "Class", "a teacher's lab, which learners join by a code"),
    ("own.py", "code", "Your own", "a script or a loss curve from elsewhere, read and explained"),
    ("sweep.py", "grid_on", "Sweep", "hundreds of runs as one map: which settings diverge"),
    (
        "catalogue.py",
        "bug_report",
        "Catalogue",
        "every cause and every bug: what it does, how it looks",
    ),
):
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.page_link(page, label=title, icon=f":material/{icon}:", width=130)
        st.markdown(what)
