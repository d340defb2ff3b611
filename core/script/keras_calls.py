"""Keras and TensorFlow's objects: layers, models, optimizers, schedules, losses, sessions, tapes."""

from typing import Any

import numpy as np

from . import tensors
from .budget import UnreadableError
from .training import Training
from .values import Class, Gradient, Instance, Lib, Node, Obj, Unknown, Variable, is_tensor

SIGNATURES = {  # parameters by position, under their names of today
    "Dense": "units activation use_bias kernel_initializer bias_initializer",
    "Sequential": "layers",
    "Model": "inputs outputs",
    "Input": "shape",
    "InputLayer": "shape",
    "Activation": "activation",
    "Normalization": "axis",
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
    "polynomial_decay": "initial_learning_rate global_step decay_steps end_learning_rate power cycle",
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
    "lr": "learning_rate", "output_dim": "units", "init": "kernel_initializer", "nb_epoch": "epochs",
    "bias": "use_bias", "beta1": "beta_1", "beta2": "beta_2", "use_nesterov": "nesterov",
    "input": "inputs", "output": "outputs", "batch_shape": "batch_input_shape",
}  # fmt: skip
FIT = "x y batch_size epochs verbose callbacks validation_split validation_data shuffle".split()
COMPILE = "optimizer loss metrics".split()
LOSS_FUNCTIONS = {
    "mse": "MeanSquaredError", "MSE": "MeanSquaredError", "mean_squared_error": "MeanSquaredError",
    "mae": "MeanAbsoluteError", "MAE": "MeanAbsoluteError",
    "mean_absolute_error": "MeanAbsoluteError", "huber": "Huber", "huber_loss": "Huber",
    "Huber": "Huber", "log_cosh": "LogCosh", "logcosh": "LogCosh", "LogCosh": "LogCosh",
    "MeanSquaredError": "MeanSquaredError", "MeanAbsoluteError": "MeanAbsoluteError",
}  # fmt: skip
SCHEDULE_FUNCTIONS = {"exponential_decay", "inverse_time_decay", "polynomial_decay", "piecewise_constant"}
LAYERS = frozenset("Dense Activation Normalization Flatten InputLayer Rescaling Dropout".split())
QUIET = frozenset(
    "summary evaluate predict save save_weights load_weights get_config to_json build reset_states "
    "get_layer set_weights assign plot watch close".split()
)
SESSIONS = ("Session", "InteractiveSession")
MAX_FEATURES = 2000


