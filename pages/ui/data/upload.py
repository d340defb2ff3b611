"""How an uploaded file was read, and how to read it otherwise."""

from typing import Any

import streamlit as st

from core.data.charset import ENCODINGS
from core.data.dialect import DELIMITERS, Dialect
from core.data.read import TITLES
from core.data.uploads import Upload, preview, read_again
from core.errors import InputError
from core.service.service import service
from pages.ui.render_queue import aside
from pages.ui.state import session
from pages.ui.upload_box import adopt, remove

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
MARK_NAMES = {".": "point", ",": "comma", " ": "space", "'": "apostrophe", "": "none"}


def upload_view(upload: Upload) -> None:
    """Says how the file was read and what could not be; lets it be read otherwise, or deleted."""
    st.caption(f":material/search: Read as {_told(upload)}.")
    for sentence in _losses(upload):
        st.caption(f":material/info: {sentence}")
    if upload.kind in ("text", "workbook"):
        with st.expander("Read it otherwise", icon=":material/tune:"):
            _otherwise(upload)
    st.button(
        "Delete this table",
        icon=":material/delete:",
        type="tertiary",
        help="From the server, at once. Runs that use it cannot be repeated then.",
        on_click=remove,
        args=(upload.source,),
    )


def _told(upload: Upload) -> str:
    dialect = upload.dialect
    if upload.kind == "workbook":
        return f"workbook, sheet “{dialect.sheet}”, {_header(dialect)}"
    if upload.kind != "text":
        return TITLES.get(upload.kind, "table")
    marks = f"decimal {MARK_NAMES[dialect.decimal or '.']}"
    if dialect.thousands:
        marks += f", thousands {MARK_NAMES[dialect.thousands]}"
    cut = DELIMITER_NAMES[dialect.delimiter or ","]
    return f"text: {dialect.encoding}, {cut} between cells, {_header(dialect)}, {marks}"


def _header(dialect: Dialect) -> str:
    return "names in the first row" if dialect.header else "no names in the first row"


def _losses(upload: Upload) -> list[str]:
    sentences = []
    text = [c.name for c in upload.columns if c.from_text and c.kind == "number"]
    if text:
        sentences.append(f"Numbers written as text became numbers in {_listed(text)}.")
    sentences += [
        f"{c.unreadable:,} cells of {c.name} could not be read as {c.kind}s and are missing, "
        f"such as {c.example!r}."
        for c in upload.columns
        if c.unreadable
    ]
    if upload.left_out:
        sentences.append(f"Left out, as they hold no single values: {_listed(upload.left_out)}.")
    return sentences


def _listed(names: Any, limit: int = 6) -> str:
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def _otherwise(upload: Upload) -> None:
    """Choices with the first rows as they would be read."""
    dialect = _chosen(upload)
    if dialect == _own_choices(upload):
        st.caption("Change something to see the first rows as they would be read.")
        return
    try:
        st.dataframe(preview(upload.source, dialect), height=210)
    except InputError as error:
        st.error(str(error))
        return
    if st.button("Read it like this", type="primary"):
        try:
            with aside():
                upload = read_again(upload.source, dialect, service().sources_in_use())
            adopt(upload)
        except InputError as error:
            session().upload_error = str(error)
        st.rerun()


def _own_choices(upload: Upload) -> Dialect:
    used = upload.dialect
    return Dialect(header=used.header, sheet=used.sheet) if upload.kind == "workbook" else used


def _chosen(upload: Upload) -> Dialect:
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
