"""What the project says when it is given something it cannot use."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError


class InputError(ValueError):
    """Bad input: its message is one clear sentence that names what came and what would be right."""


def explain(error: ValidationError) -> str:
    """One clear sentence for the first problem that pydantic found.

    Example:
        >>> from core.spec import Spec
        >>> try:
        ...     Spec(training={"epochs": 0})
        ... except ValidationError as error:
        ...     print(explain(error))
        `training.epochs` must be >= 1. Received: 0.
    """
    problem = error.errors(include_url=False)[0]
    name = ".".join(_path(problem["loc"], problem["type"], problem["input"])) or "spec"
    received = f"Received: {_shown(problem['input'])}."
    context = problem.get("ctx", {})
    match problem["type"]:
        case "extra_forbidden":
            return f"`{name}` is not a setting that exists here. {received}"
        case "greater_than_equal":
            return f"`{name}` must be >= {context['ge']}. {received}"
        case "greater_than":
            return f"`{name}` must be > {context['gt']}. {received}"
        case "less_than_equal":
            return f"`{name}` must be <= {context['le']}. {received}"
        case "less_than":
            return f"`{name}` must be < {context['lt']}. {received}"
        case "finite_number":
            return f"`{name}` must be a finite number. {received}"
        case "literal_error":
            return f"`{name}` must be one of {context['expected']}. {received}"
        case "union_tag_invalid":
            return (
                f"`{name}.key` must be one of {context['expected_tags']}. "
                f"Received: {_shown(context['tag'])}."
            )
        case "value_error":
            return str(context["error"])
        case _:
            return f"`{name}`: {problem['msg'].lower()}. {received}"


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
