"""Changes between two runs, named as everywhere on the screen."""

from typing import Any

from core.bugs import BUG_BY_KEY
from core.differences import differing, settings_of_each, shown
from core.spec import Spec
from pages.ui.plain_text import plain
from pages.ui.table_titles import table_title

LONGEST = 60  # characters of one value


def describe_changes(old: Spec, new: Spec) -> str:
    """The changes from one spec to another, as a line of text; empty for none.

    Example:
        learning rate **0.01 → 0.005** · scaling **none → standard**
    """
    before, after = (
        settings | _titles(spec)
        for spec, settings in zip(
            (old, new), settings_of_each(map(_values, (old, new))), strict=True
        )
    )
    names = [name for name in differing([before, after]) if name in after]
    return " · ".join(_change(name, before.get(name), after[name]) for name in names)


def _change(name: str, before: Any, after: Any) -> str:
    old, new = _told(name, before), _told(name, after)
    return f"{plain(name)} **{f'{old} → {new}' if old != new else 'changed'}**"


def _told(name: str, value: Any) -> str:
    text = shown(name, value)
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _values(spec: Spec) -> dict[str, Any]:
    return spec.model_dump(mode="json")


def _titles(spec: Spec) -> dict[str, Any]:
    """What is named by its title on the screen."""
    bug = BUG_BY_KEY.get(spec.bug.key) if spec.bug else None
    told = {"bug": bug.title} if bug else {}
    return told | {"table": table_title(spec.data.source)}
