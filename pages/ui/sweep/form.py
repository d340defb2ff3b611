"""The form of a sweep: its base spec, and one or two knobs with their values."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import InputError
from core.lessons import LESSON_BY_KEY, LESSONS
from core.spec import Spec
from core.sweep.knobs import KNOB_BY_TITLE, Knob, default_axis, knobs_of, second_axis_knobs
from core.sweep.spec import SweepSpec
from pages.ui.cached import prepared
from pages.ui.counted import counted
from pages.ui.knobs import PERSISTED, whole_number
from pages.ui.link import code
from pages.ui.state import session
from pages.ui.sweep.address import LAB
from pages.ui.table_titles import table_title

NOTHING = "nothing"
SIDES = {"x": "Across", "y": "Upwards"}  # axes of the map


def sweep_form(defaults: dict[str, Any]) -> SweepSpec:
    """Shows the form and returns the sweep.

    Args:
        defaults: Is given the default of each widget that is drawn, by its key.

    Raises:
        InputError: One clear sentence for the first thing that cannot run.
    """
    spec = _base(defaults)
    titles = [knob.title for knob in knobs_of(spec)]
    across = _menu("x", titles, "learning rate", defaults)
    assert across is not None  # its menu has knobs only
    axes = [_axis(across, spec, defaults)]
    others = [*(knob.title for knob in second_axis_knobs(across, spec)), NOTHING]
    second = "momentum" if "momentum" in others else "batch size"
    if upwards := _menu("y", others, second, defaults):
        axes.append(_axis(upwards, spec, defaults))
    return SweepSpec.of({"spec": spec.model_dump(), "axes": axes})


def _base(defaults: dict[str, Any]) -> Spec:
    """Shows the menu of base specs, the lab's and the lessons'; returns the chosen spec."""
    lab = session().lab_spec
    options = [*([LAB] if lab else []), *LESSON_BY_KEY]
    asked = st.session_state.setdefault("base", options[0])
    if asked not in options:
        if asked != LAB:
            session().notices.append(f"The link starts from `{code(asked)}`, which is no lesson.")
        st.session_state["base"] = options[0]
    defaults["base"] = LESSONS[0].key
    key = st.selectbox(
        "Start from",
        options,
        key="base",
        format_func=lambda key: "the lab as it stands" if key == LAB else LESSON_BY_KEY[key].title,
        help="All runs have these settings; only the knobs below differ.",
        persist_state="session",
    )
    spec = lab if key == LAB and lab else LESSON_BY_KEY.get(key, LESSONS[0]).spec
    rows = "full batch" if spec.training.batch_size is None else f"batch {spec.training.batch_size}"
    bug = f" · bug {spec.bug.key}" if spec.bug else ""
    st.caption(
        f"{table_title(spec.data.source).partition(':')[0]} · scaling {spec.scaling.features} · "
        f"{spec.optimizer.key} · {rows} · {counted(spec.training.epochs, 'epoch')}{bug}"
    )
    return spec


def _menu(side: str, titles: list[str], default: str, defaults: dict[str, Any]) -> Knob | None:
    """Shows a menu of knobs; returns the chosen one, or None for none."""
    key = f"{side}.knob"
    defaults[key] = default
    if st.session_state.get(key, default) not in titles:
        st.session_state[key] = default
    title = st.selectbox(
        SIDES[side],
        titles,
        index=titles.index(default),
        key=key,
        **PERSISTED,
    )
    return KNOB_BY_TITLE.get(title)


def _axis(knob: Knob, spec: Spec, defaults: dict[str, Any]) -> Mapping[str, Any]:
    """Shows the widgets of a knob's values; returns the axis as a part of a sweep.

    Their keys contain the base, so that another base starts with suggestions of its own.
    """
    key_of = f"{st.session_state['base']}.{knob.title}.{{}}".format
    if knob.values:
        key = key_of("values")
        defaults[key] = list(knob.values)
        if key in st.session_state:
            known = [value for value in knob.values if value in st.session_state[key]]
            st.session_state[key] = known
        values = st.multiselect("values", knob.values, default=knob.values, key=key, **PERSISTED)
        return {"path": knob.path, "values": values}
    default = default_axis(knob, spec, prepared(spec))
    numbers: dict[str, Any] = {}
    with st.container(horizontal=True, gap="xsmall"):
        for name, text in (("low", "from"), ("high", "to"), ("count", "values")):
            value, key = getattr(default, name), key_of(name)
            defaults[key] = value
            if name == "count":
                numbers[name] = whole_number(text, value, key, width=84, **PERSISTED)
            else:
                numbers[name] = st.number_input(
                    text, value=value, format="%g", key=key, width=84, **PERSISTED
                )
    if None in numbers.values():
        raise InputError(f"The range of `{knob.path}` needs both ends and a number of values.")
    return {"path": knob.path, "scale": knob.scale, **numbers}
