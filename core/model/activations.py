"""The activations that a regression's output may pass through; all but `linear` break linearity.

They are those of `keras.activations` that make one number of one and need no arguments.
"""

from importlib.metadata import version
from math import inf

RANGES: dict[str, tuple[float, float]] = {  # what each can give on one unit, at most
    "linear": (-inf, inf),
    "relu": (0.0, inf),
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softmax": (1.0, 1.0),
    "softplus": (0.0, inf),
    "exponential": (0.0, inf),
    "leaky_relu": (-inf, inf),
    "relu6": (0.0, 6.0),
    "elu": (-1.0, inf),
    "celu": (-1.0, inf),
    "selu": (-1.7580993408473766, inf),
    "gelu": (-0.16997120747, inf),
    "silu": (-0.27846454276, inf),
    "mish": (-0.30884341300, inf),
    "hard_silu": (-0.375, inf),
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "squareplus": (0.0, inf),
    "log_sigmoid": (-inf, 0.0),
    "hard_shrink": (-inf, inf),
    "soft_shrink": (-inf, inf),
    "tanh_shrink": (-inf, inf),
    "sparse_plus": (0.0, inf),
    "sparse_sigmoid": (0.0, 1.0),
    "sparsemax": (1.0, 1.0),
    "log_softmax": (0.0, 0.0),
    "swish": (-0.27846454276, inf),
    "hard_swish": (-0.375, inf),
}
ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}
ACROSS_UNITS = ("softmax", "log_softmax", "sparsemax")  # units side by side change each other
SINCE = {"sparse_plus": (3, 8), "sparsemax": (3, 8), "sparse_sigmoid": (3, 10)}  # of Keras
KERAS = tuple(map(int, version("keras").split(".")[:2]))
ACTIVATIONS: tuple[str, ...] = tuple(key for key in RANGES if SINCE.get(key, KERAS) <= KERAS)
