"""What a prediction says will happen, held against the run itself where that had no bug, and else
against the correct program, followed step by step."""

import numpy as np

from tests.evaluate.sentences.of_settings import is_limit, needs, roots
from tests.evaluate.sentences.reading import Book, near
from tests.evaluate.sentences.truth import NEAR, SETTLED, Truth

WHY, HOW = Book(), Book()
COMMON = Book()  # what is said of a run that hangs on how float32 rounds
CHAOS = (
    "{first:text} From epoch {since} on its single values hang on how float32 rounds: the "
    "predicted curve ends there."
)
UNSURE = (
    "{first:text} From epoch {since} on that changes its single values: the predicted curve ends "
    "there."
)


def real(run: Truth) -> np.ndarray | None:
    """The losses at the epochs' ends; None where they are not known."""
    if run.bug is None and run.outcome in ("completed", "diverged"):
        whole = len(run.full) == run.spec.training.epochs or run.outcome == "diverged"
        return run.full if whole else None
    return run.curve


def told(how: str, run: Truth):
    reading = HOW.read(how, run)
    yield not reading.wrong, "; ".join(reading.wrong)


@WHY.says(CHAOS, UNSURE)
def _chaotic(run: Truth, first, since):
    yield 1 <= since <= run.spec.training.epochs, "the run has no such epoch"
    if run.bug is None and run.curve is not None:
        until = min(int(since) - 1, len(run.full))
        level = np.maximum(run.curve, run.optimal + NEAR * run.way)[:until]
        off = np.abs(run.full - run.curve[: len(run.full)])[:until] / level
        yield bool((off <= 0.02).all()), f"it departs by {off.max(initial=0):.1%} before"
    reading = COMMON.read(first, run, int(since) - 1)
    yield not reading.wrong, "; ".join(reading.wrong)


NEAR_IT = "the loss will be near its optimum, {optimum}, "


@COMMON.says(
    f"{{how:text}}: {NEAR_IT}in {{epochs}} epochs.",
    f"{{how:text}}: {NEAR_IT}in {{epochs}} epoch.",
    f"{{how:text}}: {NEAR_IT}at some time.",
)
def _near_in_any_case(run: Truth, since, how, optimum, epochs=None):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    yield epochs is None or epochs <= since, "that is later than it is known"
    yield from _comes_near(run, real(run), epochs)


@COMMON.says(
    "{how:text}: whether the loss comes to its optimum, {optimum}, and stays there hangs on how "
    "float32 rounds.",
    "{how:text}: whether the loss that comes near its optimum, {optimum}, in {epochs} epochs "
    "stays there hangs on how float32 rounds.",
    "{how:text}: whether the loss that comes near its optimum, {optimum}, in {epochs} epoch "
    "stays there hangs on how float32 rounds.",
)
def _whether(run: Truth, since, how, optimum, epochs=None):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    if epochs is not None:
        yield epochs <= since, "that is later than it is known"
        yield from _comes_near(run, real(run), epochs)


