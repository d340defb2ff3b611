from .lesson import Lesson

LESSON = Lesson(
    key="schedule-too-soon",
    title="A schedule that stops too soon",
    group="schedule",
    do=("Press Train: a good rate that is halved every 10 steps. Then let it decay slowly."),
    see=("The loss falls quickly and then stands still, far above the optimal loss."),
    why=(
        "Halved every ten steps, the rate is a thousandth after a hundred, and 100 epochs of the "
        "table take a thousand. All steps that are still to come add up to less than the first ten."
    ),
    learnt=("A flat loss is no proof of an optimum: compare it with the optimal loss."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.02},
        "schedule": {"key": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5},
    },
    then=(
        "Decay slowly",
        {"schedule": {"key": "exponential_decay", "decay_steps": 1000, "decay_rate": 0.5}},
    ),
)
