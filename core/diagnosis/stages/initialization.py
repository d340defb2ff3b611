"""Are the weights before the first step the declared initializer's, for the declared seed?"""

import numpy as np

from ..case import Case, Departure
from ..snapshot import EPS, flat


def check(case: Case) -> Departure | None:
    """Compares the first step's weights with the initializer drawn anew."""
    first = next((shot for shot in case.snapshots if shot.step == 0), None)
    wanted = case.declared.theory.first_weights()
    if first is None or wanted is None:
        return None
    weights = flat(first.before)
    if len(weights) != len(wanted):
        text = f"the layer has {len(weights)} weights where {len(wanted)} are declared"
        return Departure(
            "initialization", "count", (first,), text, float(len(weights)), float(len(wanted))
        )
    largest = float(np.abs(wanted).max())
    off = np.abs(weights - wanted)
    if (off <= 16 * EPS * max(largest, EPS)).all():
        return None
    return Departure(
        "initialization",
        "weights",
        (first,),
        f"first weights of up to {np.abs(weights).max():.3g}, where {case.declared.first} "
        f"gives up to {largest:.3g}",
        value=float(np.abs(weights).max()),
        limit=largest,
        facts={"off": off, "wanted": wanted, "weights": weights},
    )
