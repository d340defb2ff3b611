from .lesson import Lesson

LESSON = Lesson(
    key="example-2-raw",
    title="Example 2: a schedule on raw features",
    group="examples",
    do=("Press Train: Example 2, ExponentialDecay from 0.1, on data as it comes."),
    see=("The loss explodes long before the schedule takes its first step down."),
    why=(
        "The rate is lowered by 4 % after 1,000 steps. The limit of this table is hundreds of "
        "times lower than 0.1, and infinity is reached after a handful of steps. A schedule "
        "cannot save a start that is far too fast."
    ),
    learnt=(
        "A schedule that shrinks the rate later is no help against one that is too large at first."
    ),
    patch={
        "data": {"source": "diabetes"},
        "optimizer": {"learning_rate": 0.1},
        "schedule": {
            "key": "exponential_decay",
            "decay_steps": 1000,
            "decay_rate": 0.96,
            "staircase": True,
        },
    },
    then=("Standardize the features", {"scaling": {"features": "standard"}}),
    outcome="diverged",
)
