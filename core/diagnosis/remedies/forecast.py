"""Changed runs by their specs: each table is prepared once, each course followed once."""

from dataclasses import replace

import pandas as pd

from ...data.prepare import Prepared, prepare
from ...data.scaling import Scaling
from ...spec import Spec
from ..observed import rescaled
from .course import Course


class Forecast:
    """Gives the courses of changed runs, each prepared table once.

    Args:
        table: The table.
        spec: What was run.
        data: The table, prepared by it.
    """

    def __init__(self, table: pd.DataFrame, spec: Spec, data: Prepared):
        self._table = table
        self._known = {self._key(spec): data}
        self._courses: dict[Spec, Course] = {}

    def course(self, spec: Spec) -> Course:
        """The course of a spec."""
        if spec not in self._courses:
            self._courses[spec] = Course(spec, self.prepared(spec))
        return self._courses[spec]

    def prepared(self, spec: Spec) -> Prepared:
        """The table, prepared by a spec."""
        key = self._key(spec)
        if key not in self._known:
            self._known[key] = self._prepare(spec)
        return self._known[key]

    def _prepare(self, spec: Spec) -> Prepared:
        for (data, features, target), known in self._known.items():
            if data == spec.data and features == spec.scaling.features:
                return _with_target(known, spec.scaling.target)
            if data == spec.data and target == spec.scaling.target:
                return rescaled(known, spec.scaling.features)
        return prepare(self._table, spec.data, spec.scaling, spec.training.seed)

    @staticmethod
    def _key(spec: Spec):
        return spec.data, spec.scaling.features, spec.scaling.target


def _with_target(data: Prepared, kind: str) -> Prepared:
    """The same rows with their target scaled otherwise."""
    scaling = Scaling.fit(kind, data.y_raw_train)
    return replace(
        data,
        y_train=scaling.transform(data.y_raw_train),
        y_val=None if data.y_raw_val is None else scaling.transform(data.y_raw_val),
        target_scaling=scaling,
    )
