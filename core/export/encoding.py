"""Categories and dates as numbers, in the program's own words."""

import pandas as pd

from ..data.columns import choose_features
from ..data.powers import without_powers
from ..data.prepare import split_table
from ..spec import Spec

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


def encoding(spec: Spec, table: pd.DataFrame) -> list[str]:
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
    data, seed = without_powers(spec.data), spec.training.seed
    if columns.issuperset(data.features or ()):
        return []
    whole = data.model_copy(update={"features": choose_features(table, data)})
    every = split_table(table, whole, seed).features
    chosen = split_table(table, data, seed).features
    return [every.index(name) for name in chosen]