@COMMON.says("{how:text}: the loss will go up and down without settling; its optimum is {optimum}.")
def _never_settles(run: Truth, since, how, optimum):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    curve = real(run)
    if curve is not None:
        later = curve[run.spec.training.epochs // 2 :]
        yield (np.diff(later) > 0).any(), "it falls all the time"


@COMMON.says("{how:text}: the loss will end far above its start, {start}.")
def _above_its_start(run: Truth, since, how, start):
    yield from told(how, run)
    yield near(start, run.start_loss, rel=1e-3), f"it starts at {run.start_loss:.4g}"
    curve = real(run)
    yield curve is None or not curve[-1] <= run.start_loss, "it ends lower"


@COMMON.says(
    "{how:text}: after {epochs} epochs the loss will not be at its optimum, {optimum}.",
    "{how:text}: after {epochs} epoch the loss will not be at its optimum, {optimum}.",
)
def _not_there(run: Truth, since, how, epochs, optimum):
    yield from is_of_the_end(how, run, optimum, epochs)
    curve = real(run)
    there = curve is not None and curve.min() <= run.optimal + 0.9 * NEAR * run.way
    settled = there and curve[-1] <= run.optimal + 0.9 * SETTLED * run.way
    yield not settled, "it is"


RATES = (
    "Your rate {rate} is {ratio} × the largest stable one, {critical}",
    "Your highest rate {highest} is {ratio} × the largest stable one, {critical}",
)


@HOW.says(
    *RATES,
    *(rate + ", which {epochs} epochs hardly show" for rate in RATES),
    *(rate + ", for a while" for rate in RATES),
    *(
        rate + ", but it is tiny for the flattest direction, {condition} × less curved"
        for rate in RATES
    ),
)
def _rate(run: Truth, ratio, critical, rate=None, highest=None, epochs=None, condition=None):
    constant = run.spec.schedule.key == "constant"
    own = float(run.rates.max())
    yield constant == (rate is not None), "the rate is not constant"
    yield near(rate if highest is None else highest, own), f"it is {own:.4g}"
    yield near(ratio, own / critical, rel=0.01), f"{own / critical:.4g} ×"
    yield epochs is None or epochs == run.spec.training.epochs, "as many epochs"
    if condition is not None:
        far = condition > 1e11
        yield far or near(condition, run.condition, rel=0.01), f"{run.condition:.4g} × less curved"
    yield from is_limit(run, run, critical, own)


@HOW.says("Simulated step by step with {title:word}")
def _simulated(run: Truth, title):
    yield title == run.spec.optimizer.title, run.spec.optimizer.title


def is_of_the_end(how: str, run: Truth, optimum: float, epochs: int):
    """What is told of a run's end: the rate, the optimum, and so many epochs as were given."""
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    yield epochs == run.spec.training.epochs, f"{run.spec.training.epochs} epochs"


def is_optimum(run: Truth, optimum: float):
    tiny = max(optimum, run.optimal) < 1e-9 * run.baseline
    yield tiny or near(optimum, run.optimal, rel=1e-3), f"the optimum is {run.optimal:.4g}"


@WHY.says(
    "{how:text}: the loss will grow {growth}-fold each epoch.",
    "{how:text}: the loss will grow about {by_step}-fold a step, on average.",
    "{how:text}: the loss will grow in the long run.",
)
def _grows(run: Truth, how, growth=None, by_step=None):
    yield from told(how, run)
    if growth is None and by_step is None:
        yield run.growth(float(run.rates[-1])) > 0 or run.bug or run.grew, "it does not"
    if growth is not None:
        sgd, rate = run.spec.optimizer, run.rates[-1]
        own = max(abs(r) ** 2 for lam in run.curvatures if lam > 0 for r in roots(rate * lam, sgd))
        yield run.per_epoch == 1 and near(growth, own, rel=2e-3), f"{own:.4g}-fold"
    if by_step is not None:
        own = run.growth(float(run.rates[-1]))
        fine = abs(np.log(by_step) - own) <= 0.05 + 0.35 * own
        yield run.per_epoch > 1 and fine, f"{np.exp(own):.4g}-fold"


@WHY.says(
    "The schedule's rate passes the largest stable one, {critical}, in epoch {since} and stays "
    "above it: from there the loss will grow.",
    "The schedule's rate passes the largest stable one, {critical}, in epoch {since} and stays "
    "above it: from there the loss will grow, unless it has come to exactly {zero}.",
)
def _passes(run: Truth, critical, since, zero=None):
    yield from is_limit(run, run, critical, float(run.rates.max()))
    first = (int(since) - 1) * run.per_epoch
    yield run.rates[first : first + run.per_epoch].max() > 0.99 * critical, "not yet then"
    yield (run.rates[first + run.per_epoch :] > 0.99 * critical).all(), "it comes back"
    curve = real(run)
    if curve is not None and run.bug is None:
        there = zero is not None and curve[-1] == 0
        yield there or not curve[-1] <= np.min(curve), "the loss does not grow"
    if zero is not None:
        yield zero == 0 and run.optimal < 1e-9 * run.baseline, f"its optimum is {run.optimal:.4g}"


@WHY.says(
    "The schedule's rate is above the largest stable one, {critical}, up to epoch {until}: the "
    "loss will grow until then, too far to come back."
)
def _comes_back(run: Truth, critical, until):
    yield from is_limit(run, run, critical, float(run.rates.max()))
    last = int(until) * run.per_epoch - 1
    yield (run.rates[last + run.per_epoch :] <= 1.01 * critical).all(), "it stays above"
    yield run.rates[: last + 1].max() > critical * 0.99, "it is never above"


@WHY.says("{how:text}: the loss will be too large for float32 in epoch {epoch}.")
def _lost(run: Truth, how, epoch):
    yield from told(how, run)
    if run.bug is None:
        lost = run.ended["non_finite"]
        yield lost is not None and abs(lost["epoch"] + 1 - epoch) <= 1 + 0.03 * epoch, f"{lost}"


@WHY.says("{how:text}: the loss will end at {end}, far above its start, {start}.")
def _ends_high(run: Truth, how, end, start):
    yield from told(how, run)
    yield near(start, run.start_loss, rel=1e-3), f"it starts at {run.start_loss:.4g}"
    curve = real(run)
    if curve is not None:
        yield not curve[-1] <= run.start_loss, f"it ends at {curve[-1]:.4g}"
        close = abs(np.log(max(curve[-1], 1e-300) / end)) <= 0.1 + 0.02 * len(curve) ** 0.5
        yield close or not np.isfinite(curve[-1]), f"it ends at {curve[-1]:.4g}"


def _climbs(curve, epochs, highest):
    """Whether a run that had arrived climbs so high again."""
    if curve is not None and highest is not None:
        peak = curve[int(epochs) :].max()
        yield abs(np.log(peak / highest)) <= 0.1 + 0.02 * len(curve) ** 0.5, f"up to {peak:.4g}"


@WHY.says(
    "{how:text}: the loss will be near its optimum, {optimum}, in {epochs} epochs.",
    "{how:text}: the loss will be near its optimum, {optimum}, in {epochs} epoch.",
    "{how:text}: the loss will be near its optimum, {optimum}, in {epochs} epochs, then climb as "
    "high as {highest}, and come back.",
    "{how:text}: the loss will be near its optimum, {optimum}, in {epochs} epoch, then climb as "
    "high as {highest}, and come back.",
)
def _converges(run: Truth, how, optimum, epochs, highest=None):
    yield from told(how, run)
    yield from _climbs(real(run), epochs, highest)
    yield from is_optimum(run, optimum)
    curve = real(run)
    if curve is None:
        return
    yield curve[-1] <= run.optimal + 1.1 * SETTLED * run.way, f"it ends at {curve[-1]:.4g}"
    yield from _comes_near(run, curve, epochs)


def _comes_near(run: Truth, curve, epochs=None):
    """Whether a run comes near its optimum, in so many epochs if they are told."""
    if curve is None:
        return
    close = np.flatnonzero(curve <= run.optimal + NEAR * run.way * 1.001)
    yield len(close), f"it comes to {curve.min():.4g} only"
    if len(close) and epochs is not None:
        levels = [run.optimal + share * NEAR * run.way for share in (0.9, 1.0, 1.1)]
        times = [int(np.argmax(curve <= level)) + 1 for level in levels if curve.min() <= level]
        fine = any(abs(time - epochs) <= max(1.0, 0.05 * epochs) for time in times)
        yield fine, f"in {times} epochs"


@WHY.says(
    *(
        f"{{how:text}}: {NEAR_IT}in {{epochs}} epoch{many}, then leave it, and end at {{last}}."
        for many in ("s", "")
    )
)
def _leaves_it(run: Truth, how, optimum, epochs, last):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    curve = real(run)
    yield from _comes_near(run, curve, epochs)
    if curve is not None:
        yield curve[-1] > run.optimal + 0.9 * SETTLED * run.way, "it has stayed"
        yield near(last, curve[-1], rel=0.05), f"it ends at {curve[-1]:.4g}"


@WHY.says(
    "{how:text}: each step jumps across the valley, almost as far up the other side, and the loss "
    "will still be {last} at the end.",
    "{how:text}: the steps swing to and fro across the valley, and the loss will still be {last} "
    "at the end.",
)
def _jumps(run: Truth, how, last):
    yield from told(how, run)
    curve = real(run)
    yield curve is None or near(last, curve[-1], rel=0.02), "it ends elsewhere"


@WHY.says(
    "{how:text}: the loss will go up and down between {low} and {high} without settling; its "
    "optimum is {optimum}."
)
def _up_and_down(run: Truth, how, low, high, optimum):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    curve = real(run)
    if curve is not None:
        later = curve[run.spec.training.epochs // 2 :]
        yield (np.diff(later) > 0).any(), "it falls all the time"
        chaotic = run.spec.optimizer.key != "sgd" or np.isnan(run.factor)
        rel = 0.5 if chaotic else 0.02
        yield near(high, later.max(), rel=rel), f"up to {later.max():.4g}"
        yield near(low, later.min(), rel=rel), f"down to {later.min():.4g}"


@WHY.says(
    "{how:text}: the loss will need {epochs} epochs to come near its optimum, {optimum}.",
    "{how:text}: the loss will need {epochs} epoch to come near its optimum, {optimum}.",
)
def _will_need(run: Truth, how, epochs, optimum):
    yield from told(how, run)
    yield from is_optimum(run, optimum)
    yield from needs(run, epochs)


@WHY.says(
    "{how:text}: after {epochs} epochs the loss will be {last}, and its optimum is {optimum}.",
    "{how:text}: after {epochs} epoch the loss will be {last}, and its optimum is {optimum}.",
)
def _slow(run: Truth, how, epochs, last, optimum):
    yield from is_of_the_end(how, run, optimum, epochs)
    curve = real(run)
    if curve is not None:
        rel = 0.02 if run.spec.optimizer.key == "sgd" and not np.isnan(run.factor) else 0.1
        yield near(last, curve[-1], rel=rel), f"it is {curve[-1]:.4g}"


@WHY.says(
    "{how:text}, so the loss should not explode; following all {steps} steps beforehand would take "
    "too long to say more."
)
def _too_long(run: Truth, how, steps):
    yield from told(how, run)
    yield steps == run.steps, f"{run.steps} steps"
    yield run.bug is not None or run.outcome != "diverged", "it has diverged"


@WHY.says(
    "No formula tells the course of {title:word} here, and following all {steps} steps beforehand "
    "would take too long."
)
def _no_formula(run: Truth, title, steps):
    yield title == run.spec.optimizer.title and steps == run.steps, f"{run.steps} steps"


@WHY.says(
    "With the activation {key:word} the loss is not a quadratic function of the weights, so no "
    "formula tells its course."
)
def _activation(run: Truth, key):
    yield key == run.spec.model.activation != "linear", run.spec.model.activation


@WHY.says("The data hold values that are not finite, so the loss will be NaN from the start.")
def _nan(run: Truth):
    yield not run.finite, "they are all finite"
    if run.bug is None:
        yield run.outcome == "diverged", f"it has {run.outcome}"
        # from the first batch that holds one, which is the start where that is all rows
        yield run.ended["non_finite"]["epoch"] == 0, "later than in the first epoch"


@WHY.says(
    "With {count} features, powers counted, nothing is predicted here before the run: that would "
    "take too long with more than {most}. The run itself is as any other."
)
def _wide(run: Truth, count, most):
    yield count == run.d > most, f"{run.d} features"
