from .lesson import Lesson

LESSON = Lesson(
    key="issue-3148",
    title="TensorFlow issue 3148",
    group="scale",
    do=("Press Train: x = 0 … 99, y = 0.1x + 0.3, rate 0.5, as somebody asked in 2016."),
    see=("The loss is infinite after a few steps."),
    why=(
        "The learning rate is some 1,642 times the largest stable one. On x between 0 and 1, as "
        "in the tutorial the code came from, 0.5 works; on x up to 99 the curvature is ten "
        "thousand times as large."
    ),
    learnt=("A rate that worked on one range of x is no rate for another."),
    patch={
        "data": {"source": "hundred-points", "target": "y", "validation_fraction": 0.0},
        "optimizer": {"learning_rate": 0.5},
        "training": {"batch_size": None},
    },
    then=("Standardize the features", {"scaling": {"features": "standard"}}),
    outcome="diverged",
)
