"""What stands before the weights of a Keras model: its input shape, and layers that scale."""

from typing import Any

import numpy as np

from .budget import REFUSED, UnreadableError
from .findings import Findings
from .provenance import looks_scaled, same, scaled_by
from .values import Obj


def read_normalization(found: Findings, layer: Obj) -> None:
    """Puts the scaling that a `Normalization` has learnt."""
    given = layer.given.get("mean") is not None or layer.given.get("invert")
    if given or layer.holds.get("jointly"):
        found.miss("scaling.features", layer.line, "`Normalization` with settings of its own")
    elif "adapted" in layer.holds:
        found.put("scaling.features", "standard", layer.line, "`Normalization` standardizes")


def only_scales(machine: Any, found: Findings, layer: Obj, x: Any) -> bool:
    """Whether a `Lambda` before the weights scales the features, or nothing: tried out."""
    scaled = found.patch.get("scaling", {}).get("features", "none") != "none"
    try:
        if x is None:
            raise UnreadableError("the features are not known")
        before = np.asarray(machine.plain(x), float)
        made = machine.call(layer.given.get("function"), [before], {}, layer.line)
        after = np.asarray(machine.plain(made), float).reshape(before.shape)
        kind = looks_scaled(after)
        if same(before, after):
            return True
        if kind and not scaled and scaled_by(kind, before, after):
            found.put("scaling.features", kind, layer.line, f"a `Lambda` makes {kind} scaling")
            return True
    except REFUSED:
        pass
    found.miss("scaling.features", layer.line, "what a `Lambda` makes of its inputs")
    return False


def check_width(machine: Any, parts: list[Any], x: Any) -> None:
    """Reports an input shape that is not that of a row of the features."""
    origin = machine.origins.of(x)
    refs = (origin.refs if origin is not None else None) or ()
    if x is None or any(isinstance(ref, str) and ref.startswith("\0") for ref in refs):
        return
    width = np.shape(x)[-1] if np.ndim(x) > 1 else 1
    for part in parts:
        if not isinstance(part, Obj):
            continue
        inner = part.given.get("inputs")
        given = inner.given if isinstance(inner, Obj) else part.given
        shape = given.get("input_shape", given.get("input_dim", given.get("shape")))
        shape = shape[-1] if isinstance(shape, list | tuple) and len(shape) == 1 else shape
        if isinstance(shape, int) and not isinstance(shape, bool) and shape != width:
            line = inner.line if isinstance(inner, Obj) else part.line
            machine.faults.found(
                line, "input-shape",
                f"The input shape says that a row has {shape} number{'s'[: shape != 1]}; the "
                f"features have {width}. It is the number of features, `({width},)`, not of units.",
            )  # fmt: skip
