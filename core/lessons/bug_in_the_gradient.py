from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-gradient",
    title="A bug in the gradient: the wrong sign",
    group="loss",
    do=("Press Train. Then try a smaller rate, and see whether it helps."),
    see=("The loss rises from the first step, at any learning rate."),
    why=("The gradient points uphill, and the update follows it instead of going against it."),
    learnt=("If the loss rises at every rate, the sign of the step is wrong."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "bug": {"key": "gradient-ascent"},
    },
    then=("Take the bug out", {"bug": None}),
    outcome="diverged",
)
