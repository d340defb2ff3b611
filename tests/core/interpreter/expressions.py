"""Expressions over tensors of every kind, most of which TensorFlow refuses and NumPy would not.

`x` is float32 (4, 2), `n` int32, `m` bool, `d` float64, `s` a number of `tf.shape`.
"""

from core.interpreter.functions import FUNCTIONS

TENSORS = ("x", "n", "m", "d")
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "<", "==")
VALUES = (*TENSORS, "s", "2", "0.5", "True", "self.bias", "n[0, 0]", "-2.5")
PAIRS = "add subtract multiply divide maximum minimum power equal less logical_and matmul dot outer"
TF_PAIRS = "add multiply divide maximum equal less logical_or pow math.squared_difference matmul"
NO_TENSOR = ("ones", "zeros", "eye", "stack", "shape")  # what they take is no tensor


def expressions(share: int) -> list[str]:
    """Each `share`-th of those over all kinds, and all others."""
    made = [f"{a} {sign} {b}" for a in VALUES for b in VALUES for sign in OPERATORS]
    made += [f"-{value}" for value in VALUES]
    for path in _of_one("ops"):
        made += [f"{path}({value})" for value in (*TENSORS, "2", "0.5")]
    for path in _of_one("tf"):
        made += [f"{path}({value})" for value in (*TENSORS, "2", "0.5", "s")]
    for names, module, more in ((PAIRS, "ops", ()), (TF_PAIRS, "tf", ("s",))):
        for name in names.split():
            firsts, seconds = (*TENSORS, *more), (*TENSORS, "2", "0.5", *more)
            made += [f"{module}.{name}({a}, {b})" for a in firsts for b in seconds]
    return list(dict.fromkeys([*made[::share], *OTHERS.split("; ")]))


def _of_one(module: str) -> list[str]:
    """Functions that take one tensor."""
    return [
        path
        for path, listed in FUNCTIONS.items()
        if path.startswith(f"{module}.")
        and path.partition(".")[2] not in NO_TENSOR
        and sum(p.default is p.empty for p in listed.signature.parameters.values()) == 1
        and path not in ("ops.concatenate", "ops.arange")
    ]


