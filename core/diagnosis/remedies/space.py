"""The space that is searched: for each thing that can be changed, the values to try."""

from collections.abc import Collection

import numpy as np

from ...data.prepare import Prepared
from ...spec import MAX_EXCLUDED_ROWS, Spec
from ...theory.wording import figure
from ..causes.influential_rows import far_rows, fits_the_others
from ..causes.missing_value_code import codes_in
from ..evidence import Evidence
from .move import Move, Patch

EPOCHS = (2, 5, 10)  # times as many as planned
RATES = (0.1, 0.01, 1.0)
FACTORS = (10.0, 100.0, 0.1, 0.01)  # of the rate as it is
SHARES = (0.5, 0.25, 0.125)  # of the critical rate: nearer to it small batches are restless
STEPS_TO_GO = (4.0, 12.0, 2.0, 30.0)  # how many times the way that Adam could go
ODD = 2.0  # how much later, in powers of e, a rate of odd digits is tried than a round one
HIGHEST = 10.0  # rate of Adam to be offered: a scaled target is the better way
MOMENTUM = (0.0, 0.5)


def settings(
    spec: Spec, data: Prepared, evidence: Evidence, causes: Collection[str]
) -> dict[str, list[Move]]:
    """All but rate and epochs, which depend on the rest: moves by kind, the first to try first.

    Args:
        spec: What was run.
        data: Its table, prepared.
        evidence: What was seen of the run.
        causes: What the diagnosis found.
    """
    found = {
        "code": [Move("code", "use the corrected code", {"bug": None})],
        "missing": _missing(),
        "activation": [
            Move("activation", "use the linear activation", {"model": {"activation": "linear"}})
        ],
        "bias": [Move("bias", "switch the bias on", {"model": {"use_bias": True}})],
        "features": [_standardize("features")],
        "target": [_standardize("target")],
        "columns": _varying(spec, data),
        "schedule": _constant(evidence),
        "momentum": _momentum(spec),
        "regularization": _unregularized(spec),
        "clipping": [Move("clipping", "switch clipping off", {"optimizer": {"clip_norm": None}})],
    }
    if "missing-value-code" in causes and (codes := codes_in(evidence)):
        found["codes"] = _without(spec, "codes", codes.all_rows)
    elif "influential-rows" in causes:
        found["rows"] = _without(spec, "rows", evidence.data.train_rows[far_rows(evidence)])
    applies = {
        "code": any(cause.startswith("bug:") for cause in causes),
        "missing": "non-finite-values" in causes,
        "activation": spec.model.activation != "linear",
        "bias": not spec.model.use_bias,
        "features": spec.scaling.features != "standard",
        "target": spec.scaling.target != "standard",
        "schedule": spec.schedule.key != "constant",
        "clipping": spec.optimizer.clip_norm is not None,
    }
    return {kind: moves for kind, moves in found.items() if moves and applies.get(kind, True)}


def _missing() -> list[Move]:
    drop, fill = {"data": {"missing": "drop"}}, {"data": {"missing": "mean"}}
    return [
        Move("missing", "leave out rows with missing values", drop),
        Move("missing", "fill missing values with the mean", fill),
    ]


def _standardize(part: str) -> Move:
    return Move(part, f"standardize the {part}", {"scaling": {part: "standard"}})


def _varying(spec: Spec, data: Prepared) -> list[Move]:
    """Without the features that do not vary, where others do."""
    with np.errstate(invalid="ignore"):
        varies = np.ptp(data.x_raw_train, axis=0) != 0
    if varies.all() or not varies.any():
        return []
    kept = [name for name, ok in zip(data.features, varies, strict=True) if ok]
    what = "feature" if len(varies) - len(kept) == 1 else "features"
    patch: Patch = {"data": {"features": kept}}
    given = spec.model.initial_weights
    if given:
        kernel = [weight for weight, ok in zip(given.kernel, varies, strict=True) if ok]
        patch["model"] = {"initial_weights": {"kernel": kernel, "bias": given.bias}}
    return [Move("columns", f"leave out the constant {what}", patch)]


def _constant(evidence: Evidence) -> list[Move]:
    patch: Patch = {"schedule": {"key": "constant"}}
    plain = Move("schedule", "keep the rate constant", patch)
    if evidence.declared.schedule.starts_at_rate:
        return [plain]
    first = patch | {"optimizer": {"learning_rate": evidence.first_rate}}
    return [Move("schedule", "keep the rate constant", first), plain]


def _momentum(spec: Spec) -> list[Move]:
    """Less of it, for SGD; none at first."""
    own = spec.optimizer.momentum if spec.optimizer.key == "sgd" else 0.0
    return [
        Move(
            "momentum",
            f"lower momentum to {value:g}" if value else "switch momentum off",
            {"optimizer": {"momentum": value}},
        )
        for value in MOMENTUM
        if value < own
    ]


