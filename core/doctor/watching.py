"""A run while it trains: its losses, and what they say."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..diagnosis.diagnosis import diagnose_run
from ..diagnosis.finding import Fact, Finding
from ..diagnosis.spec_run import declared_by
from ..events import Event
from ..theory.optimum import row_losses
from ..theory.wording import figure
from .compiled import first_rate
from .examination import Examination
from .linear import LinearRun, epoch_ended, run_ended
from .report import Report
from .words import careful, in_own_words

LEFT = 2.0  # times its start and the constant: a loss that has left
LATE = 3  # epochs in which it is above that before it counts without a theory


@dataclass(eq=False)
class Watch:
    """What was seen of a run.

    Attributes:
        losses: As Keras tells them.
        rates: The learning rate after each epoch.
        full: The loss of all rows at each epoch's end, of a linear model.
        hopeless: Whether the run will not recover.
    """

    losses: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    hopeless: bool = False
    examination: Examination | None = None
    run: LinearRun | None = None
    height: float | None = None
    doomed: bool = False
    told: bool = False
    above: int = 0

    def begin(self, examination: Examination, report: Report) -> None:
        """What is known before the first step."""
        self.examination = examination
        self.doomed = report.verdict == "diverging"
        linear, run = examination.linear, examination.run
        if (
            run is not None
            and linear is not None
            and not any(finding.cause.startswith("fault:") for finding in report.findings)
        ):
            self.run = run
            told = run.prediction
            heights = (told.initial_loss, told.baseline_loss)
            self.height = max((h for h in heights if h is not None), default=None)

    def after(self, model: Any, epoch: int, logs: dict[str, Any]) -> str | None:
        """What is to be said of an epoch; None for nothing."""
        loss = float(logs.get("loss", np.nan)) if "loss" in logs else None
        if loss is None:
            return None
        self.losses.append(loss)
        self.rates.append(first_rate(model.optimizer))
        if self.run is not None:
            self.full.append(self._full_loss())
        if self.height is None and np.isfinite(loss):
            self.height = loss
        if self.told:
            return None
        if not np.isfinite(loss):
            self.told = self.hopeless = True
            return f"the loss is {loss} and stays so: every weight is lost."
        if self.height is not None and loss > LEFT * self.height:
            self.above += 1
            if self.doomed or self.above >= LATE:
                self.told, self.hopeless = True, self.doomed
                return f"the loss is {figure(loss)}, far above where it began."
        else:
            self.above = 0
        return None

    def _full_loss(self) -> float:
        """The loss of all rows at the weights as they are."""
        assert self.run is not None and self.examination is not None
        linear, data = self.examination.linear, self.run.data
        assert linear is not None
        kernel = np.asarray(linear.kernel).ravel()
        bias = 0.0 if linear.bias is None else float(np.asarray(linear.bias).ravel()[0])
        with np.errstate(all="ignore"):
            residuals = data.x_train @ kernel + (bias - data.y_train[:, 0])
            loss = self.run.spec.loss
            scale = 1.0 if loss.reduction == "mean" else float(self.examination.rows.batch)
            return scale * float(row_losses(loss, residuals.astype(np.float64)).mean())

    def final(self, model: Any, report: Report | None) -> Report | None:
        """What became of the run, by its own losses."""
        if not self.losses:
            return report
        if self.run is not None:
            found = self._of_theory(model)
            same = report is not None and {f.cause for f in report.findings} == {
                f.cause for f in found.findings
            }
            kept = report.search if report is not None and found.unhealthy else None
            return report if same else replace(found, search=kept)
        bad = report is not None and any(f.severity != "note" for f in report.findings)
        last = self.losses[-1]
        lost = not np.isfinite(last) or (self.height is not None and last > LEFT * self.height)
        if bad or not lost:
            return report
        shown = Fact("loss", last, self.height, f"it ended at {figure(last)}")
        text = (
            f"The loss ended at {figure(last)}"
            + (f" and began at {figure(self.height)}" if self.height is not None else "")
            + ": a lower learning rate, or standardized `X` and `y`, are the first to try."
        )
        finding = Finding(
            "learning-rate-above-critical", "hyperparameters", "warning", text, (shown,)
        )
        missing = (("fault:unknown", "the doctor was given no data"),)
        if report is not None:
            return replace(report, verdict="diverging", findings=(finding, *report.findings))
        return Report("diverged", "diverging", (finding,), missing)

    def _of_theory(self, model: Any) -> Report:
        """The app's diagnosis of the run as it really went."""
        assert self.run is not None and self.examination is not None
        epochs = max(1, len(self.full))
        spec = self.run.spec.patched({"training": {"epochs": epochs}})
        run = LinearRun(spec, self.run.data, True, self.run.probed)
        per_epoch = run.declared.steps_per_epoch
        events: list[Event] = [run.started(), *run.probed]
        events += [
            epoch_ended(epoch, per_epoch, loss, rate)
            for epoch, (loss, rate) in enumerate(zip(self.full, self.rates, strict=True))
        ]
        end = self.full[-1] if self.full else np.nan
        height = self.height if self.height is not None else np.inf
        away = not np.isfinite(end) or end > LEFT * height
        events.append(run_ended("diverged" if away else "completed", epochs - 1, per_epoch))
        declared = declared_by(spec, self.run.data)
        told = diagnose_run(declared, events)
        rows = self.examination.rows
        told = careful(told, rows.count, len(rows.names) + 1)
        return Report.of(in_own_words(told, type(model.optimizer).__name__))
