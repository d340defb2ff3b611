from .lesson import Lesson

LESSON = Lesson(
    key="example-2-standardized",
    title="Example 2: a schedule, standardized",
    group="examples",
    do=("Press Train: the same schedule, with standardized features."),
    see=("The loss falls at once and then trembles a little above the optimal loss."),
    why=(
        "0.1 is now below the limit. The trembling is the noise of small batches, which the "
        "falling rate slowly quietens."
    ),
    learnt=("Scale first; then a schedule settles what trembles."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.1},
        "schedule": {
            "key": "exponential_decay",
            "decay_steps": 1000,
            "decay_rate": 0.96,
            "staircase": True,
        },
    },
)