def _unregularized(spec: Spec) -> list[Move]:
    pulls = spec.optimizer.pulls()
    what = "weight decay" if "weight_decay" in pulls else "the penalty on weights"
    patch: Patch = {"optimizer": dict.fromkeys(pulls, 0.0)}
    return [Move("regularization", f"switch {what} off", patch)] if pulls else []


def in_order_of_cure(causes: list[str], evidence: Evidence) -> list[str]:
    """The causes, that first which is to be cured first: rows on the line of the others are no
    mistake, so what else mends the run comes before leaving them out."""
    if causes[:1] != ["influential-rows"] or not fits_the_others(evidence, far_rows(evidence)):
        return causes
    return [*causes[1:], causes[0]]


def _without(spec: Spec, kind: str, places: np.ndarray) -> list[Move]:
    """Leaves out rows, given by their positions in the table."""
    rows = (places + 1).tolist()
    excluded = sorted({*spec.data.exclude_rows, *rows})
    if not rows or len(excluded) > MAX_EXCLUDED_ROWS:
        return []
    words = f"leave out row {rows[0]}" if len(rows) == 1 else f"leave out {len(rows):,} rows"
    return [Move(kind, words, {"data": {"exclude_rows": excluded}})]


def epochs(spec: Spec, most: int) -> list[Move]:
    """More of them, up to `most`."""
    planned = spec.training.epochs
    return [
        Move("epochs", f"train for {count:,} epochs", {"training": {"epochs": count}})
        for count in (planned * factor for factor in EPOCHS)
        if count <= most
    ]


def rates(spec: Spec, critical: float | None, way: float, named: float | None = None) -> list[Move]:
    """Other learning rates for a run that is otherwise as `spec` says.

    Args:
        spec: Already patched otherwise.
        critical: Its largest stable rate; None where there is no closed form.
        way: The rate with which an adaptive optimizer just gets to the weights.
        named: One of which the diagnosis says that it would do.
    """
    own, known = spec.optimizer.learning_rate, critical is not None and np.isfinite(critical)
    shares = [_short(critical * share) for share in SHARES] if critical and known else []
    adaptive = [] if known or not 0 < way < np.inf else [_short(way * far) for far in STEPS_TO_GO]
    scaled = spec.scaling.features == "standard"
    tried = [*RATES[:1], *shares, *RATES[1:]] if scaled else [*shares, *RATES]
    tried += [_short(own * factor) for factor in FACTORS] + adaptive
    tried += [named] if named else []
    if not known:
        tried.append(10.0)  # Adadelta's own rate is 1; Keras' default a thousandth
    rates = [rate for rate in dict.fromkeys(tried) if rate != own and 0 < rate < np.inf]
    if not known:
        likely = STEPS_TO_GO[0] * way if adaptive else 1.0
        rates.sort(key=lambda rate: abs(np.log(rate / likely)) + ODD * (rate in adaptive))
    rates.sort(key=lambda rate: rate > HIGHEST and rate not in shares)
    return [_rate(own, rate, bool(shares) and rate == shares[0]) for rate in rates]


def _rate(own: float, rate: float, half: bool) -> Move:
    words = f"{'lower' if rate < own else 'raise'} the learning rate to {figure(rate)}"
    words += " (half the largest stable one)" if half else ""
    return Move("rate", words, {"optimizer": {"learning_rate": rate}})


def optimizers(spec: Spec, way: float, critical: float | None, huge: bool) -> list[Move]:
    """Another optimizer, each with its rate.

    Args:
        spec: Already patched otherwise.
        way: The rate with which an adaptive optimizer just gets to the weights.
        critical: The largest stable rate of SGD without momentum; None if not known.
        huge: Whether rates above `HIGHEST` are to be tried.
    """
    found = []
    own = spec.optimizer.key
    if own != "sgd" and critical and np.isfinite(critical):
        rate = _short(critical / 2)
        patch = {"key": "sgd", "learning_rate": rate}
        if getattr(spec.optimizer, "momentum", 0.0):
            patch["momentum"] = 0.0
        found.append(_use("SGD", patch))
    if own != "adam" and 0 < way < np.inf:
        rates = [_short(way * far) for far in STEPS_TO_GO]
        found += [
            _use("Adam", {"key": "adam", "learning_rate": rate})
            for rate in rates
            if rate <= HIGHEST or huge
        ]
    return found


def _use(name: str, patch: Patch) -> Move:
    words = f"use {name} with a rate of {figure(patch['learning_rate'])}"
    return Move("optimizer", words, {"optimizer": patch})


def _short(rate: float, digits: int = 3) -> float:
    """A rate of few digits, as one would type it."""
    return float(f"{rate:.{digits}g}")
