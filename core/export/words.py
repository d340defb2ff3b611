"""A spec in words, part by part, in the order the data flows."""

from typing import Any

from ..choice import Choice
from ..spec import ModelSpec, Spec
from .public import table_name

SHOWN_WEIGHTS = 8
MISSING = {
    "drop": "rows with a missing value are left out",
    "mean": "missing values are filled with the training rows' mean",
    "keep": "missing values are kept",
}
SCALING = {
    "none": "as they are",
    "standard": "standardized (mean 0, variance 1)",
    "minmax": "scaled from 0 to 1",
    "robust": "scaled to median 0 and an interquartile range of 1",
}


def in_words(spec: Spec) -> list[tuple[str, str]]:
    """Pairs of a part's name and what it is set to."""
    return [
        ("Table", _table(spec)),
        ("Rows", _rows(spec)),
        ("Scaling", _scaling(spec)),
        ("Layer", _layer(spec)),
        ("Bug", _bug(spec)),
        ("Optimizer", _item(spec.optimizer)),
        ("Schedule", _item(spec.schedule)),
        ("Loss", _item(spec.loss)),
        ("Training", _training(spec)),
    ]


def _table(spec: Spec) -> str:
    data = spec.data
    features = "every other numeric column" if data.features is None else ", ".join(data.features)
    made = "".join(f"; {name} made into numbers as {kind}" for name, kind in data.encode.items())
    powers = f", with powers up to {data.degree} of each number," if data.degree > 1 else ","
    return f"{data.target} from {features}{powers} in the table {table_name(spec)}{made}"


def _rows(spec: Spec) -> str:
    data = spec.data
    parts = [MISSING[data.missing]]
    if data.exclude_rows:
        parts.append(f"left out by hand: {', '.join(map(str, data.exclude_rows))}")
    share = data.validation_fraction
    parts.append(f"{100 * share:.3g} % held out for validation" if share else "none held out")
    return "; ".join(parts)


def _scaling(spec: Spec) -> str:
    return f"features {SCALING[spec.scaling.features]}; target {SCALING[spec.scaling.target]}"


def _layer(spec: Spec) -> str:
    model = spec.model
    kind = "Keras' Dense(1)" if model.layer == "dense" else "our LinearLayer"
    bias = "with a bias" if model.use_bias else "without a bias"
    return f"{kind} {bias}, initial weights {_start(model)}, activation {model.activation}"


def _start(model: ModelSpec) -> str:
    given = model.initial_weights
    if given is None:
        return model.initializer
    kernel = " / ".join(f"{weight:g}" for weight in given.kernel[:SHOWN_WEIGHTS])
    more = len(given.kernel) - SHOWN_WEIGHTS
    told = f"{kernel} and {more:,} more" if more > 0 else kernel
    return f"{told}, its bias {given.bias:g}" if model.use_bias else told


def _bug(spec: Spec) -> str:
    return _item(spec.bug) if spec.bug else "none"


def _training(spec: Spec) -> str:
    training = spec.training
    batch = training.batch_size
    rows = "all rows in one batch" if batch is None else f"batches of {batch}"
    order = "shuffled every epoch" if training.shuffle else "in the table's order"
    return f"{training.epochs:,} epochs, {rows}, {order}, seed {training.seed}"


def _item(item: Choice) -> str:
    """The item's title, and its parameters that are set."""
    values: dict[str, Any] = {
        name: value
        for name in item.parameters()
        if (value := getattr(item, name)) not in (None, False)
    }
    told = ", ".join(f"{name.replace('_', ' ')} {_shown(v)}" for name, v in values.items())
    return f"{item.title}: {told}" if told else item.title


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " / ".join(map(_shown, value))
    if isinstance(value, str) and "\n" in value:
        return f"of {len(value.splitlines())} lines"
    return "on" if value is True else f"{value:g}" if isinstance(value, float) else str(value)
