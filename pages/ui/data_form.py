"""The lab's first knobs: which table, which of its columns, and what is held out."""

from typing import Any

import pandas as pd
import streamlit as st

from core.data.datasets import DATASETS, find_dataset
from core.data.prepare import warnings
from core.data.profile import numeric_columns
from core.data.synthetic import Synthetic
from core.data.uploads import PREFIX, find_table, keep_file
from core.errors import InputError
from core.spec import DataSpec, Spec
from pages.ui.knobs import BOUND, choose, parameter
from pages.ui.state import session

FILE_TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "ods", "parquet", "json", "jsonl", "gz", "zip"]


def data_form(default: Spec) -> dict[str, Any]:
    """Shows the knobs of the data; returns them as a part of a spec.

    Raises:
        InputError: One clear sentence for the first thing that cannot run.
    """
    start = default.data.source
    options = [*(d.key for d in DATASETS), *session().uploads]
    asked = st.session_state.get("source") or st.query_params.get("source", "")
    if asked.startswith(PREFIX) and asked not in options:
        options.append(asked)
    source = choose("Table", options, start, "source", help="A sample table, or your own file.")
    if source.startswith(PREFIX):
        st.caption(f"Your table **{session().uploads.get(source, source)}**, kept for a day.")
        target_default = ""
    else:
        dataset = find_dataset(source)
        st.caption(dataset.description)
        target_default = dataset.target
    if source == "synthetic":
        with st.expander("Knobs of the generator"):
            knobs = {
                name: parameter(f"synthetic.{name}", name, field)
                for name, field in Synthetic.model_fields.items()
            }
        source = _synthetic_source(knobs)
    with st.expander("Use your own file", icon=":material/upload:"):
        st.file_uploader(
            "Table file",
            type=FILE_TYPES,
            key="upload",
            on_change=_keep_upload,
            label_visibility="collapsed",
        )
        st.caption("One row per observation, names in the first line. Nobody else can see it.")
    if session().upload_error:
        st.error(session().upload_error)
    table = _table(source)
    data = _columns(table, source, target_default, default)
    for sentence in warnings(table, data):
        st.caption(f":material/info: {sentence}")
    return {"data": data}


def _columns(table: pd.DataFrame, source: str, target: str, default: Spec) -> DataSpec:
    numeric = [str(name) for name in numeric_columns(table)]
    target = target if target in numeric else numeric[-1]
    with st.expander(f"{len(table):,} rows · target, features, missing values, split"):
        target = choose("Target", numeric, target, "target", help="The column to predict.")
        others = [name for name in numeric if name != target]
        features = st.multiselect(
            "Features",
            others,
            key="features",
            placeholder=f"all {len(others)} other numeric columns",
            **BOUND,
        )
        missing = choose(
            "Missing values",
            ["drop", "mean", "keep"],
            default.data.missing,
            "missing",
            help="Drop the row, fill in the training rows' mean, or keep them and see.",
        )
        chosen = [*(features or others), target]
        _say_missing(table.loc[:, chosen], missing)
        fraction = st.number_input(
            "Validation share of the rows",
            value=default.data.validation_fraction,
            step=0.05,
            format="%g",
            key="validation",
            help="Rows held out to see how the line does on data it was not fitted to; 0 for none.",
            **BOUND,
        )
    return Spec.of(
        {
            "data": {
                "source": source,
                "target": target,
                "features": tuple(features) or None,
                "missing": missing,
                "validation_fraction": fraction,
            }
        }
    ).data


def _say_missing(table: pd.DataFrame, missing: str) -> None:
    holes = table.isna()
    rows, cells = int(holes.any(axis=1).sum()), int(holes.to_numpy().sum())
    if not cells:
        st.caption("No value is missing in these columns.")
        return
    done = {
        "drop": f"{rows:,} of {len(table):,} rows are dropped",
        "mean": f"{cells:,} cells are filled with their column's mean",
        "keep": f"{rows:,} rows keep their holes: the loss will be NaN",
    }
    st.caption(f"{cells:,} values are missing: {done[missing]}.")


def _synthetic_source(knobs: dict[str, Any]) -> str:
    base = ",".join(f"{name}={value}" for name, value in knobs.items())
    return Synthetic.from_source(f"synthetic:{base}").to_source()


@st.cache_data(max_entries=8, show_spinner="Reading the table …")
def _table(source: str) -> pd.DataFrame:
    return find_table(source)


def _keep_upload() -> None:
    """Reads an uploaded file and makes it the lab's table; says what was wrong if it is none."""
    here = session()
    file = st.session_state.get("upload")
    here.upload_error = ""
    if file is None:
        return
    try:
        source = keep_file([file.getbuffer()], file.name).source
    except InputError as error:
        here.upload_error = str(error)
        return
    here.uploads[source] = file.name
    st.session_state["source"] = source
    st.session_state["features"] = []
    st.session_state.pop("target", None)
