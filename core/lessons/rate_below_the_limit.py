from .lesson import Lesson

LESSON = Lesson(
    key="rate-below-the-limit",
    title="The same, at half the rate",
    group="start",
    do=("Press Train: the only change is the rate, 0.005 in place of 0.01."),
    see=("The loss falls at every epoch, quickly at first and then ever more slowly."),
    why=(
        "0.005 is below 2 / 288.5 = 0.0069, so that every step ends nearer to the minimum than it "
        "began. The slow end is the other side of unscaled data: along the flattest direction the "
        "same rate is far too small."
    ),
    learnt=("Below the limit every step comes nearer; the flattest direction says how soon."),
    patch={
        "data": {"source": "one-to-twenty", "target": "y", "validation_fraction": 0.0},
        "optimizer": {"learning_rate": 0.005},
        "training": {"batch_size": None},
    },
)
