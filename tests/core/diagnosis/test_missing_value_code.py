"""A number like -999 in a learner's own table is named before what it does to the curvature."""

import numpy as np
import pandas as pd
import pytest

from core.data.prepare import prepare
from core.spec import Spec
from core.training.trainer import train
from tests.core.diagnosis.runs import above_note, searched
from tests.evaluate.sentences.check import Sentences

KEY = "missing-value-code"
RANDOM = np.random.default_rng(0)
TEMP = RANDOM.uniform(5, 30, 40).round(1)
SALES = (3 * TEMP + 4 + RANDOM.normal(0, 1, 40)).round(2)


def table_with(code: float, temp=(7, 21), sales=()) -> pd.DataFrame:
    table = pd.DataFrame({"temp": TEMP, "sales": SALES})
    table.loc[[*temp], "temp"] = code
    table.loc[[*sales], "sales"] = code
    return table


def spec_with(rate: float, scaling: str, held: float = 0) -> Spec:
    return Spec().patched(
        {
            "data": {"target": "sales", "validation_fraction": held},
            "scaling": {"features": scaling},
            "optimizer": {"learning_rate": rate},
            "training": {"epochs": 60, "batch_size": None},
        }
    )


@pytest.mark.parametrize(
    ("spec", "table", "severity", "told"),
    [
        (
            spec_with(1e-3, "none"),
            table_with(-999),
            "error",
            "-999 in temp looks like a code for a missing value: it stands in 2 of 40 rows, and "
            "no other number there is below 5.1; without those rows the largest stable rate",
        ),
        (
            spec_with(0.01, "none"),
            table_with(-999),
            "error",
            "without those rows the largest stable rate would be 0.002",
        ),
        (
            spec_with(0.1, "standard"),
            table_with(-9999, temp=(3,)),
            "warning",
            "without that row the best line explains 99.8% of the variance, with it ",
        ),
        (
            spec_with(0.1, "standard"),
            table_with(-999, sales=(11,)),
            "warning",
            "-999 in temp and sales looks like",
        ),
    ],
    ids=["diverges", "diverges without it too", "stuck", "in two columns"],
)
def test_it_is_the_root_and_without_its_rows_the_run_is_mended(spec, table, severity, told):
    diagnosis, search = searched(spec, table)
    assert above_note(diagnosis)[0] == KEY, diagnosis
    finding = diagnosis.findings[0]
    assert (finding.severity, told in finding.summary) == (severity, True), finding.summary
    sentences, data = Sentences(), prepare(table, spec.data, spec.scaling, spec.training.seed)
    sentences.check(spec, table, data, list(train(spec, data)), diagnosis)
    assert not sentences.wrong
    first = search.remedies[0]
    holds = (table == table.min().min()).any(axis=1)
    assert first.verified and first.reaches == "optimum"
    assert first.patch["data"] == {"exclude_rows": (np.flatnonzero(holds) + 1).tolist()}


def test_held_out_rows_with_it_are_left_out_too():
    table = table_with(-999, temp=range(0, 40, 5))
    search = searched(spec_with(0.1, "standard", held=0.25), table)[1]
    excluded = search.remedies[0].patch["data"]["exclude_rows"]
    assert excluded == [row + 1 for row in range(0, 40, 5)]


def test_a_healthy_run_has_it_as_a_note():
    """Where the code stands in the target, the loss comes to its optimum: that of a wrong line."""
    diagnosis, _ = searched(spec_with(0.1, "standard"), table_with(-99.9, temp=(), sales=(5, 6)))
    assert (diagnosis.verdict, above_note(diagnosis)) == ("healthy", [])
    assert diagnosis.findings[0].cause == KEY
    assert "-99.9 in sales looks like" in diagnosis.findings[0].summary
