from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def call(self, inputs, training=False):
    outputs = ops.matmul(inputs, self.kernel)
    if self.use_bias:
        ops.add(outputs, self.bias)
    return self.activation(outputs)
"""
MENDED = PARTS["layer"].start
LESSON = Lesson(
    key="mend-the-bias",
    title="Mend the layer: it stays too high",
    group="mend",
    do=("Press Train. The loss stops too high: find the line that changes nothing."),
    see=("The loss falls and stops far above the optimum; the bias stays at 0."),
    why=(
        "The line computes outputs + bias and throws the sum away: a tensor never "
        "changes in place, so without a name for it the result is lost."
    ),
    learnt=("Give a result a name: tensors never change in place."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "layer", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
)
