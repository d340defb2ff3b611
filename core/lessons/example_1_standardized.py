from .lesson import Lesson

LESSON = Lesson(
    key="example-1-standardized",
    title="Example 1: standardized",
    group="examples",
    do=("Press Train: the document's Example 1 as it stands, StandardScaler and SGD."),
    see=("The loss falls and settles just above the optimal loss."),
    why=(
        "Every feature now has mean 0 and variance 1. The largest curvature is a few units, "
        "whatever the features measured, and the default rate lies below the limit."
    ),
    learnt=("Standardized, the default rate of SGD is far below the limit."),
    patch={"data": {"source": "diabetes"}, "scaling": {"features": "standard"}},
)
