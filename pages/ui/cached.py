"""What pages compute from a spec, cached between reruns and shared between learners.

Large tables are worked on one at a time, for each needs memory for copies. Whoever waits for that
has released their render slot and waits for no other result meanwhile: nothing can wait in a
circle.
"""

from contextlib import AbstractContextManager, nullcontext
from threading import BoundedSemaphore

import pandas as pd
import streamlit as st

from core.cache import cached, evict
from core.data.columns import index_columns, warnings
from core.data.powers import without_powers
from core.data.prepare import Prepared, prepare, split_table
from core.data.profile import Profile, profile
from core.data.synthetic import KEY, Synthetic
from core.data.uploads import PREFIX, find_table, get_upload, is_available
from core.explore.exploration import Exploration, explore
from core.spec import DataSpec, ScalingSpec, Spec
from core.theory.outlook import Outlook
from core.theory.predict import predict, unpredicted
from core.theory.prediction import Prediction
from core.theory.problem import Problem
from core.theory.range_test import RangeTest, range_test
from core.theory.spectrum import MOST_FEATURES_AT_ONCE, spectrum_of
from pages.ui.render_queue import released_slot
from pages.ui.wide import ask_worker

LARGE = 1_000_000  # cells; a larger table is worked on with the render slot released
LARGE_TABLE_LOCK = BoundedSemaphore(1)


def check_available(source: str) -> None:
    """Raises the `InputError` of `find_table` for a table that is not, or no longer, here."""
    if not is_available(source):
        find_table(source)


def table(source: str) -> pd.DataFrame:
    """The table of that source, read only; raises `InputError` as `find_table` does."""
    check_available(source)
    with _released_slot_if_large(source):
        return _table(source)


def profiled(source: str) -> Profile:
    """The profile of that table; raises `InputError` as `find_table` does."""
    check_available(source)
    with _released_slot_if_large(source):
        return _profile(source)


def numbering(source: str) -> tuple[str, ...]:
    """The names of that table's columns that only number the rows."""
    check_available(source)
    with _released_slot_if_large(source):
        return _numbering(source)


def words_on_columns(data: DataSpec) -> list[str]:
    """What teaches little in the columns of a run; raises `InputError` as `warnings` does."""
    check_available(data.source)
    with _released_slot_if_large(data.source):
        return _words_on_columns(data.source, data.model_dump_json())


def evict_table(source: str) -> None:
    """Evicts a table that its owner has deleted."""
    for function in (_table, _profile, _numbering):
        evict(function, source)


def prepared(spec: Spec) -> Prepared:
    """The spec's table, split and scaled; raises `InputError` as `prepare` and the layer do."""
    source = spec.data.source
    check_available(source)
    relevant = (spec.data.model_dump_json(), spec.scaling.model_dump_json())
    with _released_slot_if_large(source, spec.data.degree):
        data = _prepared(source, *relevant, spec.training.seed)
    spec.model.check_features(len(data.features))
    return data


def explored(spec: Spec) -> Exploration:
    """What the spec's training rows show, without powers; raises `InputError` as `split_table`."""
    check_available(spec.data.source)
    data = without_powers(spec.data).model_dump()
    irrelevant = {"optimizer": {"learning_rate": 0.0}, "data": data}
    with _released_slot_if_large(spec.data.source):
        return _explored(spec.patched(irrelevant).model_dump_json())


def prediction(spec: Spec) -> Prediction:
    """What theory predicts of a spec; raises `InputError` as `prepare` does.

    Of a table with many columns it is unknown until a worker has answered.
    """
    if is_wide(spec):
        answer = ask_worker("outlook", spec)
        if isinstance(answer.theory, Outlook):
            return answer.theory.prediction
        return unpredicted(spec, prepared(spec), answer.problem or _at_work(spec))
    with _released_slot_if_large(spec.data.source, spec.data.degree):
        return _prediction(spec.model_dump_json())


