"""The largest stable learning rate under each scaling of the features."""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import SplitTable
from ..data.scaling import Scaling
from ..spec import Spec
from ..theory.limits import critical_learning_rate
from .folded import Folded

SCALERS = ("none", "standard", "minmax", "robust")
FLAT = 1e-15


@dataclass(frozen=True)
class Rate:
    """One scaling of the features.

    Attributes:
        scaling: Its name.
        critical_learning_rate: Of SGD on full batches with the spec's momentum.
        condition_number: κ of the loss; infinite where features are collinear.
    """

    scaling: str
    critical_learning_rate: float
    condition_number: float


def rates(spec: Spec, data: SplitTable, folded: Folded) -> tuple[Rate, ...]:
    """The stable rate and the condition number under every scaling of the features.

    The target is not scaled: that would change the loss, but no stable rate.
    """
    return tuple(_rate(spec, folded, Scaling.fit(k, data.x_raw_train), k) for k in SCALERS)


def _rate(spec: Spec, folded: Folded, scaling: Scaling, kind: str) -> Rate:
    factor = folded.scaled(scaling)
    factor = factor if spec.model.use_bias else factor[:, :-1]
    lengths = np.linalg.svd(factor, compute_uv=False)
    rows = folded.triangle.rows
    curvatures = 2 * spec.loss.factor * lengths**2 / (rows if spec.loss.reduction == "mean" else 1)
    flat = lengths[-1] <= FLAT * lengths[0]
    sgd = spec.optimizer if spec.optimizer.key == "sgd" else None
    momentum, nesterov = (sgd.momentum, sgd.nesterov) if sgd else (0.0, False)
    return Rate(
        kind,
        critical_learning_rate(float(curvatures[0]), momentum, nesterov),
        float("inf") if flat else float(curvatures[0] / curvatures[-1]),
    )
