"""The search for the smallest changes that mend a run: predicted first, verified by running."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

import pandas as pd

from ...data.prepare import Prepared
from ...errors import InputError
from ...events import Event
from ...spec import MAX_EPOCHS, Spec
from ..diagnosis import Diagnosis
from ..evidence import Evidence
from ..finding import Attempt, Remedy, Search
from . import space
from .forecast import Course, Forecast
from .limits import why_none
from .move import COSTS, CURES, FORCED, Move, changes, title, together
from .trial import Result, Train, result_of

MOST = 3  # remedies that reach the optimum
ENOUGH = 2  # of them, to leave the optimizer as it is
MOST_STABLE = 2  # remedies that no more than stop a divergence
TRIALS = 6  # runs, where some reach the optimum
MORE_TRIALS = 12  # runs, where none does
LEVELS = 3  # changes at once
SIMULATED_SECONDS = 2.5  # of predictions step by step, where a remedy is known
MORE_SIMULATED_SECONDS = 12.0  # the same where none is
ROOT, CURE = 3.0, 1.0  # how much sooner is tried what undoes the root cause, and another cause
VALUES = 2  # values of one kind of change that are run
TRAINED_SECONDS = 60.0  # of all runs

Kind = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A patched run that may be a remedy."""

    moves: tuple[Move, ...]
    patch: dict
    course: Course


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
    if not any(finding.severity != "note" for finding in diagnosis.findings):
        return Search()
    evidence = Evidence(spec.patched({"bug": None}), data, events, table)
    forecast = Forecast(table, spec, data)
    return _Searcher(spec, forecast, evidence, diagnosis, train, pause, epochs).run()


