from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def loss(self, targets, outputs):
    residuals = targets - outputs
    return ops.sum(ops.square(residuals))
"""
MENDED = PARTS["loss"].written
LESSON = Lesson(
    key="mend-the-sum",
    title="Mend the loss: it explodes",
    group="mend",
    do=("Press Train. The rate is fine for a mean: mend the loss, not the rate."),
    see=("The loss explodes from the first epoch on."),
    why=(
        "The loss adds up the rows of a batch where it should average them: with 32 "
        "rows its gradient is 32 times as steep, and so is each step."
    ),
    learnt=("A sum over a batch needs a rate that is smaller by the batch's size."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.1},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "loss", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="diverged",
)
