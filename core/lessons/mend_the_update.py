from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def update(self, gradients, weights):
    rate = self.optimizer.learning_rate
    for gradient, weight in zip(gradients, weights):
        weight.assign_sub(rate * gradient)
    for gradient, weight in zip(gradients, weights):
        weight.assign_sub(rate * gradient)
"""
MENDED = PARTS["update"].written
LESSON = Lesson(
    key="mend-the-update",
    title="Mend the update: twice",
    group="mend",
    do=("Press Train. The rate is stable and the run is not: see how far a step goes."),
    see=("The loss explodes at a rate that is below the largest stable one."),
    why=(
        "Each gradient is applied twice, so a step goes twice as far: 2η is above the "
        "limit that η is below."
    ),
    learnt=("Apply each gradient once: a helper and the loop may both do it."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.7},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "update", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="diverged",
)
