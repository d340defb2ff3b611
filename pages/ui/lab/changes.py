"""What differs between two runs, in the knobs' words."""

from typing import Any

from core.spec import Spec
from pages.ui.knob_values import knob_values
from pages.ui.table_titles import title_of


def changes(old: Spec, new: Spec) -> str:
    """What differs between two specs, in words; empty where nothing does.

    Example:
        `learning_rate` 0.01 → 0.005 · `scale` none → standard
    """
    before, after = _named(old), _named(new)
    told = [
        f"`{key}` {_shown(before.get(key))} → {_shown(value)}"
        for key, value in after.items()
        if before.get(key) != value
    ]
    return " · ".join(told)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value in (None, [], "") else str(value)


def _named(spec: Spec) -> dict[str, Any]:
    values = knob_values(spec)
    return values | {"source": title_of(values["source"])}
