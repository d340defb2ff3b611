"""What screens and reports say of how a run ended, held against its events."""

import numpy as np

from core.events import from_number
from tests.evaluate.sentences.reading import Book, near
from tests.evaluate.sentences.truth import NEAR, SETTLED, Truth

ENDED, NOTHING = Book(), Book()
DONE = "Completed at a loss of {last}."


@ENDED.says(
    f"{DONE} A line can fit these points exactly.",
    f"{DONE} The best {{line:text}} can do is {{optimum}}.",
    f"{DONE} The line of least squares has one of {{squares}}.",
    DONE,
)
def _completed(run: Truth, last, line=None, optimum=None, squares=None):
    yield run.outcome == "completed", f"it has {run.outcome}"
    yield near(last, run.full[-1]), f"its last loss is {run.full[-1]:.6g}"
    if run.spec.model.activation != "linear":
        yield optimum is squares is None, "what a line can do behind an activation is not known"
        return
    best = run.optimal
    if optimum is not None:
        yield near(optimum, best, rel=1e-3), f"the best is {best:.6g}"
        yield (line == "a line") == run.spec.model.use_bias, "another kind of line"
        residual = run.a.T @ run.row_slopes(run.a @ run.best - run.y)
        steep = np.abs(run.a).T @ np.abs(run.row_slopes(run.y)) + 1e-300
        yield (np.abs(residual) <= 1e-6 * steep).all(), "another line does better"
    elif squares is not None:
        yield near(squares, best, rel=1e-3), f"it has {best:.6g}"
    else:
        yield best < 1e-9 * run.baseline, f"the best is {best:.4g}"


@ENDED.says("Diverged. {reason:text}")
def _diverged(run: Truth, reason):
    yield run.outcome == "diverged" and reason == run.ended["reason"], f"it has {run.outcome}"


@ENDED.says("Failed. {reason:text}")
def _failed(run: Truth, reason):
    yield run.outcome == "failed" and reason == run.ended["reason"], f"it has {run.outcome}"


@NOTHING.says("Nothing is wrong with this run.")
def _nothing(run: Truth):
    yield run.outcome == "completed", f"it has {run.outcome}"
    if run.spec.model.activation == "linear":
        baseline = from_number(run.started["baseline_loss"])
        yield run.full[-1] <= baseline * 1.001, "it ends above the mean"
        later = np.median(run.full[len(run.full) // 2 :])  # of batches that keep it restless
        level = min(later, run.full[-1])
        yield level <= run.optimal + SETTLED * run.way, "it is not near the optimum"
        yield run.full.min() <= run.optimal + (NEAR + SETTLED) * run.way, "it never came near it"


@NOTHING.says("No cause was found: the run is {verdict:word}.")
def _no_cause(run: Truth, verdict):
    short = run.full[-1] > run.optimal + NEAR * run.way if len(run.full) else True
    fine = verdict.removesuffix(".") == "failed" or run.spec.model.activation != "linear"
    yield fine or short or run.outcome == "diverged" or run.bug is not None, "it is at its optimum"
