"""A learner's script: pasted or uploaded, read, shown line by line, taken to the lab."""

import hashlib

import streamlit as st

from core.cache import cached_value
from core.errors import InputError
from core.script.reader_subprocess import read_in_subprocess
from core.script.result import ScriptReading
from core.script.text import MAX_NOTEBOOK_BYTES, decoded
from core.spec import Spec
from pages.ui.cached import prediction
from pages.ui.own.curve_over_script import curve_of_script, curve_over_script
from pages.ui.own.reading_view import reading_view
from pages.ui.own.remedies_view import remedies_view
from pages.ui.own.tables import with_table
from pages.ui.plain_text import plain
from pages.ui.render_queue import released_slot
from pages.ui.state import go_to_lab, show_run
from pages.ui.submit_run import submit_run

HINT = "import numpy as np\n…\nmodel.fit(x, y, epochs=100)"
EXAMPLE = """import numpy as np
import tensorflow as tf

hours = np.array([2, 5, 8, 11, 14, 17, 20, 23], dtype=float)
score = 3 * hours + 40

model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])
model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.01), loss="mse")
model.fit(hours, score, epochs=50, batch_size=8)
"""
HARMLESS = {"model.initializer"}  # settings on which what theory says does not hang
INSTEAD = " with the lab's defaults for what is not understood"
PROMISE = (
    "It is read as text and never executed. TensorFlow (1 and 2), Keras, scikit-learn and loops in "
    "NumPy are understood; what is not is marked, and never guessed."
)


def script_view() -> None:
    """Script and table on the left; what the script says, and what comes of it, on the right."""
    left, right = st.columns([4, 9], gap="medium")
    with left:
        text = _script()
        curve = curve_of_script() if text.strip() else None
    if not text.strip():
        with right:
            st.info("What your script says comes here, line by line, once you have pasted it.")
        return
    try:
        with right, st.spinner("Reading your script …"), released_slot():
            reading = _reading(text)
        with right:
            spec = with_table(reading)
    except InputError as error:
        right.error(plain(error))
        return
    with right:
        _actions(spec, reading)
        if curve is not None:
            curve_over_script(curve, spec, reading.marked)
        if spec is not None:
            remedies_view("\n".join(reading.lines), spec)
        reading_view(reading)


def _reading(text: str) -> ScriptReading:
    """What the script says, kept by a digest: a notebook's text may be large itself."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return cached_value(("script", digest), lambda: read_in_subprocess(text))


def _script() -> str:
    with st.container(border=True, gap="small"):
        text = st.text_area(
            "Paste your script, or a notebook's file",
            height=250,
            key="script_text",
            placeholder=HINT,
            persist_state="session",
        )
        if not text.strip():
            st.button("Use an example", icon=":material/content_paste:", on_click=_use_example)
        file = st.file_uploader(
            "Or upload it",
            type=["py", "ipynb", "txt"],
            key="script_upload",
            max_upload_size=MAX_NOTEBOOK_BYTES // 1_000_000,
        )
        st.caption(f":material/lock: {PROMISE}")
    if file is not None and not text.strip():
        return decoded(file.getvalue())
    return text


def _use_example() -> None:
    st.session_state["script_text"] = EXAMPLE


def _actions(spec: Spec | None, reading: ScriptReading) -> None:
    """What will happen, in a sentence, and the buttons that make it happen."""
    sentence, buttons = st.columns([5, 3], vertical_alignment="center")
    with sentence:
        if reading.partly:
            st.warning(plain(reading.partly), icon=":material/rule:")
        if spec is None:
            waits = "the table that it reads" if reading.needs else "its data, which are not known"
            st.info(f"To train it, Uphill needs {waits}.", icon=":material/table_chart:")
        else:
            try:
                known = "" if set(reading.marked) <= HARMLESS else INSTEAD
                st.markdown(f"**What theory says{known}:** {plain(prediction(spec).why)}")
            except InputError as error:
                st.error(plain(error))
    with buttons.container(horizontal=True, horizontal_alignment="right", gap="small"):
        ready = spec is not None
        if st.button("Open in the lab", icon=":material/science:", disabled=not ready) and spec:
            go_to_lab(spec)
        train = st.button("Train", icon=":material/play_arrow:", type="primary", disabled=not ready)
        if train and spec and (token := submit_run(spec)):
            show_run(token)
            go_to_lab(spec)
