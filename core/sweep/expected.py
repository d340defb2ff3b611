"""The border of stability of a sweep before it is run, where a formula gives it."""

from collections.abc import Callable

from ..data.prepare import Prepared
from ..spec import Spec
from ..theory.critical import critical_rate
from ..theory.problem import Problem
from ..theory.spectrum import MOST_FEATURES_AT_ONCE, spectrum_of
from .spec import SweepSpec
from .stability_border import Line, may_have_border, stability_border

MOST_TABLES = 4  # prepared in different ways


def expected_border(sweep: SweepSpec, data_of: Callable[[Spec], Prepared]) -> Line:
    """The line that the sweep itself will draw, of full batches alone.

    The limit of mini-batches takes a worker some time.

    Args:
        sweep: What is to be run.
        data_of: Gives a spec's prepared table.

    Returns:
        Its x and y, empty where there is none or it is not known yet.

    Raises:
        InputError: As `data_of` does.
    """
    specs = sweep.specs
    tables = {(spec.scaling, spec.training.seed) for spec in specs}
    if not may_have_border(sweep) or len(tables) > MOST_TABLES:
        return [], []
    rates: list[float | None] = []
    for spec in specs:
        data = data_of(spec)
        few = len(data.features) <= MOST_FEATURES_AT_ONCE
        spectrum = spectrum_of(data, spec.model.use_bias) if few else None
        problem = Problem(spec, data, spectrum) if spectrum else None
        rates.append(critical_rate(problem) if problem and problem.full_batch else None)
    return stability_border(sweep, rates) if any(rates) else ([], [])
