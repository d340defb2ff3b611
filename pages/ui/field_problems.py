"""What is wrong with the knobs, for each of them, in the words that stand at its field."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from core.errors import InputError, explain_all
from core.limits import check_run
from core.spec import Spec
from pages.ui.knob_values import ITEM_KNOBS, spec_values

PATH = re.compile(r"`([\w.-]+)`")
MENUS = ("source", "optimizer", "schedule", "loss", "bug")  # of items with parameters
FIELDS = {  # path in the spec: the knob's key, and what its field is called
    "data.source": ("source", "Table"),
    "data.features": ("features", "Features"),
    "data.degree": ("degree", "The highest power"),
    "data.exclude_rows": ("exclude_rows", "Rows left out"),
    "data.validation_fraction": ("validation", "The validation share"),
    "model.initial_weights.kernel": ("start_weights", "The weights to start from"),
    "model.initial_weights.bias": ("start_bias", "The bias to start from"),
    "bug.code": ("own.code", "Your code"),
    "optimizer.learning_rate": ("learning_rate", "The learning rate"),
    "optimizer.clip_norm": ("clip_norm", "The clip norm"),
    "training.epochs": ("epochs", "Epochs"),
    "training.batch_size": ("batch", "The batch size"),
    "training.seed": ("seed", "The seed"),
}
IN_WORDS = {  # how errors begin that name several settings: the knob's key
    "Too few rows are left": "validation",
    "A run takes at most": "degree",
}
SPOKEN = (
    (r">=", "at least"),
    (r"<=", "at most"),
    (r"be > ", "be more than "),
    (r"be < ", "be below "),
    (r"(\d)\.0\b", r"\1"),
    (r"`\w+\.(\w+)`", r"“\1”"),
    (r"Received: None\.", "It is empty."),
    (r"^Table names a", "This is a"),
    (r": it was never uploaded to this server, or is no longer kept\.", "."),
)


def problems_of(knobs: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each knob whose value cannot run, by its key.

    What depends on the table is not looked at.
    """
    try:
        target = knobs.get("target") or "the table's default"
        sentences = _problems_of_spec(spec_values({**knobs, "target": target}))
    except InputError as error:
        sentences = [str(error)]
    found: dict[str, str] = {}
    for sentence in sentences:
        key, text = at_field(sentence, knobs)
        if key:
            found.setdefault(key, text)
    return found


def at_field(sentence: str, knobs: Mapping[str, Any]) -> tuple[str, str]:
    """The knob that an error is about, and the error in the words of its field.

    Args:
        sentence: Message of an `InputError`, which names a setting by its path in the spec.
        knobs: Values of the widgets, by their keys.

    Returns:
        Empty and the sentence as it is where it is about no single knob.
    """
    named = PATH.match(sentence)
    if not named:
        key = next((key for words, key in IN_WORDS.items() if sentence.startswith(words)), "")
        return key, sentence.partition(" Received:")[0] if key else sentence
    path = re.sub(r"\.\d+$", "", named[1])
    section, _, name = path.rpartition(".")
    key, label = FIELDS.get(path, ("", ""))
    for menu in (section,) if section else MENUS:
        item = f"{knobs.get(menu)}.{name}"
        key = key or (item if item in ITEM_KNOBS else "")
    if not key:
        return "", sentence
    text = (label or name.replace("_", " ").capitalize()) + sentence[named.end() :]
    for written, spoken in SPOKEN if path != "bug.code" else ():  # which quotes a program
        text = re.sub(written, spoken, text)
    return key, text


def _problems_of_spec(values: Mapping[str, Any]) -> list[str]:
    try:
        check_run(Spec.model_validate(values))
    except ValidationError as error:
        return explain_all(error)
    except InputError as error:
        return [str(error)]
    return []
