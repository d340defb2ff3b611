"""The activations a regression's output may pass through; all but `linear` break linearity."""

ACTIVATIONS: tuple[str, ...] = (
    "linear",
    "relu",
    "sigmoid",
    "tanh",
    "softplus",
    "exponential",
)
