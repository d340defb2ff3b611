"""What short runs of a model say of it, in words: a finding for each cause that they show."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..diagnosis.course import Verdict
from ..diagnosis.finding import Fact, Finding, Severity, Stage
from ..theory.wording import figure
from .compiled import first_rate
from .options import Option
from .rows import Rows
from .trial import Trial

Tried = list[tuple[Option, Trial]]


@dataclass(frozen=True, eq=False)
class Telling:
    """Puts the runs of one model into words.

    Args:
        model: Built and compiled.
        rows: Of training.
        limit: The largest stable learning rate at its weights; None where it is not known.
    """

    model: Any
    rows: Rows
    limit: float | None

    @property
    def optimizer(self) -> str:
        """`SGD(learning_rate=0.01)`."""
        rate = first_rate(self.model.optimizer)
        return f"{type(self.model.optimizer).__name__}(learning_rate={figure(rate)})"

    def findings(self, base: Trial, ranked: Tried, verdict: Verdict) -> list[Finding]:
        """A finding for each cause that one of the cures undoes."""
        found: dict[str, Finding] = {}
        smallest = min((len(option.patch) for option, _ in ranked), default=0)
        for option, trial in ranked:
            if len(option.patch) > smallest:
                continue
            for cause in option.causes:
                if cause not in found:
                    found[cause] = self._finding(cause, option, trial, base, verdict)
        return list(found.values())

    def _finding(
        self, cause: str, option: Option, trial: Trial, base: Trial, verdict: Verdict
    ) -> Finding:
        level: Severity = "error" if verdict == "diverging" else "warning"
        order = option.title[0].lower() + option.title[1:]
        went = "drives the loss away" if base.diverged else f"ends at {ended_at(base)}"
        effect = f"tried: {order}, and it is {ended_at(trial)}"
        if cause == "learning-rate-above-critical":
            return self.rate_finding(level, f" It {went}; {effect}.")
        text = {
            "learning-rate-too-low": f"`{self.optimizer}` is too low: the run {went}",
            "too-few-epochs": f"The epochs are too few: the run {went} and was still falling",
            "features-unscaled": f"The features are unscaled ({self._widest()}): the run {went}",
            "target-unscaled": (
                f"The target is unscaled (mean {figure(float(self.rows.y.mean()))}, standard "
                f"deviation {figure(float(self.rows.y.std()))}): the run {went}"
            ),
        }[cause]
        stage: Stage = "data" if cause.endswith("unscaled") else "hyperparameters"
        shown = Fact(
            "loss over that of a constant", base.last, trial.last, f"{ended_at(base)}; {effect}"
        )
        return Finding(cause, stage, level, f"{text}; {effect}.", (shown,))

    def rate_finding(self, level: Any, effect: str) -> Finding:
        rate = first_rate(self.model.optimizer)
        if self.limit is not None and rate > self.limit:
            text = (
                f"`{self.optimizer}` is {figure(rate / self.limit)} × the largest stable rate at "
                f"these weights, {figure(self.limit)}.{effect}"
            )
        else:
            text = f"`{self.optimizer}` is too high here.{effect}"
        shown = Fact("learning rate", rate, self.limit, f"{figure(rate)}")
        return Finding("learning-rate-above-critical", "hyperparameters", level, text, (shown,))

    def _widest(self) -> str:
        table = self.rows.table()
        size = np.sqrt(np.mean(table.astype(float) ** 2, axis=0))
        place = int(np.nanargmax(size))
        return f"{self.rows.names[place]} is about {figure(float(size[place]))}"

    def uncured(self, base: Trial, tried: Tried, line: float | None, longest: int) -> Finding:
        """Of a run that stands still, where nothing that was tried mends it.

        Args:
            base: The run as it is.
            tried: Changed ones.
            line: The share of the target's variance that least squares leaves; None where unknown.
            longest: Steps of the longest of them.
        """
        text = f"The run stands at {ended_at(base)}, and none of {len(tried)} changes mends it."
        ended = [(option, trial) for option, trial in tried if not trial.diverged]
        if ended:
            option, trial = min(ended, key=lambda pair: pair[1].last)
            order = option.title[0].lower() + option.title[1:]
            text += f" Nearest comes: {order}, {ended_at(trial)}."
        if line is not None:
            text += f" Least squares on these features leaves {figure(line)} × that loss."
        text += f" No trial had more than {longest:,} steps."
        shown = Fact("loss over that of a constant", base.last, line, ended_at(base))
        return Finding("fault:unknown", "hyperparameters", "warning", text, (shown,))

    def no_signal(self, base: Trial, tried: Tried) -> Finding:
        """Of a run that is no better than a constant, as is everything that was tried."""
        text = (
            f"The run ends at {ended_at(base)}, and none of {len(tried)} changes of rate, scale "
            "and length does better: these features may not tell the target, or not to such a "
            "model."
        )
        shown = Fact("loss over that of a constant", base.last, None, ended_at(base))
        return Finding("no-linear-signal", "data", "warning", text, (shown,))


def ended_at(trial: Trial) -> str:
    """Where a run ended, beside a constant."""
    if not trial.finite:
        return "not finite"
    return f"{figure(trial.last)} × the loss of predicting a constant"
