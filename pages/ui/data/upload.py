"""The uploaded table: how its file was read, and options to read it in another way."""

from typing import Any

import streamlit as st

from core.data.charset import ENCODINGS
from core.data.dialect import DELIMITERS, Dialect
from core.data.read import TITLES
from core.data.uploads import Upload, preview_file, reparse_file
from core.errors import InputError
from core.service.service import service
from pages.ui.plain_text import plain
from pages.ui.render_queue import released_slot
from pages.ui.state import session
from pages.ui.upload_box import delete_own_table, select_on_rerun

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
MARK_NAMES = {".": "point", ",": "comma", " ": "space", "'": "apostrophe", "": "none"}


def upload_view(upload: Upload) -> None:
    """Shows how the file was read and what was lost; offers other options, and deletion."""
    st.caption(f":material/search: Read as {_read_as(upload)}.")
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


def _read_as(upload: Upload) -> str:
    dialect = upload.dialect
    if upload.kind == "workbook":
        return f"workbook, sheet “{dialect.sheet}”, {_header(dialect)}"
    if upload.kind != "text":
        return TITLES.get(upload.kind, "table")
    numbers = f"decimal {MARK_NAMES[dialect.decimal or '.']}"
    if dialect.thousands:
        numbers += f", thousands {MARK_NAMES[dialect.thousands]}"
    delimiter = DELIMITER_NAMES[dialect.delimiter or ","]
    return f"text: {dialect.encoding}, {delimiter} between cells, {_header(dialect)}, {numbers}"


def _header(dialect: Dialect) -> str:
    return "names in the first row" if dialect.header else "no names in the first row"


def _warnings(upload: Upload) -> list[str]:
    sentences = []
    text = [c.name for c in upload.columns if c.from_text and c.kind == "number"]
    if text:
        sentences.append(f"Numbers written as text became numbers in {_join(text)}.")
    sentences += [
        f"{c.unreadable:,} cells of {c.name} could not be read as {c.kind}s and are missing, "
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
        try:
            with released_slot():
                upload = reparse_file(upload.source, dialect, service().sources_in_use())
            select_on_rerun(upload)
        except InputError as error:
            session().upload_error = str(error)
        st.rerun()


def _current_dialect(upload: Upload) -> Dialect:
    used = upload.dialect
    return Dialect(header=used.header, sheet=used.sheet) if upload.kind == "workbook" else used


def _dialect_knobs(upload: Upload) -> Dialect:
    used, key = upload.dialect, upload.source
    if upload.kind == "workbook":
        sheets = list(upload.sheets)
        sheet = st.selectbox("Sheet", sheets, sheets.index(used.sheet or sheets[0]), key=f"s{key}")
        header = st.toggle("Names in the first row", bool(used.header), key=f"h{key}")
        return Dialect(sheet=sheet, header=header)
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
    header = st.toggle("Names in the first row", bool(used.header), key=f"h{key}")
    return Dialect.model_validate(
        {
            "encoding": encoding,
            "delimiter": delimiter,
            "header": header,
            "decimal": decimal,
            "thousands": thousands,
        }
    )
