"""Exported scripts run alone, in plain Keras, and give the recorded losses again."""

import ast
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import core
from core.bugs import BUGS
from core.data.uploads import find_table, save_file
from core.export import table as export
from core.export.public import table_file
from core.export.script import script
from core.export.table import table_csv
from core.model.schedules import SCHEDULES
from core.spec import Spec
from tests.core.export.programs import BASE, assert_same, printed

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras' callback, on a float32 rate
)
ADAM = {"optimizer": {"key": "adam", "learning_rate": 0.1}}
SCHEDULE_OPTIONS = {
    "exponential_decay": {"decay_steps": 5, "decay_rate": 0.5},
    "piecewise_constant": {"boundaries": [3, 8], "values": [0.2, 0.1, 0.05]},
    "polynomial_decay": {"decay_steps": 8},
    "inverse_time_decay": {"decay_steps": 4},
    "cosine_decay": {"decay_steps": 8, "warmup_target": 0.2, "warmup_steps": 3},
    "cosine_restarts": {"first_decay_steps": 4},
    "reduce_on_plateau": {"patience": 0, "min_delta": 1e9, "monitor": "val_loss", "factor": 0.5},
}
CASES = {
    "custom-layer-summed": {
        "model": {"layer": "custom", "initializer": "he_normal", "use_bias": False},
        "training": {"seed": 3},
        "loss": {"reduction": "sum"},
        "optimizer": {"learning_rate": 0.001},
    },
    "full-batch-in-order-without-validation": {
        "data": {"validation_fraction": 0},
        "training": {"batch_size": None, "shuffle": False},
    },
    "in-order-with-rows-left-out": {
        "training": {"shuffle": False},
        "data": {"exclude_rows": [1, 5, 77]},
    },
    "huber-clipped": {"loss": {"key": "huber", "delta": 2.0}, "optimizer": {"clip_norm": 0.5}},
    "robust-with-weights-given": {
        "scaling": {"features": "robust", "target": "robust"},
        "model": {"initial_weights": {"kernel": [0.1, -7.25], "bias": 3.0}},
    },
    "weights-given-to-our-layer-without-a-bias": {
        "model": {
            "layer": "custom",
            "use_bias": False,
            "initial_weights": {"kernel": [1e-3, 40]},
        }
    },
    "half-mse-with-minmax-and-a-scaled-target": {
        "loss": {"key": "half_mse"},
        "scaling": {"features": "minmax", "target": "standard"},
    },
    "half-mse-summed-in-a-loop-of-its-own": {
        "loss": {"key": "half_mse", "reduction": "sum"},
        "optimizer": {"learning_rate": 0.001},
        "bug": {"key": "double-update"},
    },
    **{
        schedule.name(): ADAM
        | {"schedule": {"key": schedule.name(), **SCHEDULE_OPTIONS.get(schedule.name(), {})}}
        for schedule in SCHEDULES[1:]
    },
    "plateau-in-a-loop-of-its-own": {
        "bug": {"key": "sum-for-mean"},
        "optimizer": {"learning_rate": 0.001},
        "schedule": {"key": "reduce_on_plateau", **SCHEDULE_OPTIONS["reduce_on_plateau"]}
        | {"monitor": "loss"},
    },
}


def with_holes() -> pd.DataFrame:
    table = find_table("two-features")
    table.loc[::7, "x1"] = np.nan
    table.loc[3, "x2"] = np.inf
    table.loc[5, "y"] = np.nan
    return table.assign(words='a"""\\n\'')


