"""What pages compute from a spec, cached between reruns and shared between learners."""

from contextlib import AbstractContextManager, nullcontext
from threading import BoundedSemaphore

import pandas as pd
import streamlit as st

from core.data.prepare import Prepared, prepare, split_table
from core.data.profile import Profile, profile
from core.data.uploads import PREFIX, find_table, get_upload, is_available
from core.explore.exploration import Exploration, explore
from core.spec import DataSpec, ScalingSpec, Spec
from core.theory.predict import predict
from core.theory.prediction import Prediction
from core.theory.problem import Problem
from core.theory.range_test import RangeTest, range_test
from core.theory.spectrum import spectrum_of
from pages.ui.render_queue import released_slot

LARGE = 1_000_000  # cells; a larger table is worked on with the render slot released
LARGE_TABLE_LOCK = BoundedSemaphore(1)


def table(source: str) -> pd.DataFrame:
    """The table of that source, read only; raises `InputError` as `find_table` does."""
    return _table(source) if is_available(source) else find_table(source)


def profiled(source: str) -> Profile:
    """The profile of that table; raises `InputError` as `find_table` does."""
    if not is_available(source):
        return profile(find_table(source))
    with _release_slot_if_large(source):
        return _profile(source)


def evict_table(source: str) -> None:
    """Evicts a table that its owner has deleted."""
    _table.clear(source)
    _profile.clear(source)


def prepared(spec: Spec) -> Prepared:
    """The spec's table, split and scaled; raises `InputError` as `prepare` does."""
    if not is_available(spec.data.source):
        find_table(spec.data.source)  # raises the reason
    source = spec.data.source
    with _release_slot_if_large(source):
        cached = _prepared_large if _is_large(source) else _prepared
        data = cached(spec.data, spec.scaling, spec.training.seed)
    spec.model.check_features(len(data.features))
    return data


def explored(spec: Spec) -> Exploration:
    """What the spec's training rows show; raises `InputError` as `split_table` does."""
    if not is_available(spec.data.source):
        find_table(spec.data.source)  # raises the reason
    irrelevant = {"optimizer": {"learning_rate": 0.0}}
    with _release_slot_if_large(spec.data.source):
        return _explored(spec.patched(irrelevant).model_dump_json())


def prediction(spec: Spec) -> Prediction:
    """What theory predicts of a spec; raises `InputError` as `prepare` does."""
    return _prediction(spec.model_dump_json())


def directions(spec: Spec) -> list[tuple[str, float]]:
    """Name and curvature of each direction of the loss, the steepest first; empty if unknown."""
    data = prepared(spec)
    spectrum = spectrum_of(data, spec.model.use_bias)
    if spectrum is None:
        return []
    curvatures = spectrum.curvatures(Problem(spec, data, spectrum).scale)
    return list(zip(spectrum.directions, curvatures.tolist(), strict=True))


def range_test_of(spec: Spec) -> RangeTest | None:
    """The learning-rate range test on the spec's data; None where there is none."""
    irrelevant = {"optimizer": {"learning_rate": 0.0}, "schedule": {"key": "constant"}}
    return _range_test_of(spec.patched(irrelevant).model_dump_json())


@st.cache_resource(max_entries=64, show_spinner="Trying rates …")
def _range_test_of(spec_json: str) -> RangeTest | None:
    spec = Spec.from_json(spec_json)
    return range_test(spec, prepared(spec))


@st.cache_resource(max_entries=16, show_spinner="Reading the table …")
def _table(source: str) -> pd.DataFrame:
    return find_table(source)


@st.cache_resource(max_entries=64, show_spinner="Looking at the columns …")
def _profile(source: str) -> Profile:
    with _lock_if_large(source):
        return profile(_table(source))


@st.cache_resource(max_entries=16, show_spinner="Looking at the rows …")
def _explored(spec_json: str) -> Exploration:
    spec = Spec.from_json(spec_json)
    with _lock_if_large(spec.data.source):
        table = _table(spec.data.source)
        return explore(spec, split_table(table, spec.data, spec.training.seed), len(table))


@st.cache_resource(max_entries=256, show_spinner=False)
def _prediction(spec_json: str) -> Prediction:
    spec = Spec.from_json(spec_json)
    return predict(spec, prepared(spec))


def _prepare(data: DataSpec, scaling: ScalingSpec, seed: int) -> Prepared:
    with _lock_if_large(data.source):
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
    upload = get_upload(source)
    return upload.rows * len(upload.columns) > LARGE


def _release_slot_if_large(source: str) -> AbstractContextManager[None]:
    """Releases the render slot while a large table is worked on.

    For use outside of cached functions: a script that waits in one for another script's result
    holds its slot.
    """
    return released_slot() if _is_large(source) else nullcontext()


def _lock_if_large(source: str) -> AbstractContextManager[object]:
    """A lock for large tables: one at a time, for each needs memory for copies."""
    return LARGE_TABLE_LOCK if _is_large(source) else nullcontext()
