"""Where a loss curve from elsewhere is pasted or uploaded."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.curves.curve import AmbiguousLossError, Curve
from core.curves.read import MAX_BYTES, read_curve, read_text
from core.errors import InputError
from pages.ui.plain_text import plain

HINT = "Epoch 1/100\n4/4 - 0s - loss: 412.0 - val_loss: 398.0\n…"


def curve_box(height: int = 160, example: str = "") -> Curve | None:
    """The learner's curve; None where there is none yet, or where it cannot be read.

    Args:
        height: Of the field for text, in pixels.
        example: What a button fills in; empty for no button.
    """
    text = st.text_area(
        "Paste them",
        height=height,
        key="curve_text",
        placeholder=HINT,
        persist_state="session",
        help="What `fit` printed, what your own loop printed (loss, cost, J, mse), "
        "`print(history.history)`, or bare numbers. nan and inf may be among them.",
    )
    if example and not text.strip():
        st.button("Use an example", icon=":material/content_paste:", on_click=_use, args=(example,))
    file = st.file_uploader(
        "Or upload a `History`",
        type=["json", "csv", "tsv", "txt", "log"],
        key="curve_file",
        max_upload_size=MAX_BYTES // 1_000_000,
        help="JSON or CSV of `loss`, and if you like `val_loss` and `learning_rate`: "
        "`json.dump(history.history, file)`, or what `CSVLogger` wrote. A log works too.",
    )
    if not text.strip() and not file:
        return None
    try:
        return _read(text, file)
    except AmbiguousLossError as question:
        return _ask(question, text, file)
    except InputError as error:
        st.error(plain(error))
        return None


def _read(text: str, file: UploadedFile | None, column: str | None = None) -> Curve:
    if text.strip() or file is None:
        return read_text(text, column)
    return read_curve(file.getvalue(), column)


def _ask(question: AmbiguousLossError, text: str, file: UploadedFile | None) -> Curve | None:
    """Asks which of several numbers is the loss, and reads it; None until that is answered."""
    column = None
    if question.choices:
        column = st.selectbox(
            "Which of these is the loss?",
            question.choices,
            index=None,
            key="curve_column",
            placeholder="several numbers, none called a loss",
        )
    try:
        if column is not None:
            return _read(text, file, column)
        if not question.choices:
            st.error(plain(question))
    except InputError as error:
        st.error(plain(error))
    return None


def _use(example: str) -> None:
    st.session_state["curve_text"] = example
