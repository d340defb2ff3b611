"""One item of the catalogue: its page of documentation, beside its example."""

import streamlit as st

from pages.ui.catalogue.cards import cards
from pages.ui.catalogue.example import example_view
from pages.ui.catalogue.items import LOOKS, Item, items
from pages.ui.code_view import side_by_side

HEADINGS = {
    "what": "What it is",
    "why": "Why the loss does what it does",
    "see": "What you see",
    "remedy": "Remedy",
    "reference": "Reference",
}
PAGE = "catalogue.py"


def item_view(item: Item) -> str | None:
    """Shows the item.

    Returns:
        The key of an item that looks alike, in the rerun in which its card was clicked.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(item.title, anchor=False)
        _ways(item)
    st.caption(f"{item.kind} · {LOOKS[item.looks].lower()}")
    left, right = st.columns([5, 7], gap="medium")
    with left:
        for name, heading in HEADINGS.items():
            st.markdown(f"**{heading}.** {item.texts[name]}")
    with right:
        example_view(item)
    if item.bug:
        st.header("The code, right and wrong", anchor=False)
        side_by_side(item.bug.model_validate({"key": item.bug.name()}))
    alike = [other for other in items().values() if other.looks == item.looks and other is not item]
    return cards({"What looks alike": alike}, "alike", find=False) if alike else None


def _ways(item: Item) -> None:
    """Links to all curves, and to the items before and after this one."""
    every = list(items().values())
    place = every.index(item)
    for other, icon in ((place - 1, "arrow_back"), (place + 1, "arrow_forward")):
        if 0 <= other < len(every):
            name, parameters = every[other].title, {"item": every[other].key}
            st.page_link(PAGE, label=name, icon=f":material/{icon}:", query_params=parameters)
    st.page_link(PAGE, label="All curves", icon=":material/apps:", query_params={})
