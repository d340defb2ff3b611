"""The examination of one model with one set of rows: which theory applies, and what it says."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..diagnosis.diagnosis import Diagnosis
from ..spec import Spec
from .compiled import own_step
from .ending import with_a_finding
from .general import General
from .held_out import CAUSE, of_held_out
from .linear import UNKNOWN_EPOCHS, LinearRun, first_orders, prepared, with_probes
from .loss_faults import with_named_loss
from .losses import is_of_classes
from .measuring import measure_of
from .mending import mended
from .patient import checked
from .probing import probes
from .reading import LinearModel, linear_model, spec_of
from .report import Report
from .rows import Rows, check_count
from .trial import Trials
from .unchanged import unchanged
from .words import careful, in_own_words

NEEDS_EPOCHS = ("too-few-epochs", "learning-rate-too-low", "schedule-decays-too-soon")
SEVERITIES = ("error", "warning", "note")
SECONDS = 0.4  # of one trial, about
NO_EPOCHS = "the number of epochs was not given"


@dataclass(frozen=True, eq=False)
class Examination:
    """What is known of a model before its first step.

    Attributes:
        model: Built and compiled.
        rows, held: Of training and validation.
        epochs: Planned; None where it is not known.
        shuffle: Whether `fit` shuffles.
        trial: Whether anything may be tried.
    """

    model: Any
    rows: Rows
    held: Rows | None
    epochs: int | None
    shuffle: bool
    trial: bool

    @classmethod
    def of(
        cls,
        model: Any,
        rows: Rows,
        held: Rows | None,
        epochs: int | None,
        shuffle: bool,
        trial: bool,
    ):
        """The examination; raises `DoctorError` where there can be none."""
        check_count(epochs, "epochs")
        return cls(checked(model, rows), rows, held, epochs, shuffle, trial)

    @cached_property
    def linear(self) -> LinearModel | None:
        """The model as a linear one."""
        return linear_model(self.model, self.rows)

    @cached_property
    def spec(self) -> Spec | None:
        """The run as a spec; None where a spec has no word for it."""
        if self.linear is None or self.linear.activation != "linear":
            return None
        epochs = self.epochs or UNKNOWN_EPOCHS
        return spec_of(self.model, self.linear, self.rows, epochs, self.shuffle)

    @cached_property
    def run(self) -> LinearRun | None:
        """The linear run, with its first steps really taken."""
        if self.spec is None or self.linear is None:
            return None
        data = prepared(self.linear, self.rows)
        run = LinearRun(self.spec, data, self.epochs is not None)
        orders = first_orders(run.declared)
        with unchanged(self.model):  # what is tried afterwards begins at the first weights too
            probed = probes(self.model, self.linear, self.rows, data.x_train, orders)
        return with_probes(run, probed)

    @cached_property
    def trials(self) -> Trials:
        """Runs the model for a short time."""
        return self._trials_on(self.rows)

    def _trials_on(self, rows: Rows) -> Trials:
        epochs = self.epochs or UNKNOWN_EPOCHS
        measure = measure_of(self.model.loss, is_of_classes(self.model, rows))
        return Trials(self.model, rows, epochs, SECONDS, measure, self.shuffle)

    def report(self) -> Report:
        """What is found; everything is put back by the caller."""
        report = self._of_training()
        if self.held is None:
            return report
        found = [*report.findings, *of_held_out(self.rows, self.held)]
        found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        lacks = tuple((cause, why) for cause, why in report.not_checked if cause != CAUSE)
        return replace(report, findings=tuple(found), not_checked=lacks)

    def _of_training(self) -> Report:
        told = self._of_a_line()
        if told is not None:
            told = careful(told, self.rows.count, len(self.rows.names) + 1)
            return Report.of(in_own_words(told, type(self.model.optimizer).__name__))
        trials = self._trials_on if self.trial else None
        general = General(self.model, self.rows, self.epochs is not None, trials)
        diagnosis = general.diagnosis()
        if self.epochs is None:
            diagnosis = without_epochs(diagnosis)
        return Report.of(diagnosis, tuple(general.facts))

    def _of_a_line(self) -> Diagnosis | None:
        """What the exact theory says; None where the model is no line that it knows."""
        if self.run is None or self.linear is None:
            return None
        diagnosis = self.run.diagnosis()
        guessed = self.linear.own or own_step(self.model)
        if guessed and any(finding.cause == "bug:unknown" for finding in diagnosis.findings):
            return None  # it may be meant to be something else
        if self.epochs is None:
            diagnosis = without_epochs(diagnosis)
        faulty = any(finding.cause.startswith("bug:") for finding in diagnosis.findings)
        diagnosis = with_named_loss(diagnosis, self.run.probed)
        if self.trial and diagnosis.unhealthy and not faulty:
            diagnosis = mended(self.run, diagnosis, self.trials)
        return with_a_finding(diagnosis, self.run, self.model.optimizer)


def without_epochs(diagnosis: Diagnosis) -> Diagnosis:
    """A diagnosis without what is said of a number of epochs that nobody gave."""
    kept = tuple(f for f in diagnosis.findings if f.cause not in NEEDS_EPOCHS)
    known = {cause for cause, _ in diagnosis.not_checked}
    lacks = tuple((cause, NO_EPOCHS) for cause in NEEDS_EPOCHS if cause not in known)
    return replace(diagnosis, findings=kept, not_checked=(*diagnosis.not_checked, *lacks))
