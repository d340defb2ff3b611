"""The table to train on: a sample, the learner's own file, drawn points, one made to order."""

from typing import Any

import streamlit as st

from core.data.datasets import DATASETS, find_dataset
from core.data.synthetic import Synthetic
from core.data.uploads import PREFIX, get_upload, is_available
from core.errors import InputError
from core.points import KEY as POINTS
from core.points import is_points
from core.points import title_of as title_of_points
from core.settings import settings
from core.spec import Spec
from pages.ui.cached import profiled
from pages.ui.knobs import opens_for, parameter, say_problem
from pages.ui.learner import learner_id
from pages.ui.plain_text import plain
from pages.ui.points_form import points_form
from pages.ui.reading import reading_view
from pages.ui.state import say_of_link
from pages.ui.table_access import check_access, is_shared
from pages.ui.table_titles import own_uploads, table_title
from pages.ui.upload_box import apply_pending_table, upload_box


class TableRefusedError(InputError):
    """A table that cannot be shown; beside its menu stand the ways out."""


def table_form(default: Spec) -> tuple[str, str]:
    """Shows the menu of tables; returns the source, and the default target of a sample table.

    Raises:
        TableRefusedError: If the link names a table that is not here, or another learner's.
        InputError: If it names one that cannot be made.
    """
    apply_pending_table()
    source = _table_menu(default.data.source)
    target = ""
    if source.startswith(PREFIX):
        _show_upload(source)
    else:
        dataset = find_dataset(POINTS if is_points(source) else source)
        st.caption(dataset.description)
        target = dataset.target
    if source == POINTS or is_points(source):
        points_form(source)
    if source == "synthetic":
        keys = [f"synthetic.{name}" for name in Synthetic.model_fields]
        with st.expander("Knobs of the generator", expanded=opens_for(*keys)):
            knobs = {
                name: parameter(f"synthetic.{name}", name, field)
                for name, field in Synthetic.model_fields.items()
            }
        source = _synthetic_source(knobs)
    upload_box()
    return source, target


def _table_menu(default: str) -> str:
    """Shows the menu of tables, uploads by title."""
    titles: dict[str, str] = {upload.source: upload.title for upload in own_uploads()}
    options = [*(d.key for d in DATASETS), *titles]
    chosen = st.session_state.setdefault("source", default)
    if chosen.startswith(PREFIX) and chosen not in options:
        options.append(chosen)
        titles[chosen] = _title_of_others(chosen)
    if is_points(chosen):
        options[options.index(POINTS)] = chosen
    if chosen not in options:
        say_of_link(
            f"The link asks for a table “{plain(chosen[:60])}”, which is not here. "
            f"**{plain(default)}** is shown."
        )
        st.session_state["source"] = default

    def title_of(source: str) -> str:
        return title_of_points(source) if is_points(source) else titles.get(source, source)

    source = st.selectbox(
        "Table",
        options,
        key="source",
        format_func=title_of,
        persist_state="session",
        help="A sample table, or your own file.",
    )
    say_problem("source")
    return source


def _show_upload(source: str) -> None:
    """Describes the learner's own table; offers another instead of one that is not theirs."""
    try:
        check_access(source)
    except InputError as error:
        st.button(
            "Use the sample data instead",
            icon=":material/table:",
            on_click=_use_sample,
        )
        upload_box()
        raise TableRefusedError(str(error)) from error
    upload, hours = get_upload(source), settings().table_hours
    lifetime = "a day" if hours == 24 else f"{hours:g} hours"
    if upload.owner != learner_id():
        st.caption(f"Your teacher's table **{plain(upload.name)}**: the class may train on it.")
    else:
        named = f"Your table **{plain(upload.name)}**, kept for {lifetime}."
        seen = "Your class can see it." if is_shared(source) else "Nobody else can see it."
        st.caption(f"{named} {seen}")
    reading_view(upload, profiled(source))


def _title_of_others(source: str) -> str:
    """What an upload that is not this learner's is called: by its name to those who share it."""
    if is_shared(source) and is_available(source):
        return get_upload(source).title
    return table_title(source)


def _use_sample() -> None:
    st.session_state["source"] = Spec().data.source
    st.session_state["features"] = []
    st.session_state["target"] = ""


def _synthetic_source(knobs: dict[str, Any]) -> str:
    base = ",".join(f"{name}={value}" for name, value in knobs.items())
    return Synthetic.from_source(f"synthetic:{base}").to_source()
