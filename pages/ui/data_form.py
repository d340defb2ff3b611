"""The knobs of the data: the table, its columns and rows, preparation and validation split."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.data.powers import base_of
from core.data.profile import Profile, missing_mask
from core.errors import InputError
from core.spec import MAX_DEGREE, DataSpec, Spec
from pages.ui.cached import numbering, profiled, table, words_on_columns
from pages.ui.counted import counted
from pages.ui.folded import folding_box, is_folded, words
from pages.ui.knob_values import ENCODINGS, rows_of
from pages.ui.knobs import (
    PERSISTED,
    choose,
    line,
    number,
    opens_for,
    say_problem,
    several,
    whole_number,
)
from pages.ui.plain_text import plain
from pages.ui.reading import default_target
from pages.ui.state import say_of_link
from pages.ui.table_form import table_form

ENCODING_HELP = {
    "one_hot": "A feature of 0 and 1 for each category but the first, which the bias stands for.",
    "ordinal": "The categories counted 0, 1, 2, … in alphabetical or numerical order.",
    "days": "Dates as days since the earliest one of the training rows.",
}
TARGET_HELP = "The column to predict: numbers, or dates as days since the first one."


def data_form(default: Spec) -> dict[str, Any]:
    """Shows the knobs of the data; returns their part of a spec.

    Raises:
        InputError: One clear sentence for the first thing that cannot run.
    """
    source, target = table_form(default)
    chosen = profiled(source)
    title = f"{counted(chosen.rows, 'row')} · target, features, missing values, split"
    opens = opens_for("features", "degree", "exclude_rows", "validation")
    with folding_box(title, "columns", opens):
        data = columns_form(chosen, source, target, default)
    for sentence in words_on_columns(data):
        st.caption(f":material/info: {sentence}")
    return {"data": data}


def columns_form(chosen: Profile, source: str, target: str, default: Spec) -> DataSpec:
    """Shows the knobs of target, features, rows and preparation; returns their `DataSpec`.

    Raises:
        InputError: As `Spec.of` does, and for text that is no row numbers.
    """
    numeric = [name for name in chosen.numeric if chosen.of(name).minimum is not None]
    if not numeric:
        raise InputError("A table must have at least one column of numbers. Received: none.")
    dates = [column.name for column in chosen.columns if column.kind == "date" and column.first]
    index = numbering(source)
    target = target if target in numeric else default_target(chosen, index)
    if (asked := st.session_state.get("target", target)) not in (*numeric, *dates):
        if asked:
            say_of_link(
                f"The link asks to predict “{plain(asked[:60])}”, which is no such column of this "
                f"table. **{plain(target)}** is predicted."
            )
        st.session_state["target"] = target  # else the menu keeps the previous table's
    target = choose("Target", [*numeric, *dates], target, "target", help=TARGET_HELP)
    encode = _encodings(chosen, target)
    if target in dates:
        encode[target] = "days"
        words(f"**{target}** is predicted in days since the first of the training rows.")
    others = [c.name for c in chosen.columns if c.name in {*numeric, *encode} - {target}]
    chosen_features = st.session_state.setdefault("features", [])
    made = [f for f in chosen_features if f not in others and _is_made_of(f, others)]
    _keep_only("features", [*others, *made])
    count = len({*others} - {*index}) or len(others)
    features = several(
        "Features",
        [*others, *made],
        "features",
        placeholder=("the one column" if count == 1 else f"all {count} columns")
        + " of numbers"
        + (" or encoded" if encode else ""),
        help="The columns to predict it from.",
    )
    say_problem("features")
    degree = whole_number(
        "Powers of each number, up to",
        default.data.degree,
        "degree",
        help="1: as they are. 3: x, x² and x³, each a feature of its own, computed before scaling.",
        **PERSISTED,
    )
    excluded = line(
        "Rows left out",
        "",
        "exclude_rows",
        placeholder="none; like 3, 17, 20-25",
        help="As they are counted in the table, from 1.",
    )
    missing = choose(
        "Missing values",
        ["drop", "mean", "keep"],
        default.data.missing,
        "missing",
        help="Drop the row, fill in the training rows' mean, or keep them and see.",
    )
    if not is_folded():
        _show_missing(source, [*(features or others), target], missing)
    fraction = number(
        "Validation share of the rows",
        default.data.validation_fraction,
        "validation",
        step=0.05,
        help="Rows held out to see how the line does on data it was not fitted to; 0 for none.",
    )
    return Spec.of(
        {
            "data": {
                "source": source,
                "target": target,
                "features": tuple(features) or None,
                "encode": encode,
                "degree": degree,
                "exclude_rows": rows_of(excluded or ""),
                "missing": missing,
                "validation_fraction": fraction,
            }
        }
    ).data


def _keep_only(knob: str, options: list[str]) -> None:
    """Takes out of a list what another table had, or a link asks for in vain."""
    asked = st.session_state.get(knob, [])
    if unknown := [name for name in asked if name not in options]:
        st.session_state[knob] = [name for name in asked if name in options]
        names = ", ".join(f"“{plain(name[:60])}”" for name in unknown[:3])
        say_of_link(f"The link names {names} in `{knob}`, which this table does not have there.")


def _is_made_of(feature: str, columns: list[str]) -> bool:
    """Whether a feature may be one of an encoded column's, or a power of a column."""
    return " = " in feature or base_of(feature, MAX_DEGREE) in columns


def _encodings(chosen: Profile, target: str) -> dict[str, str]:
    """Shows which categories and dates are encoded as features; returns the encoding of each."""
    offered = {
        "one_hot": [c.name for c in chosen.columns if c.kind == "category"],
        "ordinal": [c.name for c in chosen.columns if c.kind == "category"],
        "days": [c.name for c in chosen.columns if c.kind == "date"],
    }
    encode: dict[str, str] = {}
    for knob, kind in ENCODINGS.items():
        unoffered = [name for name in st.session_state.get(knob, []) if name not in offered[knob]]
        known = [name for name in unoffered if any(c.name == name for c in chosen.columns)]
        options = [name for name in (*offered[knob], *known) if name not in {target, *encode}]
        _keep_only(knob, options)
        if not options:
            continue
        encoded = several(
            f"{'Dates' if knob == 'days' else 'Categories'} as {kind} features",
            options,
            knob,
            placeholder=f"none of {len(options)}",
            help=ENCODING_HELP[knob],
        )
        encode |= dict.fromkeys(encoded, kind)
    return encode


def _show_missing(source: str, columns: list[str], missing: str) -> None:
    profile, whole = profiled(source), table(source)
    counts = {c.name: c.missing for c in profile.columns if c.name in columns and c.missing}
    if not counts:
        st.caption("No value is missing in these columns.")
        return
    incomplete = np.zeros(len(whole), bool)
    for name in counts:
        incomplete |= missing_mask(pd.Series(whole[name]))
    rows, cells = int(incomplete.sum()), sum(counts.values())
    effects = {
        "drop": f"{rows:,} of {counted(len(whole), 'row')} dropped",
        "mean": "each filled with its column's mean",
        "keep": f"kept in {counted(rows, 'row')}, so the loss will be NaN",
    }
    st.caption(f"{counted(cells, 'value')} missing: {effects[missing]}.")
