"""What pages compute from a spec, kept between reruns and shared between learners."""

from typing import Any

import streamlit as st

from core.data.prepare import Prepared, prepare
from core.data.uploads import find_table
from core.spec import DataSpec, ScalingSpec, Spec
from core.theory.optimum import anchors


def prepared(spec: Spec) -> Prepared:
    """The spec's table, split and scaled; raises `InputError` as `prepare` does."""
    return _prepared(spec.data, spec.scaling, spec.training.seed)


def reference(spec: Spec) -> dict[str, Any]:
    """Optimal and baseline loss of a spec, as a chart's frame takes them."""
    data = prepared(spec)
    batch = spec.training.batch_size or len(data.x_train)
    found = anchors(spec.loss, data.x_train, data.y_train, batch, spec.model.use_bias)
    return found._asdict()


@st.cache_resource(
    max_entries=16,
    show_spinner="Preparing the table …",
    hash_funcs={DataSpec: DataSpec.model_dump_json, ScalingSpec: ScalingSpec.model_dump_json},
)
def _prepared(data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    return prepare(find_table(data.source), data, scaling, seed)
