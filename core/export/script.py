"""A spec as a short Python program in plain Keras, which gives the recorded losses again."""

from typing import Any

import pandas as pd

from core.choice import Choice
from core.data.prepare import choose_features, prepare
from core.source import PARTS, bug_source, class_source
from core.spec import Spec

MAX_CSV = 200_000  # characters of a table that are written into the script itself
ENCODERS = {"ordinal": "OrdinalEncoder", "one-hot": "OneHotEncoder"}
FIRST_LEFT_OUT = (
    "    if isinstance(encoder, OneHotEncoder):",
    "        features = features[:, 1:]  # the bias stands for the first category",
)
MADE = {
    "ordinal": 'OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)',
    "one-hot": 'OneHotEncoder(handle_unknown="ignore", sparse_output=False)',
    "days": '"days"',
}
SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}


def script(spec: Spec, table: pd.DataFrame) -> str:
    """The program.

    Args:
        spec: What to run, its bug included.
        table: The table that the spec's columns are taken from.

    Returns:
        Python source. A small table stands in it; a large one is read from `table.csv`, which
        `core.export.script.table_csv` gives.
    """
    part = spec.bug.part() if spec.bug else None
    blocks = [
        _docstring(spec),
        _imports(spec, part),
        _table(spec, table),
        _preparation(spec, table),
        *([_pipeline(spec)] if part == "Pipeline" else []),
        _layer(spec, part),
        _batches(spec, part),
        _own_loop(spec) if part == "Step" else _fit(spec),
        _print(part),
    ]
    return "\n\n".join(blocks) + "\n"


def table_csv(spec: Spec, table: pd.DataFrame) -> str:
    """The columns that the spec uses, as CSV; numbers to the last digit."""
    columns = [*choose_features(table, spec.data), spec.data.target]
    return table[columns].to_csv(index=False, lineterminator="\n")


def _docstring(spec: Spec) -> str:
    bug = f"\nThe bug `{spec.bug.key}` is in it, as it was in the run." if spec.bug else ""
    return (
        f'"""Linear regression of {spec.data.target!r} on the table {spec.data.source!r}, '
        f'in plain Keras.\n\nPrints the loss of every epoch.{bug}\n"""'
    )


def _imports(spec: Spec, part: str | None) -> str:
    kinds = {spec.scaling.features, spec.scaling.target} - {"none"}
    encoders = set(spec.data.encode.values()) - {"days"}
    lines = ["import io", "import math"]
    if spec.bug:
        lines.append("from types import SimpleNamespace")
    lines += ["", "import keras", "import numpy as np", "import pandas as pd"]
    if part in ("Layer", "Step"):
        lines.append("import tensorflow as tf")
    if spec.model.layer == "custom" or part in ("Layer", "Step"):
        lines.append("from keras import ops")
    if spec.data.missing == "mean":
        lines.append("from sklearn.impute import SimpleImputer")
    if spec.data.validation_fraction:
        lines.append("from sklearn.model_selection import train_test_split")
    names = [SCALERS[kind] for kind in kinds] + [ENCODERS[kind] for kind in encoders]
    if names:
        names = ", ".join(sorted(names))
        lines.append(f"from sklearn.preprocessing import {names}")
    return "\n".join(lines)


def _table(spec: Spec, table: pd.DataFrame) -> str:
    csv = table_csv(spec, table)
    if len(csv) > MAX_CSV:
        return 'table = pd.read_csv("table.csv")  # the run\'s table, kept beside this file'
    text = csv.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'table = pd.read_csv(io.StringIO("""\\\n{text}"""))'


