"""The script that every browser session runs."""

from pathlib import Path

import streamlit as st

from pages.ui.address import note_page
from pages.ui.class_strip import class_strip
from pages.ui.reconnect import rerun_on_reconnect
from pages.ui.render_queue import render_slot
from pages.ui.style_sheet import style_sheet

STYLE = Path(__file__).parent / "ui" / "page.css"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 13 L6 9 L9 11 L14 3" '
    'fill="none" stroke="#D55E00" stroke-width="2.4" stroke-linecap="round"/></svg>'
)
st.set_page_config(page_icon=ICON, layout="wide")  # else the navigation asks for a font's icon
page = st.navigation(
    [
        st.Page("lab.py", title="Lab", icon=":material/science:", default=True),
        st.Page("data.py", title="Data", icon=":material/table_chart:"),
        st.Page("runs.py", title="Runs", icon=":material/list_alt:"),
        st.Page("classroom.py", title="Class", icon=":material/groups:"),
        st.Page("own.py", title="Your own", icon=":material/code:"),
        st.Page("compare.py", title="Compare", visibility="hidden"),
        st.Page("shared.py", title="A shared link", visibility="hidden"),
        st.Page("sweep.py", title="Sweep", icon=":material/grid_on:"),
        st.Page("catalogue.py", title="Catalogue", icon=":material/bug_report:"),
        st.Page("about.py", title="About", icon=":material/menu_book:"),
    ],
    position="top",
)
name = "Uphill" if page.url_path == "" else f"{page.title} · Uphill"
st.set_page_config(page_title=name)
style_sheet(STYLE.read_text(encoding="utf-8"))
with render_slot():
    note_page(page.title)
    class_strip(page.title)
    page.run()
    rerun_on_reconnect()
