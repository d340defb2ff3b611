from ..cause import Cause
from ..evidence import Evidence
from ..finding import Finding
from ..observed import CHANCE
from ..reach import missing_bias
from ..wording import against_chance, fact, figure


def find(evidence: Evidence) -> Finding | None:
    missing = missing_bias(evidence)
    if missing is None:
        return _beside_scale(evidence)
    worse = missing.without > missing.variance
    text = (
        "The bias is switched off, so the line must pass through the origin: the mean squared "
        f"error cannot fall below {figure(missing.without)}, "
    )
    if worse:
        text += f"which is worse than the {figure(missing.variance)} of predicting the mean; "
    text += f"with a bias it could reach {figure(missing.with_bias)}."
    shown = [
        fact(
            "least mean squared error without a bias",
            missing.without,
            missing.with_bias,
            f"{figure(missing.without)} without a bias, {figure(missing.with_bias)} with one",
        ),
        fact("intercept of least squares", missing.intercept, None),
    ]
    if missing.chance <= CHANCE:
        by_chance = against_chance(missing.chance)
        shown.append(fact("probability by chance", missing.chance, CHANCE, by_chance))
    level = "error" if worse and evidence.verdict == "biased" else "warning"
    return Finding("no-bias", "hyperparameters", level, text, tuple(shown))


def _beside_scale(evidence: Evidence) -> Finding | None:
    """Of unscaled features that stand in for the constant: standardized ones would need it."""
    if evidence.verdict != "slow" or not evidence.conforms or not evidence.scales_only_with_bias:
        return None
    scaled, full = evidence.spectrum_of(evidence.standardized), evidence.spectrum_with_bias
    without, rest = (
        max(float(each.triangle.sum_of_squares(each.best_weights)), 0.0) / each.triangle.rows
        for each in (scaled, full)
    )
    text = (
        "The bias is switched off, and the features stand in for it as they are; standardized they "
        f"cannot: without a bias the mean squared error would not fall below {figure(without)}, "
        f"with one it could reach {figure(rest)}."
    )
    words = f"standardized {figure(without)} without a bias, {figure(rest)} with one"
    shown = (fact("least mean squared error, standardized", without, rest, words),)
    return Finding("no-bias", "hyperparameters", "warning", text, shown)


CAUSE = Cause(
    key="no-bias",
    title="No bias",
    what="The model has no constant, and the data need one.",
    why=(
        "Without a constant the prediction is 0 wherever all features are 0; standardized features "
        "are 0 at their mean, so there the model predicts 0 in place of the target's mean."
    ),
    see="Least squares does better with a bias than without, by more than by chance (F-test).",
    remedy="Switch the bias on, or subtract its mean from the target too.",
    reference="Kutner, Nachtsheim, Neter & Li, Applied Linear Statistical Models, section 4.4.",
    example={
        "data": {"source": "two-features", "target": "y"},
        "model": {"use_bias": False},
        "optimizer": {"learning_rate": 0.05},
    },
    find=find,
    needs=("finite", "linear"),
)
