from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-gradient",
    title="A bug in the gradient: the wrong sign",
    do=(
        "Press Train, then try a smaller rate: it does not help. Below the chart the code shows "
        "the wrong line beside the right one."
    ),
    see=("The loss rises from the first step, at any learning rate."),
    why=("The gradient points uphill, and the update follows it instead of going against it."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "bug": {"key": "gradient-ascent"},
    },
    then=("Take the bug out", {"bug": None}),
    outcome="diverged",
)
