from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-update",
    title="A bug in the update: applied twice",
    group="loss",
    do=("Press Train. Below the charts the wrong line stands beside the right one."),
    see=("The loss explodes at a rate that should be stable."),
    why=(
        "Each gradient is applied twice, so that the rate is really twice what it says: 0.7 acts "
        "as 1.4, above the limit."
    ),
    learnt=(
        "If half the rate behaves as the whole should, look for an update that is applied twice."
    ),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.7},
        "bug": {"key": "double-update"},
    },
    then=("Take the bug out", {"bug": None}),
    outcome="diverged",
)
