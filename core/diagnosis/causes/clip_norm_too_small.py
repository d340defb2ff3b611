import numpy as np

from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import epochs, fact, figure


def find(evidence: Evidence) -> Finding | None:
    limit = evidence.declared.optimizer.clip_norm
    if limit is None or not evidence.conforms or evidence.verdict != "slow":
        return None
    shown = [part for shot in evidence.case.snapshots for part in shot.gradients.values()]
    longest = max((float(np.linalg.norm(part)) for part in shown), default=0.0)
    told = evidence.unclipped if longest > limit else None
    if told is None:
        return None
    text = (
        f"Clipping shortens gradients, as long as {figure(longest)} here, to {figure(limit)}, so "
        "that the steps are too short; without clipping the same run would be near its optimum in "
        f"{epochs(told.epochs_to_optimum)}."
    )
    facts = (
        fact("clip norm", limit, None),
        fact("longest gradient that was looked at", longest, None),
    )
    return Finding("clip-norm-too-small", "hyperparameters", "warning", text, facts)


CAUSE = Cause(
    key="clip-norm-too-small",
    title="Clip norm too small",
    what="The gradients are cut so short that the run ends on its way.",
    why=(
        "A clipped gradient keeps its direction and loses its length: far from the optimum every "
        "step is as long as the rate times the clip norm, however far there is to go."
    ),
    see="Without clipping, and all else as it is, the same run would reach its optimum in time.",
    remedy="Switch clipping off, or clip at the length that gradients have near the optimum.",
    reference="Pascanu, Mikolov & Bengio, “On the difficulty of training RNNs”, 2013.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.1, "clip_norm": 0.01},
    },
    find=find,
    needs=("probes", "finite", "linear", "end"),
)
