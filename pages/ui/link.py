"""Links: what an address says of the knobs, and the address that says it.

A link names a lesson and what differs from it; what it leaves out comes from the lesson.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, get_args, get_origin

from core.bugs import INJECTABLE
from core.choice import Choice, by_key
from core.data.synthetic import Synthetic
from core.lessons import LESSON_BY_KEY, LESSONS
from core.model.activations import ACTIVATIONS
from core.model.initializers import INITIALIZERS
from core.model.losses import LOSS_BY_KEY, LOSSES
from core.model.optimizers import OPTIMIZER_BY_KEY, OPTIMIZERS
from core.model.schedules import SCHEDULE_BY_KEY, SCHEDULES
from core.spec import Spec
from pages.ui.knob_values import ITEM_KNOBS, TABLE_KNOBS, knob_values, list_text, relevant_knobs
from pages.ui.paces import DEFAULT_PACE, PACES
from pages.ui.plain_text import plain

OWN = "own"  # the lesson of settings that belong to none
LESSON = "lesson"
FIRST = LESSONS[0].key
MOST_IN_LINK = 1000  # characters of one text: proxies refuse addresses of more than some 8,000
LONGER_IN_LINK = {"own.code": 2000}
SHOWN = 10  # options of a menu
LARGEST = 2**53 - 1  # a whole number that a browser tells from the next
SCALERS = ("none", "standard", "minmax", "robust")
MAY_BE_NONE = ("batch", "clip_norm")
VIEW_KNOBS: dict[str, Any] = {"speed": DEFAULT_PACE, "view": "columns"}  # of pages, of no spec
MENUS: dict[str, Sequence[str]] = {
    "optimizer": tuple(OPTIMIZER_BY_KEY),
    "schedule": tuple(SCHEDULE_BY_KEY),
    "loss": tuple(LOSS_BY_KEY),
    "bug": ("none", *by_key(INJECTABLE)),
    "lesson": (*LESSON_BY_KEY, OWN),
    "scale": SCALERS,
    "scale_target": SCALERS,
    "layer": ("dense", "custom"),
    "initializer": tuple(INITIALIZERS),
    "activation": tuple(ACTIVATIONS),
    "reduction": ("mean", "sum"),
    "missing": ("drop", "mean", "keep"),
    "speed": tuple(PACES),
    "view": ("columns", "scales", "target", "pairs", "rows"),
}
OTHERS = {  # parameters of an address that are no knobs of the lab
    *("run", "sweep", "base", "share", "item", "by", "present", "hide", "embed", "embed_options"),
}
Address = dict[str, list[str]]  # query parameters: each may be there several times


@dataclass(frozen=True)
class Link:
    """What a link says.

    Attributes:
        lesson: Its lesson's key, or `OWN`.
        knobs: Values of the lab's widgets, by their keys.
        words: A sentence for each parameter that could not be taken over, as Markdown.
    """

    lesson: str
    knobs: Mapping[str, Any]
    words: tuple[str, ...]


def read_link(address: Mapping[str, Sequence[str]]) -> Link:
    """What an address says; whatever it holds, the knobs are such that widgets can show them."""
    words: list[str] = []
    lesson = _read_menu(LESSON, address.get(LESSON, ()), words) or FIRST
    given: dict[str, Any] = {}
    for name, texts in address.items():
        if name == LESSON or name in OTHERS or ("." in name and not _is_parameter(name)):
            continue
        if name not in kinds():
            words.append(f"The link names `{code(name)}`, which is no setting here.")
            continue
        try:
            given[name] = _parse(name, texts)
        except ValueError as error:
            received = plain(" ".join(texts)[:60])
            words.append(
                f"The link asks for `{name}` = “{received}”, which is {error}. It is left out."
            )
    base = knobs_of_lesson(FIRST if _is_of_before(lesson, given) else lesson)
    if given.get("source", base["source"]) != base["source"]:
        base |= TABLE_KNOBS
    return Link(lesson, VIEW_KNOBS | ITEM_KNOBS | base | given, tuple(words))


def write_link(lesson: str, knobs: Mapping[str, Any]) -> Address:
    """The shortest address that `read_link` reads as these knobs.

    Args:
        lesson: The lesson's key, or `OWN`.
        knobs: Values of the lab's widgets, by their keys; those that no spec with these menus has
            are left out, and texts that are too long for an address.
    """
    defaults = VIEW_KNOBS | ITEM_KNOBS | knobs_of_lesson(lesson)
    if knobs.get("source", defaults["source"]) != defaults["source"]:
        defaults |= TABLE_KNOBS
    address: Address = {} if lesson == FIRST else {LESSON: [lesson]}
    for name in (*relevant_knobs(defaults | dict(knobs)), *VIEW_KNOBS):
        value = knobs.get(name, defaults.get(name))
        if value == defaults.get(name) or is_too_long(name, value):
            continue
        address[name] = texts_of(value)
    return address


def link_to(spec: Spec) -> Address:
    """The address of the lab with a spec."""
    return write_link(lesson_key(spec), knob_values(spec))


def lesson_key(spec: Spec) -> str:
    """The key of the lesson whose settings these are; `OWN` for none."""
    return next((lesson.key for lesson in LESSONS if lesson.spec == spec), OWN)


def knobs_of_lesson(key: str) -> dict[str, Any]:
    """The knobs of a lesson's spec; for settings of no lesson, the first one's."""
    return dict(_knobs_of_lesson(key if key in LESSON_BY_KEY else FIRST))


@cache
def _knobs_of_lesson(key: str) -> dict[str, Any]:
    return knob_values(LESSON_BY_KEY[key].spec)


def code(name: str) -> str:
    """A name that is not ours, to stand between backquotes."""
    return name[:60].replace("`", "'")


def is_too_long(name: str, value: Any) -> bool:
    """Whether a knob's value is a text that stays out of the address."""
    return isinstance(value, str) and len(value) > LONGER_IN_LINK.get(name, MOST_IN_LINK)


