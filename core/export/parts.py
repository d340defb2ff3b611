"""The classes that are ours: layer and pipeline as they run, a bug's methods on top of them."""

from typing import Any

from ..source import PARTS, bug_source, class_source
from ..spec import Spec


def with_bug(spec: Spec, part: str) -> str:
    """The correct class, then the bug's methods in a class on top of it."""
    bug: Any = spec.bug
    name = PARTS[part][1]
    options = ", ".join(f"{k}={v!r}" for k, v in bug.arguments().items())
    override = bug_source(bug).replace(f"class {part}:", f"class Buggy{name}({name}):", 1)
    lines = override.splitlines()
    lines.insert(1, f"    bug = SimpleNamespace({options})\n")
    return class_source(*PARTS[part]) + "\n\n\n" + "\n".join(lines)


def layer(spec: Spec, part: str | None) -> str:
    """Code that binds `layer`."""
    model = spec.model
    lines, options = _initializer(spec), f"use_bias={model.use_bias}"
    if model.initial_weights:
        options += f", bias_initializer=keras.initializers.Constant({model.initial_weights.bias!r})"
    options += f", activation={model.activation!r}"
    source = ""
    if model.layer == "dense" and part != "Layer":
        lines.append(f"layer = keras.layers.Dense(1, kernel_initializer=initializer, {options})")
    else:
        buggy = part == "Layer"
        source = with_bug(spec, "Layer") if buggy else class_source(*PARTS["Layer"])
        name = "BuggyLinearLayer" if buggy else "LinearLayer"
        source = "\n" + source + "\n\n\n"
        lines.append(f"layer = {name}(1, initializer=initializer, {options})")
    return source + "\n".join(lines)


def _initializer(spec: Spec) -> list[str]:
    """Lines that bind `initializer`, the kernel's."""
    model, given = spec.model, spec.model.initial_weights
    if given:
        return [
            f"KERNEL = np.array({list(given.kernel)!r})[:, None]  # (features, 1)",
            "",
            "",
            "def initializer(shape, dtype=None):",
            "    return keras.ops.convert_to_tensor(KERNEL, dtype)",
            "",
            "",
        ]
    seeded = "" if model.initializer in ("zeros", "ones") else f"seed={spec.training.seed}"
    name = "".join(word.capitalize() for word in model.initializer.split("_"))
    return [f"initializer = keras.initializers.{name}({seeded})"]


def pipeline(spec: Spec) -> str:
    """Code that puts the buggy pipeline between the arrays and the layer."""
    scale = 'lambda raw: raw.astype("float32")'
    if spec.scaling.features != "none":
        scale = 'lambda raw: x_scaler.transform(raw).astype("float32")'
    return (
        f"\n{with_bug(spec, 'Pipeline')}\n\n\n"
        "data = SimpleNamespace(\n"
        "    x_train=x_train, y_train=y_train, x_val=x_val, y_val=y_val,\n"
        "    x_raw_train=x_raw[train], y_raw_train=y_raw[train],\n"
        "    x_raw_val=x_raw[held_out], y_raw_val=y_raw[held_out],\n"
        f"    scale_features={scale},\n"
        ")\n"
        f"pipeline = BuggyPipeline(data, {spec.training.shuffle}, {spec.training.seed})\n"
        "x_train, y_train = pipeline.training_rows()\n"
        "x_val, y_val = pipeline.validation_rows()"
    )