def directions(spec: Spec) -> list[tuple[str, float]]:
    """Name and curvature of each direction of the loss, the steepest first; empty if unknown."""
    data = prepared(spec)
    if is_wide(spec):
        told = ask_worker("outlook", spec).theory
        return list(told.directions) if isinstance(told, Outlook) else []
    spectrum = spectrum_of(data, spec.model.use_bias)
    if spectrum is None:
        return []
    curvatures = spectrum.curvatures(Problem(spec, data, spectrum).scale)
    return list(zip(spectrum.directions, curvatures.tolist(), strict=True))


def is_wide(spec: Spec) -> bool:
    """Whether the table has so many columns that a worker looks at it, and not the page."""
    return len(prepared(spec).features) > MOST_FEATURES_AT_ONCE


def _at_work(spec: Spec) -> str:
    return (
        f"With {len(prepared(spec).features):,} features, powers counted, a worker computes the "
        "prediction: it stands here in some seconds. The run need not wait for it."
    )


def range_test_of(spec: Spec) -> RangeTest | None:
    """The learning-rate range test on the spec's data; None where there is none."""
    if is_wide(spec):
        told = ask_worker("outlook", spec).theory
        return told.range_test if isinstance(told, Outlook) else None
    irrelevant = {"optimizer": {"learning_rate": 0.0}, "schedule": {"key": "constant"}}
    with _released_slot_if_large(spec.data.source, spec.data.degree):
        return _range_test_of(spec.patched(irrelevant).model_dump_json())


@cached
def _range_test_of(spec_json: str) -> RangeTest | None:
    spec = Spec.from_json(spec_json)
    data = prepared(spec)
    with _lock_if_large(spec.data.source, spec.data.degree), st.spinner("Trying rates …"):
        return range_test(spec, data)


@cached
def _table(source: str) -> pd.DataFrame:
    with _lock_if_large(source), st.spinner("Reading the table …"):
        return find_table(source)


@cached
def _profile(source: str) -> Profile:
    whole = _table(source)
    with _lock_if_large(source), st.spinner("Looking at the columns …"):
        return profile(whole)


@cached
def _numbering(source: str) -> tuple[str, ...]:
    whole = _table(source)
    with _lock_if_large(source):
        return index_columns(whole)


@cached
def _words_on_columns(source: str, data_json: str) -> list[str]:
    data, whole = DataSpec.model_validate_json(data_json), _table(source)
    with _lock_if_large(source):
        return warnings(whole, data)


@cached
def _explored(spec_json: str) -> Exploration:
    spec = Spec.from_json(spec_json)
    whole = _table(spec.data.source)
    with _lock_if_large(spec.data.source), st.spinner("Looking at the rows …"):
        return explore(spec, split_table(whole, spec.data, spec.training.seed), len(whole))


@cached
def _prediction(spec_json: str) -> Prediction:
    spec = Spec.from_json(spec_json)
    data = prepared(spec)
    with _lock_if_large(spec.data.source, spec.data.degree):
        return predict(spec, data)


@cached
def _prepared(source: str, data_json: str, scaling_json: str, seed: int) -> Prepared:
    data = DataSpec.model_validate_json(data_json)
    scaling = ScalingSpec.model_validate_json(scaling_json)
    whole = _table(source)
    with _lock_if_large(source, data.degree), st.spinner("Preparing the table …"):
        return prepare(whole, data, scaling, seed)


def _is_large(source: str, degree: int) -> bool:
    """Whether a table has many cells, powers of its columns counted."""
    if source.startswith(PREFIX):
        upload = get_upload(source)
        return upload.rows * len(upload.columns) * degree > LARGE
    if source.startswith(KEY):
        knobs = Synthetic.from_source(source)
        return knobs.rows * knobs.features * degree > LARGE
    return False


def _released_slot_if_large(source: str, degree: int = 1) -> AbstractContextManager[None]:
    """Releases the render slot while a large table is worked on.

    For use outside of cached functions: a script that waits in one for another script's result
    holds its slot.
    """
    return released_slot() if _is_large(source, degree) else nullcontext()


def _lock_if_large(source: str, degree: int = 1) -> AbstractContextManager[object]:
    """A lock for large tables: one at a time.

    For use inside of cached functions, around what calls no other of them.
    """
    return LARGE_TABLE_LOCK if _is_large(source, degree) else nullcontext()
