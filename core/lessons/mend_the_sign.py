from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def gradients(self, tape, loss, weights):
    found = tape.gradient(loss, weights)
    return [-gradient for gradient in found]
"""
MENDED = PARTS["gradients"].start
LESSON = Lesson(
    key="mend-the-sign",
    title="Mend the gradient: uphill",
    group="mend",
    do=("Press Train. It rises at every rate: mend the gradient."),
    see=("The loss rises from the first step on, slower at a lower rate, and never falls."),
    why=(
        "The optimizer subtracts the gradient by itself. With its sign turned, every "
        "step goes uphill."
    ),
    learnt=("A loss that rises at every learning rate has a wrong sign."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "gradients", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="diverged",
)
