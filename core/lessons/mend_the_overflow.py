from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def call(self, inputs, training=False):
    outputs = ops.matmul(inputs, self.kernel)
    if self.use_bias:
        outputs = outputs + self.bias
    outputs = ops.log(ops.exp(outputs * 10) + 1e-7) / 10
    return self.activation(outputs)
"""
MENDED = PARTS["layer"].start
LESSON = Lesson(
    key="mend-the-overflow",
    title="Mend the layer: infinity",
    group="mend",
    do=("Press Train. Below the charts: which line first holds infinity? Mend it."),
    see=("The loss is infinite after a few steps, and the run ends."),
    why=(
        "On paper log(exp(z)) is z. A float32 ends at about 3.4·10³⁸, so exp(z) is "
        "infinite from z = 88.7 on."
    ),
    learnt=("Look for the first line that is not finite: behind it all others are innocent."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "layer", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="diverged",
)
