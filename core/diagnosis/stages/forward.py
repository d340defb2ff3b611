"""Are the outputs x·w + b, through the declared activation?"""

from dataclasses import dataclass

import numpy as np

from ...theory.wording import apart
from ..case import Case, Departure
from ..snapshot import EPS, LARGEST, SMALLEST, Snapshot
from .activation import activate, holds, rounding


@dataclass(frozen=True, eq=False)
class Reference:
    """What the layer should give for some rows, each (k,).

    Attributes:
        z: x·w + b.
        z_error: By how much float32 may miss it.
        outputs: After the activation.
        error: By how much float32 may miss these.
        checkable: Whether float32 holds every number on the way.
    """

    z: np.ndarray
    z_error: np.ndarray
    outputs: np.ndarray
    error: np.ndarray
    checkable: np.ndarray


def reference(activation: str, x: np.ndarray, variables: dict[str, np.ndarray]) -> Reference:
    """The outputs for features x (k, d) at these weights.

    A sum of d products in float32 is off by no more than d·ε·Σ|xᵢwᵢ|, in whatever order.
    """
    kernel = variables["kernel"]
    bias = float(variables["bias"][0]) if "bias" in variables else 0.0
    with np.errstate(all="ignore"):
        z = x @ kernel + bias
        size = np.abs(x) @ np.abs(kernel) + abs(bias)
        z_error = EPS * (len(kernel) + 2) * size + SMALLEST
        outputs = activate(activation, z)
        above, below = activate(activation, z + z_error), activate(activation, z - z_error)
        error = np.maximum(np.abs(above - outputs), np.abs(outputs - below))
        error = error + 16 * EPS * np.abs(outputs) + rounding(activation, z)
        checkable = (size < LARGEST / 8) & (np.abs(above) < LARGEST / 8) & holds(activation, size)
    return Reference(z, z_error, outputs, error + SMALLEST, checkable)


def departs(ref: Reference, outputs: np.ndarray) -> np.ndarray:
    """Which outputs (k,) are not what they should be."""
    with np.errstate(invalid="ignore"):
        return ref.checkable & ~(np.abs(outputs - ref.outputs) <= ref.error)


def check(case: Case) -> Departure | None:
    """Compares the outputs shown, row by row."""
    wrong: list[Snapshot] = []
    worst, at = 0.0, None
    for shot in case.snapshots:
        ref = reference(case.declared.activation, shot.x, shot.before)
        off = departs(ref, shot.outputs)
        if off.any():
            wrong.append(shot)
            distance = np.where(off, np.abs(shot.outputs - ref.outputs) / ref.error, 0.0)
            distance[off & ~np.isfinite(distance)] = np.inf
            row = int(np.argmax(distance))
            if at is None or distance[row] > worst:
                worst, at = float(distance[row]), (shot.outputs[row], ref.outputs[row], shot)
    if at is None:
        return None
    got, wanted, shot = float(at[0]), float(at[1]), at[2]
    shown = apart(got, wanted)
    return Departure(
        "forward",
        "outputs",
        tuple(wrong),
        f"at step {shot.step} an output of {shown[0]} where x·w + b is {shown[1]}",
        value=got,
        limit=wanted,
    )
