"""The methods of the program that hand over to a learner's text."""

import math
from typing import Any

import numpy as np

from ..errors import InputError
from ..interpreter import Machine
from ..interpreter.budget import Budget
from ..interpreter.errors import at_line, unmarked
from ..interpreter.machine import kept
from ..interpreter.shapes import ShapeError, creation, less, shape_of, sizes
from ..interpreter.values import Handle, Initializer
from ..interpreter.worlds import ArrayWorld, TensorWorld, initializer_named
from ..lazy import keras, ops, tf

MORE_WEIGHTS = 64  # beside four for each feature


class OwnLayer:
    """A learner's `build` and `call`."""

    bug: Any

    def build(self: Any, input_shape: Any) -> None:
        """Makes the weights, by the learner's `__init__` and `build` where there are any."""
        program = self.bug.program
        self.weight_room = 4 * int(input_shape[-1]) + MORE_WEIGHTS
        weights: dict[str, Any] = {}
        self.own_self = Handle(
            "self",
            {"units": self.units, "use_bias": self.use_bias}
            | {
                name: Initializer("", {"object": getattr(self, name)})
                for name in ("initializer", "bias_initializer")
            },
            {"activation": (self.activation, less), "add_weight": (self._own_weight, creation)},
            given=weights,
        )
        made = [name for name in ("__init__", "build") if name in program.methods]
        for name in made:
            given = self.units if name == "__init__" else tuple(input_shape)
            Machine(program, TensorWorld(), Budget()).run(name, self.own_self, given)
        if not made:
            super().build(input_shape)  # type: ignore[misc]
            weights |= {"kernel": self.kernel} | ({"bias": self.bias} if self.use_bias else {})

    def _own_weight(
        self: Any,
        shape: Any = (),
        initializer: Any = "glorot_uniform",
        trainable: Any = True,
        name: Any = None,
        dtype: Any = None,
    ) -> Any:
        size = sizes(shape)
        self.weight_room -= math.prod(size)
        if self.weight_room < 0 or min(size, default=1) < 1:
            raise ShapeError(f"a weight of shape {size} has no place in this layer")
        if isinstance(initializer, str):
            initializer = initializer_named(initializer, {})
        if not isinstance(initializer, Initializer):
            raise ShapeError("an initializer is named, like 'zeros'")
        weight: Any = self.add_weight(
            shape=size,
            initializer=self._own_initializer(initializer),
            trainable=bool(trainable),
            name=self._name_of(size, name),
        )
        return weight

    def _own_initializer(self: Any, initializer: Initializer) -> Any:
        if "object" in initializer.options:
            return initializer.options["object"]
        made: Any = keras.initializers.get(initializer.name)
        config = made.get_config() | dict(initializer.options)
        if "seed" in config and config["seed"] is None:
            config["seed"] = getattr(self.initializer, "seed", 0) or 0
        return type(made).from_config(config)

    def _name_of(self: Any, size: tuple[int, ...], name: Any) -> str:
        """What probes call a weight: the first one is the kernel, a single number the bias."""
        used = [weight.name for weight in self.weights]
        if not used:
            return "kernel"
        if "bias" not in used and (name == "bias" or size == (1,)):
            return "bias"
        return f"state_{len(used)}"

    def call(self: Any, inputs: Any, training: bool = False) -> Any:
        """The learner's outputs, one for each row."""
        program = self.bug.program
        if "call" not in program.methods:
            kept_weights = self.own_self.given
            self.kernel, self.bias = (kept_weights.get(name) for name in ("kernel", "bias"))
            return super().call(inputs, training)  # type: ignore[misc]
        budget = Budget.of([math.prod(shape_of(inputs))])
        outputs = Machine(program, TensorWorld(), budget).run(
            "call", self.own_self, inputs, bool(training)
        )
        rows, features = shape_of(inputs)
        _must_be_tensor(self.bug, outputs)
        if shape_of(outputs) not in ((rows, 1), (rows,)):
            raise _returned(self.bug, "call", f"shape {shape_of(outputs)}", f"({rows}, 1)")
        kernel = shape_of(self.weights[0]) if self.weights else ()
        if math.prod(kernel) != features or not kernel:
            raise InputError(
                f"The layer's first weight has the shape {kernel}, and {features} features need "
                f"({features}, 1): a weight for each."
            )
        return ops.cast(outputs, "float32")


class OwnLoss:
    """A learner's `loss`."""

    bug: Any

    def loss(self: Any, targets: Any, outputs: Any) -> Any:
        """One number for the batch."""
        own = Handle("self", calls={"loss_function": (self.loss_function, less)})
        budget = Budget.of([math.prod(shape_of(outputs))])
        loss = Machine(self.bug.program, TensorWorld(), budget).run("loss", own, targets, outputs)
        _must_be_tensor(self.bug, loss)
        if math.prod(shape_of(loss)) != 1:
            raise _returned(self.bug, "loss", f"shape {shape_of(loss)}", "()")
        return ops.cast(ops.reshape(loss, ()), "float32")


