from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..reach import out_of_reach
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    key = evidence.declared.activation
    if key == "linear" or not evidence.finite:
        return None
    out = out_of_reach(evidence)
    if out is not None:
        targets = evidence.data.y_train[:, 0].astype(float)
        text = (
            f"{out.count} of {len(targets):,} targets lie outside what {key} can give, "
            f"{out.span}, so the mean squared error cannot fall below {figure(out.distance)}."
        )
        least = fact("least mean squared error", out.distance, None)
        if variance := float(targets.var()):
            share = out.distance / variance
            least = fact("least mean squared error over the variance of y", share, None)
        shown = (fact("targets out of reach", out.count, 0), least)
        if (dead := _dead_since(evidence)) is not None:
            text += (
                f" At step {dead} the gradient is 0 too, so that no weight will ever move again."
            )
            shown += (fact("gradient of the weights", 0.0, None),)
        level = "error" if out.severe else "note"
        return Finding("target-unreachable-by-activation", "hyperparameters", level, text, shown)
    dead = _dead_since(evidence)
    if dead is None or evidence.verdict not in ("stuck", "slow", "biased"):
        return None
    text = (
        f"The outputs lie where {key} is flat: the gradient is 0 at step {dead}, so that no "
        "weight will ever move again."
    )
    shown = (fact("gradient of the weights", 0.0, None),)
    return Finding("target-unreachable-by-activation", "hyperparameters", "error", text, shown)


def _dead_since(evidence: Evidence) -> int | None:
    """The last probed step, if every gradient is 0 there and the loss is above its least."""
    last = evidence.case.snapshots[-1] if evidence.case.snapshots else None
    if last is None or not evidence.conforms or not last.loss > 0:
        return None
    return None if any(part.any() for part in last.gradients.values()) else last.step


CAUSE = Cause(
    key="target-unreachable-by-activation",
    title="Target out of the activation's reach",
    what="The activation's outputs lie in a range that some targets lie outside.",
    why=(
        "An output can come no nearer to such a target than the edge of the range, where the "
        "slope is 0."
    ),
    see="The loss stops at the distance from the targets to the activation's range.",
    remedy="Use no activation behind a regression, or bring the target into the range.",
    reference="Keras API docs, “Layer activation functions”.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "model": {"activation": "sigmoid"},
    },
    find=find,
    needs=(),
)
