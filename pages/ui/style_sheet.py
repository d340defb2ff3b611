"""A style sheet of a page that stays for as long as the script writes it."""

import streamlit as st

MARK = "style-sheet"
NO_ROOM = f".stElementContainer:has(> .stHtml > .{MARK}) {{position: absolute}}"


def style_sheet(css: str) -> None:
    """Adds a style sheet; it takes no room.

    Streamlit puts styles alone where toasts go, and the first toast of a fragment takes their
    place; so they do not go alone.
    """
    st.html(f'<i class="{MARK}"></i><style>{css}{NO_ROOM}</style>')
