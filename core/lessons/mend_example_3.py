from .lesson import Lesson

CODE = """\
class MyCustomLayer(tf.keras.layers.Layer):
    def __init__(self, units):
        super(MyCustomLayer, self).__init__()
        self.w = self.add_weight(shape=(units,), initializer='random_normal')

    def call(self, inputs):
        return tf.matmul(inputs, self.w)
"""
MENDED = """\
class MyCustomLayer(tf.keras.layers.Layer):
    def __init__(self, units):
        super(MyCustomLayer, self).__init__()
        self.units = units

    def build(self, input_shape):
        shape = (input_shape[-1], self.units)
        self.w = self.add_weight(shape=shape, initializer='random_normal')

    def call(self, inputs):
        return tf.matmul(inputs, self.w)
"""
LESSON = Lesson(
    key="mend-example-3",
    title="Mend Example 3",
    group="mend",
    do=("Press Train, read the failing line, mend the shape, train again."),
    see=("The run cannot start: line 7 multiplies a matrix by a vector."),
    why=(
        "The document's layer makes a weight of shape (units,). A matrix product needs "
        "a row for each feature and a column for each unit, and how many features there "
        "are is known in build, from input_shape[-1]."
    ),
    learnt=(
        "A layer's weight has the shape (features, units), which `build` knows and "
        "`__init__` does not."
    ),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard", "target": "standard"},
        "model": {"layer": "custom", "use_bias": False, "initializer": "random_normal"},
        "optimizer": {"key": "adam", "learning_rate": 0.01},
        "training": {"epochs": 40},
        "bug": {"key": "own", "part": "layer", "code": CODE},
    },
    then=("Show it mended", {"bug": {"code": MENDED}}),
    outcome="failed",
)
