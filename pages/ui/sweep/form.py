"""What to sweep: a spec to start from, and one or two knobs with their values."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import InputError
from core.lessons import LESSON_BY_KEY, LESSONS
from core.spec import Spec
from core.sweep.knobs import KNOB_BY_TITLE, Knob, default_axis, knobs_of, second_axis_knobs
from core.sweep.spec import SweepSpec
from pages.ui.cached import prepared
from pages.ui.knobs import BOUND
from pages.ui.state import session
from pages.ui.table_titles import table_title

LAB = "lab"
NOTHING = "nothing"
SIDES = {"x": "Across", "y": "Upwards"}  # of the map


def sweep_form() -> SweepSpec:
    """Shows the knobs of a sweep.

    Raises:
        InputError: One clear sentence for the first thing that cannot run.
    """
    spec = _base()
    titles = [knob.title for knob in knobs_of(spec)]
    across = _menu("x", titles, "learning rate")
    assert across is not None  # its menu has knobs only
    axes = [_axis(across, spec)]
    others = [*(knob.title for knob in second_axis_knobs(across, spec)), NOTHING]
    if upwards := _menu("y", others, "momentum" if "momentum" in others else "batch size"):
        axes.append(_axis(upwards, spec))
    return SweepSpec.of({"spec": spec.model_dump(), "axes": axes})


def _base() -> Spec:
    """The spec that all runs have in common: the lab's, or a lesson's."""
    lab = session().lab_spec
    options = [*([LAB] if lab else []), *LESSON_BY_KEY]
    asked = st.query_params.get("base")
    st.session_state.setdefault("base", asked if asked in options else options[0])
    key = st.selectbox(
        "Start from",
        options,
        key="base",
        format_func=lambda key: "the lab as it stands" if key == LAB else LESSON_BY_KEY[key].title,
        on_change=_name_start,
        help="All runs have these settings; only the knobs below differ.",
        persist_state="session",
    )
    spec = lab if key == LAB and lab else LESSON_BY_KEY.get(key, LESSONS[0]).spec
    rows = "full batch" if spec.training.batch_size is None else f"batch {spec.training.batch_size}"
    bug = f" · bug {spec.bug.key}" if spec.bug else ""
    st.caption(
        f"{table_title(spec.data.source).partition(':')[0]} · scaling {spec.scaling.features} · "
        f"{spec.optimizer.key} · {rows} · {spec.training.epochs:,} epochs{bug}"
    )
    return spec


def _menu(side: str, titles: list[str], default: str) -> Knob | None:
    """A menu of knobs; None for no knob at all."""
    key = f"{side}.knob"
    if st.session_state.get(key, default) not in titles:
        st.session_state[key] = default
    title = st.selectbox(
        SIDES[side],
        titles,
        index=titles.index(default),
        key=key,
        **BOUND,
    )
    return KNOB_BY_TITLE.get(title)


def _axis(knob: Knob, spec: Spec) -> Mapping[str, Any]:
    """Widgets for a knob's values; what they say, as a part of a sweep.

    They are named after the start too: another one begins with the values that suit it.
    """
    name_of = f"{st.session_state['base']}.{knob.title}.{{}}".format
    if knob.values:
        values = st.multiselect(
            "values", knob.values, default=knob.values, key=name_of("values"), **BOUND
        )
        return {"path": knob.path, "values": values}
    start = default_axis(knob, spec, prepared(spec))
    told: dict[str, Any] = {}
    with st.container(horizontal=True, gap="xsmall"):
        for name, text in (("low", "from"), ("high", "to"), ("count", "values")):
            told[name] = st.number_input(
                text,
                value=getattr(start, name),
                format="%d" if name == "count" else "%g",
                step=1 if name == "count" else None,
                key=name_of(name),
                width=84,
                **BOUND,
            )
    if None in told.values():
        raise InputError(f"The range of `{knob.path}` needs both ends and a number of values.")
    return {"path": knob.path, "scale": knob.scale, **told}


def _name_start() -> None:
    st.query_params["base"] = st.session_state["base"]
