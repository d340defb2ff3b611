from .lesson import Lesson

LESSON = Lesson(
    key="loss-goes-up",
    title="Why does my loss go up?",
    group="start",
    do=("Press Train and watch. Then standardize, or lower the rate, and train again."),
    see=("The loss is multiplied by 3.5547 at every epoch until it no longer fits into a number."),
    why=(
        "Twenty points, y = x/2, Keras' default SGD with its rate of 0.01: nothing is wrong with "
        "the model. But the loss is so curved along x (largest curvature 288.5) that any rate "
        "above 2 / 288.5 = 0.0069 overshoots the minimum by more than it was away from it."
    ),
    learnt=("A rate is too large above 2 / λ, and λ grows with the square of a feature's size."),
    patch={
        "data": {"source": "one-to-twenty", "target": "y", "validation_fraction": 0.0},
        "optimizer": {"learning_rate": 0.01},
        "training": {"batch_size": None},
    },
    then=("Standardize the features", {"scaling": {"features": "standard"}}),
    outcome="diverged",
)
