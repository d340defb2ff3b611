from .lesson import Lesson

LESSON = Lesson(
    key="example-1-raw",
    title="Example 1: raw features",
    group="examples",
    do=("Press Train: the document's Example 1, but for its first step, the scaler."),
    see=("The loss explodes within the first epoch and becomes infinite."),
    why=(
        "Blood pressure and cholesterol are numbers around 100 and more, others are near 1. The "
        "curvature grows with the square of a feature's size, so the default rate of 0.01 is "
        "hundreds of times too large for this table."
    ),
    learnt=("On raw features a default rate can be hundreds of times too large: scale first."),
    patch={"data": {"source": "diabetes"}},
    then=("Standardize the features", {"scaling": {"features": "standard"}}),
    outcome="diverged",
)