OTHERS = (
    "ops.where(m, x, n); ops.where(x, x, x); ops.where(m, x, 0); ops.where(m, 1, 0); "
    "tf.where(m, x, n); tf.where(m, x, 0.0); tf.where(m, 1, 0); tf.where(x, x, x); "
    "tf.where(m,n,0.5); ops.concatenate([x, n]); tf.concat([x, n], 0); tf.concat([x, d], 0); "
    "tf.stack([x, n]); ops.stack([x, n]); ops.clip(n, 0.5, 1); ops.clip(x, 0, 1); "
    "tf.clip_by_value(x, 0, 1); tf.clip_by_value(n, 0.5, 1.5); "
    "tf.clip_by_value(x, 0.0, 1.0); x[5]; x[0, 3]; x[:, 2]; x[-5]; x[4:9]; x[::-1]; "
    "x[0][0][0]; x[..., None]; x[m]; x[n]; x[0:0]; x[::0]; ops.sum(x, axis=2); "
    "ops.sum(x, axis=-3); tf.reduce_sum(x, axis=2); tf.reduce_mean(x, axis=(0, 1)); "
    "ops.mean(x, axis=[0]); ops.expand_dims(x, 5); tf.expand_dims(x, -4); tf.squeeze(x); "
    "tf.squeeze(x, 0); ops.squeeze(x, 0); ops.squeeze(x); tf.reshape(x, (3, 3)); "
    "tf.reshape(x, (-1, 3)); tf.reshape(x, [-1]); tf.reshape(x, (-1, -1)); "
    "ops.reshape(x, 8); tf.reshape(x, 8); tf.reshape(x, tf.shape(x)); tf.reshape(x, (s, 2)); "
    "tf.matmul(x, self.bias); ops.matmul(x, self.bias); ops.matmul(x, x); x @ x[0]; "
    "x @ self.kernel; x[0] @ self.kernel; tf.matmul(x, x[0]); ops.dot(x, x[0]); "
    "ops.dot(x, 2.0); ops.matmul(x, 2); tf.matmul(n, n[:2]); ops.matmul(n, n[:2]); "
    "tf.matmul(x[None], x[None]); tf.matmul(x, n[:2]); x + x[:3]; x * x[:, :1]; "
    "x + self.kernel; ops.add(x, self.kernel); tf.add(x, x[0:3]); "
    "ops.transpose(x, (1, 0, 2)); tf.transpose(x, (0, 0)); tf.transpose(x); "
    "tf.tile(x, (2,)); ops.tile(x, (2,)); ops.repeat(x, 2); ops.roll(x, 1); "
    "tf.roll(x, 1, 0); tf.roll(x, 1, 5); ops.flip(x, 3); tf.reverse(x, 0); "
    "tf.reverse(x, [0]); tf.reverse(x,[4]); tf.broadcast_to(x, (3, 4, 2)); "
    "tf.broadcast_to(x, (5, 2)); ops.broadcast_to(self.bias, (4, 1)); ops.ones(3) + n[0, 0]; "
    "ops.ones((2, 2), 'int32') * x[:2]; tf.ones((4, 2)) * n; tf.fill((2, 2), 3) * x[:2]; "
    "tf.fill((2, 2), 3.0) * x[:2]; ops.full((2, 2), 3) * x[:2]; ops.arange(4) * x[:, 0]; "
    "ops.arange(4.0) * x[:, 0]; ops.arange(0, 1, 0.25)* x[:, 0]; tf.constant(3) * x; "
    "tf.constant(3.0) * x; tf.constant([1, 2]) * x; tf.constant([1.0, 2.0]) * x; "
    "tf.convert_to_tensor(2) * x; ops.convert_to_tensor(2) * x; "
    "ops.convert_to_tensor(2.0) * x; ops.convert_to_tensor([1, 2.0]) * x; "
    "ops.cast(n, 'float32') * x; tf.cast(s, tf.float32) * x; ops.cast(s, 'float32') * x; "
    "ops.eye(2) @ self.kernel; tf.eye(2) @ self.kernel; "
    "tf.constant(3, dtype=tf.float32) * x; tf.constant(2.5, dtype=tf.int32) * n; "
    "tf.reduce_sum(x) / s; tf.reduce_sum(x) / (2 * s); tf.reduce_sum(x) / x.shape[0]; "
    "tf.reduce_sum(x) / ops.shape(x)[0]; tf.reduce_sum(x) / len(x); "
    "1 / s * tf.reduce_sum(x); tf.reduce_sum(x) / tf.cast(s, tf.float32); ops.sum(x) / s; "
    "ops.sum(x / s); ops.divide(x, s); ops.sum(n) / 4; ops.mean(n) * x; ops.sum(m) * x; "
    "ops.sum(m) / 4; tf.reduce_mean(n) * 2; ops.sum(m) + 1; ops.mean(m) * x; "
    "ops.argmax(x) * 2; ops.argmax(x) * x; tf.cast(m, tf.float32) * x; "
    "ops.cast(m, 'int32') * n; s * 2 + 1; s / 2; s // 2; s % 3; s ** 2; -s; s + 0.5; "
    "float(s); int(s); abs(s); max(s, 3); tf.cast(s / 2, tf.float32) * x; x[:s - 1]; "
    "x[s - 1]; tf.zeros((s, 1)); tf.ones(tf.shape(x)) * x; tf.reduce_prod(tf.shape(x)); "
    "tf.shape(x)[0] == 4; ops.ones_like(n) * x; ops.zeros_like(m) + x; tf.ones_like(n) * n; "
    "ops.norm(n); ops.softmax(n); tf.nn.softmax(n); tf.nn.softmax(x); ops.sqrt(4); "
    "ops.sqrt(4) * x; ops.square(3) * x; ops.exp(1) * x; ops.abs(-3) * x; tf.square(3) * x; "
    "tf.square(3.0) * x; tf.abs(-3) * n; ops.maximum(1, 2) * x; tf.maximum(1.0, 2.0) * x; "
    "ops.maximum(x, 0); tf.maximum(x, 0); tf.maximum(x, 0.0); tf.maximum(n, 0.5); abs(x); "
    "abs(m); not m; x if True else n; ops.logical_not(x); x > n; m == x; m == m; m != True; "
    "n == 2; n == 2.5; x == 2; x < 2; d < x; d * 2.5; d * x; d + 1; d ** 2; x ** 2.5; "
    "x ** n; 2 ** x; 2 ** n; 2.5 ** n; n ** 2; n ** -1; n ** 0.5; (x - 1) ** 0.5; "
    "(x - 1) ** 3; x ** -1; x // 0.3; n // 2; n // -2; (n - 3) // 2; (n - 3) % 2; "
    "(x - 1) % 0.3; (x-1) // 0.3; x % 0; x // 0; x / 0; n / 2; n / n[:, :1]"
)
