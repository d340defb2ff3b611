"""The names under which Keras knows its weight initializers."""

INITIALIZERS: tuple[str, ...] = (
    "glorot_uniform",
    "zeros",
    "ones",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "glorot_normal",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "variance_scaling",
    "orthogonal",
)
