"""What cures a finding, as patches of the spec, and the run that proves it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from ..events import Event, from_number
from ..record import Record
from ..spec import MAX_EPOCHS, MAX_EXCLUDED_ROWS, Spec
from ..theory.regime import NEAR, OPTIMUM_NOISE, Goal, judge
from ..theory.wording import figure
from .causes.influential_rows import far_rows
from .evidence import Evidence
from .finding import Finding, Remedy


def corrected_code(evidence: Evidence) -> list[Remedy]:
    """The program without its bug."""
    return [Remedy("Use the corrected code", {"bug": None})]


def standardize(evidence: Evidence) -> list[Remedy]:
    """Standardized features, where they are not yet."""
    if evidence.spec.scaling.features == "standard":
        return []
    return [Remedy("Standardize the features", {"scaling": {"features": "standard"}})]


def rate_patch(evidence: Evidence, rate: float) -> dict:
    """A constant rate, whatever the schedule was."""
    patch: dict = {"optimizer": {"learning_rate": float(f"{rate:.3g}")}}
    if evidence.spec.schedule.key != "constant":
        patch["schedule"] = {"key": "constant"}
    return patch


def half_critical(evidence: Evidence) -> list[Remedy]:
    """Half the largest stable rate; without theory, a tenth of the rate."""
    critical = evidence.prediction.critical_learning_rate
    if critical is None or not np.isfinite(critical):
        rate = evidence.rate / 10
        title = f"Lower the learning rate to {figure(rate)}, a tenth"
        return [Remedy(title, rate_patch(evidence, rate))]
    rate = critical / 2
    if evidence.verdict == "oscillating" and rate >= evidence.rate / 2:
        rate = evidence.rate / 10
        title = f"Lower the learning rate to {figure(rate)}, a tenth"
        return [Remedy(title, rate_patch(evidence, rate))]
    verb = "Lower" if rate < evidence.rate else "Raise"
    title = f"{verb} the learning rate to {figure(rate)}, half the largest stable one"
    return [Remedy(title, rate_patch(evidence, rate))]


def raised_rate(evidence: Evidence) -> list[Remedy]:
    """A rate that gets there in time."""
    critical, better = evidence.prediction.critical_learning_rate, evidence.best_rate
    if critical is not None and better is not None:
        title = f"Raise the learning rate to {figure(better)}"
        title += ", half the largest stable one" if better == critical / 2 else ""
        return [Remedy(title, rate_patch(evidence, better))]
    rate = evidence.rate * 10
    return [
        Remedy(f"Raise the learning rate to {figure(rate)}, tenfold", rate_patch(evidence, rate)),
        Remedy(
            f"Raise the learning rate to {figure(10 * rate)}, a hundredfold",
            rate_patch(evidence, 10 * rate),
        ),
    ]


def adam(evidence: Evidence) -> list[Remedy]:
    """An optimizer that finds each weight's own step, from the size of the weights to reach."""
    if evidence.spec.optimizer.key != "sgd" or evidence.spectrum is None:
        return []
    far = float(np.abs(evidence.spectrum.best_weights).max())
    steps = evidence.spec.training.epochs * evidence.case.steps_per_epoch
    rate = float(f"{max(4 * far / steps, 1e-3):.1g}")
    patch = {"optimizer": {"key": "adam"} | {"learning_rate": rate}}
    if evidence.spec.schedule.key != "constant":
        patch["schedule"] = {"key": "constant"}
    return [Remedy(f"Use Adam, with a rate of {figure(rate)}", patch)]


def more_epochs(evidence: Evidence) -> list[Remedy]:
    """As many as the prediction needs, or ten times as many."""
    needed = evidence.prediction.epochs_to_optimum
    epochs = evidence.spec.training.epochs
    wanted = int(needed * 1.1) + 1 if needed and needed > epochs else 10 * epochs
    if wanted > MAX_EPOCHS:
        return []
    return [Remedy(f"Train for {wanted:,} epochs", {"training": {"epochs": wanted}})]


