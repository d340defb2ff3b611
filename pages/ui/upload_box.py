"""A learner's own table: from a file, or pasted from a spreadsheet."""

from collections.abc import Iterable

import streamlit as st

from core.data.uploads import Upload, delete_table, keep_file
from core.errors import InputError
from core.service.service import service
from pages.ui.cached import forget
from pages.ui.learner import learner
from pages.ui.render_queue import aside
from pages.ui.state import session
from pages.ui.uploaded_file import emptied

TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "gz", "zip"]


def upload_box(label: str = "Use your own table") -> None:
    """Takes a file or pasted cells; the table that comes of it becomes the chosen one."""
    here = session()
    with st.expander(label, icon=":material/upload:"):
        file = st.file_uploader(
            "Table file", type=TYPES, key=f"upload-{here.files}", label_visibility="collapsed"
        )
        st.caption(
            "CSV, Excel, Parquet or JSON, also zipped: one row per observation. "
            "Nobody else can see it."
        )
        pasted = st.text_area(
            "Or paste cells from a spreadsheet",
            key=f"paste-{here.files}",
            placeholder="hours\tscore\n1\t52\n2\t55",
            height=100,
        )
        ready = st.button("Use the pasted cells", disabled=not pasted)
        if file is not None:
            _take(emptied(file), file.name)
        elif ready and pasted:
            _take([pasted.encode("utf-8", "replace")], "pasted cells")
    if here.upload_error:
        st.error(here.upload_error)


def take_arrived() -> None:
    """Chooses the table that has just come, before the menu of tables is drawn."""
    here = session()
    if here.arrived:
        choose_table(here.arrived)
        here.arrived = ""


def choose_table(source: str) -> None:
    """Makes a table the chosen one, with all its columns and rows."""
    st.session_state["source"] = source
    for knob in ("features", "one_hot", "ordinal", "days"):
        st.session_state[knob] = []
    st.session_state["exclude_rows"] = ""
    st.session_state["target"] = ""  # the new table's own


def adopt(upload: Upload) -> None:
    """Makes a new table the chosen one, from the next rerun on."""
    session().arrived = upload.source


def remove(source: str) -> None:
    """Deletes a learner's own table for good; call it in a widget's callback only."""
    delete_table(source, learner())
    forget(source)
    choose_table("diabetes")


def _take(pieces: Iterable[bytes], name: str) -> None:
    here = session()
    here.upload_error = ""
    try:
        with st.spinner(f"Reading {name.replace('[', '(')} …"):
            with aside():
                upload = keep_file(pieces, name, learner(), in_use=service().sources_in_use())
            adopt(upload)
    except InputError as error:
        here.upload_error = str(error)
    here.files += 1
    st.rerun()
