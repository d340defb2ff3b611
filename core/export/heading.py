"""How the program begins: what it is, and what it imports."""

from ..spec import Spec
from .encoding import ENCODERS
from .preparation import SCALERS
from .public import table_name


def docstring(spec: Spec) -> str:
    """What the program is, as its docstring."""
    what = f"Linear regression of {spec.data.target!r} on the table {table_name(spec)!r}"
    what = what.replace("\\", "\\\\").replace('"', '\\"')  # a name must not end the docstring
    bug = f"\nThe bug `{spec.bug.key}` is in it, as it was in the run." if spec.bug else ""
    return f'"""{what}, in plain Keras.\n\nPrints the loss of every epoch.{bug}\n"""'


def imports(spec: Spec, part: str | None) -> str:
    """The lines of import that this program needs."""
    kinds = {spec.scaling.features, spec.scaling.target} - {"none"}
    encoders = set(spec.data.encode.values()) - {"days"}
    lines = ["import io", "import math"]
    if spec.bug:
        lines.append("from types import SimpleNamespace")
    lines += ["", "import keras", "import numpy as np", "import pandas as pd"]
    if part in ("Layer", "Step"):
        lines.append("import tensorflow as tf")
    if spec.model.layer == "custom" or part in ("Layer", "Step") or not spec.loss.keras_name:
        lines.append("from keras import ops")
    if spec.data.missing == "mean":
        lines.append("from sklearn.impute import SimpleImputer")
    if spec.data.validation_fraction:
        lines.append("from sklearn.model_selection import train_test_split")
    names = [SCALERS[kind] for kind in kinds] + [ENCODERS[kind] for kind in encoders]
    if names:
        lines.append(f"from sklearn.preprocessing import {', '.join(sorted(names))}")
    return "\n".join(lines)
