"""How many of the ten fields of each script are read as its label says."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.script.read import read_script
from core.script.result import ScriptReading
from core.spec import Spec
from tests.core.script.first_sight import ROUND_ONE, ROUND_TWO
from tests.core.script.labels import DEFAULTS, FIELDS
from tests.core.script.labels import LABELS as EARLIER
from tests.core.script.newcomers import NEWCOMERS
from tests.core.script.strangers import STRANGERS

LABELS = EARLIER | ROUND_ONE | ROUND_TWO | STRANGERS | NEWCOMERS
FOLDER = Path(__file__).parent / "scripts"
KNOBS = {  # the settings that each field is made of
    "data": ("data.",),
    "scaling": ("scaling.",),
    "model": ("model.",),
    "loss": ("loss.",),
    "optimizer": ("optimizer.key",),
    "rate": ("optimizer.learning_rate",),
    "schedule": ("schedule.",),
    "epochs": ("training.epochs",),
    "batch": ("training.batch_size",),
    "order": ("training.shuffle",),
}


def text_of(name: str) -> str:
    return next(FOLDER.glob(f"{name}.*")).read_text(encoding="utf-8")


@cache
def reading_of(name: str) -> ScriptReading:
    """What a script says, read once for all tests."""
    return read_script(text_of(name))


def outcome(name: str) -> dict[str, str]:
    """For each field `right`, `marked` where it could have been read, or `wrong` without a mark."""
    reading = reading_of(name)
    return {field: judged(name, field, reading) for field in FIELDS}


def judged(name: str, field: str, reading: ScriptReading) -> str:
    label = LABELS[name].get(field, DEFAULTS.get(field))
    marked = any(knob.startswith(KNOBS[field]) for knob in reading.marked)
    if label == "?":
        return "right" if marked else "wrong"
    either = isinstance(label, str) and label.startswith("~")
    if either:
        label = label[1:]
        label = float(label) if field == "rate" else label
    if field == "model" and " ? " in label:
        if "model.initializer" not in reading.marked:
            return "wrong"
        marked = any(k.startswith("model.") and k != "model.initializer" for k in reading.marked)
    if marked:
        return "right" if either else "marked"
    return "right" if agrees(field, label, reading) else "wrong"


def agrees(field: str, label: Any, reading: ScriptReading) -> bool:
    spec = reading.spec
    if field == "data":
        return data_agrees(label, reading)
    if field in ("scaling", "model"):
        scaling = f"{spec.scaling.features} {spec.scaling.target}"
        return model_agrees(label, spec) if field == "model" else label == scaling
    if field == "loss":
        key, reduction, *delta = label.split()
        same = spec.loss.key == key and spec.loss.reduction == reduction
        return same and (key != "huber" or spec.loss.delta == float(delta[0] if delta else 1))
    if field in ("optimizer", "schedule"):
        part = getattr(spec, field)
        plain = Spec.of({field: {"key": label["key"]}}).model_dump()[field]
        mine = part.model_dump()
        for values in (plain, mine):
            values.pop("learning_rate", None)
            values.pop("epsilon", None)
        return mine == {**plain, **_tuples(label)}
    training = spec.training
    plain = {"epochs": training.epochs, "batch": training.batch_size, "order": training.shuffle}
    if field in plain:
        return plain[field] == label
    return bool(np.isclose(spec.optimizer.learning_rate, label, rtol=1e-6))


def _tuples(label: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in label.items()}


def model_agrees(label: str, spec: Spec) -> bool:
    layer, bias, start, activation = label.split(" ")
    model = spec.model
    same = (model.layer, model.activation) == (layer, activation)
    same = same and model.use_bias == (bias == "bias")
    if start == "?":
        return same
    if not start.startswith("["):
        return same and model.initial_weights is None and model.initializer == start
    kernel, _, constant = start.partition(";")
    wanted = [float(number) for number in kernel.strip("[]").split(",")]
    given = model.initial_weights
    return bool(
        same
        and given is not None
        and np.allclose(given.kernel, wanted)
        and np.isclose(given.bias, float(constant or 0))
    )


def data_agrees(label: dict[str, Any], reading: ScriptReading) -> bool:
    if not np.isclose(reading.spec.data.validation_fraction, label["val"]):
        return False
    if "source" in label:
        return reading.spec.data.source == label["source"] and reading.table is None
    if "file" in label:
        needs = reading.needs
        features = label["features"] and tuple(label["features"])
        return needs is not None and (needs.name, needs.features, needs.target) == (
            label["file"], features, label["target"]
        )  # fmt: skip
    if reading.table is None:
        return False
    names: dict[str, Any] = {"np": np}
    exec(label["setup"], names)  # a label of ours, not a script
    x = eval(label["x"], names)
    y = eval(label["y"], {**names, "x": x})
    target = reading.spec.data.target
    columns = [values for name, values in reading.table.items() if name != target]
    wanted = np.asarray(x, float)
    wanted = wanted.T if wanted.ndim == 2 and len(wanted) == 1 else wanted.reshape(len(wanted), -1)
    return (
        len(columns) == wanted.shape[1]
        and np.allclose(np.transpose(columns), wanted, rtol=1e-6)
        and np.allclose(reading.table[target], np.ravel(y), rtol=1e-6)
    )
