from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-initialization",
    title="A bug in the initialization: large weights",
    group="layer",
    do=("Press Train. Below the charts the wrong line stands beside the right one."),
    see=("The loss starts enormously high; gradient descent spends its time coming back."),
    why=(
        "The weights begin far from anything useful. The problem is not the slope but the distance."
    ),
    learnt=("A loss that starts enormously high began too far away: look at the first weights."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.01},
        "bug": {"key": "large-init"},
    },
    then=("Take the bug out", {"bug": None}),
)
