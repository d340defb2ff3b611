"""How the lab is shown: with all controls, without some, or for a room; the link says which."""

from urllib.parse import urlencode

import streamlit as st

from pages.ui.address import lab_address
from pages.ui.classes import hidden_by_class
from pages.ui.hideable import HIDEABLE
from pages.ui.share import server_url

PRESENT, HIDE = "present", "hide"  # parameters of the link


def is_presented() -> bool:
    """Whether the lab is shown to a room: no controls, all that matters large."""
    return st.query_params.get(PRESENT) == "1"


def hidden_controls() -> list[str]:
    """Names of the controls that the link, or a teacher, leaves out; their settings stay."""
    asked = {*st.query_params.get(HIDE, "").split(","), *hidden_by_class()}
    return [name for name in HIDEABLE if name in asked or "*" in asked]


def present_button() -> None:
    """Turns the presenter's view on and off."""
    st.button(
        "Presenter's view",
        key="present",
        icon=":material/slideshow:",
        help="For a room: large, without controls, by keys (P).",
        on_click=_toggle_presented,
    )


def hide_button() -> None:
    """Opens the dialog that makes a link with fewer controls."""
    if st.button("Link with fewer controls", icon=":material/visibility_off:", key="fewer"):
        _fewer_controls()


@st.dialog("A link with fewer controls")
def _fewer_controls() -> None:
    st.markdown("Learners who open it meet only what is left; all settings are as in your knobs.")
    left_out = st.pills(
        "Leave out",
        list(HIDEABLE),
        default=hidden_controls(),
        selection_mode="multi",
        format_func=HIDEABLE.__getitem__,
        key="left_out",
    )
    address = dict(lab_address("speed"))
    if left_out:
        address[HIDE] = [",".join(name for name in HIDEABLE if name in left_out)]
    query = urlencode(address, doseq=True, safe=",:;")
    st.code(f"{server_url()}/{f'?{query}' if query else ''}", language=None, wrap_lines=True)


def _toggle_presented() -> None:
    if is_presented():
        del st.query_params[PRESENT]
    else:
        st.query_params[PRESENT] = "1"
