"""The spec: everything that defines a run, frozen.

Two runs of one spec on one dataset are the same run. A spec rejects only what cannot run; what
should not be run (a huge rate, raw scales, a bug) must be expressible, because it is the lesson.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import orjson
from pydantic import Field, ValidationError, field_validator, model_validator

from .bugs import INJECTABLE
from .choice import Frozen, one_of
from .errors import InputError, explain
from .model.activations import ACTIVATIONS
from .model.initializers import INITIALIZERS
from .model.losses import LOSSES, MeanSquaredError
from .model.optimizers import OPTIMIZERS, SGD
from .model.schedules import SCHEDULES, Constant
from .points import is_points, points_of

Scaler = Literal["none", "standard", "minmax", "robust"]
Encoding = Literal["ordinal", "one-hot", "days"]
MAX_SOURCE = 4000  # characters: 60 points to their last digit
MAX_ENCODED = 100
MAX_EPOCHS = 100_000
MAX_EXCLUDED_ROWS = 1000  # a spec travels in links
MAX_DEGREE = 9
MAX_FEATURES = 2000  # powers counted


class DataSpec(Frozen):
    """Which table, and which of its rows and columns.

    Attributes:
        source: A key of the dataset registry, an uploaded table's id, or points that a learner has
            drawn, as `points:1,2;2,3.5`; never a path.
        target: The column to predict.
        features: Columns to predict it from; None for every other numeric column, but one that
            only numbers the rows, and every encoded one. What an encoded column becomes may be
            named too, as `colour = red`.
        encode: Columns that are made into numbers, and how: `ordinal` (categories counted from 0 in
            order), `one-hot` (a feature of 0 and 1 for each category but the first), `days` (dates
            as days since the earliest training row's). A target of dates is encoded by `days` too.
        exclude_rows: Rows left out, as they are counted in the table, from 1.
        degree: Highest power of each numeric feature and date: of x, up to 3, `x`, `x^2` and `x^3`.
            They are computed before scaling, and may be named in `features`.
        missing: What happens to rows with a missing value.
        validation_fraction: Share of the rows held out, 0 for none.
    """

    source: str = Field(default="diabetes", min_length=1, max_length=MAX_SOURCE)
    target: str = Field(default="target", min_length=1)
    features: tuple[str, ...] | None = None
    encode: dict[str, Encoding] = Field(default={}, max_length=MAX_ENCODED)
    degree: int = Field(default=1, ge=1, le=MAX_DEGREE)
    exclude_rows: tuple[int, ...] = Field(default=(), max_length=MAX_EXCLUDED_ROWS)
    missing: Literal["drop", "mean", "keep"] = "drop"
    validation_fraction: float = Field(default=0.2, ge=0, lt=1)

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @field_validator("source")
    @classmethod
    def _points_are_points(cls, value: str) -> str:
        if is_points(value):
            points_of(value)
        return value

    @field_validator("exclude_rows")
    @classmethod
    def _sorted_rows(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if value and min(value) < 1:
            raise ValueError(f"`data.exclude_rows` counts rows from 1. Received: {min(value)}.")
        return tuple(sorted(set(value)))


class ScalingSpec(Frozen):
    """How features and target are scaled, fitted on the training rows only."""

    features: Scaler = "none"
    target: Scaler = "none"


class InitialWeights(Frozen):
    """Weights to start from, as the layer holds them: after scaling.

    Attributes:
        kernel: One for each feature, in the features' order.
        bias: The constant; 0, or None when read, where the model has none.
    """

    kernel: tuple[float, ...] = Field(min_length=1, max_length=MAX_FEATURES)
    bias: float = 0.0

    @field_validator("bias", mode="before")
    @classmethod
    def _no_bias_is_zero(cls, value: Any) -> Any:
        return 0.0 if value is None else value


class ModelSpec(Frozen):
    """The layer: Keras' `Dense(1)`, or our `LinearLayer`, where bugs go.

    Attributes:
        layer: Whose code it is.
        use_bias: Whether a constant is learned beside the weights.
        initializer: The Keras initializer that draws the kernel; the bias starts at 0.
        initial_weights: Weights to start from in place of the initializer's; None for those.
        activation: The Keras activation that the output passes through.
    """

    layer: Literal["dense", "custom"] = "dense"
    use_bias: bool = True
    initializer: str = "glorot_uniform"
    initial_weights: InitialWeights | None = None
    activation: str = "linear"

    @property
    def start(self) -> str:
        """What gives the first weights: the initializer's key, or the spec itself."""
        return "initial_weights" if self.initial_weights else self.initializer

    def check_features(self, features: int) -> None:
        """Refuses initial weights that do not fit a table.

        Args:
            features: Inputs of the layer.

        Raises:
            InputError: If there are more or fewer weights than features.
        """
        given = self.initial_weights
        if given and len(given.kernel) != features:
            raise InputError(
                "`model.initial_weights.kernel` must have one number for each feature, "
                f"{features:,}. Received: {len(given.kernel):,}."
            )

    @field_validator("initializer")
    @classmethod
    def _known_initializer(cls, value: str) -> str:
        return _known("model.initializer", value, INITIALIZERS)

    @field_validator("activation")
    @classmethod
    def _known_activation(cls, value: str) -> str:
        return _known("model.activation", value, ACTIVATIONS)

    @model_validator(mode="after")
    def _bias_only_where_there_is_one(self) -> Self:
        if not self.use_bias and self.initial_weights and self.initial_weights.bias:
            raise ValueError(
                "`model.initial_weights.bias` must be 0 without a bias (`model.use_bias`). "
                f"Received: {self.initial_weights.bias:g}."
            )
        return self


class TrainingSpec(Frozen):
    """How long, in what batches, in which order.

    Attributes:
        epochs: Passes over the training rows.
        batch_size: Rows of one update; None for all of them (full batch).
        shuffle: Whether each epoch takes the rows in a new random order.
        seed: Of the split, the initial weights and the order.
    """

    epochs: int = Field(default=100, ge=1, le=MAX_EPOCHS)
    batch_size: int | None = Field(default=32, ge=1)
    shuffle: bool = True
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class Document(Frozen):
    """What a file or a link may hold, read with one clear sentence for what is wrong."""

    word: ClassVar[str] = "spec"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The document with these plain values.

        Raises:
            InputError: One clear sentence for the first value that cannot run.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError(explain(error)) from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The document behind JSON text; raises `InputError` as `of` does."""
        try:
            values = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise InputError(f"A {cls.word} must be valid JSON. Received: {error}.") from error
        if not isinstance(values, dict):
            received = type(values).__name__
            raise InputError(f"A {cls.word} must be a JSON object. Received: {received}.")
        return cls.of(values)


class Spec(Document):
    """Everything that defines a run.

    Example:
        >>> Spec.of({"optimizer": {"learning_rate": 0.5}}).optimizer.learning_rate
        0.5
    """

    data: DataSpec = DataSpec()
    scaling: ScalingSpec = ScalingSpec()
    model: ModelSpec = ModelSpec()
    bug: one_of(INJECTABLE) | None = None  # pyright: ignore[reportInvalidTypeForm]
    optimizer: one_of(OPTIMIZERS, "sgd") = SGD()  # pyright: ignore[reportInvalidTypeForm]
    schedule: one_of(SCHEDULES, "constant") = Constant()  # pyright: ignore[reportInvalidTypeForm]
    loss: one_of(LOSSES, "mse") = MeanSquaredError()  # pyright: ignore[reportInvalidTypeForm]
    training: TrainingSpec = TrainingSpec()

    def patched(self, patch: Mapping[str, Any]) -> Self:
        """This spec with the values of a partial spec put in place of its own.

        Where the patch names another `key`, the old item's parameters are dropped, but for those
        that both items have (an optimizer's learning rate, for instance).

        Raises:
            InputError: As `of` does.
        """
        values = self.model_dump()
        for section, change in patch.items():
            old = values.get(section)
            if not isinstance(change, Mapping) or not isinstance(old, dict):
                values[section] = change
                continue
            if change.get("key", old.get("key")) != old.get("key"):
                known = _fields_of(section, change["key"])
                old = {name: value for name, value in old.items() if name in known}
            values[section] = old | dict(change)
        return self.of(values)


def _fields_of(section: str, key: Any) -> set[str]:
    registries = {"bug": INJECTABLE, "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES}
    return {
        name
        for item in registries.get(section, ())
        if item.name() == key
        for name in item.model_fields
    }


def _known(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"`{name}` must be one of {', '.join(known)}. Received: {value!r}.")
    return value