def construct(machine: Any, lib: Lib, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """An object of Keras or TensorFlow, with its arguments by name."""
    name = lib.name
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
    elif name == "Model":
        made.holds["layers"] = _traced(bound.get("inputs"), bound.get("outputs"), line)
    return made


def _traced(inputs: Any, outputs: Any, line: int) -> list[Any]:
    """The layers between a functional model's input and its output."""
    output = outputs[0] if isinstance(outputs, list) and len(outputs) == 1 else outputs
    layers = []
    while isinstance(output, Obj) and output.kind == "symbolic" and len(layers) < 100:
        layers.append(output.given["layer"])
        output = output.given["of"]
    first = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
    return layers[::-1] if output is first and layers else [Unknown(line, "a model of several parts")]


def call_object(machine: Any, owner: Any, given: list[Any], options: dict, line: int) -> Any:
    """What calling a layer, a model or a loss gives."""
    first = given[0] if given else options.get("inputs")
    kind = owner.kind if isinstance(owner, Obj) else owner.cls.of_library()
    if isinstance(first, Obj) and first.kind in ("Input", "symbolic"):
        return Obj("symbolic", {"layer": owner, "of": first}, line)
    if kind in LOSS_FUNCTIONS.values():
        target, output = given[0], given[1]
        return loss_of(machine, kind, owner.given, target, output, line, repairs=True)
    if kind == "Model" and isinstance(owner, Obj):
        return forward(machine, owner, first, line)
    if isinstance(owner, Instance) or kind in LAYERS:
        return through(machine, owner, first, line)
    raise UnreadableError(f"what calling `{kind}` gives")


def forward(machine: Any, model: Any, inputs: Any, line: int) -> Any:
    """What a model makes of its inputs."""
    if isinstance(model, Instance):
        return through(machine, model, inputs, line)
    for layer in model.holds["layers"]:
        inputs = through(machine, layer, inputs, line)
    return inputs


def through(machine: Any, layer: Any, inputs: Any, line: int) -> Any:
    """What a layer makes of its inputs: a tensor of its variables."""
    if isinstance(layer, Unknown):
        raise UnreadableError(layer.why or "a layer that was not understood")
    if isinstance(layer, Obj) and layer.kind == "Model":
        return forward(machine, layer, inputs, line)
    if isinstance(layer, Instance):
        return _through_own(machine, layer, inputs, line)
    if layer.kind in ("Flatten", "InputLayer", "Input", "Normalization", "Dropout"):
        return inputs
    if layer.kind == "Activation":
        if layer.given.get("activation") in (None, "linear"):
            return inputs
        raise UnreadableError("an activation in a hand-written step")
    if layer.kind != "Dense":
        raise UnreadableError(f"a layer `{layer.kind}`")
    if layer.given.get("activation") not in (None, "linear"):
        raise UnreadableError("an activation in a hand-written step")
    if "kernel" not in layer.holds:
        features = _width(inputs)
        units = layer.given.get("units")
        if not isinstance(units, int) or not 0 < units * features <= MAX_FEATURES:
            raise UnreadableError("a layer whose size is not known")
        layer.holds["kernel"] = _weight((features, units), "kernel_initializer", layer)
        if layer.given.get("use_bias", True):
            layer.holds["bias"] = _weight((units,), "bias_initializer", layer)
    product = tensors.apply(machine, "matmul", [inputs, layer.holds["kernel"]], {}, line)
    if "bias" in layer.holds:
        return tensors.apply(machine, "add", [product, layer.holds["bias"]], {}, line)
    return product


def _width(inputs: Any) -> int:
    """How many features an array, or what a placeholder is fed with, has."""
    shape = np.shape(tensors.value_of(inputs))
    return shape[-1] if len(shape) > 1 else 1


def _weight(shape: tuple[int, ...], role: str, layer: Obj) -> Variable:
    key = layer.given.get(role, "glorot_uniform" if role[0] == "k" else "zeros")
    stand_in = np.random.RandomState(len(role)).uniform(-0.5, 0.5, shape)
    if key in ("zeros", "zero"):
        stand_in = np.zeros(shape)
    return Variable(stand_in, initializer_key(key), layer.line)


def _through_own(machine: Any, layer: Instance, inputs: Any, line: int) -> Any:
    """What a layer or model of the program's own makes of its inputs."""
    if "built" not in layer.holds:
        layer.holds["built"] = True
        if build := layer.cls.find("build"):
            shape = np.shape(tensors.value_of(inputs))
            shape = (None, *shape[1:]) if len(shape) > 1 else (None, 1)
            machine.call(build.bound(layer, layer.cls), [shape], {}, line)
    call = layer.cls.find("call")
    if call is None:
        raise UnreadableError("a layer without `call`")
    return machine.call(call.bound(layer, layer.cls), [inputs], {}, line)


def add_weight(machine: Any, layer: Instance, given: list[Any], options: dict, line: int) -> Any:
    """`self.add_weight(…)` of a layer."""
    names = "shape initializer dtype trainable".split()
    if given and isinstance(given[0], str):
        names = ["name", "shape", "dtype", "initializer"]
    bound = dict(zip(names, given, strict=False)) | options
    shape = bound.get("shape", ())
    shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    if not all(isinstance(size, int) and 0 < size <= MAX_FEATURES for size in shape):
        raise UnreadableError("a weight whose shape is not known")
    key = bound.get("initializer") or ("glorot_uniform" if len(shape) > 1 else "zeros")
    stand_in = np.random.RandomState(line % 2**32).uniform(-0.5, 0.5, shape)
    if key in ("zeros", "zero"):
        stand_in = np.zeros(shape)
    made = Variable(stand_in, initializer_key(key), line, options.get("trainable", True), True)
    layer.holds.setdefault("weights", []).append(made)
    return made


def initializer_key(value: Any) -> str:
    """An initializer's key as specs have it; empty where it is none of theirs, or has arguments."""
    if isinstance(value, Obj):
        words = "".join("_" + c.lower() if c.isupper() else c for c in value.kind).strip("_")
        if {key for key in value.given if key not in ("seed", "*")}:
            return ""
        value = words
    name = value.name if isinstance(value, Lib) else value
    aliases = {
        "zero": "zeros", "one": "ones", "normal": "random_normal", "uniform": "random_uniform",
        "RandomNormal": "random_normal", "RandomUniform": "random_uniform",
        "GlorotUniform": "glorot_uniform", "HeNormal": "he_normal", "Zeros": "zeros", "Ones": "ones",
    }  # fmt: skip
    return aliases.get(name, name) if isinstance(name, str) else ""


def loss_of(
    machine: Any, kind: str, given: dict, target: Any, output: Any, line: int, repairs: bool
) -> Node:
    """A loss of Keras as a tensor; it reshapes targets of shape (n,) to outputs of (n, 1)."""
    delta = given.get("delta", 1.0)
    summed = str(given.get("reduction", "")).lower() in ("sum", "reduction.sum")

    def compute(y: Any, p: Any) -> Any:
        y, p = np.asarray(y, float), np.asarray(p, float)
        if repairs and y.ndim + 1 == p.ndim and p.shape[-1] == 1:
            y = y[..., None]
        if not repairs:
            tensors.note_broadcast(machine, y, p, line)
        r = p - y
        machine.budget.spend(r.size)
        rows = {
            "MeanSquaredError": lambda: r**2,
            "MeanAbsoluteError": lambda: np.abs(r),
            "Huber": lambda: np.where(
                np.abs(r) <= delta, r * r / 2, delta * np.abs(r) - delta * delta / 2
            ),
            "LogCosh": lambda: np.log(np.cosh(np.clip(r, -300, 300))),
        }[kind]()
        return rows.sum() if summed else rows.mean()

    return tensors.later(compute, target, output, line=line)


def method(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    """The result of a method of one of Keras' or TensorFlow's objects."""
    if owner.kind == "Model":
        return model_method(machine, owner, name, given, options, line)
    if owner.kind in SESSIONS:
        return _session(machine, name, given, options, line)
    if owner.kind == "GradientTape" and name == "gradient":
        loss, sources = given[0], given[1] if len(given) > 1 else options.get("sources")
        if isinstance(sources, list | tuple):
            return [Gradient(loss, source) for source in sources]
        return Gradient(loss, sources)
    if name in ("minimize", "apply_gradients", "compute_gradients", "apply"):
        return _step(machine, owner, name, given, options, line)
    if owner.kind == "Normalization" and name == "adapt":
        owner.holds["adapted"] = line
        return None
    if owner.kind == "Dataset":
        return _dataset(machine, owner, name, given, options, line)
    if name in QUIET:
        return Unknown()
    if owner.kind == "Dense" and name in ("get_weights",):
        return Unknown()
    raise UnreadableError(f"`.{name}` of `{owner.kind}` is not read here")


def model_method(machine: Any, model: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    """`add`, `compile` and `fit` of a model, Keras' own or the program's."""
    holds = model.holds
    if name == "add":
        holds["layers"].append(given[0])
        return None
    if name == "compile":
        holds["compiled"] = dict(zip(COMPILE, given, strict=False)) | options | {"line": line}
        return None
    if name in ("fit", "train_on_batch"):
        bound = dict(zip(FIT, given, strict=False))
        bound |= {ALIASES.get(key, key): value for key, value in options.items()}
        compiled = holds.get("compiled", {})
        machine.trainings.append(
            Training(
                "fit", line, bound.pop("x", None), bound.pop("y", None), model, bound,
                compiled.get("loss"), compiled.get("optimizer"), shuffles=machine.shuffles,
            )
        )  # fmt: skip
        return Obj("History", {}, line)
    if name in QUIET:
        return Unknown()
    raise UnreadableError(f"`.{name}` of a model is not read here")


def attribute(machine: Any, owner: Obj, name: str) -> Any:
    """An attribute of one of Keras' or TensorFlow's objects; None for none."""
    if name in owner.holds:
        return owner.holds[name]
    if name in ("trainable_variables", "trainable_weights", "weights", "variables"):
        return variables_of(owner)
    if owner.kind == "Model" and name in ("optimizer", "loss"):
        return owner.holds.get("compiled", {}).get(name)
    if name in ("learning_rate", "lr") and "learning_rate" in owner.given:
        return owner.given["learning_rate"]
    return None


def variables_of(owner: Any) -> list[Variable]:
    """The variables of a layer or model, in the order they were made."""
    found: list[Variable] = []
    items: list[Any] = []
    if isinstance(owner, Obj):
        items = [*owner.holds.get("layers", ()), owner.holds.get("kernel"), owner.holds.get("bias")]
    elif isinstance(owner, Instance):
        items = [*owner.holds.get("weights", ()), *owner.attributes.values()]
    for item in items:
        if isinstance(item, Variable) and item not in found and item.trainable:
            found.append(item)
        elif isinstance(item, Obj | Instance) and item is not owner:
            found += [v for v in variables_of(item) if v not in found]
    return found


def _session(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name != "run":
        return None
    feed = given[1] if len(given) > 1 else options.get("feed_dict")
    feed = feed if isinstance(feed, dict) else {}
    fed = {id(key): value for key, value in feed.items()}
    fetches = given[0] if given else options.get("fetches")
    items = fetches if isinstance(fetches, list | tuple) else [fetches]
    values = []
    for item in items:
        if isinstance(item, Obj) and item.kind == "train_op":
            loss, optimizer = item.given["loss"], item.given["optimizer"]
            step(machine, loss, optimizer, item.given["variables"], line, fed)
            values.append(None)
        elif is_tensor(item):
            plain = {key: np.asarray(machine.plain(value), float) for key, value in fed.items()}
            values.append(tensors.value_of(item, plain))
        else:
            values.append(Unknown())
    return values if isinstance(fetches, list | tuple) else values[0]


def step(machine: Any, loss: Any, optimizer: Any, variables: Any, line: int, feed: dict) -> None:
    """Notes that here a step is made; one of several variables by hand is one step."""
    last = machine.trainings[-1] if machine.trainings else None
    by_hand = isinstance(optimizer, float)
    if by_hand and last and last.kind == "steps" and last.loss is loss and not last.loops:
        last.variables += variables
        if abs(last.optimizer - optimizer) > 1e-3 * abs(optimizer):
            last.options["rates"] = (last.optimizer, optimizer)
        return
    machine.trainings.append(
        Training(
            "steps", line, loss=loss, optimizer=optimizer, feed=feed,
            variables=list(variables or ()), shuffles=machine.shuffles,
        )
    )  # fmt: skip


def _step(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name == "compute_gradients":
        variables = tensors.leaves(given[0])
        return [(Gradient(given[0], v), v) for v in variables if isinstance(v, Variable) and v.trainable]
    if name == "minimize":
        loss = given[0] if given else options.get("loss")
        variables = options.get("var_list", given[2] if len(given) > 2 else None)
        if isinstance(loss, Obj) or callable(loss) or hasattr(loss, "node"):
            loss = machine.call(loss, [], {}, line)
            variables = variables if variables is not None else given[1] if len(given) > 1 else None
            step(machine, loss, owner, variables, line, {})
            return None
        counted = options.get("global_step", given[1] if len(given) > 1 else None) is not None
        owner.holds["counts_steps"] = counted
        return Obj("train_op", {"loss": loss, "optimizer": owner, "variables": variables}, line)
    pairs = given[0] if given else options.get("grads_and_vars")
    gradients = [pair[0] if isinstance(pair, list | tuple) else pair for pair in pairs]
    found = [item for item in gradients if isinstance(item, Gradient)]
    if not found or len(found) < len(gradients):
        raise UnreadableError("gradients that were changed before they are applied")
    variables = [item.variable for item in found]
    if any(isinstance(leaf, tensors.Hole) for leaf in tensors.leaves(found[0].loss)):
        return Obj("train_op", {"loss": found[0].loss, "optimizer": owner, "variables": variables}, line)
    step(machine, found[0].loss, owner, variables, line, {})
    return None


def _dataset(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    holds = dict(owner.holds)
    if name == "shuffle":
        holds["shuffled"] = True
    elif name == "batch":
        holds["batch"] = given[0] if given else options.get("batch_size")
    elif name == "repeat":
        holds["repeat"] = True
    elif name not in ("prefetch", "cache", "as_numpy_iterator"):
        raise UnreadableError(f"`.{name}` of a dataset is not read here")
    return Obj("Dataset", owner.given, owner.line, holds)


def batches(machine: Any, dataset: Obj) -> list[Any]:
    """The batches of a dataset, in the order of its rows."""
    parts = dataset.given["*"][0] if "*" in dataset.given else None
    parts = parts if isinstance(parts, tuple) else (parts,)
    values = [np.asarray(machine.plain(part), float) for part in parts]
    size = dataset.holds.get("batch") or 1
    if not isinstance(size, int) or size < 1 or len(values[0]) // size > 5000:
        raise UnreadableError("batches of a size that is not known")
    if dataset.holds.get("shuffled"):
        machine.shuffles += 1
    made = []
    for start in range(0, len(values[0]), size):
        rows = tuple(value[start : start + size] for value in values)
        made.append(rows if len(rows) > 1 else rows[0])
    return made


def is_class_of_keras(cls: Class) -> bool:
    return cls.of_library() in ("Layer", "Model", "Module", "Sequential")
