"""scikit-learn's scalers, split, sample tables and `SGDRegressor`."""

from dataclasses import replace
from typing import Any

import numpy as np

from . import keras_calls
from .arrays import plain
from .budget import UnreadableError
from .lists import words
from .provenance import Origin
from .tables import MORE_ROWS, ROWS, FileTable, Frame, column, whole
from .training import Training
from .values import Lib, Obj, Unknown

SCALERS = {"StandardScaler": "standard", "MinMaxScaler": "minmax", "RobustScaler": "robust"}
OF_FIT = words("epochs nb_epoch batch_size shuffle validation_split callbacks")
READ = ("KerasRegressor", "SGDRegressor", "Pipeline", "LinearRegression", "PolynomialFeatures")
DEFAULTS = {"with_mean", "with_std", "copy", "feature_range", "with_centering", "with_scaling"}
MAX_ROWS = 1_000_000
MOST_FEATURES, MOST_POWERS = 10, 9  # of which powers are taken
HELD_OUT = 0.25  # train_test_split's own
SAMPLES = {  # tables that scikit-learn fetches or held, asked for as files
    "fetch_california_housing": "california_housing.csv",
    "load_boston": "boston.csv",
    "fetch_openml": "openml.csv",
}


def call(machine: Any, lib: Lib, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """The result of a function or class of scikit-learn."""
    name = lib.name
    if name == "train_test_split":
        return _split(machine, given, options, line)
    if name == "load_diabetes":
        return _diabetes(machine, options, line)
    if name == "make_regression":
        return _made(machine, given, options)
    if name == "shuffle":
        return _shuffled(machine, given, options, line)
    if name in SAMPLES:
        return _sample(machine, SAMPLES[name], options, line)
    if name == "cross_val_score":
        return _folds(machine, given, line)
    if name in ("scale", "minmax_scale", "robust_scale"):
        kind = {"scale": "standard"}.get(name, name.partition("_")[0])
        return _scaled(machine, given[0], kind, line)
    if name in ("make_pipeline", "Pipeline"):
        named = given[0] if given else options.get("steps", [])
        steps = given if name == "make_pipeline" else [step[1] for step in named]
        return Obj("Pipeline", {"steps": steps}, line)
    if name == "SGDRegressor" and given:
        options = {"loss": given[0], **options}
    if given and name != "SGDRegressor":
        options = options | {"*": given}
    return Obj(name, options, line)


def method(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    """The result of a method of one of scikit-learn's objects."""
    if owner.kind == "KerasRegressor" and name == "fit":
        return _keras(machine, owner, given, options, line)
    if owner.kind in SCALERS:
        return _scale(machine, owner, name, given, options, line)
    if owner.kind in ("SGDRegressor", "Pipeline", "LinearRegression") and name in (
        "fit",
        "partial_fit",
    ):
        x, y = given[0], given[1] if len(given) > 1 else options.get("y")
        if owner.kind == "Pipeline":
            for step in owner.given["steps"]:
                if isinstance(step, Obj) and step.kind in SCALERS:
                    x = _scale(machine, step, "fit_transform", [x], {}, step.line or line)
                elif isinstance(step, Obj) and step.kind in ("SGDRegressor", "KerasRegressor"):
                    owner = step
                else:
                    raise UnreadableError("a pipeline with other steps than scalers")
        if owner.kind == "KerasRegressor":
            return _keras(machine, owner, [x, y], options, line)
        if owner.kind == "LinearRegression":
            machine.gap(line, "`LinearRegression` solves for the weights: it takes no steps")
            return owner
        options = {"partial": True} if name == "partial_fit" else {}
        machine.trainings.append(
            Training("sklearn", line, x, y, owner, options, shuffles=machine.shuffles)
        )
        return owner
    if owner.kind == "PolynomialFeatures" and name in ("fit", "transform", "fit_transform"):
        return owner if name == "fit" else _powers(machine, owner.given, given[0])
    if name in ("predict", "score", "get_params", "inverse_transform"):
        return Unknown()
    raise UnreadableError(f"`.{name}` of `{owner.kind}` is not read here")


def _scale(machine: Any, scaler: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    kind = SCALERS[scaler.kind]
    if set(scaler.given) - DEFAULTS or any(value is False for value in scaler.given.values()):
        raise UnreadableError(f"`{scaler.kind}` with settings of its own")
    if scaler.given.get("feature_range", (0, 1)) not in ((0, 1), [0, 1]):
        raise UnreadableError("a scaling to another range than 0 to 1")
    array = given[0] if given else options.get("X")
    if isinstance(array, Frame):
        array = whole(machine, array)
    if name == "inverse_transform":
        return Unknown()
    array = np.asarray(plain(array), dtype=float) if not isinstance(array, np.ndarray) else array
    origin = machine.origins.of(array)
    part = origin.split[2] if origin and origin.split else ""
    if name == "fit":
        machine.scalers[id(scaler)] = (scaler, line)
    else:
        machine.scalers.pop(id(scaler), None)
    if name in ("fit", "fit_transform"):
        machine.fitted_on_train |= part == "train"
        if part == "test" and (scaler.holds.get("fitted") or machine.fitted_on_train):
            machine.faults.found(
                line, "fit-on-test",
                "The scaler is fitted anew to the test rows: they come out on another scale than "
                "the training rows did. Use `transform` here.",
            )  # fmt: skip
        scaler.holds["fitted"] = _fit(kind, array)
        if name == "fit":
            return scaler
    if name not in ("transform", "fit_transform"):
        raise UnreadableError(f"`.{name}` of a scaler is not read here")
    centre, scale = scaler.holds.get("fitted") or _fit(kind, array)
    return machine.origins.scaled(array, (array - centre) / scale, kind, line)


def _scaled(machine: Any, array: Any, kind: str, line: int) -> np.ndarray:
    array = whole(machine, array) if isinstance(array, Frame) else array
    array = array if isinstance(array, np.ndarray) else np.asarray(plain(array), float)
    centre, scale = _fit(kind, array)
    return machine.origins.scaled(array, (array - centre) / scale, kind, line)


def _fit(kind: str, array: np.ndarray) -> tuple[Any, Any]:
    machine_scale: Any
    if not array.size:
        raise UnreadableError("rows of which none are known here")
    if kind == "standard":
        centre, machine_scale = array.mean(axis=0), array.std(axis=0)
    elif kind == "minmax":
        centre, machine_scale = array.min(axis=0), np.ptp(array, axis=0)
    else:
        centre = np.median(array, axis=0)
        machine_scale = np.subtract(*np.percentile(array, [75, 25], axis=0))
    return centre, np.where(machine_scale == 0, 1.0, machine_scale)


def _keras(machine: Any, owner: Obj, given: list[Any], options: dict, line: int) -> Obj:
    """`fit` of a Keras model within scikit-learn's `KerasRegressor`."""
    told = {**owner.given, **options}
    build = told.get("build_fn", told.get("model", (told.get("*") or [None])[0]))
    model = build if isinstance(build, Obj) else machine.call(build, [], {}, line)
    if "compiled" not in model.holds:
        compiled = {key: told[key] for key in ("optimizer", "loss") if key in told}
        keras_calls.model_method(machine, model, "compile", [], compiled, line)
    fits = {key: told[key] for key in OF_FIT if key in told}
    keras_calls.model_method(machine, model, "fit", given[:2], fits, line)
    return owner


def _folds(machine: Any, given: list[Any], line: int) -> Unknown:
    """`cross_val_score` of a Keras model: it trains on some rows after the other."""
    estimator = given[0] if given else None
    if isinstance(estimator, Obj) and estimator.kind in ("Pipeline", "KerasRegressor"):
        rows = Unknown(line, "the rows of one fold after the other")
        method(machine, estimator, "fit", [rows, rows], {}, line)
    return Unknown(line, "scores")


def _powers(machine: Any, settings: dict, array: Any) -> np.ndarray:
    """`PolynomialFeatures` of some columns, by scikit-learn itself."""
    from sklearn.preprocessing import PolynomialFeatures

    known = dict(zip(("degree",), settings.get("*", ()), strict=False)) | settings
    known.pop("*", None)
    degree = known.get("degree", 2)
    if set(known) - {"degree", "include_bias", "interaction_only"} or not isinstance(degree, int):
        raise UnreadableError("`PolynomialFeatures` with settings of its own")
    rows = np.asarray(plain(machine.whole(array)), float)
    if rows.ndim != 2 or rows.shape[1] > MOST_FEATURES or not 0 < degree <= MOST_POWERS:
        raise UnreadableError("`PolynomialFeatures` of more than is read here")
    machine.budget.spend(len(rows) * (rows.shape[1] + 1) ** degree)
    return PolynomialFeatures(**known).fit_transform(rows)


def _split(machine: Any, given: list[Any], options: dict, line: int) -> list[Any]:
    share = options.get("test_size")
    train_share = options.get("train_size")
    seed = options.get("random_state")
    given = [whole(machine, v) if isinstance(v, Frame) else v for v in given]
    values = [v for v in given if not isinstance(v, Unknown)]
    if not values:
        raise UnreadableError(given[0].why if given else "a split of nothing")
    values = [v if isinstance(v, np.ndarray) else np.asarray(plain(v)) for v in values]
    rows = len(values[0])
    if share is None:
        share = 1 - train_share if isinstance(train_share, float) else HELD_OUT
    if isinstance(share, int) and not isinstance(share, bool):
        share = share / rows
    if not 0 < share < 1 or any(len(value) != rows for value in values):
        raise UnreadableError("a split whose share is not known")
    test = int(np.ceil(share * rows - 1e-9))
    order = np.random.RandomState(seed if isinstance(seed, int) else 0).permutation(rows)
    if options.get("shuffle") is False:
        order = np.r_[np.arange(rows - test, rows), np.arange(rows - test)]
    machine.budget.spend(sum(value.size for value in values))
    parts, known = [], iter(values)
    for one in given:
        if isinstance(one, Unknown):
            parts += [one, one]
            continue
        value = next(known)
        origin = machine.origins.of(value) or Origin(value, line=line)
        for part, chosen in (("train", order[test:]), ("test", order[:test])):
            split = (float(share), seed if isinstance(seed, int) else None, part)
            parts.append(
                machine.origins.keep(value[chosen], replace(origin, split=split, split_line=line))
            )
    return parts


def _diabetes(machine: Any, options: dict, line: int) -> Any:
    from ..data.datasets import find_dataset

    table = find_dataset("diabetes").load()
    y = table.pop("target").to_numpy(float)
    raw = x = table.to_numpy(float)
    if options.get("scaled", True):
        x = raw - raw.mean(axis=0)
        x = x / (raw.std(axis=0) * np.sqrt(len(raw)))
        machine.origins.keep(x, Origin(x, line=line))
        machine.origins.keep(y, Origin(y, line=line))
    else:
        machine.origins.keep(x, Origin(x, tuple(table.columns), "diabetes", line=line))
        machine.origins.keep(y, Origin(y, ("target",), "diabetes", line=line))
    if options.get("return_X_y"):
        return (x, y)
    return Obj("Bunch", {}, line, {"data": x, "target": y, "feature_names": list(table.columns)})


def _sample(machine: Any, file: str, options: dict, line: int) -> Any:
    rows = ROWS + MORE_ROWS * machine.stand_in
    frame = Frame(FileTable(file, line, rows=rows, stand_in=machine.stand_in))
    machine.files.append(frame.file)
    x = whole(machine, frame.without(["target"]))
    y = column(machine, frame, "target")
    if options.get("return_X_y"):
        return (x, y)
    return Obj("Bunch", {}, line, {"data": x, "target": y, "frame": frame})


def _made(machine: Any, given: list[Any], options: dict) -> tuple[np.ndarray, np.ndarray]:
    """`make_regression`, by scikit-learn itself."""
    known = {"n_samples", "n_features", "n_informative", "noise", "bias", "random_state"}
    bound = dict(zip(("n_samples", "n_features", "n_informative"), given, strict=False)) | options
    if set(bound) - known:
        raise UnreadableError("`make_regression` with more than samples, features, noise and seed")
    rows, columns = bound.get("n_samples", 100), bound.get("n_features", 100)
    if not all(isinstance(number, int) and number > 0 for number in (rows, columns)):
        raise UnreadableError("`make_regression` of a size that is not known")
    machine.budget.spend(rows * columns)
    from sklearn.datasets import make_regression

    seed = bound.pop("random_state", None)
    if not isinstance(seed, int):
        machine.unseeded = True
        seed = machine.stand_in
    x, y = make_regression(**bound, random_state=seed)[:2]
    x = np.asarray(x)
    return x, y


def _shuffled(machine: Any, given: list[Any], options: dict, line: int) -> Any:
    seed = options.get("random_state")
    values = [whole(machine, v) if isinstance(v, Frame) else np.asarray(plain(v)) for v in given]
    if len({len(value) for value in values}) != 1:
        raise UnreadableError("arrays of different lengths, shuffled together")
    rows = len(values[0])
    machine.budget.spend(sum(value.size for value in values))
    order = np.arange(rows)
    np.random.RandomState(seed if isinstance(seed, int) else machine.stand_in).shuffle(order)
    machine.unseeded |= not isinstance(seed, int)
    made = [value[order] for value in values]
    machine.reordered(made, line)
    return made if len(made) > 1 else made[0]
