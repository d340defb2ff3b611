"""From the table to the arrays that the layer is fed: missing values, split, scaling."""

from core.spec import Spec

SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}


def preparation(spec: Spec) -> str:
    """Code that binds `x_train`, `y_train`, `x_val`, `y_val`, and what they were before scaling."""
    data, scaling, seed = spec.data, spec.scaling, spec.training.seed
    lines = [
        f"TARGET = {data.target!r}",
        "x = table.drop(columns=TARGET).to_numpy(float, copy=True)",
        "y = table[[TARGET]].to_numpy(float, copy=True)",
    ]
    if data.missing == "drop":
        lines.append("rows = np.flatnonzero(np.isfinite(x).all(axis=1) & np.isfinite(y[:, 0]))")
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
