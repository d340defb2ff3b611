"""Changes between two runs, named by the knobs."""

from typing import Any

from core.spec import Spec
from pages.ui.knob_values import knob_values
from pages.ui.plain_text import plain
from pages.ui.table_titles import table_title

LONGEST = 60  # characters of one value


def describe_changes(old: Spec, new: Spec) -> str:
    """The changes from one spec to another, as a line of text; empty for none.

    Example:
        `learning_rate` 0.01 → 0.005 · `scale` none → standard
    """
    before, after = _knob_values(old), _knob_values(new)
    parts = [
        f"`{key}` {_format(before.get(key))} → {_format(value)}"
        for key, value in after.items()
        if before.get(key) != value
    ]
    return " · ".join(parts)


def _format(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if value in (None, [], ""):
        return "–"
    text = str(value)
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _knob_values(spec: Spec) -> dict[str, Any]:
    values = knob_values(spec)
    return values | {"source": table_title(values["source"])}
