"""A spec as values of the lab's knobs; lists of numbers as text and back."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from core.bugs import INJECTABLE
from core.choice import Choice
from core.data.synthetic import KEY as SYNTHETIC
from core.data.synthetic import Synthetic
from core.errors import InputError
from core.model.losses import LOSSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.spec import MAX_EXCLUDED_ROWS, Encoding, InitialWeights, Spec

MAX_DIGITS = 18  # of a row's number; Python itself refuses more than 4,300
ENCODINGS: dict[str, Encoding] = {"one_hot": "one-hot", "ordinal": "ordinal", "days": "days"}
TABLE_KNOBS: dict[str, Any] = {  # what belongs to one table, as it is for any other
    "target": "",
    "features": [],
    **{knob: [] for knob in ENCODINGS},
    "exclude_rows": "",
}
ELSEWHERE = {"key", "learning_rate", "clip_norm", "reduction"}  # have a knob for all items


def knob_values(spec: Spec) -> dict[str, Any]:
    """A spec as values of the lab's widgets, by their keys."""
    source = spec.data.source
    values: dict[str, Any] = {
        "source": SYNTHETIC if source.partition(":")[0] == SYNTHETIC else source,
        "target": spec.data.target,
        "features": list(spec.data.features or ()),
        **{knob: _encoded_columns(spec, kind) for knob, kind in ENCODINGS.items()},
        "degree": spec.data.degree,
        "exclude_rows": row_text(spec.data.exclude_rows),
        "missing": spec.data.missing,
        "validation": spec.data.validation_fraction,
        "scale": spec.scaling.features,
        "scale_target": spec.scaling.target,
        "layer": spec.model.layer,
        "bias": spec.model.use_bias,
        "initializer": spec.model.initializer,
        "start_weights": weight_text(spec.model.initial_weights),
        "start_bias": spec.model.initial_weights.bias if spec.model.initial_weights else 0.0,
        "activation": spec.model.activation,
        "bug": spec.bug.key if spec.bug else "none",
        "optimizer": spec.optimizer.key,
        "learning_rate": spec.optimizer.learning_rate,
        "clip_norm": spec.optimizer.clip_norm,
        "schedule": spec.schedule.key,
        "loss": spec.loss.key,
        "reduction": spec.loss.reduction,
        "epochs": spec.training.epochs,
        "batch": spec.training.batch_size,
        "shuffle": spec.training.shuffle,
        "seed": spec.training.seed,
    }
    if values["source"] == SYNTHETIC:
        values |= _prefixed(SYNTHETIC, Synthetic.from_source(source).model_dump())
    for part in (spec.optimizer, spec.schedule, spec.loss, spec.bug):
        if part is not None:
            values |= _prefixed(part.key, part.model_dump(exclude=ELSEWHERE))
    return values


