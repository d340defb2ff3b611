"""A learner's own table: from a file, or pasted from a spreadsheet."""

from collections.abc import Iterable

import streamlit as st

from core.data.dialect import Dialect
from core.data.uploads import Upload, delete_upload, reparse_file, save_file
from core.errors import InputError
from core.service.service import service
from pages.ui.cached import evict_table
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.render_queue import released_slot
from pages.ui.state import session
from pages.ui.uploaded_file import read_and_release

BOX = "box_upload"  # key of the box
TYPES = [
    *("csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "gz", "zip", "tar"),
    *("tgz", "dat", "data", "arff", "ndjson", "geojson", "html", "htm", "md", "tex", "sql", "svm"),
    *("yaml", "yml", "r", "log"),
]


def upload_box(label: str = "Use your own table") -> None:
    """Takes a file or pasted cells; the table they hold is selected. Closed, it draws nothing.

    Why the last one could not be read stands above it: below, it would be out of sight.
    """
    if error := session().upload_error:
        st.error(plain(error))
    box = st.expander(label, icon=":material/upload:", key=BOX, on_change="rerun")
    if box.open:
        with box:
            _take_table()


def _take_table() -> None:
    tab = session()
    file = st.file_uploader(
        "Table file", type=TYPES, key=f"upload-{tab.upload_count}", label_visibility="collapsed"
    )
    st.caption(
        "CSV, Excel, Parquet, JSON and more, also zipped: one row per observation. "
        "Nobody else can see it."
    )
    pasted = st.text_area(
        "Or paste a table",
        key=f"paste-{tab.upload_count}",
        placeholder="hours\tscore\n1\t52\n2\t55",
        height=100,
        help="Cells of a spreadsheet, a printed data frame, lists or arrays of a script, a web "
        "page's table.",
    )
    pressed = st.button("Use the pasted cells", disabled=not pasted)
    if file is not None:
        _save(read_and_release(file), file.name)
    elif pressed and pasted:
        _save([pasted.encode("utf-8", "replace")], "pasted cells")


def apply_pending_table() -> None:
    """Selects the table that was uploaded last; to be called before the menu of tables is drawn."""
    tab = session()
    if tab.pending_table:
        select_table(tab.pending_table)
        st.session_state[BOX] = False  # what it holds is below, which it would push out of sight
        tab.pending_table = ""


def select_table(source: str) -> None:
    """Selects a table, with all its columns and rows."""
    st.session_state["source"] = source
    for knob in ("features", "one_hot", "ordinal", "days"):
        st.session_state[knob] = []
    st.session_state["exclude_rows"] = ""
    st.session_state["target"] = ""  # the table's default


def select_on_rerun(upload: Upload) -> None:
    """Selects a new table in the next rerun: in this one its menu is drawn already."""
    session().pending_table = upload.source


def read_again(upload: Upload, dialect: Dialect) -> None:
    """Reads a file in another way, and selects the table; not in a widget's callback."""
    try:
        with released_slot():
            upload = reparse_file(upload.source, dialect, service().sources_in_use())
        select_on_rerun(upload)
        session().upload_error = ""
    except InputError as error:
        session().upload_error = str(error)
    st.rerun()


def delete_own_table(source: str) -> None:
    """Deletes a learner's own table for good; only in a widget's callback."""
    delete_upload(source, learner_id())
    evict_table(source)
    select_table("diabetes")


def _save(pieces: Iterable[bytes], name: str) -> None:
    tab = session()
    tab.upload_error = ""
    try:
        with st.spinner(f"Reading {plain(name)} …"):
            with released_slot():
                upload = save_file(pieces, name, learner_id(), in_use=service().sources_in_use())
            select_on_rerun(upload)
    except InputError as error:
        tab.upload_error = str(error)
    tab.upload_count += 1
    st.rerun()