class OwnGradients:
    """A learner's `gradients`."""

    bug: Any

    def gradients(self: Any, tape: Any, loss: Any, weights: Any) -> Any:
        """One for each weight."""
        known = Handle("the tape", calls={"gradient": (tape.gradient, less)})
        machine = Machine(self.bug.program, TensorWorld(), Budget())
        found = machine.run("gradients", Handle("self"), known, loss, list(weights))
        wanted = [shape_of(weight) for weight in weights]
        if not isinstance(found, list | tuple) or len(found) != len(wanted):
            raise _returned(self.bug, "gradients", _kind(found), f"a list of {len(wanted)}")
        for gradient, shape in zip(found, wanted, strict=True):
            if gradient is not None and shape_of(gradient) != shape:
                raise _returned(self.bug, "gradients", f"shape {shape_of(gradient)}", f"{shape}")
        return [None if g is None else ops.cast(ops.convert_to_tensor(g), "float32") for g in found]


class OwnUpdate:
    """A learner's `update`."""

    bug: Any

    def update(self: Any, gradients: Any, weights: Any) -> None:
        """Changes the weights."""
        optimizer = Handle(
            "the optimizer",
            {"learning_rate": ops.convert_to_tensor(self.optimizer.learning_rate)},
            {"apply": (self._own_apply, lambda values: (0, 0))},
        )
        own = Handle("self", {"optimizer": optimizer})
        machine = Machine(self.bug.program, TensorWorld(), Budget())
        machine.run("update", own, list(gradients), list(weights))

    def _own_apply(self: Any, gradients: Any, weights: Any = None) -> None:
        known = {id(weight) for weight in self.layer.trainable_variables}
        if not isinstance(gradients, list | tuple) or not all(
            id(weight) in known for weight in weights or ()
        ):
            raise ShapeError("`apply` takes the gradients and the weights")
        self.optimizer.apply(list(gradients), weights)


class OwnPipeline:
    """A learner's rows, epochs and order."""

    bug: Any

    @property
    def changes(self) -> bool:
        """Whether epochs may differ."""
        return "epoch" in self.bug.program.methods

    def training_rows(self: Any) -> Any:
        """Features and targets."""
        return self._rows("training_rows", "x_train", super().training_rows)  # type: ignore[misc]

    def validation_rows(self: Any) -> Any:
        """The same that are held out."""
        return self._rows("validation_rows", "x_val", super().validation_rows)  # type: ignore[misc]

    def _rows(self: Any, name: str, like: str, correct: Any) -> Any:
        table = getattr(self.data, like)
        if name not in self.bug.program.methods or table is None:
            return correct()
        return self._fed(name, self._run(name), len(table), table.shape[1])

    def epoch(self: Any, features: Any, targets: Any, epoch: int) -> Any:
        """What an epoch feeds."""
        if "epoch" not in self.bug.program.methods:
            return features, targets
        given = kept({"features": features, "targets": targets})
        found = self._run("epoch", *given.values(), int(epoch))
        return self._fed("epoch", found, *features.shape)

    def order(self: Any, targets: Any, epoch: int) -> Any:
        """The row numbers of an epoch."""
        if "order" not in self.bug.program.methods:
            return super().order(targets, epoch)  # type: ignore[misc]
        found = self._run("order", kept({"targets": targets})["targets"], int(epoch))
        order = np.asarray(found) if isinstance(found, np.ndarray | list) else np.zeros(0)
        rows = len(targets)
        if order.shape != (rows,) or order.dtype.kind not in "iu" or order.min(initial=0) < 0:
            raise _returned(self.bug, "order", _kind(found), f"{rows} row numbers from 0 on")
        if order.max(initial=0) >= rows:
            raise _returned(self.bug, "order", f"row {order.max()}", f"at most {rows - 1}")
        return order

    def _run(self: Any, name: str, *given: Any) -> Any:
        tables = ("x_train", "y_train", "x_val", "y_val", "x_raw_train", "x_raw_val")
        data = Handle(
            "the table",
            kept({table: getattr(self.data, table) for table in tables}),
            {"scale_features": (self.data.scale_features, less)},
        )
        own = Handle("self", {"data": data, "shuffle": self.shuffle, "seed": self.seed})
        budget = Budget.of([self.data.x_train.size])
        return Machine(self.bug.program, ArrayWorld(pipeline=True), budget).run(name, own, *given)

    def _fed(self: Any, name: str, found: Any, rows: int, columns: int) -> Any:
        wanted = ((rows, columns), (rows, 1))
        if not isinstance(found, list | tuple) or len(found) != 2:
            raise _returned(self.bug, name, _kind(found), "features and targets")
        shapes = tuple(shape_of(part) for part in found)
        if shapes != wanted:
            raise _returned(self.bug, name, f"shapes {shapes}", str(wanted))
        with np.errstate(all="ignore"):
            return tuple(np.array(part, np.float32) for part in found)


OWN = {
    "layer": OwnLayer,
    "loss": OwnLoss,
    "gradients": OwnGradients,
    "update": OwnUpdate,
    "pipeline": OwnPipeline,
}


def _must_be_tensor(bug: Any, value: Any) -> None:
    if not (isinstance(value, float | int) or tf.is_tensor(value) or hasattr(value, "shape")):
        name = [*bug.program.methods][-1]
        raise _returned(bug, name, _kind(value), "a tensor")


def _returned(bug: Any, name: str, given: str, wanted: str) -> InputError:
    line = bug.program.methods[name].lineno
    return at_line(
        line,
        unmarked(
            f"{name} returns {given} where it must return {wanted}: {bug.program.part.returns}."
        ),
    )


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    shape = shape_of(value)
    return f"shape {shape}" if shape and not isinstance(value, list) else type(value).__name__
