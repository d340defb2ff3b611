"""What is certain of a learning rate in the browser, before the prediction for it is here."""

from dataclasses import dataclass

import numpy as np

from core.spec import Spec
from core.theory.prediction import Prediction

TRIED = np.array([0, 1, 10, 1000])  # steps at which a schedule is asked whether it is a multiple


@dataclass(frozen=True)
class RateLimit:
    """How a learning rate stands to the largest stable one.

    Attributes:
        critical: The largest stable rate; None where theory gives none.
        constant: Whether the rate is the same at every step.
        peak: The schedule's highest rate over the learning rate; None where it depends on that.
    """

    critical: float | None
    constant: bool = True
    peak: float | None = 1.0


def rate_limit(spec: Spec, predicted: Prediction | None) -> RateLimit:
    """The limit for a spec and, as the slider moves, for the same with another rate."""
    critical = predicted.critical_learning_rate if predicted else None
    ratio = predicted.learning_rate_ratio if predicted else None
    if spec.schedule.key == "constant" or critical is None:
        return RateLimit(critical)
    rate, highest = spec.optimizer.learning_rate, None if ratio is None else ratio * critical
    if highest is None or rate <= 0:
        return RateLimit(critical, constant=False, peak=None)
    with np.errstate(all="ignore"):  # numbers without measure are no multiples
        once, twice = spec.schedule.at(1.0, TRIED), spec.schedule.at(2.0, TRIED)
        if np.isclose(highest, rate):
            return RateLimit(critical, constant=False)
        peak = highest / rate if np.allclose(2 * once, twice) else None
    return RateLimit(critical, constant=False, peak=peak)
