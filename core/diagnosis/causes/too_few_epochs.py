from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    if evidence.verdict != "slow" or not evidence.conforms:
        return None
    epochs, needed = evidence.spec.training.epochs, evidence.prediction.epochs_to_optimum
    loss, optimum = evidence.record.full_loss, evidence.prediction.optimal_loss
    last = float(loss[-1]) if len(loss) else None
    text = f"After {epochs:,} epochs the loss is {figure(last)} and its optimum is "
    text += f"{figure(optimum)}"
    text += f": that takes about {needed:,} epochs." if needed else ": it needs many more epochs."
    shown = (
        fact(
            "epochs",
            epochs,
            needed,
            f"{epochs:,} given" + (f", {needed:,} needed" if needed else ""),
        ),
        fact("final loss", last, optimum),
    )
    return Finding("too-few-epochs", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="too-few-epochs",
    title="Too few epochs",
    what="The run ends while its loss is still falling.",
    why="The flattest direction that matters needs more steps than were taken.",
    see="The epochs predicted until the optimum against those given.",
    remedy="Train longer; or make the loss rounder, so that fewer steps do.",
    reference="Goh, “Why Momentum Really Works”, Distill, 2017.",
    example={
        "data": {"source": "synthetic:condition_number=30", "target": "y"},
        "optimizer": {"learning_rate": 0.4},
        "training": {"batch_size": None, "epochs": 5},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
