"""From the table to the arrays that the layer is fed: missing values, split, scaling."""

import pandas as pd

from ..data.columns import choose_features
from ..data.powers import chosen_powers, without_powers
from ..data.prepare import split_table
from ..spec import DataSpec, Spec
from .encoding import encoding

SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}


def preparation(spec: Spec, table: pd.DataFrame) -> str:
    """Code that binds `x_train`, `y_train`, `x_val`, `y_val`, and what they were before scaling."""
    data, scaling, seed = spec.data, spec.scaling, spec.training.seed
    known = "np.isfinite(x)"
    lines, since = _target(data)
    encoded = encoding(spec, table)
    if encoded:
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
    lines += since
    lines += encoded
    if data.missing != "keep":
        lines.append("x[~np.isfinite(x)] = y[~np.isfinite(y)] = np.nan  # scikit-learn: no ∞")
    if data.missing == "mean":
        lines += [
            "x[rows] = SimpleImputer().fit(x[train]).transform(x[rows])",
        ]
    lines += _powers(spec, table)
    lines.append("x_raw, y_raw = x, y")
    for name, kind in (("x", scaling.features), ("y", scaling.target)):
        if kind != "none":
            lines += _scaled(name, SCALERS[kind], data.missing)
    lines += [
        'x_train, y_train = x[train].astype("float32"), y[train].astype("float32")',
        'x_val, y_val = x[held_out].astype("float32"), y[held_out].astype("float32")',
    ]
    return "\n".join(lines)


def _powers(spec: Spec, table: pd.DataFrame) -> list[str]:
    """Lines that make powers of the features: of all alike, or each as the spec has chosen it."""
    data = spec.data
    if data.degree == 1:
        return []
    features = split_table(table, without_powers(data), spec.training.seed).features
    chosen = chosen_powers(features, choose_features(table, data), data)
    degrees = range(1, data.degree + 1)
    if chosen == [(j, k) for j in range(len(features)) for k in degrees]:
        each = f"for j in range(x.shape[1]) for k in range(1, {data.degree + 1})"
        return [f"x = np.column_stack([x[:, j] ** k {each}])  # x, x², …"]
    return [
        f"POWERS = {chosen}  # of which feature, from 0, which power",
        "x = np.column_stack([x[:, j] ** k for j, k in POWERS])",
    ]


def _target(data: DataSpec) -> tuple[list[str], list[str]]:
    """Lines that bind `y`, and lines that follow once the training rows are known."""
    lines = [f"TARGET = {data.target!r}"]
    if data.target not in data.encode:
        return [*lines, "y = table[[TARGET]].to_numpy(float, copy=True)"], []
    lines += [
        "y = (pd.to_datetime(table[TARGET]) - pd.Timestamp(0)) / pd.Timedelta(days=1)",
        "y = y.to_numpy(float, copy=True).reshape(-1, 1)",
    ]
    return lines, ["y -= np.nanmin(y[train])  # days since the first of the training rows"]


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
