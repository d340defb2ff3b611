"""What each line of a learner's own method gives at a step, beside what the correct one gives.

The method is interpreted over NumPy's float32, on what a probe tells of the step, or before a run
on its first batch. All is bounded, so that a page can do it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .bugs.own import Own
from .data.pipeline import Pipeline
from .data.prepare import Prepared
from .events import Event, from_number
from .interpreter import PARTS, Machine, MethodError, Step, read
from .interpreter.budget import Budget
from .interpreter.machine import kept
from .interpreter.shapes import less, shape_of, sizes
from .interpreter.values import ArrayWeight, Handle
from .interpreter.worlds import ArrayWorld
from .spec import Spec
from .theory.activation import activate, slope
from .theory.initial_weights import initial_weights
from .theory.optimum import row_losses, row_slopes
from .theory.updates import update_rule

MOST_ROWS = 256  # of a batch that a page computes with
MOST_CELLS = 1 << 15  # features of these rows
CLOSE = 1e-4  # relative: what float32 may differ by


@dataclass(frozen=True, eq=False)
class Moment:
    """What is known of one step.

    Attributes:
        step: Which one; -1 before the first.
        rate: Its learning rate.
        batch_rows: Rows of the batch, of which the arrays may hold the first.
        features, targets: (k, d) and (k, 1).
        weights: The layer's, by name: `kernel` (d,), `bias` (1,), others.
        gradients: Of the weights, by name; empty where they are not told.
    """

    step: int
    rate: float
    batch_rows: int
    features: np.ndarray
    targets: np.ndarray
    weights: Mapping[str, np.ndarray]
    gradients: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class LineValues:
    """What a method did.

    Attributes:
        steps: What its lines gave, in the order in which they were done.
        problem: The sentence that it ended with; empty where it went through.
        first_non_finite: Index in `steps` of the first value that is not finite; None for none.
        departs: Index of the first line that gives something else than the correct method.
        sentence: What it gives, and what it should; empty where nothing departs.
    """

    steps: tuple[Step, ...]
    problem: str = ""
    first_non_finite: int | None = None
    departs: int | None = None
    sentence: str = ""


def before_the_run(spec: Spec, data: Prepared) -> Moment:
    """The first batch and the first weights, as they are declared."""
    training, rows = spec.training, len(data.x_train)
    batch = min(training.batch_size or rows, rows)
    order = np.arange(rows)
    if batch < rows:
        order = Pipeline(data, training.shuffle, training.seed).order(data.y_train, 0)
    chosen = order[: _rows_shown(batch, data.x_train.shape[1])]
    flat = initial_weights(spec, len(data.features)).astype(np.float32)
    count = len(data.features)
    weights = {"kernel": flat[:count]} | ({"bias": flat[count:]} if len(flat) > count else {})
    x, y = (np.asarray(part[chosen], np.float32) for part in (data.x_train, data.y_train))
    return Moment(-1, spec.optimizer.learning_rate, batch, x, y, weights)


def at_probe(event: Event) -> Moment:
    """The step of a `probe` event."""
    rows = _rows_shown(len(event["features"]), len(event["features"][0]))
    features = [[from_number(cell) for cell in row] for row in event["features"][:rows]]
    targets = [[from_number(value)] for value in event["targets"][:rows]]
    return Moment(
        event["step"],
        from_number(event["learning_rate"]),
        event["batch_rows"],
        np.array(features, np.float32),
        np.array(targets, np.float32),
        _arrays(event["weights_before"]),
        _arrays(event["gradients"]),
    )


def _arrays(told: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {
        name: np.array([from_number(value) for value in values], np.float32)
        for name, values in told.items()
    }


def _rows_shown(rows: int, features: int) -> int:
    return max(1, min(rows, MOST_ROWS, MOST_CELLS // max(1, features)))


def line_values(spec: Spec, bug: Own, moment: Moment, data: Prepared) -> LineValues:
    """What each line of a method gives, and where it first departs from the correct one.

    Args:
        spec: Of the run.
        bug: The method.
        moment: The step.
        data: The table, for a method of the pipeline.
    """
    scene = _Scene(spec, moment, data)
    steps, problem = scene.followed(bug.part, bug.code)
    correct, _ = scene.followed(bug.part, _correct(spec, bug.part))
    departs, sentence = _departure(steps, correct)
    return LineValues(tuple(steps), problem, _first_non_finite(steps), departs, sentence)


def _correct(spec: Spec, part: str) -> str:
    kind = PARTS[part]
    mean_of_squares = spec.loss.key == "mse" and spec.loss.reduction == "mean"
    return kind.written if part == "loss" and mean_of_squares else kind.start


class _Scene:
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
                "add_weight": (add_weight, lambda values: (0, 0)),
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
        few = _rows_shown(len(data.x_train), data.x_train.shape[1])
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


def _first_non_finite(steps: list[Step]) -> int | None:
    for index, step in enumerate(steps):
        for part in numbers_of(step.value):
            if not np.isfinite(part).all():
                return index
    return None


def numbers_of(value: Any) -> list[np.ndarray]:
    """The arrays that a value is made of; none of what holds no numbers."""
    if isinstance(value, ArrayWeight):
        return numbers_of(value.value)
    if isinstance(value, list | tuple):
        return [array for part in value for array in numbers_of(part)]
    if isinstance(value, np.ndarray | np.generic) or type(value) in (int, float):
        array = np.asarray(value)
        return [array] if array.dtype.kind in "biuf" else []
    return []


def _departure(steps: list[Step], correct: list[Step]) -> tuple[int | None, str]:
    """The first line that gives something else than the line of the same name does."""
    left: dict[str, list[Step]] = {}
    for step in correct:
        left.setdefault(step.name, []).append(step)
    for index, step in enumerate(steps):
        like = left.get(step.name)
        if not step.name or not like:
            continue
        right = like.pop(0) if len(like) > 1 else like[0]
        if told := _differs(step, right):
            return index, told
    return None, ""


def _differs(mine: Step, right: Step) -> str:
    ours, theirs = numbers_of(mine.value), numbers_of(right.value)
    what = {"return": "it returns"}.get(mine.name, f"`{mine.name}` is")
    where = f"Line {mine.line}: " if mine.line else ""
    for own, wanted in zip(ours, theirs, strict=False):
        if own.shape != wanted.shape:
            told = f"{shape_of(own)}, the correct one gives {shape_of(wanted)}"
            return f"{where}{what} of shape {told}."
        with np.errstate(all="ignore"):
            room = CLOSE * np.abs(wanted).max(initial=1e-6) + CLOSE * np.abs(wanted)
            off = ~((np.abs(own - wanted.astype(float)) <= room) | (own == wanted))
            off &= ~(np.isnan(own) & np.isnan(wanted)) if own.dtype.kind == "f" else off
        if off.any():
            place = np.unravel_index(int(np.argmax(off)), off.shape)
            row = f" in row {place[0]}" if len(own.shape) and len(own) > 1 else ""
            return f"{where}{what} {own[place]:.4g}{row}, the correct one {wanted[place]:.4g}."
    if len(ours) != len(theirs):
        return f"{where}{what} {len(ours)} values, the correct one {len(theirs)}."
    return ""
