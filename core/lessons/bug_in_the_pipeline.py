from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-pipeline",
    title="A bug in the pipeline: shuffled targets",
    do=("Press Train. Below the chart the code shows the wrong line beside the right one."),
    see=(
        "The loss falls a little and then stays near the baseline: no better than predicting the "
        "mean."
    ),
    why=(
        "Features and targets were shuffled apart, so that each row carries another row's target. "
        "There is nothing left to learn from x."
    ),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "bug": {"key": "shuffled-targets"},
    },
    then=("Take the bug out", {"bug": None}),
)
