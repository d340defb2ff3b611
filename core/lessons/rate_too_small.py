from .lesson import Lesson

LESSON = Lesson(
    key="rate-too-small",
    title="Too small a rate",
    group="rate",
    do=("Press Train, then multiply the rate by 10, and again."),
    see=("The loss falls, but after 100 epochs it is still far above the optimal loss."),
    why=(
        "A hundred times below the limit is safe and slow: each epoch takes away only a small "
        "share of the error. It looks like a loss that does not fall."
    ),
    learnt=(
        "A rate far below the limit is safe and slow: the largest stable rate says how far to go."
    ),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "optimizer": {"learning_rate": 0.0001},
    },
    then=("Multiply the rate by 100", {"optimizer": {"learning_rate": 0.01}}),
)
