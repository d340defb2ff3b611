"""The script that every browser session runs."""

import streamlit as st

st.set_page_config(page_title="Uphill", page_icon=":material/trending_up:", layout="wide")
st.navigation(
    [
        st.Page("lab.py", title="Lab", icon=":material/science:", default=True),
        st.Page("bugs.py", title="Bugs", icon=":material/bug_report:"),
        st.Page("about.py", title="About", icon=":material/menu_book:"),
    ],
    position="top",
).run()
