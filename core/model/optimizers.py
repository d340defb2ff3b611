"""The optimizers of Keras, in teaching order; parameters carry Keras' names and defaults."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from ..choice import Choice, by_key

LearningRate = Field(
    default=0.01,
    description="η: how far one step goes along the gradient. The schedule may change it.",
)
ClipNorm = Field(
    default=None,
    gt=0,
    description="Shorten each weight's gradient to at most this length (Keras' `clipnorm`).",
)
Beta1 = Field(
    default=0.9, ge=0, lt=1, description="β₁: how much of the gradient's running mean is kept."
)
Beta2 = Field(
    default=0.999, ge=0, lt=1, description="β₂: how much of the squared gradient's mean is kept."
)
Epsilon = Field(default=1e-7, gt=0, description="ε: keeps the division away from zero.")


class Optimizer(Choice):
    """An optimizer of Keras: `learning_rate` is in units of weight per unit of gradient.

    Attributes:
        regularization: Parameters that pull the weights towards 0.
    """

    regularization: ClassVar[tuple[str, ...]] = ()
    learning_rate: float = LearningRate
    clip_norm: float | None = ClipNorm

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the Keras class; the one renamed parameter under Keras' name."""
        arguments = super().arguments()
        arguments["clipnorm"] = arguments.pop("clip_norm")
        return arguments

    def pulls(self) -> dict[str, float]:
        """What pulls the weights towards 0 and how strongly; empty where nothing does."""
        values = {name: getattr(self, name) for name in self.regularization}
        return {name: value for name, value in values.items() if value > 0}


class SGD(Optimizer):
    title = "SGD"
    keras_name = "SGD"
    formula = r"v \leftarrow \beta v - \eta g,\quad w \leftarrow w + v"
    purpose = "Plain gradient descent, with momentum if you want it. Its limit is known exactly."
    key: Literal["sgd"] = "sgd"
    learning_rate: float = LearningRate
    momentum: float = Field(
        default=0.0, ge=0, le=1, description="β: how much of the last step's velocity is kept."
    )
    nesterov: bool = Field(default=False, description="Look ahead: the gradient counts once more.")
    clip_norm: float | None = ClipNorm


class Adam(Optimizer):
    title = "Adam"
    keras_name = "Adam"
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\; v \leftarrow \beta_2 v + (1-\beta_2) g^2,\;"
        r" w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)"
    )
    purpose = "Steps of about η in each weight, whatever its scale: forgiving on raw data."
    key: Literal["adam"] = "adam"
    learning_rate: float = LearningRate
    beta_1: float = Beta1
    beta_2: float = Beta2
    epsilon: float = Epsilon
    amsgrad: bool = Field(default=False, description="Divide by the largest mean square so far.")


class AdamW(Adam):
    title = "AdamW"
    keras_name = "AdamW"
    formula = r"w \leftarrow (1 - \eta\lambda) w,\ \text{then Adam's step}"
    purpose = "Adam with weight decay: pulls the weights, bias included, towards zero."
    regularization = ("weight_decay",)
    key: Literal["adamw"] = "adamw"  # pyright: ignore[reportIncompatibleVariableOverride]
    weight_decay: float = Field(
        default=0.004, ge=0, description="λ: share of η that the weights lose."
    )


class Nadam(Optimizer):
    title = "Nadam"
    keras_name = "Nadam"
    formula = r"\text{Adam's step with } m \text{ looked ahead as in Nesterov}"
    purpose = "Adam with Nesterov's look-ahead: a little quicker in long valleys."
    key: Literal["nadam"] = "nadam"
    learning_rate: float = LearningRate
    beta_1: float = Beta1
    beta_2: float = Beta2
    epsilon: float = Epsilon


class Adamax(Optimizer):
    title = "Adamax"
    keras_name = "Adamax"
    formula = (
        r"u \leftarrow \max(\beta_2 u, |g|),\quad"
        r" w \leftarrow w - \tfrac{\eta}{1-\beta_1^t}\, m / (u + \epsilon)"
    )
    purpose = "Adam that remembers the largest gradient instead of the mean square."
    key: Literal["adamax"] = "adamax"
    learning_rate: float = LearningRate
    beta_1: float = Beta1
    beta_2: float = Beta2
    epsilon: float = Epsilon


