from .lesson import Lesson

LESSON = Lesson(
    key="no-bias",
    title="A line without a constant",
    group="layer",
    do=("Press Train: standardized, with a good rate, but without a bias."),
    see=(
        "The loss falls, settles, and stays four times as high as it would be if the model "
        "predicted nothing but the mean."
    ),
    why=(
        "Without a constant the line passes through the origin. Standardized features are 0 on "
        "average, so the prediction is 0 on average too, and the square of the target's mean, "
        "152², stays in the loss. No rate and no number of epochs can take it away."
    ),
    learnt=(
        "A loss above the baseline that has settled is a question of the model, not of the rate."
    ),
    patch={
        "data": {"source": "diabetes"},
        "scaling": {"features": "standard"},
        "model": {"use_bias": False},
        "optimizer": {"learning_rate": 0.1},
        "training": {"batch_size": None},
    },
    then=("Switch the bias on", {"model": {"use_bias": True}}),
)
