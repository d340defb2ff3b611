"""What theory says of a run, as a worker sends it to a page that must not compute it.

A spectrum costs the cube of the features: 0.2 s of 500, 5 s of 2,000.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from ..data.prepare import Prepared
from ..events import NOT_FINITE, from_number, number, numbers
from ..spec import Spec
from .extremes import ExtremeSection, section_of
from .initial_weights import initial_weights
from .predict import predict
from .prediction import Prediction
from .problem import Problem
from .range_test import RangeTest, range_test
from .spectrum import spectrum_of

MOST_DIRECTIONS = 50  # told, the steepest ones


@dataclass(frozen=True, eq=False)
class Outlook:
    """All that a page shows of a run before it starts.

    Attributes:
        prediction: Of the correct program.
        directions: Name and curvature of the loss's directions, the steepest first; none where
            the data are not finite.
        range_test: The learning-rate range test; None where there is none.
        section: The loss along its steepest and its flattest direction; None where there is none.
    """

    prediction: Prediction
    directions: tuple[tuple[str, float], ...] = ()
    range_test: RangeTest | None = None
    section: ExtremeSection | None = None

    def to_json(self) -> dict[str, Any]:
        """The outlook as it travels; nothing is lost."""
        test = self.range_test
        return {
            "prediction": {
                each.name: _sent(getattr(self.prediction, each.name))
                for each in fields(self.prediction)
            },
            "directions": [[name, number(value)] for name, value in self.directions],
            "range_test": test
            and {
                "learning_rates": numbers(test.learning_rates),
                "losses": numbers(test.losses),
                "suggested": number(test.suggested),
            },
            "section": self.section and self.section.to_json(),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The outlook behind `to_json`."""
        test, section = told["range_test"], told["section"]
        return cls(
            Prediction(**{name: _received(value) for name, value in told["prediction"].items()}),
            tuple((name, from_number(value)) for name, value in told["directions"]),
            test
            and RangeTest(
                np.array(_received(test["learning_rates"])),
                np.array(_received(test["losses"])),
                from_number(test["suggested"]),
            ),
            section and ExtremeSection.from_json(section),
        )


def outlook_of(spec: Spec, data: Prepared, pause: Callable[[], None] = lambda: None) -> Outlook:
    """Predicts a run, with all that is shown beside it.

    Args:
        spec: What would be run; its bug, if any, is left out.
        data: The table, prepared by the same spec.
        pause: Called between two parts; may wait, or raise to give up.
    """
    spectrum = spectrum_of(data, spec.model.use_bias)
    pause()
    predicted = predict(spec, data)
    if spectrum is None:
        return Outlook(predicted)
    pause()
    problem = Problem(spec, data, spectrum)
    curvatures = spectrum.curvatures(problem.scale)[:MOST_DIRECTIONS]
    named = zip(spectrum.directions, curvatures.tolist(), strict=False)
    tested = range_test(spec, data)
    pause()
    section = section_of(problem, initial_weights(spec, len(data.features)), pause)
    return Outlook(predicted, tuple(named), tested, section)


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return numbers(value)
    return number(value) if isinstance(value, float) else value


def _received(value: Any) -> Any:
    if isinstance(value, list):
        return [from_number(each) for each in value]
    return NOT_FINITE.get(value, value) if isinstance(value, str) else value
