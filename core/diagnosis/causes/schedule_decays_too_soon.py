from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..wording import fact, figure


def find(evidence: Evidence) -> Finding | None:
    if evidence.spec.schedule.key == "constant" or evidence.verdict != "slow":
        return None
    if not evidence.conforms or evidence.crosses_later:
        return None
    rates = evidence.record.learning_rate
    first, last = evidence.first_rate, float(rates[-1])
    if last >= first or not evidence.settles_at(first):
        return None
    text = (
        f"The schedule has lowered the rate from {figure(first)} to {figure(last)} before the loss "
        f"was down: kept at {figure(first)}, the run would have reached its optimum."
    )
    shown = (fact("last learning rate", last, first, f"{figure(last)} against {figure(first)}"),)
    return Finding("schedule-decays-too-soon", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="schedule-decays-too-soon",
    title="Schedule that decays too soon",
    what="The rate becomes tiny before the loss has come down.",
    why="What is left of the way is the sum of all rates to come, and that sum is used up.",
    see="At its first rate, kept constant, the same run would have reached the optimum.",
    remedy="Keep the rate, or let it decay later.",
    reference=(
        "Bottou, Curtis & Nocedal, “Optimization Methods for Large-Scale Machine Learning”, 2018."
    ),
    example={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "schedule": {"key": "exponential_decay", "decay_steps": 2, "decay_rate": 0.5},
    },
    find=find,
    needs=("finite", "linear", "end"),
)
