from .lesson import Lesson

LESSON = Lesson(
    key="no-bias",
    title="A line without a constant",
    do=("Press Train: standardized features and a good rate, but the bias is switched off."),
    see=(
        "The loss falls, settles, and stays four times as high as it would be if the model "
        "predicted nothing but the mean."
    ),
    why=(
        "Without a constant the line passes through the origin. Standardized features are 0 on "
        "average, so the prediction is 0 on average too, and the square of the target's mean, "
        "152², stays in the loss. No rate and no number of epochs can take it away."
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