@pytest.mark.parametrize(
    "data",
    [
        {"degree": 3, "missing": "mean"},
        {"degree": 2, "features": ["x2", "x1^2"]},
        {"degree": 2, "encode": {"kind": "one-hot", "day": "days"}},
        {"degree": 2, "encode": {"kind": "one-hot"}, "features": ["kind = b", "x1^2", "x2"]},
    ],
    ids=str,
)
def test_the_same_losses_with_powers(data):
    table = find_table("two-features")
    table["kind"] = np.array(["a", "b", "c"])[np.arange(len(table)) % 3]
    table["day"] = pd.date_range("2020-02-01", periods=len(table))
    if "missing" in data:
        table.loc[::7, "x1"] = np.nan
    spec = BASE.patched({"data": data, "optimizer": {"learning_rate": 0.01}})
    assert_same(spec, table, printed(script(spec, table)))


@pytest.mark.parametrize("case", CASES)
def test_the_same_losses(case):
    spec = BASE.patched(CASES[case])
    table = find_table(spec.data.source)
    assert_same(spec, table, printed(script(spec, table)))


@pytest.mark.parametrize("missing", ["drop", "mean"])
def test_the_same_losses_with_holes_in_the_table(missing):
    spec = BASE.patched({"data": {"missing": missing}})
    table = with_holes()
    assert_same(spec, table, printed(script(spec, table)))


def test_kept_holes_give_nan():
    spec = BASE.patched({"data": {"missing": "keep"}, "training": {"epochs": 1}})
    table = with_holes()
    text = script(spec, table)
    assert "loss nan" in printed(text)


GIVEN = {"kernel": [0.5, -2.0], "bias": 1.0}


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("compounding-state", GIVEN),
        ("gradient-ascent", None),
        ("gradient-ascent", GIVEN),
        ("epoch-drift", GIVEN),
        ("unscaled-validation", None),
    ],
    ids=str,
)
def test_the_same_losses_with_a_bug(key, given):
    spec = BASE.patched({"bug": {"key": key}, "model": {"initial_weights": given}})
    table = find_table(spec.data.source)
    text = script(spec, table)
    assert f"`{key}`" in ast.get_docstring(ast.parse(text))
    assert_same(spec, table, printed(text), rtol=1e-3)


OWN = {
    "layer": "import numpy\nfrom keras import ops\n\nclass Mine(keras.layers.Layer):\n"
    "    def __init__(self, units):\n        super().__init__()\n"
    "        self.w = self.add_weight(shape=(2, units), initializer='ones')  # a comment\n"
    "        self.scale = numpy.pi / 3\n\n"
    "    def call(self, inputs):\n        print(inputs)\n"
    "        z = tf.debugging.check_numerics(keras.ops.matmul(inputs, self.w), 'z')\n"
    "        return z * self.scale\n",
    "loss": "def loss(self, targets, outputs):\n"
    "    residuals = targets - outputs\n"
    "    return ops.mean(ops.where(ops.abs(residuals) > 2, 3 * residuals ** 2, residuals ** 2))\n",
    "update": "def update(self, gradients, weights):\n"
    "    for g, w in zip(gradients, weights):\n"
    "        w.assign_sub(1.5 * self.optimizer.learning_rate * g)\n",
    "pipeline": "def epoch(self, features, targets, epoch):\n"
    "    noise = np.random.default_rng([self.seed, epoch]).normal(0, 0.1, features.shape)\n"
    "    return features + noise.astype(np.float32), targets\n",
}


@pytest.mark.parametrize("part", OWN)
def test_the_same_losses_with_a_method_of_one_s_own_printed_from_its_tree(part):
    spec = BASE.patched({"bug": {"key": "own", "part": part, "code": OWN[part]}})
    table = find_table(spec.data.source)
    text = script(spec, table)
    assert "a comment" not in text  # printed, not pasted
    assert_same(spec, table, printed(text), rtol=1e-3)


def test_the_bug_that_cannot_run_cannot_run_here_either():
    spec = BASE.patched({"bug": {"key": "weight-shape"}})
    with pytest.raises(Exception, match=r"(?i)matmul|matrix"):
        printed(script(spec, find_table("two-features")))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name())
