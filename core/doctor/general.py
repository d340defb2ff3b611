"""A model that no formula describes: local curvature, and short runs of it as it is and changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..diagnosis.course import Verdict
from ..diagnosis.diagnosis import Diagnosis
from ..diagnosis.finding import Attempt, Finding, Remedy, Search
from ..theory.wording import figure
from . import losses, static
from .compiled import first_rate, own_step
from .curvature import local_limit, steepest
from .options import Option, Options, sentence, static_mse
from .probing import first_line
from .rows import Rows
from .telling import Telling, ended_at
from .trial import Trial, Trials

MENDED = 0.5  # of the way from a constant to the best seen: what a mended run has behind it
MUCH = 2.0  # times the loss of a changed run: what a run that needs mending ends above
FLAT = 0.02  # of the loss: what its later half still falls by where it stands
NO_BETTER = 0.98  # of a constant's loss
BETTER = 0.9
MOST = 3  # remedies
IN_VAIN = "nothing that was tried from these weights holds it"


@dataclass(eq=False)
class General:
    """Finds what is wrong with any model.

    Args:
        model: Built and compiled.
        rows: Of training.
        known: Whether the number of epochs is the caller's.
        trials: Makes short runs of it on rows, all finite; None where nothing may be tried.
    """

    model: Any
    rows: Rows
    known: bool
    trials: Callable[[Rows], Trials] | None
    facts: list[str] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    runs: Trials | None = None

    def diagnosis(self) -> Diagnosis:
        """What is found."""
        found = list(static.non_finite(self.rows))
        clean = self.rows.take(static.finite_rows(self.rows)) if found else self.rows
        if clean.count < 2:
            return Diagnosis(None, "failed", tuple(found), (), Search())
        first = static.first_step(self.model, clean)
        last = static.last_activation(self.model)
        found += losses.unsuited_loss(self.model, clean)
        found += losses.from_outside(self.model, None if last is None else last[0])
        found += static.unreachable(self.model, clean, first.outputs.shape[1])
        found += static.of_structure(self.model, clean, first)
        found += static.of_data(clean)
        certain = [finding for finding in found if finding.severity != "note"]
        self._look_at_curvature(clean)
        if self.trials is None or not self.model.trainable_variables:
            if self.trials is None:
                self._lacks("nothing was tried (`trial=False`)")
            return self._without_trials(found)
        self.runs = self.trials(clean)
        self._changes = Options(self.model, clean, self.runs, self.known, self.limit)
        try:
            verdict, causes, search = self._tried(certain)
        except Exception as error:  # of somebody's own model, in a loop of ours
            self._lacks(f"a short run raised {first_line(error)}")
            return self._without_trials(found)
        found += [finding for finding in causes if finding.cause not in {f.cause for f in found}]
        order = {"error": 0, "warning": 1, "note": 2}
        found.sort(key=lambda finding: order[finding.severity])
        outcome = "diverged" if verdict == "diverging" else None
        return Diagnosis(outcome, verdict, tuple(found), tuple(self.missing), search)

    @property
    def telling(self) -> Telling:
        """Puts it into words."""
        return Telling(self.model, self.rows, self.limit)

    @cached_property
    def line(self) -> float | None:
        """The share of the target's variance that least squares leaves; None where unknown."""
        regression = self.runs is not None and not losses.is_of_classes(self.model, self.rows)
        return static.line_left(self.rows) if regression else None

    def _lacks(self, why: str) -> None:
        """What only short runs would show is not checked."""
        causes = ("learning-rate-too-low", "features-unscaled", "target-unscaled")
        self.missing += [(cause, why) for cause in causes]

    def _without_trials(self, found: list[Finding]) -> Diagnosis:
        limit, rate = self.limit, first_rate(self.model.optimizer)
        if limit is not None and rate > limit:
            found.append(self.telling.rate_finding("warning", ""))
        verdict: Verdict = "stuck" if any(f.severity == "error" for f in found) else "healthy"
        return Diagnosis(None, verdict, tuple(found), tuple(self.missing), None)

    def _look_at_curvature(self, rows: Rows) -> None:
        own = own_step(self.model)
        finite = all(np.isfinite(np.asarray(v)).all() for v in self.model.trainable_variables)
        curvature = steepest(self.model, rows, static_mse if own else None) if finite else None
        self.limit = local_limit(self.model, curvature)
        if curvature is None:
            self.missing.append(("learning-rate-above-critical", "no second derivative was had"))
        elif self.limit is not None:
            times = figure(first_rate(self.model.optimizer) / self.limit)
            self.facts.append(
                f"At these weights the largest stable rate is {figure(self.limit)} (local: it "
                f"changes as the weights do); `{self.telling.optimizer}` is {times} × that."
            )

    def _tried(self, certain: list[Finding]) -> tuple[Verdict, list[Finding], Search | None]:
        """What the runs say: a verdict, causes by what undoes them, and what mends it."""
        assert self.runs is not None
        base = self.runs.run()
        if not base.complete and not base.diverged:
            self.facts.append(
                f"The first {int(base.steps[-1]):,} of {self.runs.planned:,} steps were tried: the "
                f"loss comes to {ended_at(base)}; of what is behind them nothing is known."
            )
        if certain:
            return self._with_certain(certain, base)
        options = self._changes.single
        tried: list[tuple[Option, Trial]] = []
        if not base.diverged and not self._may_be_wrong(base):
            return "healthy", [], Search()
        for option in options:
            tried.append((option, self.runs.run(option.change)))
        best = self._best(base, tried)
        well = not base.diverged and not self._needs_mending(base, best)
        if well and base.last < NO_BETTER:
            return "healthy", [], Search()
        cures = [(o, t) for o, t in tried if self._cures(t, best)]
        if not cures:
            for option in self._changes.combined:
                tried.append((option, self.runs.run(option.change)))
            best = self._best(base, tried)
            cures = [(o, t) for o, t in tried if self._cures(t, best)]
        if not base.diverged and not self._needs_mending(base, best):
            if base.last < NO_BETTER:
                return "healthy", [], Search()
            return "stuck", [self.telling.no_signal(base, tried)], Search()
        verdict = self._verdict(base)
        stable = [(o, t) for o, t in tried if base.diverged and self._stable(t, base)]
        single = [(o, t) for o, t in stable if len(o.causes) == 1 and o in options]
        ranked = self._ranked(base, cures or stable, best)
        single = self._ranked(base, single, best)
        findings = self.telling.findings(base, single or ranked, verdict)
        if base.diverged and not findings:
            text = f" It drives the loss away; {IN_VAIN}."
            findings = list(static.large_weights(self.model))
            findings = findings or [self.telling.rate_finding("error", text)]
        if not findings:
            longest = max(int(trial.steps[-1]) for _, trial in [*tried, (None, base)])
            findings = [self.telling.uncured(base, tried, self.line, longest)]
        return verdict, findings, self._search(ranked, tried, bool(cures))

    def _with_certain(
        self, certain: list[Finding], base: Trial
    ) -> tuple[Verdict, list[Finding], Search | None]:
        """Of a model of which something is wrong for sure: what undoes that, tried."""
        assert self.runs is not None
        causes = {finding.cause for finding in certain}
        options = self._changes.repairs(causes)
        tried = [(option, self.runs.run(option.change)) for option in options]
        best = self._best(base, tried)
        good = [(o, t) for o, t in tried if not t.diverged and t.last < 0.9 * min(base.last, 1.0)]
        verdict: Verdict = "diverging" if base.diverged else "stuck"
        if "non-finite-values" in causes:
            verdict = "diverging"
            title = "leave out the rows with NaN or infinity"
            if not base.diverged:
                remedy = Remedy(sentence(title), {"data": {"missing": "drop"}}, 1, "stable")
                return verdict, [], Search((remedy,))
        ranked = sorted(good, key=lambda pair: (len(pair[0].patch), pair[1].last))
        return verdict, [], self._search(ranked, tried, self._done(base, best) < MENDED)

    def _best(self, base: Trial, tried: list[tuple[Option, Trial]]) -> float:
        """The lowest level that is known to be had."""
        line = self.line
        ends = [trial.last for _, trial in tried if not trial.diverged]
        return min([base.last, 1.0, *ends, *([] if line is None else [line])])

    def _may_be_wrong(self, base: Trial) -> bool:
        """Whether anything speaks for trying more: it has not come below half of a line's loss."""
        if not base.complete and self._falls(base):
            return False
        line = self.line
        return base.last > min(0.5, MUCH * (0.02 if line is None else max(line, 0.02)))

    def _falls(self, trial: Trial) -> bool:
        half = trial.level[len(trial.level) // 2]
        return bool(trial.last < (1 - FLAT) * half)

    def _done(self, trial: Trial, best: float) -> float:
        return (1 - trial.last) / max(1 - best, 1e-9)

    def _cures(self, trial: Trial, best: float) -> bool:
        """Whether a run comes near the best, and that is better than a constant."""
        return not trial.diverged and trial.last < BETTER and self._done(trial, best) >= MENDED

    def _needs_mending(self, base: Trial, best: float) -> bool:
        return self._done(base, best) < MENDED and base.last > MUCH * best

    def _stable(self, trial: Trial, base: Trial) -> bool:
        return not trial.diverged and trial.last <= min(1.05, max(float(base.level[0]), 1.0))

    def _verdict(self, base: Trial) -> Verdict:
        if base.diverged:
            return "diverging"
        return "slow" if self._falls(base) else "stuck"

    def _ranked(
        self, base: Trial, cures: list[tuple[Option, Trial]], best: float
    ) -> list[tuple[Option, Trial]]:
        """Cures, the one that says most of the cause first."""
        first = {
            "learning-rate-above-critical": 0 if base.diverged else 2,
            "learning-rate-too-low": 0,
            "target-unscaled": 1,
            "features-unscaled": 1,
            "too-few-epochs": 3,
        }

        def place(pair: tuple[Option, Trial]) -> tuple[Any, ...]:
            option, trial = pair
            well = self._done(trial, best) >= MENDED
            return (not well, len(option.patch), first.get(option.causes[0], 9), trial.last)

        return sorted(cures, key=place)

    def _search(
        self, ranked: list[tuple[Option, Trial]], tried: list[tuple[Option, Trial]], reached: bool
    ) -> Search:
        assert self.runs is not None
        remedies = [
            Remedy(
                title=option.title,
                patch=option.patch,
                changes=sum(len(part) for part in option.patch.values()),
                reaches="optimum" if reached else "stable",
                epochs_to_optimum=self._epochs(trial),
            )
            for option, trial in ranked[:MOST]
        ]
        kept = {option.title for option, _ in ranked}
        vain = [
            Attempt(option.title, option.patch, "diverged" if trial.diverged else "completed", None)
            for option, trial in tried
            if option.title not in kept
        ]
        why = "None of the changes tried mends this run." if tried and not remedies else ""
        return Search(tuple(remedies), tuple(vain), why)

    def _epochs(self, trial: Trial) -> int | None:
        """Epochs until it was as good as nearly at its end."""
        assert self.runs is not None
        steps = trial.steps_to(trial.last + 0.1 * (1 - trial.last))
        return None if not steps else -(-steps // self.runs.steps_per_epoch)
