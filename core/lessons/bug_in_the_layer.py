from .lesson import Lesson

LESSON = Lesson(
    key="bug-in-the-layer",
    title="A bug in the layer: a factor that grows",
    group="layer",
    do=("Press Train. Below the charts the wrong line stands beside the right one."),
    see=("The loss falls as it should, and then turns and explodes."),
    why=(
        "The layer multiplies its output by a factor that grows a little at every call. The "
        "curvature grows with its square until the rate, unchanged, lies above the limit."
    ),
    learnt=(
        "What a layer keeps from call to call can change the loss under a rate that was right."
    ),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "bug": {"key": "compounding-state"},
    },
    then=("Take the bug out", {"bug": None}),
    outcome="diverged",
)