def spec_values(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values of the spec that knobs make: the other way round.

    Args:
        knobs: Values of the widgets, by their keys; what is missing is as it is in `Spec()`.

    Raises:
        InputError: For a text that should be a list of numbers or of rows and is none.
    """
    knobs = ITEM_KNOBS | DEFAULTS | dict(knobs)
    kernel = numbers_of("model.initial_weights.kernel", knobs["start_weights"] or "", float)
    bias = {"bias": knobs["start_bias"]} if knobs["bias"] else {}
    encode = {name: how for knob, how in ENCODINGS.items() for name in knobs[knob]}
    return {
        "data": {
            "source": _source(knobs),
            "target": knobs["target"],
            "features": tuple(knobs["features"]) or None,
            "encode": encode,
            "degree": knobs["degree"],
            "exclude_rows": rows_of(knobs["exclude_rows"] or ""),
            "missing": knobs["missing"],
            "validation_fraction": knobs["validation"],
        },
        "scaling": {"features": knobs["scale"], "target": knobs["scale_target"]},
        "model": {
            "layer": knobs["layer"],
            "use_bias": knobs["bias"],
            "initializer": knobs["initializer"],
            "initial_weights": {"kernel": kernel, **bias} if kernel else None,
            "activation": knobs["activation"],
        },
        "bug": None if knobs["bug"] == "none" else _item("bug", INJECTABLE, knobs),
        "optimizer": {
            **_item("optimizer", OPTIMIZERS, knobs),
            "learning_rate": knobs["learning_rate"],
            "clip_norm": knobs["clip_norm"],
        },
        "schedule": _item("schedule", SCHEDULES, knobs),
        "loss": {**_item("loss", LOSSES, knobs), "reduction": knobs["reduction"]},
        "training": {
            "epochs": knobs["epochs"],
            "batch_size": knobs["batch"],
            "shuffle": knobs["shuffle"],
            "seed": knobs["seed"],
        },
    }


def _source(knobs: Mapping[str, Any]) -> str:
    if knobs["source"] != SYNTHETIC:
        return knobs["source"]
    own = ",".join(f"{name}={knobs[f'{SYNTHETIC}.{name}']}" for name in Synthetic.model_fields)
    return Synthetic.from_source(f"{SYNTHETIC}:{own}").to_source()


def _item(menu: str, registry: Iterable[type[Choice]], knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The item that a menu names, with its own parameters."""
    key = knobs[menu]
    values: dict[str, Any] = {"key": key}
    for item in registry:
        for name, field in item.model_fields.items():
            if item.name() == key and name not in ELSEWHERE:
                value = knobs[f"{key}.{name}"]
                if get_origin(field.annotation) is tuple:
                    value = numbers_of(f"{menu}.{name}", value or "", get_args(field.annotation)[0])
                values[name] = value
    return values


def relevant_knobs(knobs: Mapping[str, Any]) -> list[str]:
    """The names of the knobs that a spec with these menus has, in the order the data flows."""
    kinds = {knobs[menu] for menu in ("source", "optimizer", "schedule", "loss", "bug")}
    return [*FIXED, *(name for name in ITEM_KNOBS if name.rpartition(".")[0] in kinds)]


def _encoded_columns(spec: Spec, kind: Encoding) -> list[str]:
    """The columns of an encoding without the target, which is encoded without being asked for."""
    encode = spec.data.encode.items()
    return [name for name, how in encode if how == kind and name != spec.data.target]


def row_text(rows: tuple[int, ...]) -> str:
    """Row numbers as the knob's text.

    Example:
        >>> row_text((1, 2, 3, 7))
        '1-3, 7'
    """
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][-1] + 1:
            parts[-1][1:] = [row]
        else:
            parts.append([row])
    return ", ".join("-".join(map(str, part)) for part in parts)


def weight_text(weights: InitialWeights | None) -> str:
    """The weights as the knob's text; empty for none."""
    return list_text(weights.kernel) if weights else ""


def list_text(numbers: Iterable[float]) -> str:
    """Numbers as a knob's text, to their last digit."""
    return ", ".join(repr(number).removesuffix(".0") for number in numbers)


def numbers_of(name: str, text: str, kind: type) -> tuple:
    """The numbers of a text with commas between them.

    Raises:
        InputError: If one of them is none.
    """
    try:
        return tuple(kind(part) for part in text.replace(";", ",").split(",") if part.strip())
    except ValueError as error:
        wanted = "whole numbers" if kind is int else "numbers"
        raise InputError(
            f"`{name}` must be {wanted} with commas between them. Received: {text[:60]!r}."
        ) from error


def rows_of(text: str) -> tuple[int, ...]:
    """Row numbers of the knob's text; raises `InputError` where it cannot be parsed."""
    rows: set[int] = set()
    for part in text.replace("–", "-").replace(";", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not part.strip():
            continue
        if not _is_count(first) or (dash and not _is_count(last)):
            raise InputError(
                f"`data.exclude_rows` must be like 3, 17, 20-25. Received: {part.strip()[:40]!r}."
            )
        end = int(last) if dash else int(first)
        if end - int(first) > MAX_EXCLUDED_ROWS or len(rows) > MAX_EXCLUDED_ROWS:
            raise InputError(
                f"`data.exclude_rows` must be at most {MAX_EXCLUDED_ROWS:,} rows. "
                f"Received: {part.strip()[:40]!r}."
            )
        rows.update(range(int(first), end + 1))
    return tuple(sorted(rows))


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) <= MAX_DIGITS


def _prefixed(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{kind}.{name}": list_text(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


DEFAULTS = knob_values(Spec())
FIXED = tuple(name for name in DEFAULTS if "." not in name)  # what every spec has
ITEM_KNOBS = {  # the parameters of every item, as they are where nothing is said of them
    name: value
    for kind, fields in (
        *((i.name(), i.model_fields) for i in (*OPTIMIZERS, *SCHEDULES, *LOSSES, *INJECTABLE)),
        (SYNTHETIC, Synthetic.model_fields),
    )
    for name, value in _prefixed(
        kind, {name: field.get_default() for name, field in fields.items() if name not in ELSEWHERE}
    ).items()
}