def _preparation(spec: Spec, table: pd.DataFrame) -> str:
    data, scaling, seed = spec.data, spec.scaling, spec.training.seed
    known = "np.isfinite(x)"
    lines = [f"TARGET = {data.target!r}", "y = table[[TARGET]].to_numpy(float, copy=True)"]
    encoding = _encoding(spec, table)
    if encoding:
        known = "(table.notna() & ~table.isin([np.inf, -np.inf])).to_numpy()"
    else:
        lines.append("x = table.drop(columns=TARGET).to_numpy(float, copy=True)")
    if data.missing == "drop":
        lines.append(f"rows = np.flatnonzero({known}.all(axis=1) & np.isfinite(y[:, 0]))")
    elif data.missing == "mean":
        lines.append("rows = np.flatnonzero(np.isfinite(y[:, 0]))")
    else:
        lines.append("rows = np.arange(len(table))")
    if data.exclude_rows:
        listed = ", ".join(map(str, data.exclude_rows))
        lines.append(f"rows = np.setdiff1d(rows, np.array([{listed}]) - 1)  # left out, from 1")
    if data.validation_fraction:
        lines += [
            f"share, seed = {data.validation_fraction!r}, {seed}",
            "parts = train_test_split(rows, test_size=share, random_state=seed)",
            "train, held_out = np.sort(parts[0]), np.sort(parts[1])",
        ]
    else:
        lines.append("train, held_out = rows, rows[:0]")
    lines += encoding
    if data.missing != "keep":
        lines.append("x[~np.isfinite(x)] = y[~np.isfinite(y)] = np.nan  # scikit-learn: no ∞")
    if data.missing == "mean":
        lines += [
            "x[rows] = SimpleImputer().fit(x[train]).transform(x[rows])",
        ]
    lines.append("x_raw, y_raw = x, y")
    for name, kind in (("x", scaling.features), ("y", scaling.target)):
        if kind != "none":
            lines += _scaled(name, SCALERS[kind], data.missing)
    lines += [
        'x_train, y_train = x[train].astype("float32"), y[train].astype("float32")',
        'x_val, y_val = x[held_out].astype("float32"), y[held_out].astype("float32")',
    ]
    return "\n".join(lines)


def _encoding(spec: Spec, table: pd.DataFrame) -> list[str]:
    """Lines that make numbers of categories and dates; empty where every column is numbers."""
    columns = choose_features(table, spec.data)
    encode = {name: kind for name, kind in spec.data.encode.items() if name in columns}
    if not encode:
        return []
    lines = [
        "",
        "",
        "def encoded(name, encoder):",
        "    values = table[[name]].replace([np.inf, -np.inf], np.nan)",
        "    known = values[name].notna().to_numpy()",
        "    if encoder is None:",
        "        return table[[name]].to_numpy(float)",
        '    if encoder == "days":  # since the first one of the training rows',
        "        days = (pd.to_datetime(values[name]) - pd.Timestamp(0)) / pd.Timedelta(days=1)",
        "        return (days - days.iloc[train].min()).to_numpy(float).reshape(-1, 1)",
        "    values = values.to_numpy(object)",
        "    encoder.fit(values[train][known[train]])",
        "    features = encoder.transform(values[known])",
        *FIRST_LEFT_OUT[: 2 * ("one-hot" in encode.values())],
        "    everything = np.full((len(table), features.shape[1]), np.nan)",
        "    everything[known] = features",
        "    return everything",
        "",
        "",
        "encoders = dict.fromkeys(table.columns.drop(TARGET))",
    ]
    for name, kind in encode.items():
        lines.append(f"encoders[{name!r}] = {MADE[kind]}")
    lines.append("x = np.hstack([encoded(name, encoder) for name, encoder in encoders.items()])")
    kept = _kept_outputs(spec, table)
    return [*lines, f"x = x[:, {kept}]  # the chosen ones"] if kept else lines


def _kept_outputs(spec: Spec, table: pd.DataFrame) -> list[int]:
    """Which encoded features a spec names, where it names some of a column's only."""
    columns = {str(name) for name in table.columns}
    wanted = spec.data.features or ()
    if columns.issuperset(wanted):
        return []
    sources = choose_features(table, spec.data)
    whole = spec.data.model_copy(update={"features": sources})
    seed = spec.training.seed
    every = prepare(table, whole, spec.scaling, seed).features
    chosen = prepare(table, spec.data, spec.scaling, seed).features
    return [every.index(name) for name in chosen]