def _is_of_before(lesson: str, given: Mapping[str, Any]) -> bool:
    """Whether a link was made when links wrote what differs from the *first* lesson.

    Such a link spells out most of what its lesson has, its table above all; none does that writes
    what differs from the lesson itself.
    """
    general = TABLE_KNOBS | ITEM_KNOBS | knobs_of_lesson(FIRST)
    own = {k: v for k, v in knobs_of_lesson(lesson).items() if k != "target" and v != general[k]}
    spelled = [name for name, value in own.items() if name in given and given[name] == value]
    most = 2 * len(own.keys() & given.keys()) >= len(own)
    return bool(spelled) and most and ("source" not in own or "source" in spelled)


@cache
def kinds() -> dict[str, type]:
    """The type of each knob's value: a text, a number, yes or no, a list of names.

    Numbers that may be none are among the numbers.
    """
    found = {name: type(value) for name, value in (VIEW_KNOBS | knob_values(Spec())).items()}
    found |= {"clip_norm": float, "batch": int, "start_bias": float}
    for item in (*OPTIMIZERS, *SCHEDULES, *LOSSES, *INJECTABLE):
        found |= {f"{item.name()}.{name}": _kind(item, name) for name in item.parameters()}
    return found | {f"synthetic.{name}": _kind(Synthetic, name) for name in Synthetic.model_fields}


def _kind(item: type[Choice] | type[Synthetic], name: str) -> type:
    annotation = item.model_fields[name].annotation
    if get_origin(annotation) is tuple:  # of numbers, whose widget is a line of text
        return str
    return next((t for t in (annotation, *get_args(annotation)) if t in (bool, int, float)), str)


@cache
def options_of(name: str) -> Sequence[str]:
    """The options of a menu; none for another knob."""
    if name in MENUS:
        return MENUS[name]
    key, _, parameter = name.rpartition(".")
    for item in (*OPTIMIZERS, *SCHEDULES, *LOSSES, *INJECTABLE):
        if item.name() == key and parameter in item.model_fields:
            annotation = item.model_fields[parameter].annotation
            return get_args(annotation) if get_origin(annotation) is Literal else ()
    return ()


def _is_parameter(name: str) -> bool:
    """Whether a name with a dot is an item's parameter; other pages have names with dots, too."""
    return name in kinds() or name.partition(".")[0] in {n.partition(".")[0] for n in ITEM_KNOBS}


def _read_menu(name: str, texts: Sequence[str], words: list[str]) -> str:
    if not texts or texts[-1] in MENUS[name]:
        return texts[-1] if texts else ""
    asked, is_what = plain(texts[-1][:60]), _none_of(name, texts[-1])
    words.append(f"The link asks for `{name}` = “{asked}”, which is {is_what}. It is left out.")
    return ""


def _none_of(name: str, text: str) -> str:
    """That a text is none of a menu's options, those first that it may have meant."""
    options = options_of(name)
    near = get_close_matches(text[:60], options)
    shown = [*near, *(option for option in options if option not in near)][:SHOWN]
    more = f" and {len(options) - SHOWN} more" if len(options) > SHOWN else ""
    return f"not one of {', '.join(shown)}{more}"


def _parse(name: str, texts: Sequence[str]) -> Any:
    """A knob's value; raises `ValueError` with what the text is not."""
    kind, text = kinds()[name], texts[-1] if texts else ""
    if kind is list:
        return list(dict.fromkeys(part for part in texts if part))
    if kind is str:
        if (options := options_of(name)) and text not in options:
            raise ValueError(_none_of(name, text))
        return text
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError("neither true nor false")
        return text.lower() == "true"
    if not text and (name in MAY_BE_NONE or ITEM_KNOBS.get(name, 0) is None):
        return None
    return whole(text) if kind is int else finite(text)


def finite(text: str) -> float:
    """The number that a text is; raises `ValueError` with what it is not."""
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError("no number") from error
    if not math.isfinite(value):
        raise ValueError("no finite number")
    return value


def whole(text: str) -> int:
    """The whole number that a text is; raises `ValueError` with what it is not."""
    value = finite(text)
    if value != int(value):
        raise ValueError("no whole number")
    if abs(value) > LARGEST:
        raise ValueError("too large")
    return int(value)


def texts_of(value: Any) -> list[str]:
    """A knob's value as a parameter; nothing at all is one that is there, and empty."""
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, list | tuple):
        return [str(part) for part in value] or [""]
    if isinstance(value, float):
        return [list_text((value,))]
    return ["" if value is None else str(value)]
