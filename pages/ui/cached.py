"""What pages compute from a spec, kept between reruns and shared between learners."""

import pandas as pd
import streamlit as st

from core.data.prepare import Prepared, prepare
from core.data.profile import Profile, profile
from core.data.uploads import find_table, is_kept
from core.explore.explored import Explored, explore
from core.spec import DataSpec, ScalingSpec, Spec
from core.theory.prediction import Prediction, predict
from core.theory.range_test import RangeTest, range_test
from core.theory.spectrum import spectrum_of


def table(source: str) -> pd.DataFrame:
    """The table of that name, not to be changed; raises `InputError` as `find_table` does."""
    return _table(source) if is_kept(source) else find_table(source)


def profiled(source: str) -> Profile:
    """What that table holds; raises `InputError` as `find_table` does."""
    return _profile(source) if is_kept(source) else profile(find_table(source))


def forget(source: str) -> None:
    """Lets go of a table that its owner has deleted."""
    _table.clear(source)
    _profile.clear(source)


def prepared(spec: Spec) -> Prepared:
    """The spec's table, split and scaled; raises `InputError` as `prepare` does."""
    if not is_kept(spec.data.source):
        find_table(spec.data.source)  # says why not
    return _prepared(spec.data, spec.scaling, spec.training.seed)


def explored(spec: Spec) -> Explored:
    """The spec's training rows, looked at; raises `InputError` as `prepare` does."""
    prepared(spec)
    return _explored(spec.model_dump_json())


def prediction(spec: Spec) -> Prediction:
    """What theory says of a spec; raises `InputError` as `prepare` does."""
    return _prediction(spec.model_dump_json())


def directions(spec: Spec) -> list[tuple[str, float]]:
    """Name and curvature of each direction of the loss, the steepest first; empty if unknown."""
    found = spectrum_of(prepared(spec), spec.model.use_bias)
    if found is None:
        return []
    return list(zip(found.directions, found.eigenvalues.tolist(), strict=True))


def tested_rates(spec: Spec) -> RangeTest | None:
    """The learning-rate range test on the spec's data; None where there is none."""
    same = {"optimizer": {"learning_rate": 0.0}, "schedule": {"key": "constant"}}
    return _tested_rates(spec.patched(same).model_dump_json())


@st.cache_resource(max_entries=64, show_spinner="Trying rates …")
def _tested_rates(spec_json: str) -> RangeTest | None:
    spec = Spec.from_json(spec_json)
    return range_test(spec, prepared(spec))


@st.cache_resource(max_entries=16, show_spinner="Reading the table …")
def _table(source: str) -> pd.DataFrame:
    return find_table(source)


@st.cache_resource(max_entries=64, show_spinner="Looking at the columns …")
def _profile(source: str) -> Profile:
    return profile(_table(source))


@st.cache_resource(max_entries=16, show_spinner="Looking at the rows …")
def _explored(spec_json: str) -> Explored:
    spec = Spec.from_json(spec_json)
    return explore(spec, prepared(spec))


@st.cache_resource(max_entries=256, show_spinner=False)
def _prediction(spec_json: str) -> Prediction:
    spec = Spec.from_json(spec_json)
    return predict(spec, prepared(spec))


@st.cache_resource(
    max_entries=16,
    show_spinner="Preparing the table …",
    hash_funcs={DataSpec: DataSpec.model_dump_json, ScalingSpec: ScalingSpec.model_dump_json},
)
def _prepared(data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    return prepare(_table(data.source), data, scaling, seed)