def constant_schedule(evidence: Evidence) -> list[Remedy]:
    """The rate it started with, kept."""
    rate = evidence.prediction.learning_rates[:1] or [evidence.spec.optimizer.learning_rate]
    return [Remedy("Keep the rate constant", rate_patch(evidence, rate[0]))]


def drop_missing(evidence: Evidence) -> list[Remedy]:
    """No row with a hole in it, or the holes filled."""
    return [
        Remedy("Leave out rows with missing values", {"data": {"missing": "drop"}}),
        Remedy("Fill missing values with the mean", {"data": {"missing": "mean"}}),
    ]


def linear_activation(evidence: Evidence) -> list[Remedy]:
    """No activation behind a regression."""
    return [Remedy("Use no activation", {"model": {"activation": "linear"}})]


def fewer_columns(evidence: Evidence) -> list[Remedy]:
    """The features that vary."""
    raw = evidence.data.x_raw_train
    varies = np.ptp(raw, axis=0) > 0
    if varies.all() or not varies.any():
        return []
    kept = [name for name, ok in zip(evidence.data.features, varies, strict=True) if ok]
    return [Remedy("Leave out the constant feature", {"data": {"features": kept}})]


def fewer_rows(evidence: Evidence) -> list[Remedy]:
    """The table without the rows that make most of the curvature."""
    rows = (evidence.data.train_rows[far_rows(evidence)] + 1).tolist()
    excluded = sorted({*evidence.spec.data.exclude_rows, *rows})
    if not rows or len(excluded) > MAX_EXCLUDED_ROWS:
        return []
    title = f"Leave out row {rows[0]}" if len(rows) == 1 else f"Leave out {len(rows)} rows"
    return [Remedy(title, {"data": {"exclude_rows": excluded}})]


REMEDIES: dict[str, tuple[Callable[[Evidence], list[Remedy]], ...]] = {
    "non-finite-values": (drop_missing,),
    "constant-feature": (fewer_columns, standardize),
    "features-unscaled": (standardize, half_critical, adam),
    "influential-rows": (fewer_rows, half_critical, adam),
    "collinear-features": (adam, more_epochs),
    "learning-rate-above-critical": (half_critical, standardize, adam),
    "schedule-crosses-critical": (half_critical,),
    "learning-rate-too-low": (raised_rate, more_epochs),
    "schedule-decays-too-soon": (constant_schedule,),
    "too-few-epochs": (more_epochs,),
    "target-unreachable-by-activation": (linear_activation,),
    "no-linear-signal": (),
}


def remedies_for(finding: Finding, evidence: Evidence) -> Finding:
    """The finding with its remedies, not yet verified, each a single change."""
    if finding.severity == "note":
        return finding
    if finding.cause.startswith("bug:"):
        makers: Iterable[Callable] = (corrected_code,)
    else:
        makers = REMEDIES[finding.cause]
    return replace(finding, remedies=tuple(r for make in makers for r in make(evidence)))


def verify(spec: Spec, remedy: Remedy, train: Callable[[Spec], Iterable[Event]]) -> Remedy:
    """Runs the patched spec in full; verified only if it comes near its optimum and stays.

    Args:
        spec: What was run.
        remedy: Its patch is applied to `spec`.
        train: Runs a spec and gives its events.
    """
    record = Record.of(train(spec.patched(remedy.patch)))
    curve = record.full_loss
    final = float(curve[-1]) if len(curve) else None
    told = replace(remedy, outcome=record.outcome, final_loss=final)
    optimal = from_number(record.started.get("optimal_loss"))
    baseline = from_number(record.started.get("baseline_loss"))
    if record.outcome != "completed" or not np.isfinite([optimal, baseline]).all():
        return told
    start = from_number(record.started.get("full_loss"))
    way = max(baseline - optimal, OPTIMUM_NOISE * optimal / NEAR, 1e-7 * baseline)
    aim = Goal(optimal, way, max(start, baseline))
    near = np.flatnonzero(curve <= aim.near)
    return replace(
        told,
        verified=judge(aim, curve, None, False, 0.0) == "converges",
        epochs_to_optimum=int(record.epoch[near[0]]) + 1 if len(near) else None,
    )
