"""The search for the smallest changes that mend a run: predicted first, verified by running."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from ...data.prepare import Prepared
from ...events import Event
from ...spec import MAX_EPOCHS, Spec
from ..diagnosis import Diagnosis
from ..evidence import Evidence
from ..finding import Attempt, Reach, Remedy, Search
from ..spec_run import declared_by
from . import space
from .candidates import Candidate, Candidates
from .course import Course
from .estimate import promising
from .forecast import Forecast
from .kinds import Kind, Order
from .limits import AT_ITS_BEST, why_none
from .move import changes
from .nearest import nearest
from .proven import Proven, without_huge_rates
from .trial import Train, result_of

MOST = 3  # remedies that reach the optimum
ENOUGH = 2  # of them, to leave the optimizer as it is: another takes a second to compile
MOST_STABLE = 2  # remedies that no more than stop a divergence
TRIALS = 6  # runs, where some reach the optimum
MORE_TRIALS = 12  # runs, where none does
VALUES = 2  # values of one kind of change that are run
SIMULATED_SECONDS = 5.0  # of predictions step by step, where a remedy is known
MORE_SIMULATED_SECONDS = 12.0  # the same where none is
TRAINED_SECONDS = 60.0  # of all runs, and of a single one as estimated
NEAR_MISS = 0.2  # of the way that is left by what may do all the same


def search(
    spec: Spec,
    table: pd.DataFrame,
    data: Prepared,
    events: list[Event],
    diagnosis: Diagnosis,
    train: Train,
    pause: Callable[[], None] = lambda: None,
    epochs: int = MAX_EPOCHS,
) -> Search:
    """Finds what would mend a run.

    Args:
        spec: What was run, with its bug, if any: a patch may take it out.
        table: The table.
        data: The table, prepared by `spec`.
        events: What the run told.
        diagnosis: What was found.
        train: Runs a spec on its table, prepared.
        pause: Called between predictions; may wait, or raise to give up.
        epochs: The most that a run may have.
    """
    if not diagnosis.unhealthy:
        return Search()
    causes = [finding.cause for finding in diagnosis.findings if finding.severity != "note"]
    evidence = Evidence(declared_by(spec.patched({"bug": None}), data), events)
    causes = space.in_order_of_cure(causes, evidence)
    forecast = Forecast(table, spec, data)
    moves = space.settings(spec, data, evidence, causes)
    candidates = Candidates(spec, forecast, moves, epochs, _named_rate(diagnosis))
    order = Order.of(causes, candidates.possible)
    stops = diagnosis.diverged or diagnosis.verdict == "failed" or "code" in order.forced
    searcher = _Searcher(candidates, order, stops, train, pause)
    there = result_of(forecast.course(spec), events).reaches == "optimum"
    if there and causes == ["no-linear-signal"]:  # which is no better than the mean
        return Search(why_none=AT_ITS_BEST)
    searcher.run()
    short = [*searcher.stable, *searcher.vain]
    why = "" if searcher.optimum else why_none(evidence, short)
    tried = tuple(
        Attempt(candidate.title, candidate.patch, result.outcome, result.final_loss)
        for candidate, result, _ in searcher.vain
    )
    return Search(searcher.remedies, tried, why)


def _named_rate(diagnosis: Diagnosis) -> float | None:
    """The rate of which the diagnosis says that it would do."""
    for finding in diagnosis.findings:
        if finding.cause == "learning-rate-too-low" and finding.evidence:
            return finding.evidence[0].limit
    return None


@dataclass
class _Searcher:
    """The state of a search.

    Attributes:
        stops: Whether less than the optimum helps too: the run diverged, did not run at all, or
            has a bug.
        optimum, stable, vain: What was run, by what it came to.
        near_misses: What theory says will just not do.
        followed: Courses that need not be looked at again.
        thorough: Whether what an estimate makes unlikely is followed too, since nothing else helps.
        trials, trained: Runs so far, and their seconds.
        simulated: Seconds of predictions, as estimated: what is found must not hang on a clock.
    """

    candidates: Candidates
    order: Order
    stops: bool
    train: Train
    pause: Callable[[], None]
    optimum: list[Proven] = field(default_factory=list)
    stable: list[Proven] = field(default_factory=list)
    vain: list[Proven] = field(default_factory=list)
    near_misses: list[tuple[Candidate, Kind]] = field(default_factory=list)
    followed: set[Course] = field(default_factory=set)
    thorough: bool = False
    trials: int = 0
    trained: float = 0.0
    simulated: float = 0.0

    def run(self) -> None:
        """Looks through all kinds of changes; more thoroughly where nothing helps."""
        for self.thorough in (False, True):
            if not self.optimum:
                self._look_through()
        if not self.optimum:
            self._run_near_misses()
        if not self.optimum and not self.stable and not self.vain:
            self._run_nearest()

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What was found: the optimum first, the smallest change first."""
        told = [
            *self._told(without_huge_rates(self.optimum), "optimum"),
            *self._told(self.stable, "stable"),
        ]
        return tuple(told)

    def _told(self, found: list[Proven], reaches: Reach) -> list[Remedy]:
        found = sorted(
            found, key=lambda each: (changes(each.candidate.patch), self.order.cost(each.kind))
        )
        return [
            Remedy(
                title=candidate.title,
                patch=candidate.patch,
                changes=changes(candidate.patch),
                reaches=reaches,
                epochs_to_optimum=result.epochs_to_optimum
                or candidate.course.outlook.epochs_to_optimum,
                seconds=result.seconds,
                final_loss=result.final_loss,
                rmse=result.rmse,
                rounding=result.rounding,
            )
            for candidate, result, _ in found
        ]

    def _look_through(self) -> None:
        """Explores one kind of change after the other."""
        for kind in self.order.kinds(self.candidates.possible):
            if self._over(kind):
                return
            known = len(self.stable)
            self._explore(kind)
            if len(self.stable) > known and "epochs" not in kind:
                self._explore((*kind, "epochs"))  # beside it what takes it to the optimum

    def _over(self, kind: Kind) -> bool:
        """Whether enough is known, or more cannot be afforded."""
        if self.trained > TRAINED_SECONDS:
            return True
        if not self.optimum:
            return self.trials >= MORE_TRIALS or self.simulated > MORE_SIMULATED_SECONDS
        order = self.order
        smallest = min(order.size(each.kind) for each in self.optimum)
        rooted = not order.root or any(set(each.kind) & order.root for each in self.optimum)
        beyond = order.size(kind) > max(smallest, 2 + len(order.forced)) and rooted
        spent = self.trials >= TRIALS or self.simulated > SIMULATED_SECONDS
        return len(self.optimum) >= MOST or beyond or spent

    def _explore(self, kind: Kind) -> None:
        """Looks for values with which these changes do."""
        if "optimizer" in kind and len(self.optimum) >= ENOUGH:
            return
        if self.order.covers([each.kind for each in self.optimum if not each.is_huge], kind):
            return
        tried = 0
        for candidate in self.candidates.of(kind, huge=self.thorough):
            self.pause()
            hope = self._hope(candidate, kind)
            if hope is None or (hope == "stable" and len(self.stable) >= MOST_STABLE):
                continue
            tried += 1
            if self._verify(candidate, kind) == "optimum" or tried >= VALUES or hope == "stable":
                return

    def _hope(self, candidate: Candidate, kind: Kind) -> Reach | None:
        """What theory says that it would reach."""
        course = candidate.course
        if course.problem is None:
            return "optimum" if kind == self.order.forced else None
        alone = self.stops and self.order.size(kind) <= max(1, len(self.order.forced))
        spent = SIMULATED_SECONDS if self.optimum else MORE_SIMULATED_SECONDS
        if course in self.followed or not course.worthwhile or self.simulated > spent:
            return None
        if self.trained + course.training_seconds > TRAINED_SECONDS:
            return None
        if not (alone or promising(course, self.thorough)):
            return None
        self.followed.add(course)
        self.simulated += course.seconds
        outlook = course.outlook
        if outlook.regime == "converges" or course.likely:
            return "optimum"
        if course.left < NEAR_MISS:
            self.near_misses.append((candidate, kind))
        return "stable" if alone and course.comes_down else None

    def _verify(self, candidate: Candidate, kind: Kind) -> Reach | None:
        """Runs a candidate in full."""
        course = candidate.course
        result = result_of(course, self.train(course.spec, course.data))
        self.trials += 1
        self.trained += result.seconds or 0.0
        known = {"optimum": self.optimum, "stable": self.stable if self.stops else self.vain}
        kinds = [each.kind for each in self.stable]
        if result.reaches != "stable" or kind not in kinds:
            known.get(result.reaches or "", self.vain).append(Proven(candidate, result, kind))
        return result.reaches

    def _run_near_misses(self) -> None:
        """Runs what theory says will just not do: a run may be luckier than its simulation."""
        self.near_misses.sort(key=lambda each: each[0].course.left)
        for candidate, kind in self.near_misses[: max(0, MORE_TRIALS - self.trials)]:
            self.pause()
            if self._verify(candidate, kind) == "optimum":
                return

    def _run_nearest(self) -> None:
        """Runs what theory says comes nearest, where nothing was worth it: what it leaves is
        told."""
        found = nearest(self.candidates, self.order, self.pause)
        if found:
            self._verify(*found)
