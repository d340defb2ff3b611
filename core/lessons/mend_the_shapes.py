from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def loss(self, targets, outputs):
    residuals = targets[:, 0] - outputs
    return ops.mean(ops.square(residuals))
"""
MENDED = PARTS["loss"].written
LESSON = Lesson(
    key="mend-the-shapes",
    title="Mend the loss: two shapes",
    group="mend",
    do=("Press Train. The loss stops at the baseline: look at the shapes of its lines."),
    see=("The loss stops at the variance of y, with all weights near zero."),
    why=(
        "Targets of shape (n,) less outputs of shape (n, 1) make a table of n times n: "
        "every output is compared with every target, and the best answer is their mean."
    ),
    learnt=("Print the shape: (n,) and (n, 1) make (n, n), without an error."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "loss", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
)
