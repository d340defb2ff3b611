import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..stages.shapes import sixteen_bits
from ..wording import bug_finding


def find(evidence: Evidence) -> Finding | None:
    departure = evidence.departs("forward", "outputs")
    kind = sixteen_bits(evidence, departure)
    if departure is None or kind is None:
        return None
    if not any(np.isfinite(shot.outputs).any() for shot in departure.snapshots):
        return None  # nothing that was rounded is seen
    name, bits = kind
    return bug_finding(
        "half-precision",
        departure,
        f"Every output is rounded to a {name}, which keeps {bits} bits where a float32 keeps 24: "
        f"{departure.text}.",
        ("bits kept", bits, 24),
    )


CAUSE = Cause(
    key="bug:half-precision",
    title="Half precision",
    what="The outputs pass through 16-bit numbers.",
    why="A float16 ends at 65,504 and keeps about three digits; a bfloat16 keeps two.",
    see="Every output is a 16-bit number, the nearest to x·w + b, and infinite beyond 65,504.",
    remedy="Keep outputs and loss in float32, also under mixed precision; scale large targets.",
    reference="TensorFlow guide “Mixed precision”, on the range of float16.",
    find=find,
    needs=("probes",),
)
