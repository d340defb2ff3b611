"""The table of a learner's script: its own numbers, or the file that it reads."""

import hashlib

import orjson
import pandas as pd
import streamlit as st

from core.data.uploads import Upload, get_upload, is_available, save_file
from core.errors import InputError
from core.points import MOST, source_of
from core.script.result import NeededFile, ScriptReading
from core.service.service import service
from core.spec import Spec
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.render_queue import released_slot
from pages.ui.state import session
from pages.ui.table_titles import own_uploads
from pages.ui.upload_box import TYPES
from pages.ui.uploaded_file import read_and_release

NAME = "your script.csv"  # of a table that a script makes


def with_table(reading: ScriptReading) -> Spec | None:
    """The spec with the script's table for its source; None while there is no table yet.

    Raises:
        InputError: If the table does not fit what the script does with it.
    """
    if reading.table is not None:
        return _of_numbers(reading.spec, reading.table)
    if reading.needs is not None:
        return _of_file(reading.spec, reading.needs)
    return None if "data.source" in reading.marked else reading.spec


def _of_numbers(spec: Spec, table: dict[str, list[float]]) -> Spec:
    """A few points travel in the link; more numbers become a table of the learner's own."""
    features = [name for name in table if name != spec.data.target]
    if len(features) == 1 and 2 <= len(table[features[0]]) <= MOST:
        points = zip(table[features[0]], table[spec.data.target], strict=True)
        data = {"source": source_of(points), "target": "y", "features": None}
        return spec.patched({"data": data})
    digest = hashlib.sha256(orjson.dumps(table)).hexdigest()
    source = session().script_tables.get(digest, "")
    if not source or not is_available(source):
        text = pd.DataFrame(table).to_csv(index=False, lineterminator="\n")
        source = _save(text.encode(), NAME).source
        session().script_tables[digest] = source
    return spec.patched({"data": {"source": source}})


def _of_file(spec: Spec, needs: NeededFile) -> Spec | None:
    """Asks for the file by its name, unless the learner has brought it already."""
    with st.container(border=True, gap="small"):
        st.header("The table that it reads", anchor=False)
        upload = next((u for u in reversed(own_uploads()) if u.file == needs.name), None)
        source = session().script_files.get(needs.name, "")
        if source and is_available(source):
            upload = get_upload(source)
        file = st.file_uploader(
            f"Bring {plain(needs.name)}",
            type=TYPES,
            key=f"script_file_{session().upload_count}",
            help="One row per observation. Nobody else can see it.",
        )
        st.caption(plain(_columns_in_words(needs)))
        if file is not None:
            session().script_files[needs.name] = _save(file.getvalue(), file.name).source
            session().upload_count += 1
            list(read_and_release(file))
            st.rerun()
        if upload is None:
            return None
        st.caption(f":material/check: {plain(upload.title)}")
        return _with_columns(spec, needs, upload)


def _with_columns(spec: Spec, needs: NeededFile, upload: Upload) -> Spec:
    names = [column.name for column in upload.columns]
    features, target = needs.columns_in(names)
    wanted = [ref for ref in needs.features or () if isinstance(ref, str) and ref not in names]
    if target is None or wanted:
        missing = ", ".join(map(str, wanted or [needs.target]))
        raise InputError(
            f"The table must have the columns that the script uses. Missing: {missing[:200]}."
        )
    data = {"source": upload.source, "target": target, "features": features}
    return spec.patched({"data": data})


def _columns_in_words(needs: NeededFile) -> str:
    def word(ref: str | int) -> str:
        if isinstance(ref, str):
            return f"`{ref}`"
        return f"column {ref + 1}" if ref >= 0 else "the last column"

    target = "a column that is not known" if needs.target is None else word(needs.target)
    if needs.features is None:
        text = f"Your script predicts {target} from the other columns"
        if needs.without:
            text += f", without {', '.join(map(word, needs.without))}"
    else:
        text = f"Your script predicts {target} from {', '.join(map(word, needs.features))}"
    return f"{text} (line {needs.line})."


def _save(content: bytes, name: str) -> Upload:
    with released_slot():
        return save_file([content], name, learner_id(), in_use=service().sources_in_use())
