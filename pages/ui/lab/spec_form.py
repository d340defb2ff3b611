"""The lab's knobs, in the order the data flows; together they make a spec."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_args

import streamlit as st

from core.bugs import BUG_BY_KEY, BUGS
from core.bugs.bug import Stage
from core.bugs.mystery import Mystery
from core.bugs.own import Own
from core.errors import InputError
from core.model.activations import ACTIVATIONS
from core.model.initializers import INITIALIZERS
from core.spec import Spec
from pages.ui.address import in_field_words, look_for_problems
from pages.ui.cached import prepared
from pages.ui.counted import counted
from pages.ui.data_form import data_form
from pages.ui.folded import folding_box, is_folded, kept, words
from pages.ui.knob_values import weight_text
from pages.ui.knobs import (
    PERSISTED,
    choose,
    number,
    numbers_of,
    opens_for,
    switch,
    text_line,
)
from pages.ui.lab.effect import effect_view
from pages.ui.lab.item_form import item_form
from pages.ui.lab.mystery_form import mystery_form
from pages.ui.lab.own_code import own_code_form
from pages.ui.lab.training_form import BATCH_NOTE, optimizer_form, training_form
from pages.ui.plain_text import plain
from pages.ui.state import session
from pages.ui.table_form import TableRefusedError

NOTE = "note"  # beside the sections of the spec: the place of a word on the bug
OWN_CODE, MYSTERY = Own.name(), Mystery.name()
BY_STAGE = sorted(BUG_BY_KEY, key=lambda key: get_args(Stage).index(BUG_BY_KEY[key].stage))
SCALERS = ["none", "standard", "minmax", "robust"]
SCALER_HELP = (
    "standard: mean 0, variance 1. minmax: from 0 to 1. robust: median 0, middle half 1. "
    "Fitted on the training rows only, by scikit-learn."
)


def spec_form(default: Spec) -> Spec:
    """Shows every knob and returns the spec they make.

    Args:
        default: Values of the knobs that the link does not set.

    Raises:
        InputError: One clear sentence for the first thing that cannot run.
    """
    problems: list[InputError] = []
    look_for_problems()
    values: dict[str, Any] = {}
    sections: list[tuple[str, str, Callable[[Spec], Any]]] = [
        ("data", "1 · Data", data_form),
        ("scaling", "2 · Scaling", _scaling),
        ("model", "3 · Layer and bug", _model),
        ("optimizer", "4 · Optimizer and schedule", optimizer_form),
        ("training", "5 · Loss and training", training_form),
    ]
    for name, title, section in sections:
        with st.container(key=f"section_{name}", gap="small"):
            st.markdown(f"**{title}**")
            try:
                values |= section(default)
            except InputError as error:
                text, is_at_field = in_field_words(error)
                if not is_at_field and not isinstance(
                    error, TableRefusedError
                ):  # the sentence says it
                    st.error(plain(text))
                problems.append(InputError(text))
    note, batch_note = values.pop(NOTE, None), values.pop(BATCH_NOTE, None)
    if said := [*session().problems.values()]:
        raise InputError(said[0])
    if problems:
        raise problems[0]
    spec = Spec.of(values)
    if note is not None and spec.bug:
        with note:
            effect_view(spec)
    if batch_note is not None and spec.training.batch_size:
        with batch_note:
            _large_batch_view(spec, spec.training.batch_size)
    return spec


def _large_batch_view(spec: Spec, batch: int) -> None:
    """A word on a batch of more rows than there are."""
    with suppress(InputError):  # of the table: said elsewhere
        if batch > (rows := len(prepared(spec).x_train)):
            st.caption(f"Only {counted(rows, 'row')} to train on: every update takes all.")


def _scaling(default: Spec) -> dict[str, Any]:
    features = st.segmented_control(
        "Scale the features",
        SCALERS,
        default=default.scaling.features,
        key="scale",
        help=SCALER_HELP,
        required=True,
        **PERSISTED,
    )
    with folding_box("Scale the target too", "scale_target"):
        target = _target_scaling(default.scaling.target)
        words("The loss is then in units of the scaled target.")
    return {"scaling": {"features": features, "target": target}}


def _target_scaling(default: str) -> str:
    if is_folded():
        return kept("scale_target", default)
    return st.segmented_control(
        "Scale the target",
        SCALERS,
        default=default,
        key="scale_target",
        required=True,
        label_visibility="collapsed",
        **PERSISTED,
    )


def _model(default: Spec) -> dict[str, Any]:
    with st.container(key="knobs_bug", gap="small"):
        bug = choose(
            "Inject a bug",
            ["none", OWN_CODE, MYSTERY, *BY_STAGE],
            default.bug.key if default.bug else "none",
            "bug",
            format_func=_bug_title,
            help=f"One of {len(BUGS)} defects, by the stage of the training at which they show.",
        )
        if bug in BUG_BY_KEY:
            st.caption(BUG_BY_KEY[bug].purpose)
        note = st.empty()  # filled in when all knobs are known
        values = _bug_values(bug, default)
    with st.container(key="knobs_layer", gap="small"):
        model = _layer(default, values)
    return {"model": model, "bug": values, NOTE: note}


def _bug_values(bug: str, default: Spec) -> dict[str, Any] | None:
    if bug == OWN_CODE:
        return own_code_form(default.bug)
    if bug == MYSTERY:
        return mystery_form(default.bug)
    return item_form(BUG_BY_KEY[bug], default.bug) if bug in BUG_BY_KEY else None


def _bug_title(key: str) -> str:
    """A bug in its menu: its title, its stage, and what it needs."""
    if key not in BUG_BY_KEY:
        return {OWN_CODE: "your own code", MYSTERY: "a mystery: find out"}.get(key, key)
    bug = BUG_BY_KEY[key]
    needs = f", needs {bug.needs}" if bug.needs else ""
    return f"{bug.title} · {bug.stage}{needs}"


def _layer(default: Spec, bug: dict[str, Any] | None) -> dict[str, Any]:
    layer = choose(
        "Layer",
        ["dense", "custom"],
        default.model.layer,
        "layer",
        help="Keras' Dense(1), or our LinearLayer written out. A layer's bug uses the custom one.",
    )
    if layer == "dense" and bug and _is_in_the_layer(bug):
        st.caption("This bug lives in the custom layer, which is used for it.")
    opens = opens_for("start_weights", "start_bias")
    with folding_box("Bias, initial weights, activation", "layer", opens):
        bias = switch("Bias", default.model.use_bias, "bias")
        initializer = choose(
            "Initial weights", list(INITIALIZERS), default.model.initializer, "initializer"
        )
        given = _initial_weights(default, bias)
        activation = choose("Activation", list(ACTIVATIONS), default.model.activation, "activation")
    return {
        "layer": layer,
        "use_bias": bias,
        "initializer": initializer,
        "initial_weights": given,
        "activation": activation,
    }


def _is_in_the_layer(bug: dict[str, Any]) -> bool:
    if bug["key"] == MYSTERY:
        return False  # nobody says where it is
    if bug["key"] == OWN_CODE:
        return bug["part"] == "layer"
    return BUG_BY_KEY[bug["key"]].Layer is not None


def _initial_weights(default: Spec, bias: bool) -> dict[str, Any] | None:
    given = default.model.initial_weights
    text = text_line(
        "Start from these weights",
        weight_text(given),
        "start_weights",
        placeholder="none: drawn; like 0.5, -2",
        help="One for each feature, in their order, as the layer holds them: after scaling.",
    )
    kernel = numbers_of("model.initial_weights.kernel", text, float)
    if not kernel:
        return None
    if not bias:
        return {"kernel": kernel}
    start = number("Start from this bias", given.bias if given else 0.0, "start_bias")
    return {"kernel": kernel, "bias": start}