def _scaled(name: str, scaler: str, missing: str) -> list[str]:
    """Lines that scale `x` or `y`; scikit-learn takes NaN but no ∞, which stays what it is."""
    if missing != "keep":
        fitted = f"{scaler}().fit({name}[train])"
        return [f"{name}_scaler = {fitted}", f"{name} = {name}_scaler.transform({name})"]
    return [
        f"finite = np.where(np.isfinite({name}), {name}, np.nan)",
        f"{name}_scaler = {scaler}().fit(finite[train])",
        f"{name} = np.where(np.isfinite({name}), {name}_scaler.transform(finite), {name})",
    ]


def _with_bug(spec: Spec, part: str) -> str:
    """The correct class, then the bug's methods in a class on top of it."""
    bug: Any = spec.bug
    name = PARTS[part][1]
    options = ", ".join(f"{k}={v!r}" for k, v in bug.arguments().items())
    override = bug_source(type(bug)).replace(f"class {part}:", f"class Buggy{name}({name}):", 1)
    lines = override.splitlines()
    lines.insert(1, f"    bug = SimpleNamespace({options})\n")
    return class_source(*PARTS[part]) + "\n\n\n" + "\n".join(lines)


def _layer(spec: Spec, part: str | None) -> str:
    model, seed = spec.model, spec.training.seed
    seeded = "" if model.initializer in ("zeros", "ones") else f"seed={seed}"
    name = "".join(word.capitalize() for word in model.initializer.split("_"))
    lines = [f"initializer = keras.initializers.{name}({seeded})"]
    options = f"use_bias={model.use_bias}, activation={model.activation!r}"
    source = ""
    if model.layer == "dense" and part != "Layer":
        lines.append(f"layer = keras.layers.Dense(1, kernel_initializer=initializer, {options})")
    else:
        buggy = part == "Layer"
        source = _with_bug(spec, "Layer") if buggy else class_source(*PARTS["Layer"])
        name = "BuggyLinearLayer" if buggy else "LinearLayer"
        source = "\n" + source + "\n\n\n"
        lines.append(f"layer = {name}(1, initializer=initializer, {options})")
    return source + "\n".join(lines)


def _pipeline(spec: Spec) -> str:
    scale = 'lambda raw: raw.astype("float32")'
    if spec.scaling.features != "none":
        scale = 'lambda raw: x_scaler.transform(raw).astype("float32")'
    return (
        f"\n{_with_bug(spec, 'Pipeline')}\n\n\n"
        "data = SimpleNamespace(\n"
        "    x_train=x_train, y_train=y_train, x_val=x_val, y_val=y_val,\n"
        "    x_raw_train=x_raw[train], y_raw_train=y_raw[train],\n"
        "    x_raw_val=x_raw[held_out], y_raw_val=y_raw[held_out],\n"
        f"    scale_features={scale},\n"
        ")\n"
        f"pipeline = BuggyPipeline(data, {spec.training.shuffle}, {spec.training.seed})\n"
        "x_train, y_train = pipeline.training_rows()\n"
        "x_val, y_val = pipeline.validation_rows()"
    )


def _batches(spec: Spec, part: str | None) -> str:
    training = spec.training
    batch = training.batch_size
    size = "len(x_train)" if batch is None else f"min({batch}, len(x_train))"
    features, targets = "x_train", "y_train"
    lines = [
        f"EPOCHS = {training.epochs}",
        f"BATCH = {size}",
        "STEPS = math.ceil(len(x_train) / BATCH)",
        "",
        "",
        "def batches():",
        "    for epoch in range(EPOCHS):",
    ]
    if part == "Pipeline":
        features, targets = "features", "targets"
        lines += [
            "        features, targets = pipeline.epoch(x_train, y_train, epoch)",
            "        order = pipeline.order(targets, epoch)",
        ]
    elif training.shuffle:
        lines.append(
            f"        order = np.random.default_rng([{training.seed}, epoch])"
            ".permutation(len(x_train))"
        )
    else:
        lines.append("        order = np.arange(len(x_train))")
    lines += [
        "        if BATCH == len(x_train):",
        "            order.sort()  # a full batch needs no order",
        "        for start in range(0, len(x_train), BATCH):",
        "            rows = order[start : start + BATCH]",
        f'            yield {features}[rows].astype("float32"), {targets}[rows].astype("float32")',
    ]
    return "\n".join(lines)


