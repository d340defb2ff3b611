"""What methods are given at a moment, over NumPy's float32."""

from typing import Any

import numpy as np

from ..data.prepare import Prepared
from ..interpreter import Machine, MethodError, Step, read
from ..interpreter.budget import Budget
from ..interpreter.machine import kept
from ..interpreter.shapes import creation, less, sizes
from ..interpreter.values import ArrayWeight, Handle
from ..interpreter.worlds import ArrayWorld
from ..spec import Spec
from ..theory.activation import activate, slope
from ..theory.optimum import row_losses, row_slopes
from ..theory.updates import update_rule
from .moments import Moment, rows_shown


class Scene:
    """What methods are given at a moment."""

    def __init__(self, spec: Spec, moment: Moment, data: Prepared):
        self.spec, self.moment, self.data = spec, moment, data
        self.weights = {
            name: ArrayWeight(_column(name, values)) for name, values in moment.weights.items()
        }

    def followed(self, part: str, code: str) -> tuple[list[Step], str]:
        """What the lines of a text gave, and the sentence that it ended with."""
        steps: list[Step] = []
        program = read(part, code)
        world = ArrayWorld(pipeline=part == "pipeline")
        machine = Machine(program, world, Budget.of_page(), steps)
        try:
            getattr(self, f"_{part}")(machine)
        except MethodError as error:
            return steps, str(error)
        return steps, ""

    def _layer(self, machine: Machine) -> None:
        given: dict[str, Any] = {}
        left = [ArrayWeight(weight.value.copy(), name) for name, weight in self.weights.items()]

        def add_weight(shape: Any = (), initializer: Any = None, **_: Any) -> ArrayWeight:
            size = sizes(shape)
            if left and left[0].value.size == int(np.prod(size)):
                weight = left.pop(0)
                return ArrayWeight(weight.value.reshape(size), weight.name)
            return ArrayWeight(np.zeros(size, np.float32))

        model = self.spec.model
        own = Handle(
            "self",
            {"units": 1, "use_bias": model.use_bias, "initializer": "zeros"}
            | {"bias_initializer": "zeros"},
            {
                "activation": (lambda z: _activated(model.activation, z), less),
                "add_weight": (add_weight, creation),
            },
            given,
        )
        features = self.moment.features
        made = [name for name in ("__init__", "build") if name in machine.program.methods]
        for name in made:
            machine.run(name, own, 1 if name == "__init__" else (None, features.shape[1]))
        if not made:
            given.update({weight.name: weight for weight in left if weight.name != "weight"})
        if "call" in machine.program.methods:
            machine.run("call", own, features, True)

    def _outputs(self) -> np.ndarray:
        kernel, bias = self.weights["kernel"].value, self.weights.get("bias")
        sums = self.moment.features @ kernel + (bias.value if bias else np.float32(0))
        return _activated(self.spec.model.activation, sums)

    def _loss(self, machine: Machine) -> None:
        machine.run("loss", self._with_loss(), self.moment.targets, self._outputs())

    def _with_loss(self) -> Handle:
        return Handle("self", calls={"loss_function": (self._loss_of, less)})

    def _loss_of(self, targets: Any, outputs: Any) -> np.ndarray:
        with np.errstate(all="ignore"):
            rows = row_losses(self.spec.loss, np.asarray(outputs - targets, np.float64))
            mean = self.spec.loss.reduction == "mean"
            return np.asarray(rows.mean() if mean else rows.sum(), np.float32)

    def _derivative(self) -> list[np.ndarray]:
        """The correct gradient, weight by weight."""
        moment, key = self.moment, self.spec.model.activation
        kernel, bias = self.weights["kernel"].value, self.weights.get("bias")
        x = moment.features.astype(np.float64)
        with np.errstate(all="ignore"):
            sums = x @ kernel + (bias.value if bias else 0.0)
            slopes = row_slopes(self.spec.loss, activate(key, sums) - moment.targets)
            slopes = slopes * slope(key, sums)
            if self.spec.loss.reduction == "mean":
                slopes = slopes / len(x)
            found = [x.T @ slopes] + ([slopes.sum(axis=0)] if bias else [])
        return [np.asarray(part, np.float32) for part in found]

    def _trained(self) -> list[ArrayWeight]:
        names = [name for name in ("kernel", "bias") if name in self.weights]
        return [ArrayWeight(self.weights[name].value.copy(), name) for name in names]

    def _gradients(self, machine: Machine) -> None:
        tape = Handle("the tape", calls={"gradient": (lambda *_: self._derivative(), less)})
        loss = self._loss_of(self.moment.targets, self._outputs())
        machine.run("gradients", Handle("self"), tape, loss, self._trained())

    def _update(self, machine: Machine) -> None:
        told = self.moment.gradients
        weights = self._trained()
        gradients = [
            told[weight.name].reshape(weight.shape) if weight.name in told else derivative
            for weight, derivative in zip(weights, self._derivative(), strict=True)
        ]
        kernel = weights[0].value.size
        rule = update_rule(
            self.spec.optimizer, sum(weight.value.size for weight in weights), kernel
        )

        def apply(gradients: Any, trained: Any = None) -> None:
            flat = np.concatenate([np.ravel(weight.value) for weight in weights])
            pulls = [
                np.zeros(w.shape) if g is None else g
                for g, w in zip(gradients, weights, strict=True)
            ]
            after = rule(
                flat.astype(np.float64),
                np.concatenate([np.ravel(part) for part in pulls]).astype(np.float64),
                self.moment.rate,
            )
            for weight in weights:
                weight.assign(after[: weight.value.size].reshape(weight.shape))
                after = after[weight.value.size :]

        rate = np.asarray(self.moment.rate, np.float32)
        optimizer = Handle(
            "the optimizer", {"learning_rate": rate}, {"apply": (apply, lambda values: (0, 0))}
        )
        machine.run("update", Handle("self", {"optimizer": optimizer}), gradients, weights)
        if machine.steps is not None:
            machine.steps += [Step(0, "", f"{w.name} afterwards", w.value) for w in weights]

    def _pipeline(self, machine: Machine) -> None:
        methods, data = machine.program.methods, self.data
        few = rows_shown(len(data.x_train), data.x_train.shape[1])
        tables = ("x_train", "y_train", "x_val", "y_val", "x_raw_train", "x_raw_val")
        parts = {name: getattr(data, name) for name in tables}
        parts = {name: part if part is None else part[:few] for name, part in parts.items()}
        table = Handle("the table", kept(parts), {"scale_features": (data.scale_features, less)})
        training = self.spec.training
        own = Handle("self", {"data": table, "shuffle": training.shuffle, "seed": training.seed})
        rows = [parts["x_train"], parts["y_train"]]
        if "training_rows" in methods:
            found = machine.run("training_rows", own)
            rows = list(found) if isinstance(found, list | tuple) and len(found) == 2 else rows
        if "validation_rows" in methods and parts["x_val"] is not None:
            machine.run("validation_rows", own)
        epoch = max(0, self.moment.step) // -(-len(data.x_train) // self.moment.batch_rows)
        if "epoch" in methods:
            features, targets = kept({"features": rows[0], "targets": rows[1]}).values()
            machine.run("epoch", own, features, targets, epoch)
        if "order" in methods:
            machine.run("order", own, rows[1], epoch)


def _activated(key: str, z: Any) -> np.ndarray:
    return np.asarray(activate(key, np.asarray(z, np.float32)), np.float32)


def _column(name: str, values: np.ndarray) -> np.ndarray:
    return values[:, None] if name == "kernel" else values
