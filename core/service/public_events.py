"""What of a run's events a stranger may read, where its table is an upload: its losses, its rates
and its path.

No name of a column, no row and no statistic of a column: weights, norms, probes and the variance of
the target stay with the owner. The path is told along two directions that mix all columns.
"""

from typing import Any

from ..data.upload_storage import PREFIX
from ..events import decode, encode
from ..spec import Spec

KEPT = {  # fields that go out as they are, by kind of event
    "run_started": {"event", "rows", "validation_rows", "epochs", "steps_per_epoch", "full_loss"}
    | {"val_loss", "optimal_loss", "coordinates"},
    "epoch_ended": {"event", "epoch", "step", "loss", "val_loss", "full_loss", "learning_rate"}
    | {"coordinates"},
    "probe": {"event", "epoch", "step", "why", "learning_rate", "loss"},
    "run_ended": {"event", "outcome", "epoch", "step", "reason", "non_finite", "seconds"},
}
EMPTY: dict[str, dict[str, Any]] = {  # fields that charts expect, without what they held
    "run_started": {"baseline_loss": None, "weights": [], "target": "target"},
    "epoch_ended": {
        "gradient_norm": None,
        "update_norm": None,
        "weight_norm": None,
        "weights": [],
    },
}
SOMEBODYS_UPLOAD = "upload"  # in the place of the table's id, which opens it to its owner
FAILED = "The run could not go on. Its owner can read why."


def is_upload(spec: Spec) -> bool:
    """Whether a run's table was uploaded, and is its owner's alone."""
    return spec.data.source.startswith(PREFIX)


def public_spec(spec: Spec) -> Spec:
    """A spec without what it says of an uploaded table."""
    return Spec.of(_public_values(spec.model_dump(mode="json")))


def public_event(line: bytes) -> bytes:
    """An event as a stranger reads it.

    Args:
        line: The event as JSON.
    """
    event = decode(line)
    kind = event["event"]
    kept = KEPT.get(kind, set(event) - {"spec", "sweep"})  # a sweep's cells have places and losses
    public = {name: value for name, value in event.items() if name in kept}
    if "spec" in event:
        public["spec"] = _public_values(event["spec"])
    if "sweep" in event:
        public["sweep"] = event["sweep"] | {"spec": _public_values(event["sweep"]["spec"])}
    if kind == "run_started":
        public["features"] = [f"feature {n + 1}" for n in range(len(event.get("features", ())))]
    if kind == "run_ended" and event["outcome"] == "failed":
        public["reason"] = FAILED
    return encode(public | EMPTY.get(kind, {}))


def _public_values(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec's plain values, of which the data section keeps what names nothing."""
    named = {"source": SOMEBODYS_UPLOAD, "target": "target"}
    kept = {k: v for k, v in spec["data"].items() if k in ("missing", "validation_fraction")}
    return spec | {"data": named | kept}
