"""The knobs that a menu offers as axes of a sweep, and the default values of each."""

from dataclasses import dataclass
from typing import get_args

from ..data.prepare import Prepared
from ..model.initializers import INITIALIZERS
from ..model.losses import LOSS_BY_KEY
from ..model.optimizers import OPTIMIZER_BY_KEY
from ..spec import Scaler, Spec
from ..theory.limits import critical_learning_rate
from ..theory.spectrum import MOST_FEATURES_AT_ONCE, spectrum_of
from .spec import Axis, Value
from .stability_border import RATE

BELOW, ABOVE = 300.0, 4.0  # a default range of rates: critical rate / 300 to critical rate × 4


@dataclass(frozen=True)
class Knob:
    """A knob that can be an axis.

    Attributes:
        path: As `Axis` names it.
        title: As menus, charts and links name it.
        low, high, count: The default range; None where the values are listed.
        scale: `log` or `linear`, of the range.
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
        """Whether a spec has this setting."""
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
    """The knobs that a spec can vary."""
    return [knob for knob in KNOBS if knob.fits(spec)]


def second_axis_knobs(knob: Knob, spec: Spec) -> list[Knob]:
    """The knobs that can be an axis next to `knob`: with optimizers, no optimizer's own settings.

    Args:
        knob: Of the first axis.
        spec: That the knobs vary.
    """

    def is_optimizer_specific(path: str) -> bool:
        return path.startswith("optimizer.") and path not in (RATE, "optimizer.key")

    def exclude(one: str, other: str) -> bool:
        return one == other or (one == "optimizer.key" and is_optimizer_specific(other))

    return [
        other
        for other in knobs_of(spec)
        if not exclude(knob.path, other.path) and not exclude(other.path, knob.path)
    ]


def default_axis(knob: Knob, spec: Spec, data: Prepared) -> Axis:
    """The axis a form starts with: for the learning rate, a range around the critical rate."""
    if knob.values:
        return Axis(path=knob.path, values=knob.values)
    low, high = knob.low, knob.high
    if knob.path == RATE:
        low, high = _rate_range(spec, data)
    elif knob.path == "training.batch_size":
        high = min(512, len(data.x_train))
    return Axis.model_validate(
        {"path": knob.path, "low": low, "high": high, "count": knob.count, "scale": knob.scale}
    )


def _rate_range(spec: Spec, data: Prepared) -> tuple[float, float]:
    """Around SGD's critical rate on full batches, or else around ten times the spec's rate."""
    few = len(data.features) <= MOST_FEATURES_AT_ONCE
    spectrum = spectrum_of(data, spec.model.use_bias) if few else None
    middle = 10 * spec.optimizer.learning_rate or 1.0
    if spectrum is not None and spec.optimizer.key == "sgd":
        critical = critical_learning_rate(spec.loss.factor * float(spectrum.eigenvalues[0]))
        middle = critical if 0 < critical < float("inf") else middle
    return float(f"{middle / BELOW:.1g}"), float(f"{middle * ABOVE:.1g}")
