from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import epochs, fact, figure

NAMES = {
    "weight_decay": "weight decay",
    "l1_regularization_strength": "L1 penalty",
    "l2_regularization_strength": "L2 penalty",
}


def find(evidence: Evidence) -> Finding | None:
    pulls = evidence.declared.optimizer.pulls()
    if not pulls or not evidence.conforms or evidence.verdict in ("healthy", "diverging"):
        return None
    told, last = evidence.unregularized, float(evidence.record.full_loss[-1])
    if told is None:
        return None
    what = " and ".join(f"{_article(name)} of {figure(value)}" for name, value in pulls.items())
    text = (
        f"{what[0].upper()}{what[1:]} pull{'s' if len(pulls) == 1 else ''} every weight towards 0 "
        f"at each step and keep{'s' if len(pulls) == 1 else ''} the loss at {figure(last)}, where "
        f"its optimum is {figure(evidence.optimal_loss)}; without, the same run would be near it "
        f"in {epochs(told.epochs_to_optimum)}."
    )
    shown = tuple(fact(NAMES[name], value, None) for name, value in pulls.items())
    shown += (fact("final loss", last, evidence.optimal_loss),)
    return Finding("regularization-too-strong", "hyperparameters", "warning", text, shown)


def _article(name: str) -> str:
    return f"an {NAMES[name]}" if NAMES[name][0] == "L" else f"a {NAMES[name]}"


CAUSE = Cause(
    key="regularization-too-strong",
    title="Regularization too strong",
    what="Weight decay, or an L1 or L2 penalty, holds the weights far from where they belong.",
    why=(
        "Each step also pulls the weights towards 0, by the decay times the rate. The run comes to "
        "rest where that pull and the gradient cancel, and the loss it minimizes is not the one "
        "that is shown."
    ),
    see="Without it, and all else as it is, the same run would reach its optimum in time.",
    remedy="Switch it off, or make it a hundredth; a line with few weights rarely needs any.",
    reference="Loshchilov & Hutter, “Decoupled Weight Decay Regularization”, 2019.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"key": "adamw", "learning_rate": 0.05, "weight_decay": 1.0},
        "training": {"epochs": 300},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
