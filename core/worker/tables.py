"""A worker's prepared tables: what looks at the same rows shares what theory computes of them."""

import pandas as pd

from ..cache import cached_value
from ..data.prepare import Prepared, prepare
from ..spec import Spec


def prepared(spec: Spec, table: pd.DataFrame) -> Prepared:
    """A spec's table, prepared; the same object as long as there is memory for it.

    So a spectrum, which is cubic in the columns, is computed once for prediction, diagnosis and
    search.

    Args:
        spec: Its data, scaling and seed.
        table: Its table.
    """

    def compute() -> Prepared:
        return prepare(table, spec.data, spec.scaling, spec.training.seed)

    relevant = (spec.data.model_dump_json(), spec.scaling.model_dump_json())
    return cached_value(("prepared by a worker", *relevant, spec.training.seed), compute)
