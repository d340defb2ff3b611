from .lesson import Lesson

LESSON = Lesson(
    key="example-3-corrected",
    title="Example 3: the layer put right",
    group="examples",
    do=("Press Train: weights of shape (features, units), a rate that Adam can work with."),
    see=("The loss falls just as with Keras' own Dense layer."),
    why=(
        "The layer does what Dense does: inputs times kernel, plus bias. Written out, it can be "
        "read, tested, and broken again with any of the bugs."
    ),
    learnt=("A custom layer that is right gives the losses of Keras' own."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "model": {"layer": "custom"},
        "optimizer": {"key": "adam", "learning_rate": 0.5},
    },
)
