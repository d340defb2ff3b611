"""What differs between two set-ups, in words."""

from core.differences import differing, settings_of_each, shown
from core.spec import Spec
from pages.ui.plain_text import plain

MOST = 8


def describe(old: Spec, new: Spec) -> str:
    """The settings that differ, as Markdown; empty for none."""
    before, after = settings_of_each(spec.model_dump(mode="json") for spec in (old, new))
    names = differing([before, after])
    told = [
        f"{name} {plain(shown(name, before.get(name)))} → {plain(shown(name, after.get(name)))}"
        for name in names[:MOST]
    ]
    more = f" · and {len(names) - MOST} more" if len(names) > MOST else ""
    return " · ".join(told) + more
