"""The knobs that a menu offers for a sweep, and the values it begins with."""

from dataclasses import dataclass
from typing import get_args

from ..data.prepare import Prepared
from ..model.initializers import INITIALIZERS
from ..model.losses import LOSS_BY_KEY
from ..model.optimizers import OPTIMIZER_BY_KEY
from ..spec import Scaler, Spec
from ..theory.limits import critical_learning_rate
from ..theory.spectrum import spectrum_of
from .spec import Axis, Value
from .stability_border import RATE

BELOW, ABOVE = 300.0, 4.0  # a sweep over the rate: from so far below the limit to so far above


@dataclass(frozen=True)
class Knob:
    """A knob that can be an axis.

    Attributes:
        path: As `Axis` names it.
        title: As menus, charts and links name it.
        low, high, count: Of the range it begins with; None where the values are listed.
        scale: Of the range.
        values: The values to choose from.
    """

    path: str
    title: str
    low: float | None = None
    high: float | None = None
    count: int = 16
    scale: str = "linear"
    values: tuple[Value, ...] = ()

    def fits(self, spec: Spec) -> bool:
        """Whether a spec has it."""
        section, _, name = self.path.partition(".")
        return name in type(getattr(spec, section)).model_fields


SCALERS = get_args(Scaler)
KNOBS: tuple[Knob, ...] = (
    Knob(RATE, "learning rate", 1e-4, 1.0, 24, "log"),
    Knob("optimizer.momentum", "momentum", 0.0, 0.95, 20),
    Knob("training.batch_size", "batch size", 1, 512, 10, "log"),
    Knob("scaling.features", "feature scaling", values=SCALERS),
    Knob("scaling.target", "target scaling", values=SCALERS),
    Knob("optimizer.key", "optimizer", values=tuple(OPTIMIZER_BY_KEY)),
    Knob("optimizer.beta_1", "beta 1", 0.0, 0.99, 16),
    Knob("optimizer.beta_2", "beta 2", 0.5, 0.999, 16),
    Knob("optimizer.rho", "rho", 0.0, 0.99, 16),
    Knob("optimizer.epsilon", "epsilon", 1e-8, 1.0, 16, "log"),
    Knob("optimizer.weight_decay", "weight decay", 1e-4, 1.0, 16, "log"),
    Knob("loss.key", "loss", values=tuple(LOSS_BY_KEY)),
    Knob("model.initializer", "initial weights", values=INITIALIZERS),
    Knob("training.seed", "seed", 0, 15, 16),
)
KNOB_BY_PATH = {knob.path: knob for knob in KNOBS}
KNOB_BY_TITLE = {knob.title: knob for knob in KNOBS}


def knobs_of(spec: Spec) -> list[Knob]:
    """The knobs that a spec has."""
    return [knob for knob in KNOBS if knob.fits(spec)]


def beside(knob: Knob, spec: Spec) -> list[Knob]:
    """The knobs that can be a second axis: not an optimizer's own where optimizers are compared."""

    def owned(path: str) -> bool:
        return path.startswith("optimizer.") and path not in (RATE, "optimizer.key")

    def apart(one: str, other: str) -> bool:
        return one == other or (one == "optimizer.key" and owned(other))

    return [
        other
        for other in knobs_of(spec)
        if not apart(knob.path, other.path) and not apart(other.path, knob.path)
    ]


def suggested(knob: Knob, spec: Spec, data: Prepared) -> Axis:
    """An axis worth looking at: a rate's lies around the full batch's limit, where there is one."""
    if knob.values:
        return Axis(path=knob.path, values=knob.values)
    low, high = knob.low, knob.high
    if knob.path == RATE:
        low, high = _rates(spec, data)
    elif knob.path == "training.batch_size":
        high = min(512, len(data.x_train))
    return Axis.model_validate(
        {"path": knob.path, "low": low, "high": high, "count": knob.count, "scale": knob.scale}
    )


def _rates(spec: Spec, data: Prepared) -> tuple[float, float]:
    spectrum = spectrum_of(data, spec.model.use_bias)
    middle = 10 * spec.optimizer.learning_rate or 1.0
    if spectrum is not None and spec.optimizer.key == "sgd":
        limit = critical_learning_rate(float(spectrum.eigenvalues[0]))
        middle = limit if 0 < limit < float("inf") else middle
    return float(f"{middle / BELOW:.1g}"), float(f"{middle * ABOVE:.1g}")
