from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-loss",
    title="A bug in the loss: broadcasting",
    group="loss",
    do=("Press Train. Below the charts the wrong line stands beside the right one."),
    see=("The loss stops at the baseline, the variance of y, with all weights near zero."),
    why=(
        "Targets of shape (n,) against outputs of shape (n, 1) broadcast to an (n, n) table: "
        "every output is compared with every target, and the best answer is the mean."
    ),
    learnt=("A loss that stops at the baseline, weights near zero, may compare (n,) with (n, 1)."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.1},
        "bug": {"key": "broadcast-loss"},
    },
    then=("Take the bug out", {"bug": None}),
)
