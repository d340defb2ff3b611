from .lesson import Lesson

LESSON = Lesson(
    key="schedule-over-the-limit",
    title="A warm-up that climbs too high",
    group="schedule",
    do=("Press Train: a warm-up from 0.005 to 0.0085, then a cosine down. Watch both turns."),
    see=("The loss falls, climbs more than a million-fold, and falls again to the optimum."),
    why=(
        "The rate lies above the largest stable one, 0.0069, from epoch 18 to 50. There every "
        "step overshoots along the steepest direction, by ever more; outside, every step comes "
        "nearer. Where the loss turns, the rate crosses the limit."
    ),
    learnt=("What counts is where a schedule is above the limit, not where it starts or ends."),
    patch={
        "data": {"source": "one-to-twenty", "target": "y", "validation_fraction": 0.0},
        "optimizer": {"learning_rate": 0.005},
        "schedule": {
            "key": "cosine_decay",
            "warmup_target": 0.0085,
            "warmup_steps": 30,
            "decay_steps": 70,
        },
        "training": {"batch_size": None},
    },
    then=(
        "Hold the rate at 0.0065",
        {"schedule": {"key": "constant"}, "optimizer": {"learning_rate": 0.0065}},
    ),
)
