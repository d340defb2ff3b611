from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def call(self, inputs, training=False):
    inputs = ops.concatenate([inputs[:, :1], inputs[:, :-1]], axis=1)
    outputs = ops.matmul(inputs, self.kernel)
    if self.use_bias:
        outputs = outputs + self.bias
    return self.activation(outputs)
"""
MENDED = PARTS["layer"].start
LESSON = Lesson(
    key="mend-the-columns",
    title="Mend the layer: an index is off",
    group="mend",
    do=("Press Train. One feature is never read: find the index, and mend it."),
    see=("The loss falls as usual, and to a floor that no learning rate lowers."),
    why=(
        "Every weight but the first multiplies the feature before its own. What the "
        "last feature says about the target cannot be learned."
    ),
    learnt=("Multiply whole matrices; where columns are picked, pick each exactly once."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "layer", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
)
