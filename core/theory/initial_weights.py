"""The weights a run starts with: Keras' seeded initializers, drawn without TensorFlow.

On the CPU TensorFlow's stateless random numbers come from Philox 4×32-10, whose key and counter
are the seed, mixed once by the same generator. A layer of one unit has d inputs, so its fans are
d and 1.

Sources: Salmon et al. 2011, *Parallel Random Numbers: As Easy as 1, 2, 3*; TensorFlow's
`stateless_random_ops.cc` (`GenerateKey`) and `random_distributions.h`; Keras'
`initializers/random_initializers.py`.
"""

from functools import lru_cache

import numpy as np

from ..spec import Spec

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
KEY_STEPS = 0x9E3779B9, 0xBB67AE85
SCRAMBLE = 0x3EC8F720, 0x02461E29
TRUNCATED_STDDEV = 0.87962566103423978  # of a standard normal cut at ±2
DRAWS_PER_GROUP = 256  # generator calls that TensorFlow sets aside for 4 truncated normals

VARIANCE_SCALING = {  # key: (scale, fan, distribution)
    "glorot_uniform": (1.0, "average", "uniform"),
    "glorot_normal": (1.0, "average", "truncated"),
    "he_uniform": (2.0, "in", "uniform"),
    "he_normal": (2.0, "in", "truncated"),
    "lecun_uniform": (1.0, "in", "uniform"),
    "lecun_normal": (1.0, "in", "truncated"),
    "variance_scaling": (1.0, "in", "truncated"),
}


def initial_weights(spec: Spec, features: int) -> np.ndarray:
    """The weights before the first step.

    Args:
        spec: Gives them itself, or names the initializer, the seed, and whether there is a bias.
        features: Number of inputs, d.

    Returns:
        Shape (d + 1,), the bias last, or (d,) without one; float32 values as float64.

    Raises:
        InputError: If the spec gives weights, and not one for each input.
    """
    model, given = spec.model, spec.model.initial_weights
    model.check_features(features)
    kernel = given.kernel if given else _kernel(model.initializer, features, spec.training.seed)
    bias = [given.bias if given else 0.0] if model.use_bias else []
    with np.errstate(over="ignore"):
        return np.array([*kernel, *bias], np.float32).astype(np.float64)


@lru_cache(maxsize=256)  # every learning rate that is tried begins with the same
def _kernel(key: str, features: int, seed: int) -> np.ndarray:
    if key in VARIANCE_SCALING:
        scale, fan, distribution = VARIANCE_SCALING[key]
        variance = scale / (features if fan == "in" else (features + 1) / 2)
        if distribution == "uniform":
            limit = np.sqrt(3 * variance)
            return uniform(seed, features, -limit, limit)
        return truncated_normal(seed, features) * np.float32(np.sqrt(variance) / TRUNCATED_STDDEV)
    column = OTHERS[key](seed, features)
    return column / np.linalg.norm(column) if key == "orthogonal" else column


def uniform(seed: int, count: int, low: float, high: float) -> np.ndarray:
    """`keras.random.uniform`, bit for bit: shape (count,), float32."""
    start, length = np.float32(low), np.float32(high) - np.float32(low)
    return _unit(_words(seed, np.arange(-(-count // 4))).ravel()[:count]) * length + start


def normal(seed: int, count: int) -> np.ndarray:
    """`keras.random.normal` of mean 0 and deviation 1: shape (count,), float32."""
    return _box_muller(_words(seed, np.arange(-(-count // 4)))).ravel()[:count]


def truncated_normal(seed: int, count: int) -> np.ndarray:
    """`keras.random.truncated_normal`: normals within ±2, redrawn until they are."""
    groups = []
    for group in range(-(-count // 4)):
        first = group * DRAWS_PER_GROUP
        drawn = _box_muller(_words(seed, np.arange(first, first + DRAWS_PER_GROUP))).ravel()
        groups.append(drawn[np.abs(drawn) < 2][:4])
    return np.concatenate(groups)[:count]


OTHERS = {
    "zeros": lambda seed, count: np.zeros(count, np.float32),
    "ones": lambda seed, count: np.ones(count, np.float32),
    "random_uniform": lambda seed, count: uniform(seed, count, -0.05, 0.05),
    "random_normal": lambda seed, count: normal(seed, count) * np.float32(0.05),
    "truncated_normal": lambda seed, count: truncated_normal(seed, count) * np.float32(0.05),
    "orthogonal": normal,  # one column: a direction, made length 1
}


def _words(seed: int, calls: np.ndarray) -> np.ndarray:
    """The 4 random words of each of the generator's `calls`, shape (k, 4), uint32."""
    seed %= 2**31 - 2  # as Keras folds it into an int32
    mixed = _philox(np.array([[seed, 0, 0, 0]], np.uint64), *SCRAMBLE)[0]
    counters = np.zeros((len(calls), 4), np.uint64)
    high = int(mixed[2]) | int(mixed[3]) << 32
    counters[:, 0] = calls
    counters[:, 2], counters[:, 3] = high & 0xFFFFFFFF, high >> 32
    return _philox(counters, int(mixed[0]), int(mixed[1])).astype(np.uint32)


def _philox(counters: np.ndarray, key0: int, key1: int) -> np.ndarray:
    """Ten rounds of Philox 4×32 on counters (k, 4); words kept in uint64."""
    c0, c1, c2, c3 = counters.T
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        first, second = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c2 = (second >> 32) ^ c1 ^ np.uint64(key0), (first >> 32) ^ c3 ^ np.uint64(key1)
        c1, c3 = second & low, first & low
        key0, key1 = (key0 + KEY_STEPS[0]) & 0xFFFFFFFF, (key1 + KEY_STEPS[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1)


def _unit(words: np.ndarray) -> np.ndarray:
    """Words to numbers in [0, 1): 23 bits as the fraction of a float32 in [1, 2), less 1."""
    return ((words & 0x7FFFFF) | 0x3F800000).astype(np.uint32).view(np.float32) - np.float32(1)


def _box_muller(words: np.ndarray) -> np.ndarray:
    """Pairs of words to pairs of standard normals, same shape, float32."""
    pairs = _unit(words.reshape(-1, 2))
    radius = np.sqrt(np.float32(-2) * np.log(np.maximum(pairs[:, 0], np.float32(1e-7))))
    angle = (2 * np.pi * pairs[:, 1].astype(np.float64)).astype(np.float32)
    normals = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=1)
    return normals.reshape(words.shape)
