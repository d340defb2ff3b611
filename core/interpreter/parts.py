"""The parts of the program that a learner may write, and what each is given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        breaks: The class whose methods it replaces: `Layer`, `Step` or `Pipeline`.
        methods: Its methods with their parameters; a text holds one or more of them.
        own: What `self` has.
        start: The correct method.
        written: The same written out, where it is: for a mean of squares, for plain SGD.
        returns: What the last of its methods must return, as the end of a sentence.
    """

    breaks: str
    methods: dict[str, tuple[str, ...]]
    own: frozenset[str]
    start: str
    returns: str
    written: str = ""


PARTS = {
    "layer": Part(
        "Layer",
        {
            "__init__": ("self", "units"),
            "build": ("self", "input_shape"),
            "call": ("self", "inputs", "training"),
        },
        frozenset(
            {"units", "use_bias", "kernel", "bias", "activation", "initializer"}
            | {"bias_initializer", "add_weight"}
        ),
        "def call(self, inputs, training=False):\n"
        "    outputs = ops.matmul(inputs, self.kernel)\n"
        "    if self.use_bias:\n"
        "        outputs = outputs + self.bias\n"
        "    return self.activation(outputs)\n",
        "`call` must return one output for each row",
    ),
    "loss": Part(
        "Step",
        {"loss": ("self", "targets", "outputs")},
        frozenset({"loss_function"}),
        "def loss(self, targets, outputs):\n    return self.loss_function(targets, outputs)\n",
        "`loss` must return one number for the whole batch: take a mean or a sum",
        "def loss(self, targets, outputs):\n"
        "    residuals = targets - outputs\n"
        "    return ops.mean(ops.square(residuals))\n",
    ),
    "gradients": Part(
        "Step",
        {"gradients": ("self", "tape", "loss", "weights")},
        frozenset(),
        "def gradients(self, tape, loss, weights):\n    return tape.gradient(loss, weights)\n",
        "`gradients` must return a list with one gradient for each weight, of its shape",
    ),
    "update": Part(
        "Step",
        {"update": ("self", "gradients", "weights")},
        frozenset({"optimizer"}),
        "def update(self, gradients, weights):\n    self.optimizer.apply(gradients, weights)\n",
        "`update` returns nothing",
        "def update(self, gradients, weights):\n"
        "    rate = self.optimizer.learning_rate\n"
        "    for gradient, weight in zip(gradients, weights):\n"
        "        weight.assign_sub(rate * gradient)\n",
    ),
    "pipeline": Part(
        "Pipeline",
        {
            "training_rows": ("self",),
            "validation_rows": ("self",),
            "epoch": ("self", "features", "targets", "epoch"),
            "order": ("self", "targets", "epoch"),
        },
        frozenset({"data", "shuffle", "seed"}),
        "def epoch(self, features, targets, epoch):\n    return features, targets\n",
        "features (rows, columns) and targets (rows, 1), as many as came",
    ),
}
