"""The uploaded table: how its file was read, and options to read it in another way."""

from typing import Any

import streamlit as st

from core.data.charset import ENCODINGS
from core.data.dialect import DELIMITERS, Dialect
from core.data.summary import DELIMITER_NAMES, MARK_NAMES
from core.data.uploads import Upload, preview_file
from core.errors import InputError
from pages.ui.counted import counted
from pages.ui.plain_text import plain
from pages.ui.upload_box import delete_own_table, read_again


def upload_view(upload: Upload) -> None:
    """Shows what was lost of the file; offers other options to read it, and deletion."""
    for sentence in _warnings(upload):
        st.caption(f":material/info: {sentence}")
    if upload.kind in ("text", "workbook"):
        with st.expander("Read it otherwise", icon=":material/tune:"):
            _dialect_form(upload)
    st.button(
        "Delete this table",
        icon=":material/delete:",
        type="tertiary",
        help="From the server, at once. Runs that use it cannot be repeated then.",
        on_click=delete_own_table,
        args=(upload.source,),
    )


def _warnings(upload: Upload) -> list[str]:
    sentences = []
    text = [c.name for c in upload.columns if c.from_text and c.kind == "number"]
    if text:
        sentences.append(f"Numbers written as text became numbers in {_join(text)}.")
    sentences += [
        f"{counted(c.unreadable, 'cell')} of {c.name} could not be read as {c.kind}s: missing now, "
        f"such as {c.example!r}."
        for c in upload.columns
        if c.unreadable
    ]
    if upload.left_out:
        sentences.append(f"Left out, as they hold no single values: {_join(upload.left_out)}.")
    return sentences


def _join(names: Any, limit: int = 6) -> str:
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _dialect_form(upload: Upload) -> None:
    """Options of the reader, and a preview of the first rows."""
    dialect = _dialect_knobs(upload)
    if dialect == _current_dialect(upload):
        st.caption("Change something to see the first rows as they would be read.")
        return
    try:
        st.dataframe(preview_file(upload.source, dialect), height=210)
    except InputError as error:
        st.error(plain(error))
        return
    if st.button("Read it like this", type="primary"):
        read_again(upload, dialect)


def _current_dialect(upload: Upload) -> Dialect:
    used = upload.dialect
    if upload.kind != "workbook":
        return used
    return used.model_copy(update={"decimal": None, "thousands": None})


def _dialect_knobs(upload: Upload) -> Dialect:
    used, key = upload.dialect, upload.source
    sheet = None
    if sheets := list(upload.sheets):
        what = "Sheet" if upload.kind == "workbook" else "Table"
        sheet = st.selectbox(what, sheets, sheets.index(used.sheet or sheets[0]), key=f"s{key}")
        if sheet != used.sheet:
            return Dialect(sheet=sheet)
    if upload.kind == "workbook":
        return Dialect.model_validate({"sheet": sheet, **_row_knobs(upload)})
    encodings = list(dict.fromkeys([used.encoding or "utf-8", *ENCODINGS]))
    left, right = st.columns(2)
    delimiter = left.selectbox(
        "Between cells",
        DELIMITERS,
        DELIMITERS.index(used.delimiter or ","),
        format_func=DELIMITER_NAMES.__getitem__,
        key=f"d{key}",
    )
    encoding = right.selectbox("Encoding", encodings, key=f"e{key}")
    decimal = left.selectbox(
        "Decimal mark",
        [".", ","],
        int(used.decimal == ","),
        format_func=MARK_NAMES.__getitem__,
        key=f"m{key}",
    )
    marks = list(MARK_NAMES)
    thousands = right.selectbox(
        "Thousands mark",
        marks,
        marks.index(used.thousands or ""),
        format_func=MARK_NAMES.__getitem__,
        key=f"t{key}",
    )
    return Dialect.model_validate(
        {
            "sheet": sheet
            if delimiter == used.delimiter
            else None,  # else it is read as plain text
            "encoding": encoding,
            "delimiter": delimiter,
            "decimal": decimal,
            "thousands": thousands,
            **_row_knobs(upload),
        }
    )


def _row_knobs(upload: Upload) -> dict[str, Any]:
    """Which rows are the table's."""
    used, key = upload.dialect, upload.source
    skip = st.number_input(
        "Lines above the table" if upload.kind == "text" else "Rows above the table",
        0,
        value=used.skip or 0,
        key=f"k{key}",
        help="Titles and comments, which are left out.",
    )
    header = st.toggle("Names in the first row", bool(used.header), key=f"h{key}")
    every = st.toggle(
        "Keep every row",
        used.every_row,
        key=f"r{key}",
        help="Totals and notes below the table too.",
    )
    return {"skip": skip, "header": header, "every_row": every}