@dataclass
class _Searcher:
    spec: Spec
    forecast: Forecast
    evidence: Evidence
    diagnosis: Diagnosis
    train: Train
    pause: Callable[[], None]
    epochs: int
    offered: list[tuple[Candidate, Result, Kind]] = field(default_factory=list)
    stable: list[tuple[Candidate, Result, Kind]] = field(default_factory=list)
    vain: list[tuple[Candidate, Result]] = field(default_factory=list)
    longer: list[Kind] = field(default_factory=list)
    trials: int = 0
    simulated: float = 0.0
    trained: float = 0.0

    def run(self) -> Search:
        above = [f.cause for f in self.diagnosis.findings if f.severity != "note"]
        bugs = {"code"} if any(cause.startswith("bug:") for cause in above) else set()
        self.causes = above
        data = self.forecast.prepared(self.spec)
        self.moves = space.settings(self.spec, data, self.evidence, above)
        self.cures = {kind for cause in above for kind in CURES.get(cause, ())} | bugs
        self.root = set(CURES.get(above[0], ())) | (bugs if above[0].startswith("bug:") else set())
        self.forced = tuple(
            kind for kind in COSTS if kind in FORCED & self.cures and kind in self.moves
        )
        broken = self.diagnosis.verdict in ("diverging", "failed")
        self.stops = broken or "code" in self.forced  # whether less than the optimum helps too
        if not (self.diagnosis.verdict == "stuck" and above == ["no-linear-signal"]):
            for kind in self.kinds():
                if self.over(kind):
                    break
                if not self.covered(kind):
                    self.explore(kind)
                for calm in [known for *_, known in self.stable if known not in self.longer]:
                    self.longer.append(calm)  # beside it what it takes to come to the optimum
                    if "epochs" not in calm and not self.covered(longer := (*calm, "epochs")):
                        self.explore(longer)
        return self.told()

    # kinds of changes

    def kinds(self) -> Iterator[Kind]:
        """What to change together: the smallest first, then what a learner would rather change."""
        free = [k for k in (*self.moves, "rate", "epochs", "optimizer") if k not in self.forced]
        found = []
        for level in range(0 if self.forced else 1, LEVELS + 1):
            for chosen in combinations(free, level):
                kind = tuple(k for k in COSTS if k in (*self.forced, *chosen))
                if not ({"momentum", "rate"} & set(kind) and "optimizer" in kind):
                    found.append(kind)
        found.sort(key=lambda kind: (self.size(kind), self.cost(kind)))
        return iter(found)

    def size(self, kind: Kind) -> int:
        return len(kind) + ("optimizer" in kind)

    def cost(self, kind: Kind) -> float:
        return sum(COSTS[k] - ROOT * (k in self.root) - CURE * (k in self.cures) for k in kind)

    def covered(self, kind: Kind) -> bool:
        """Whether a part of these changes is known to do, and the rest undoes no cause."""
        if "optimizer" in kind and len(self.offered) >= ENOUGH:
            return True  # a program of its own, which takes a second to compile
        parts = [set(known) for _, _, known in self.offered if set(known) <= set(kind)]
        undone = self.cures - {"epochs"}
        return set().union(*parts) == set(kind) or any(not (set(kind) - p) & undone for p in parts)

    def over(self, kind: Kind) -> bool:
        """Whether enough is known, or more cannot be afforded."""
        if self.trained > TRAINED_SECONDS:
            return True
        if not self.offered:
            return self.trials >= MORE_TRIALS or self.simulated > MORE_SIMULATED_SECONDS
        smallest = min(self.size(known) for _, _, known in self.offered)
        rooted = any(set(known) & self.root for _, _, known in self.offered) or not self.root
        beyond = self.size(kind) > max(smallest, 2 + len(self.forced)) and rooted
        spent = self.trials >= TRIALS or self.simulated > SIMULATED_SECONDS
        return len(self.offered) >= MOST or beyond or spent

    # candidates

    def explore(self, kind: Kind) -> None:
        """Looks for values with which these changes do."""
        tried = 0
        for candidate in self.candidates(kind):
            self.pause()
            hope = self.hope(candidate, kind)
            if hope is None or (hope == "stable" and len(self.stable) >= MOST_STABLE):
                continue
            result = self.verify(candidate)
            tried += 1
            if result.reaches == "optimum":
                self.offered.append((candidate, result, kind))
                return
            if result.reaches == "stable" and self.stops:
                if not any(known == kind for _, _, known in self.stable):
                    self.stable.append((candidate, result, kind))
            else:
                self.vain.append((candidate, result))
            if tried >= VALUES or hope == "stable":
                return

    def hope(self, candidate: Candidate, kind: Kind) -> str | None:
        """What theory says that it would reach: the optimum, stability, or nothing."""
        course = candidate.course
        if course.problem is None:
            return "optimum" if kind == self.forced else None
        single = self.stops and self.size(kind) <= max(1, len(self.forced))
        if not (course.promising or single):
            return None
        budget = SIMULATED_SECONDS if self.offered else MORE_SIMULATED_SECONDS
        if self.simulated > budget:
            return None
        self.simulated += course.seconds
        prediction = course.prediction
        if prediction.regime == "converges" or course.likely:
            return "optimum"
        curve = prediction.full_loss
        if single and curve and prediction.regime != "diverges":
            calm = curve[-1] <= min(prediction.baseline_loss or 0.0, prediction.initial_loss or 0.0)
            return "stable" if calm else None
        return None

    def candidates(self, kind: Kind) -> Iterator[Candidate]:
        """Values for these changes, the likeliest first."""
        lists = [self.moves[k] for k in kind if k in self.moves]
        lists += [space.epochs(self.spec, self.epochs)] if "epochs" in kind else []
        for moves in product(*lists):
            if "rate" in kind or "optimizer" in kind:
                for last in self.following(kind, moves):
                    yield from self.candidate((*moves, last))
            else:
                yield from self.candidate(moves)

    def following(self, kind: Kind, moves: tuple[Move, ...]) -> list[Move]:
        """Rates, or optimizers with a rate, for what else is changed."""
        try:
            course = self.forecast.course(self.spec.patched(together(moves)))
        except InputError:
            return []
        if course.problem is None:
            return []
        if "rate" in kind:
            return space.rates(course.spec, course.critical, course.way)
        plain = {"optimizer": {"key": "sgd", "learning_rate": 1e-9, "momentum": 0.0}}
        critical = self.forecast.course(course.spec.patched(plain)).critical
        return space.optimizers(course.spec, course.way, critical)

    def candidate(self, moves: tuple[Move, ...]) -> Iterator[Candidate]:
        """The candidate of these moves; none where it cannot run or would take too long."""
        ordered = tuple(sorted(moves, key=lambda move: [*COSTS].index(move.kind)))
        patch = together(ordered)
        try:
            yield Candidate(ordered, patch, self.forecast.course(self.spec.patched(patch)))
        except InputError:
            return

    def verify(self, candidate: Candidate) -> Result:
        """Runs a candidate in full."""
        course = candidate.course
        result = result_of(course, self.train(course.spec, course.data))
        self.trials += 1
        self.trained += result.seconds or 0.0
        return result

    # what is told

    def told(self) -> Search:
        """The optimum first, the smallest change first."""
        every = [(c, r, "optimum", self.cost(kind)) for c, r, kind in self.offered]
        every += [(c, r, "stable", self.cost(kind)) for c, r, kind in self.stable]
        every.sort(key=lambda each: (each[2] == "stable", changes(each[0].patch), each[3]))
        remedies = tuple(
            Remedy(
                title=title(candidate.moves),
                patch=candidate.patch,
                changes=changes(candidate.patch),
                reaches=reaches,
                epochs_to_optimum=result.epochs_to_optimum or self.needed(candidate),
                seconds=result.seconds,
                final_loss=result.final_loss,
                rmse=result.rmse,
            )
            for candidate, result, reaches, _ in every
        )
        tried = tuple(
            Attempt(title(c.moves), c.patch, r.outcome, r.final_loss) for c, r in self.vain
        )
        why = "" if remedies else why_none(self.evidence, self.forecast, self.causes, self.vain)
        return Search(remedies, tried, why)

    @staticmethod
    def needed(candidate: Candidate) -> int | None:
        """Epochs to the optimum as theory has it, also beyond the run's end."""
        course = candidate.course
        return course.prediction.epochs_to_optimum if course.problem else None
