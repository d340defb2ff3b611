"""What pages compute from a spec, kept between reruns and shared between learners."""

from contextlib import AbstractContextManager, nullcontext
from threading import BoundedSemaphore

import pandas as pd
import streamlit as st

from core.data.prepare import Prepared, choose_rows, prepare
from core.data.profile import Profile, profile
from core.data.uploads import PREFIX, find_table, find_upload, is_kept
from core.explore.exploration import Explored, explore
from core.spec import DataSpec, ScalingSpec, Spec
from core.theory.predict import predict
from core.theory.prediction import Prediction
from core.theory.range_test import RangeTest, range_test
from core.theory.spectrum import spectrum_of
from pages.ui.render_queue import aside

LARGE = 1_000_000  # cells; what takes long for so many keeps nobody else waiting
ONE_AT_A_TIME = BoundedSemaphore(1)


def table(source: str) -> pd.DataFrame:
    """The table of that name, not to be changed; raises `InputError` as `find_table` does."""
    return _table(source) if is_kept(source) else find_table(source)


def profiled(source: str) -> Profile:
    """What that table holds; raises `InputError` as `find_table` does."""
    if not is_kept(source):
        return profile(find_table(source))
    with _place_left(source):
        return _profile(source)


def forget(source: str) -> None:
    """Lets go of a table that its owner has deleted."""
    _table.clear(source)
    _profile.clear(source)


def prepared(spec: Spec) -> Prepared:
    """The spec's table, split and scaled; raises `InputError` as `prepare` does."""
    if not is_kept(spec.data.source):
        find_table(spec.data.source)  # says why not
    source = spec.data.source
    with _place_left(source):
        kept = _prepared_large if _is_large(source) else _prepared
        return kept(spec.data, spec.scaling, spec.training.seed)


def explored(spec: Spec) -> Explored:
    """The spec's training rows, looked at; raises `InputError` as `choose_rows` does."""
    if not is_kept(spec.data.source):
        find_table(spec.data.source)  # says why not
    same = {"optimizer": {"learning_rate": 0.0}}
    with _place_left(spec.data.source):
        return _explored(spec.patched(same).model_dump_json())


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
    with _one_at_a_time(source):
        return profile(_table(source))


@st.cache_resource(max_entries=16, show_spinner="Looking at the rows …")
def _explored(spec_json: str) -> Explored:
    spec = Spec.from_json(spec_json)
    with _one_at_a_time(spec.data.source):
        table = _table(spec.data.source)
        return explore(spec, choose_rows(table, spec.data, spec.training.seed), len(table))


@st.cache_resource(max_entries=256, show_spinner=False)
def _prediction(spec_json: str) -> Prediction:
    spec = Spec.from_json(spec_json)
    return predict(spec, prepared(spec))


def _prepare(data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    with _one_at_a_time(data.source):
        return prepare(_table(data.source), data, scaling, seed)


_prepared, _prepared_large = (
    st.cache_resource(
        max_entries=entries,
        show_spinner="Preparing the table …",
        hash_funcs={DataSpec: DataSpec.model_dump_json, ScalingSpec: ScalingSpec.model_dump_json},
    )(_prepare)
    for entries in (16, 2)  # a large one may take a gigabyte
)


def _is_large(source: str) -> bool:
    if not source.startswith(PREFIX):
        return False
    upload = find_upload(source)
    return upload.rows * len(upload.columns) > LARGE


def _place_left(source: str) -> AbstractContextManager[None]:
    """Leaves the script's place to others for a large table.

    Not within a cached function: who waits there for another's result keeps the place.
    """
    return aside() if _is_large(source) else nullcontext()


def _one_at_a_time(source: str) -> AbstractContextManager[object]:
    """Lets only one large table be worked on, each of which takes memory for copies."""
    return ONE_AT_A_TIME if _is_large(source) else nullcontext()