@pytest.mark.parametrize("scaling", ["none", "robust"])
def test_a_script_with_any_bug_is_python_that_needs_nothing_of_ours(bug, scaling):
    spec = Spec().patched(bug.example).patched({"bug": {"key": bug.name()}})
    spec = spec.patched({"scaling": {"features": scaling}})
    tree = ast.parse(script(spec, find_table(spec.data.source)))
    guarded = [node for node in tree.body if isinstance(node, ast.Try)]  # the doctor
    assert all(ast.unparse(node.handlers[0].type) == "ImportError" for node in guarded)
    imported = {
        name.split(".")[0]
        for part in tree.body
        if part not in guarded
        for node in ast.walk(part)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    known = {"io", "math", "types", "keras", "numpy", "pandas", "tensorflow", "sklearn"}
    assert imported <= known
    bound = {alias.asname or alias.name for n in tree.body for alias in getattr(n, "names", [])}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {"tf", "ops", "np", "keras", "SimpleNamespace", "math"} & used <= bound


def test_names_that_could_break_out_of_the_text_stay_text():
    target = 'y\'"""\\\n{}""";raise SystemExit'
    table = find_table("two-features").rename(columns={"x1": 'a"""\\', "y": target})
    spec = BASE.patched({"data": {"target": target}})
    text = script(spec, table)
    ast.parse(text)
    assert_same(spec, table, printed(text))


def test_a_large_table_stands_beside_the_script(monkeypatch, tmp_path):
    monkeypatch.setattr(export, "MAX_CSV", 100)
    monkeypatch.chdir(tmp_path)
    table = find_table("two-features")
    text = script(BASE, table)
    assert len(text) < 3000
    (tmp_path / "table.csv").write_text(table_csv(BASE, table), encoding="utf-8")
    assert_same(BASE, table, printed(text))


def test_a_table_beside_the_script_is_harmless_in_a_spreadsheet(monkeypatch, tmp_path):
    monkeypatch.setattr(export, "MAX_CSV", 100)
    monkeypatch.chdir(tmp_path)
    table = find_table("two-features").rename(columns={"x1": "=1+1", "y": "'@y"})
    spec = BASE.patched({"data": {"target": "'@y"}})
    text = table_csv(spec, table)
    assert text.startswith("'=1+1,x2,''@y\n")
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    assert_same(spec, table, printed(script(spec, table)))


def test_an_uploaded_table_is_not_given_away():
    spec = BASE.patched({"data": {"source": "upload-abcdefghijklmnopqrstuv"}})
    text = script(spec, find_table("two-features"))
    assert "upload-abc" not in text
    assert "uploaded-table" in text


def test_an_uploaded_table_goes_by_its_files_name(monkeypatch, tmp_path, uploads_folder):
    monkeypatch.setattr(export, "MAX_CSV", 100)
    monkeypatch.chdir(tmp_path)
    content = find_table("two-features").to_csv(index=False).encode()
    upload = save_file([content], '../my "best" täble.csv')
    spec = BASE.patched({"data": {"source": upload.source}})
    text, table = script(spec, find_table(upload.source)), find_table(upload.source)
    assert "TABLE = 'my-best-täble.csv'" in text
    assert "on the table 'my \\\"best\\\" täble.csv'" in text
    (tmp_path / table_file(spec)).write_text(table_csv(spec, table), encoding="utf-8")
    assert_same(spec, table, printed(text))


def test_a_script_runs_alone(tmp_path):
    table = find_table("two-features")
    (tmp_path / "exported.py").write_text(script(BASE, table), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "exported.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert_same(BASE, table, done.stdout)


def test_a_script_asks_the_doctor_where_it_is_installed(monkeypatch):
    """The folder `core` is installed under that name."""
    monkeypatch.setitem(sys.modules, "uphill_doctor", core)
    spec = BASE.patched({"optimizer": {"learning_rate": 1.5}})
    output = printed(script(spec, find_table("two-features")))
    assert "largest stable" in output
    assert_same(spec, find_table("two-features"), output)