def _call(item: Choice, **changes: Any) -> str:
    arguments = {k: v for k, v in (item.arguments() | changes).items() if v is not None}
    return ", ".join(f"{name}={value}" for name, value in _code(arguments).items())


def _code(arguments: dict[str, Any]) -> dict[str, str]:
    return {
        name: value.text if isinstance(value, _Code) else repr(_listed(value))
        for name, value in arguments.items()
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class _Code:
    """A piece of source that is not to be quoted."""

    def __init__(self, text: str):
        self.text = text


def _made(spec: Spec) -> str:
    """Optimizer and loss as Keras code."""
    schedule, optimizer = spec.schedule, spec.optimizer
    lines = []
    rate: Any = optimizer.learning_rate
    if schedule.keras_name and not schedule.follows_run:
        start = {"initial_learning_rate": rate} if schedule.starts_at_rate else {}
        arguments = _call(schedule, **start)
        lines.append(f"schedule = keras.optimizers.schedules.{schedule.keras_name}({arguments})")
        rate = _Code("schedule")
    arguments = _call(optimizer, learning_rate=rate)
    lines.append(f"optimizer = keras.optimizers.{optimizer.keras_name}({arguments})")
    lines.append(f"loss = keras.losses.{spec.loss.keras_name}({_call(spec.loss)})")
    return "\n".join(lines)


def _fit(spec: Spec) -> str:
    validation = "validation_data=(x_val, y_val) if len(x_val) else None"
    callbacks = ""
    if spec.schedule.follows_run:
        name = spec.schedule.keras_name
        callbacks = f"    callbacks=[keras.callbacks.{name}({_call(spec.schedule)})],\n"
    return (
        f"{_made(spec)}\n"
        "model = keras.Sequential([layer])\n"
        "model.compile(optimizer=optimizer, loss=loss)\n"
        "history = model.fit(\n"
        "    batches(),\n"
        "    steps_per_epoch=STEPS,\n"
        "    epochs=EPOCHS,\n"
        f"    {validation},\n"
        "    validation_batch_size=BATCH,\n"
        "    shuffle=False,\n"
        f"{callbacks}"
        "    verbose=0,\n"
        ").history"
    )


def _own_loop(spec: Spec) -> str:
    """The bug is in the training step itself, so `Model.fit` cannot run it: a loop of our own."""
    before, each = [], ""
    if spec.schedule.follows_run:
        before = [
            f"plateau = keras.callbacks.{spec.schedule.keras_name}({_call(spec.schedule)})",
            "plateau.set_model(SimpleNamespace(optimizer=optimizer, metrics=[]))",
            "plateau.on_train_begin()",
        ]
        each = '        plateau.on_epoch_end(len(history["loss"]) - 1, {"loss": total / count})\n'
    setup = "\n".join(before)
    return (
        f"{_with_bug(spec, 'Step')}\n\n\n"
        f"{_made(spec)}\n{setup}{chr(10) if setup else ''}"
        "layer.build((None, x_train.shape[1]))\n"
        "optimizer.build(layer.trainable_variables)\n"
        "step = BuggyTrainingStep(layer, loss, optimizer)\n"
        "take = tf.function(step, reduce_retracing=True)\n"
        'history, total, count = {"loss": []}, 0.0, 0\n'
        "for index, (features, targets) in enumerate(batches(), start=1):\n"
        "    _, value, _ = take(features, targets)\n"
        "    total, count = total + float(value) * len(features), count + len(features)\n"
        "    if index % STEPS == 0:\n"
        '        history["loss"].append(total / count)\n'
        f"{each}"
        "        total, count = 0.0, 0"
    )


def _print(part: str | None) -> str:
    return (
        'for epoch, loss in enumerate(history["loss"]):\n'
        '    val_loss = history.get("val_loss", [math.nan] * EPOCHS)[epoch]\n'
        '    print(f"epoch {epoch}  loss {loss:.9g}  val_loss {val_loss:.9g}")'
    )