class RMSprop(Optimizer):
    title = "RMSprop"
    keras_name = "RMSprop"
    formula = (
        r"v \leftarrow \rho v + (1-\rho) g^2,\quad w \leftarrow w - \eta\, g / \sqrt{v + \epsilon}"
    )
    purpose = "Divides each gradient by its recent size: steps of about η that never quite settle."
    key: Literal["rmsprop"] = "rmsprop"
    learning_rate: float = LearningRate
    rho: float = Field(
        default=0.9, ge=0, lt=1, description="ρ: how much of the mean square is kept."
    )
    momentum: float = Field(
        default=0.0, ge=0, le=1, description="β: how much of the last step is kept."
    )
    epsilon: float = Epsilon
    centered: bool = Field(default=False, description="Divide by the gradient's variance instead.")


class Adagrad(Optimizer):
    title = "Adagrad"
    keras_name = "Adagrad"
    formula = r"v \leftarrow v + g^2,\quad w \leftarrow w - \eta\, g / \sqrt{v + \epsilon}"
    purpose = "Divides by all gradients so far: its steps only ever shrink, so it wants a large η."
    key: Literal["adagrad"] = "adagrad"
    learning_rate: float = LearningRate
    initial_accumulator_value: float = Field(
        default=0.1, ge=0, description="v before the first step."
    )
    epsilon: float = Epsilon


class Adadelta(Optimizer):
    title = "Adadelta"
    keras_name = "Adadelta"
    formula = r"\Delta = \sqrt{(s+\epsilon)/(v+\epsilon)}\; g,\quad w \leftarrow w - \eta \Delta"
    purpose = "Finds its own step size; Keras' small default η makes it very slow, 1 is usual."
    key: Literal["adadelta"] = "adadelta"
    learning_rate: float = LearningRate
    rho: float = Field(default=0.95, ge=0, lt=1, description="ρ: how much of the means is kept.")
    epsilon: float = Epsilon


class Ftrl(Optimizer):
    title = "FTRL"
    keras_name = "Ftrl"
    formula = (
        r"w \leftarrow \arg\min_w\ g_{1:t} \cdot w + \tfrac{1}{2\eta}"
        r"\sum_s \sigma_s \lVert w - w_s\rVert^2 + \lambda_1\lVert w\rVert_1"
    )
    purpose = "Made for sparse, very wide data: shrinks its steps like Adagrad, can zero weights."
    regularization = ("l1_regularization_strength", "l2_regularization_strength")
    key: Literal["ftrl"] = "ftrl"
    learning_rate: float = LearningRate
    learning_rate_power: float = Field(default=-0.5, le=0, description="How fast the steps shrink.")
    initial_accumulator_value: float = Field(
        default=0.1, ge=0, description="v before the first step."
    )
    l1_regularization_strength: float = Field(
        default=0.0, ge=0, description="λ₁: pull to exactly zero."
    )
    l2_regularization_strength: float = Field(
        default=0.0, ge=0, description="λ₂: pull towards zero."
    )
    beta: float = Field(default=0.0, ge=0, description="Damps the first steps.")


class Lion(Optimizer):
    title = "Lion"
    keras_name = "Lion"
    formula = (
        r"w \leftarrow w - \eta\,\mathrm{sign}(\beta_1 m + (1-\beta_1) g),\quad"
        r" m \leftarrow \beta_2 m + (1-\beta_2) g"
    )
    purpose = "Only the gradient's sign: every weight moves by exactly η at every step."
    key: Literal["lion"] = "lion"
    learning_rate: float = LearningRate
    beta_1: float = Field(
        default=0.9, gt=0, le=1, description="β₁: how much of the running mean the step takes."
    )
    beta_2: float = Field(default=0.99, ge=0, lt=1, description="β₂: how much of the mean is kept.")


OPTIMIZERS: tuple[type[Optimizer], ...] = (
    SGD,
    Adam,
    AdamW,
    Nadam,
    Adamax,
    RMSprop,
    Adagrad,
    Adadelta,
    Ftrl,
    Lion,
)
OPTIMIZER_BY_KEY = by_key(OPTIMIZERS)
