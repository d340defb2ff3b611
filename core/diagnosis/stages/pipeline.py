"""Are the features, targets and rows that were fed the prepared ones?"""

import numpy as np

from ..case import Case, Departure
from ..snapshot import EPS, Snapshot


def check(case: Case) -> Departure | None:
    """The first of features, targets and order that departs, with every probe where it does."""
    for part, differs, what in (
        ("features", features_differ, "features"),
        ("targets", targets_differ, "targets"),
    ):
        wrong = [shot for shot in case.snapshots if differs(case, shot).any()]
        if wrong:
            first = wrong[0]
            cells = differs(case, first)
            return Departure(
                "pipeline",
                part,
                tuple(wrong),
                f"{what} fed at step {first.step} that are not those of the table",
                value=int(cells.sum()),
                limit=0,
                facts={"cells": int(cells.size)},
            )
    wrong = [shot for shot in case.snapshots if order_differs(case, shot)]
    if wrong:
        text = f"the rows of step {wrong[0].step} are not the ones whose turn it is"
        return Departure("pipeline", "order", tuple(wrong), text)
    return None


def expected(case: Case, shot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """The prepared features (k, d) and targets (k,) of the rows shown."""
    data = case.data
    return data.x_train[shot.rows].astype(float), data.y_train[shot.rows, 0].astype(float)


def features_differ(case: Case, shot: Snapshot) -> np.ndarray:
    """Which cells of the features fed are not the prepared ones, shape (k, d)."""
    return _differ(shot.x, expected(case, shot)[0])


def targets_differ(case: Case, shot: Snapshot) -> np.ndarray:
    """Which targets are not the prepared ones, shape (k,)."""
    return _differ(shot.y, expected(case, shot)[1])


def order_differs(case: Case, shot: Snapshot) -> bool:
    """Whether other rows came than the seed says."""
    return not np.array_equal(case.expected_rows(shot)[: len(shot.rows)], shot.rows)


def _differ(fed: np.ndarray, prepared: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        same = (fed == prepared) | (np.isnan(fed) & np.isnan(prepared))
        return ~(same | (np.abs(fed - prepared) <= EPS * np.abs(prepared)))
