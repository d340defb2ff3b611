from .lesson import Lesson

LESSON = Lesson(
    key="momentum-too-high",
    title="Momentum that carries too far",
    group="rate",
    do=("Press Train: a rate far below the limit, with a momentum of 0.98."),
    see=(
        "The loss falls to the bottom, climbs again to almost half its height, and swings like "
        "that for all 100 epochs."
    ),
    why=(
        "A velocity that keeps 98 % of itself adds up 50 steps: the weights arrive at the minimum "
        "at full speed and run up the other side. The rate is not at fault, it is stable; the "
        "swing only loses 2 % of its loss a step, and a momentum of 0.9 loses 10 %."
    ),
    learnt=("Momentum sums up past steps: near 1 it overshoots, however small the rate."),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.01, "momentum": 0.98},
        "training": {"batch_size": None},
    },
    then=("Lower the momentum to 0.9", {"optimizer": {"momentum": 0.9}}),
)
