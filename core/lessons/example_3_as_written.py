from .lesson import Lesson

LESSON = Lesson(
    key="example-3-as-written",
    title="Example 3: the layer as written",
    group="examples",
    do=("Press Train, then read the two pieces of code below the charts."),
    see=("The run cannot start: TensorFlow refuses to multiply."),
    why=(
        "The layer makes a weight of shape (units,), a vector. A matrix product needs a matrix: "
        "one row for each feature, one column for each unit, (features, units)."
    ),
    learnt=("A wrong shape fails at once, which is the kindest thing that a bug can do."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "bug": {"key": "weight-shape"},
        "optimizer": {"key": "adam", "learning_rate": 0.001},
    },
    then=("Take the bug out", {"bug": None, "model": {"layer": "custom"}}),
    outcome="failed",
)
