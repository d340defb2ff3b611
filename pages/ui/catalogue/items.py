"""What the catalogue holds: every bug and every cause, with what its example does to a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from core.bugs import BUGS, Bug
from core.diagnosis.causes import CAUSES
from core.lessons import LESSON_BY_KEY, Lesson
from core.spec import Spec

FILE = Path(__file__).parent / "curves.json"  # `make catalogue` writes it
LOOKS = {  # what one sees of the loss
    "rises": "It rises",
    "turns": "It falls, then rises",
    "non-finite": "It is infinite, or not a number",
    "jumps": "It goes up and down",
    "plateaus": "It stays near where it began",
    "biased": "It stops too high",
    "slow": "It falls too slowly",
    "validation-off": "Only the validation loss is wrong",
    "fails": "Training does not start",
    "fine": "It looks fine, and yet",
}
STAGES = {  # where it is, in the order in which data flow
    "data": "The table",
    "pipeline": "The data pipeline",
    "initialization": "The initial weights",
    "forward": "The layer",
    "loss": "The loss",
    "gradient": "The gradients",
    "update": "The update",
    "hyperparameters": "The settings",
}
ORDERS = {"symptom": ("looks", LOOKS), "stage": ("stage", STAGES)}  # name, groups


@dataclass(frozen=True)
class Item:
    """A bug, or a cause in data and settings.

    Attributes:
        key: As links name it.
        title: As people name it.
        line: What it is, in a line.
        bug: The bug; None for a cause.
        texts: `what` it is, `why` the loss does what it does, what one would `see`, its `remedy`,
            and a `reference`.
        spec: Its example.
        looks: What one sees of the loss: a key of `LOOKS`.
        stage: Where it is: a key of `STAGES`.
        curve: What its example does, as the file tells it: `loss`, `mended` and `validation` as
            lists of epochs and of values; whether it `broke`; what it was mended `by`.
        lessons: Those of which it is the cause.
    """

    key: str
    title: str
    line: str
    bug: type[Bug] | None
    texts: Mapping[str, str]
    spec: Spec
    looks: str
    stage: str
    curve: Mapping[str, Any]
    lessons: tuple[Lesson, ...]

    @property
    def kind(self) -> str:
        """What it is, and where."""
        return f"{STAGES[self.stage]} · {'a bug' if self.bug else 'not a bug'}"


@cache
def items() -> Mapping[str, Item]:
    """Every item by its key: bugs, then causes, each in teaching order."""
    told = orjson.loads(FILE.read_bytes())
    entries: list[tuple[str, type[Bug] | None, Any]] = [
        *((bug.name(), bug, bug) for bug in BUGS),
        *((cause.key, None, cause) for cause in CAUSES if not cause.key.startswith("bug:")),
    ]
    return {key: _item(key, bug, entry, told) for key, bug, entry in entries}


def _item(key: str, bug: type[Bug] | None, entry: Any, told: Mapping[str, Any]) -> Item:
    curve = told["items"][key]
    causes: Mapping[str, str] = told["lessons"]
    return Item(
        key,
        entry.title,
        bug.purpose if bug else entry.what,
        bug,
        {name: getattr(entry, name) for name in ("what", "why", "see", "remedy", "reference")},
        Spec().patched({**entry.example, "bug": {"key": key} if bug else None}),
        curve["looks"],
        curve["stage"],
        curve,
        tuple(LESSON_BY_KEY[lesson] for lesson, cause in causes.items() if cause == key),
    )
