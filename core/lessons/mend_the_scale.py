from ..interpreter import PARTS
from .lesson import Lesson

CODE = """\
def call(self, inputs, training=False):
    outputs = ops.matmul(inputs, self.kernel) * 10
    if self.use_bias:
        outputs = outputs + self.bias
    return self.activation(outputs)
"""
MENDED = PARTS["layer"].start
LESSON = Lesson(
    key="mend-the-scale",
    title="Mend the layer: it diverges",
    group="mend",
    do=("Press Train. Below the charts see what each line gives; mend the layer."),
    see=("The loss explodes at a rate that is far below the largest stable one."),
    why=(
        "The layer multiplies x·w by 10, so the loss is 100 times as curved, and the "
        "largest stable rate is a hundredth of what it should be."
    ),
    learnt=("A factor in the layer makes the loss as curved as its square."),
    patch={
        "data": {"source": "two-features", "target": "y"},
        "optimizer": {"learning_rate": 0.05},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "layer", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="diverged",
)
