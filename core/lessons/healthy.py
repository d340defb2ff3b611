from .lesson import Lesson

LESSON = Lesson(
    key="healthy",
    title="A healthy run",
    group="start",
    do=("Press Train: this is what it should look like."),
    see=(
        "Loss and validation loss fall together and settle just above the optimal loss, which is "
        "not zero."
    ),
    why=(
        "The rate lies below the limit and the features share a scale. What is left is noise that "
        "no line can explain: a final loss that equals the optimal loss is a success, however "
        "large it is."
    ),
    learnt=("A healthy loss falls and settles at the optimal loss, which is seldom zero."),
    patch={
        "data": {"source": "cars", "target": "Miles_per_Gallon"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.02},
    },
)
