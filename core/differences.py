"""Specs side by side: each as settings with a name, and which of them differ."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from .code_names import code_names
from .spec import Spec

LABELS = {
    "data.source": "table",
    "scaling.features": "scaling",
    "scaling.target": "target scaling",
    "optimizer.key": "optimizer",
    "schedule.key": "schedule",
    "loss.key": "loss",
    "bug.key": "bug",
}
ABSENT = {
    "batch size": "all rows",
    "features": "all",
    "initial weights": "drawn",
    "bug": "none",
    "clip norm": "none",
}
CODE = "bug code"  # a learner's own, told by the lines that others do not have
MYSTERY, TOLD = "bug id", 4  # what names a mystery, and how much of it tells one from another
SHOWN = 50  # parts of a list
ITEMS = ("optimizer", "schedule", "loss", "bug")  # sections that hold one of several items
PREFIXED = ("schedule", "loss", "bug")  # sections whose settings do not say whose they are
Settings = dict[str, Any]


def settings_of(values: Mapping[str, Any]) -> Settings:
    """A spec's plain values as one flat table, in the spec's order, named as a person would.

    Example:
        >>> settings_of({"optimizer": {"key": "sgd", "learning_rate": 0.5}, "bug": None})
        {'optimizer': 'sgd', 'learning rate': 0.5, 'bug': None}
    """
    told: Settings = {}
    for section, part in values.items():
        pairs = part.items() if isinstance(part, Mapping) else [("key", part)]
        told |= {_label(section, name): value for name, value in pairs}
    return told


def settings_of_each(several: Iterable[Mapping[str, Any]]) -> list[Settings]:
    """Several specs' settings, in which code is told by what no other's has."""
    every = list(map(settings_of, several))
    having = [settings for settings in every if CODE in settings]
    for settings, name in zip(having, code_names([s[CODE] for s in having]), strict=True):
        settings[CODE] = name
    return every


def differing(several: Sequence[Settings]) -> list[str]:
    """The names of the settings that are not the same in all, in the order they are met.

    What only some have, because it belongs to another optimizer, say, counts where they do not
    agree on it or it is not what that optimizer has anyway.
    """
    names = list(dict.fromkeys(name for settings in several for name in settings))
    return [name for name in names if _differs(name, several)]


def _differs(name: str, several: Sequence[Settings]) -> bool:
    having = [settings for settings in several if name in settings]
    if any(settings[name] != having[0][name] for settings in having):
        return True
    return len(having) < len(several) and any(
        settings[name] != _item_defaults(section, settings[section])[name]
        for settings in having
        for section in ITEMS
        if name in _item_defaults(section, settings.get(section))
    )


def unusual(values: Mapping[str, Any]) -> Settings:
    """The settings of a spec that are not the default, and always the table and the rate."""
    (settings,) = settings_of_each([values])
    always = ("table", "optimizer", "learning rate")
    different = differing([settings, _default()])
    return {name: settings[name] for name in settings if name in always or name in different}


def shown(name: str, value: Any) -> str:
    """A setting's value in words; a dash for none, where none means nothing else."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{part} {shown(part, inner)}" for part, inner in value.items()) or "–"
    if isinstance(value, list | tuple):
        more = f" and {len(value) - SHOWN:,} more" if len(value) > SHOWN else ""
        return ", ".join(shown("", part) for part in value[:SHOWN]) + more or "–"
    if isinstance(value, str) and "\n" in value:
        return f"{len(value.splitlines())} lines"
    told = str(value) if name != MYSTERY else f"{str(value)[:TOLD]}…"
    return ABSENT.get(name, "–") if value in (None, "") else told


def in_words(settings: Settings) -> str:
    """Settings as one line.

    Example:
        >>> in_words({"learning rate": 0.5, "bug": None})
        'learning rate 0.5 · bug none'
    """
    return " · ".join(f"{name} {shown(name, value)}" for name, value in settings.items())


def _label(section: str, name: str) -> str:
    path = f"{section}.{name}"
    spoken = name.replace("_", " ")
    return LABELS.get(path, f"{section} {spoken}" if section in PREFIXED else spoken)


@cache
def _default() -> Settings:
    return settings_of(Spec().model_dump(mode="json"))


@cache
def _item_defaults(section: str, key: str | None) -> Settings:
    """What an item's own settings are where nothing is said of them; none for no item."""
    if key is None:
        return {}
    part = Spec().patched({section: {"key": key}}).model_dump(mode="json")[section]
    return {_label(section, name): value for name, value in part.items() if name != "key"}
