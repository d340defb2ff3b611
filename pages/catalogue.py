"""The catalogue: every bug and every cause, found by its curve; then a page for each."""

import streamlit as st

from pages.ui.catalogue.cards import cards
from pages.ui.catalogue.item import PAGE, item_view
from pages.ui.catalogue.items import ORDERS, items
from pages.ui.plain_text import plain

ITEM = "item"  # query parameter: the item on screen; all of them without it


def page() -> None:
    """The item that the address names, or all curves."""
    key = st.query_params.get(ITEM, "")
    opened = item_view(items()[key]) if key in items() else _browse(key)
    if opened:
        st.switch_page(PAGE, query_params={ITEM: opened})


def _browse(unknown: str) -> str | None:
    """All curves in groups; the key of the one that was clicked."""
    st.title("What can go wrong", anchor=False)
    if unknown:
        st.warning(f"The link asks for “{plain(unknown[:60])}”, which is not in the catalogue.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Find the curve that looks like yours, by", width="content")
        order = st.segmented_control(
            "In which order",
            list(ORDERS),
            default="symptom",
            key="by",
            required=True,
            label_visibility="collapsed",
            bind="query-params",
            persist_state="session",
        )
        st.page_link("compare.py", label="Or bring its numbers", icon=":material/compare:")
    name, headings = ORDERS[order]
    groups = {
        heading: [item for item in items().values() if getattr(item, name) == value]
        for value, heading in headings.items()
    }
    return cards({heading: group for heading, group in groups.items() if group}, "curves")


page()
