"""Objects of Keras and TensorFlow, with their arguments under today's names."""

from typing import Any

from .values import (
    Class,
    Lib,
    Obj,
    Unknown,
)

SIGNATURES = {  # parameters by position, under their names of today
    "Dense": "units activation use_bias kernel_initializer bias_initializer",
    "Sequential": "layers",
    "Model": "inputs outputs",
    "Input": "shape",
    "InputLayer": "shape",
    "Activation": "activation",
    "Normalization": "axis",
    "Lambda": "function",
    "SGD": "learning_rate momentum nesterov",
    "Adam": "learning_rate beta_1 beta_2 epsilon amsgrad",
    "AdamW": "learning_rate weight_decay beta_1 beta_2 epsilon amsgrad",
    "Nadam": "learning_rate beta_1 beta_2 epsilon",
    "Adamax": "learning_rate beta_1 beta_2 epsilon",
    "RMSprop": "learning_rate rho momentum epsilon centered",
    "Adagrad": "learning_rate initial_accumulator_value epsilon",
    "Adadelta": "learning_rate rho epsilon",
    "Ftrl": "learning_rate learning_rate_power",
    "Lion": "learning_rate beta_1 beta_2",
    "GradientDescentOptimizer": "learning_rate",
    "MomentumOptimizer": "learning_rate momentum use_locking name use_nesterov",
    "AdamOptimizer": "learning_rate beta_1 beta_2 epsilon",
    "AdagradOptimizer": "learning_rate initial_accumulator_value",
    "RMSPropOptimizer": "learning_rate rho momentum epsilon",
    "ExponentialDecay": "initial_learning_rate decay_steps decay_rate staircase",
    "PiecewiseConstantDecay": "boundaries values",
    "PolynomialDecay": "initial_learning_rate decay_steps end_learning_rate power cycle",
    "InverseTimeDecay": "initial_learning_rate decay_steps decay_rate staircase",
    "CosineDecay": "initial_learning_rate decay_steps alpha name warmup_target warmup_steps",
    "CosineDecayRestarts": "initial_learning_rate first_decay_steps t_mul m_mul alpha",
    "exponential_decay": "initial_learning_rate global_step decay_steps decay_rate staircase",
    "inverse_time_decay": "initial_learning_rate global_step decay_steps decay_rate staircase",
    "polynomial_decay": (
        "initial_learning_rate global_step decay_steps end_learning_rate power cycle"
    ),
    "piecewise_constant": "global_step boundaries values",
    "LearningRateScheduler": "schedule",
    "ReduceLROnPlateau": "monitor factor patience",
    "EarlyStopping": "monitor min_delta patience",
    "MeanSquaredError": "reduction",
    "MeanAbsoluteError": "reduction",
    "Huber": "delta reduction",
    "LogCosh": "reduction",
    "RandomNormal": "mean stddev seed",
    "RandomUniform": "minval maxval seed",
    "TruncatedNormal": "mean stddev seed",
    "Constant": "value",
}
ALIASES = {  # of parameters in older versions
    "lr": "learning_rate", "output_dim": "units", "nb_epoch": "epochs",
    "init": "kernel_initializer",
    "bias": "use_bias", "beta1": "beta_1", "beta2": "beta_2", "use_nesterov": "nesterov",
    "input": "inputs", "output": "outputs", "batch_shape": "batch_input_shape",
}  # fmt: skip
LOSS_FUNCTIONS = {
    "mse": "MeanSquaredError", "MSE": "MeanSquaredError", "mean_squared_error": "MeanSquaredError",
    "mae": "MeanAbsoluteError", "MAE": "MeanAbsoluteError",
    "mean_absolute_error": "MeanAbsoluteError", "huber": "Huber", "huber_loss": "Huber",
    "Huber": "Huber", "log_cosh": "LogCosh", "logcosh": "LogCosh", "LogCosh": "LogCosh",
    "MeanSquaredError": "MeanSquaredError", "MeanAbsoluteError": "MeanAbsoluteError",
    "absolute_difference": "MeanAbsoluteError",
}  # fmt: skip
GETTERS = frozenset(
    f"keras.{part}.get" for part in ("activations", "initializers", "losses", "optimizers")
)
LAYERS = frozenset(
    ["Dense", "Activation", "Normalization", "Flatten", "InputLayer", "Rescaling", "Dropout"]
)


def construct(machine: Any, lib: Lib, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """An object of Keras or TensorFlow, with its arguments by name."""
    name = lib.name
    if lib.path in GETTERS:
        return _got(lib.path, given[0] if given else None, line)
    names = SIGNATURES.get(name, "").split()
    bound = {ALIASES.get(key, key): value for key, value in options.items()}
    bound |= dict(zip(names, given, strict=False))
    if len(given) > len(names):
        bound["*"] = given[len(names) :]
    made = Obj(name, bound, line)
    if name == "Sequential":
        layers = bound.get("layers") or []
        made.holds["layers"] = list(layers) if isinstance(layers, list | tuple) else [Unknown(line)]
        made.kind = "Model"
        machine.models.append(made)
    elif name in ("Softmax", "ReLU"):
        made.kind, made.given = "Activation", {"activation": name.lower()}
    elif name == "Model":
        made.holds["layers"] = _traced(bound.get("inputs"), bound.get("outputs"), line)
        machine.models.append(made)
    return made


def _got(path: str, identifier: Any, line: int) -> Any:
    """What `keras.activations.get` and its kin make of a name: the name, or an activation."""
    if path == "keras.activations.get":
        return Obj("Activation", {"activation": identifier}, line)
    return identifier


def functional(model: Any, given: list[Any], options: dict[str, Any], line: int) -> None:
    """Lets a model of a class of the program have the layers between an input and an output."""
    bound = dict(zip(("inputs", "outputs"), given, strict=False)) | options
    if {"inputs", "outputs"} <= set(bound):
        model.holds["layers"] = _traced(bound["inputs"], bound["outputs"], line)


def _traced(inputs: Any, outputs: Any, line: int) -> list[Any]:
    """The layers between a functional model's input and its output."""
    output = outputs[0] if isinstance(outputs, list) and len(outputs) == 1 else outputs
    layers = []
    while isinstance(output, Obj) and output.kind == "symbolic" and len(layers) < 100:
        layers.append(output.given["layer"])
        output = output.given["of"]
    first = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
    return (
        layers[::-1] if output is first and layers else [Unknown(line, "a model of several parts")]
    )


def initializer_key(value: Any) -> str:
    """An initializer's key as specs have it; empty where it is none of theirs, or has arguments."""
    if isinstance(value, Obj):
        words = "".join("_" + c.lower() if c.isupper() else c for c in value.kind).strip("_")
        if {key for key in value.given if key not in ("seed", "*")}:
            return ""
        value = words
    if isinstance(value, str):
        value = value.removesuffix("_initializer")
    name = value.name if isinstance(value, Lib) else value
    aliases = {
        "zero": "zeros", "one": "ones", "normal": "random_normal", "uniform": "random_uniform",
        "RandomNormal": "random_normal", "RandomUniform": "random_uniform",
        "GlorotUniform": "glorot_uniform", "HeNormal": "he_normal", "Zeros": "zeros",
        "Ones": "ones",
    }  # fmt: skip
    return aliases.get(name, name) if isinstance(name, str) else ""


def is_class_of_keras(cls: Class) -> bool:
    return cls.of_library() in ("Layer", "Model", "Module", "Sequential")
