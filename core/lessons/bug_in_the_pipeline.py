from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-pipeline",
    title="A bug in the pipeline: shuffled targets",
    group="pipeline",
    do=("Press Train. Below the charts the wrong line stands beside the right one."),
    see=(
        "The loss falls a little and then stays near the baseline: no better than predicting the "
        "mean."
    ),
    why=(
        "Features and targets were shuffled apart, so that each row carries another row's target. "
        "There is nothing left to learn from x."
    ),
    learnt=(
        "If nothing can be learnt from good data, look whether targets still belong to their rows."
    ),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "bug": {"key": "shuffled-targets"},
    },
    then=("Take the bug out", {"bug": None}),
)
