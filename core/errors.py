"""What the project says when it is given something it cannot use."""

import errno
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

SENTENCES = {
    "extra_forbidden": "`{name}` is not a setting that exists here. {received}",
    "greater_than_equal": "`{name}` must be >= {ge}. {received}",
    "greater_than": "`{name}` must be > {gt}. {received}",
    "less_than_equal": "`{name}` must be <= {le}. {received}",
    "less_than": "`{name}` must be < {lt}. {received}",
    "finite_number": "`{name}` must be a finite number. {received}",
    "float_parsing": "`{name}` must be a number. {received}",
    "float_type": "`{name}` must be a number. {received}",
    "too_short": "`{name}` must have at least {min_length} in it. Received: {actual_length}.",
    "too_long": "`{name}` must have at most {max_length} in it. Received: {actual_length}.",
    "int_parsing": "`{name}` must be a whole number. {received}",
    "int_type": "`{name}` must be a whole number. {received}",
    "int_from_float": "`{name}` must be a whole number. {received}",
    "literal_error": "`{name}` must be one of {expected}. {received}",
    "union_tag_invalid": "`{name}.key` must be one of {expected_tags}. Received: '{tag}'.",
    "union_tag_not_found": "`{name}` must be an object with a `key`. {received}",
    "model_type": "`{name}` must be an object with named settings. {received}",
}

DISK_FULL = (
    "The server's disk is full, so the table cannot be kept; nothing else is lost. Use a smaller "
    "table, choose a sample table, or tell whoever runs the server."
)
NO_ROOM = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)}


class InputError(ValueError):
    """Bad input: its message is one clear sentence that names what came and what would be right."""


class UnavailableError(InputError):
    """What was asked for may exist, and cannot be told or kept just now: to be asked for again."""


def explain(error: ValidationError) -> str:
    """One clear sentence for the first problem that pydantic found.

    Example:
        >>> try:
        ...     Spec(training={"epochs": 0})
        ... except ValidationError as error:
        ...     print(explain(error))
        `training.epochs` must be >= 1. Received: 0.
    """
    return explain_all(error)[0]


def explain_all(error: ValidationError) -> list[str]:
    """A sentence for each problem that pydantic found, as `explain` words it."""
    return [_sentence(problem) for problem in error.errors(include_url=False)]


def _sentence(problem: Mapping[str, Any]) -> str:
    name = ".".join(_path(problem["loc"], problem["type"], problem["input"])) or "spec"
    received = f"Received: {_shown(problem['input'])}."
    context = problem.get("ctx", {})
    if problem["type"] == "value_error":
        return str(context["error"])
    unnamed = f"`{{name}}`: {problem['msg'].lower()}. {{received}}"
    sentence = SENTENCES.get(problem["type"], unnamed)
    return sentence.format(name=name, received=received, **context)


def _path(location: tuple[int | str, ...], kind: str, received: Any) -> Iterator[str]:
    """The path without the tag that a union of kinds puts behind its field's name."""
    tagged = {"optimizer", "schedule", "bug", "loss"}
    skip = False
    for part in location:
        if skip and part != "key":
            skip = False
            continue
        yield str(part)
        skip = part in tagged


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def is_full(error: OSError) -> bool:
    """Whether a file could not be written for want of room."""
    return error.errno in NO_ROOM
