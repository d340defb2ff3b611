from .lesson import Lesson

LESSON = Lesson(
    key="example-1-adam",
    title="Example 1: Adam in place of SGD",
    group="examples",
    do=("Press Train: Adam in place of SGD. Then raise the rate to 0.5 and compare."),
    see=("No explosion, but after 100 epochs the loss has hardly moved."),
    why=(
        "Adam moves each weight by about the learning rate at each step, however large the "
        "gradient is. The bias has some 150 to go, and 1,200 steps of 0.001 make about 1. "
        "Forgiving is not the same as fast: Adam wants a rate that fits the distance."
    ),
    learnt=("Adam's steps do not grow with the gradient: no explosion, and another rate to find."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"key": "adam", "learning_rate": 0.001},
    },
    then=("Raise the learning rate to 0.5", {"optimizer": {"learning_rate": 0.5}}),
)
