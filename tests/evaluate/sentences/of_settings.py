"""What findings about data and settings say, checked again."""

import re

import numpy as np
from scipy import stats

from core.spec import MAX_EPOCHS
from tests.evaluate.sentences.reading import Book, near, rounded
from tests.evaluate.sentences.truth import NEAR, Course, Truth

SETTINGS = Book()
ALL = ("features", "target")
STANDARD = {"scaling": {"features": "standard"}}
WITH_BIAS = {"model": {"use_bias": True}}
EDGE = 0.2  # of the critical rate of batches: how well it is known
FLAT_EDGE = 0.35  # the same with momentum, where the growth is next to 0 far around it
LATER = 0.15  # of a number of epochs: float32, batches and chaos


def is_limit(run: Truth, course: Course, critical: float, above: float | None = None):
    """Whether a rate is the largest stable one of a course: nothing grows below it, and above it
    something does."""
    if course.limit is None:
        yield False, "no largest stable rate is known"
        return
    if course.per_epoch == 1:
        yield near(critical, course.limit), f"the largest stable rate is {course.limit:.4g}"
        return
    edge = EDGE if course.spec.optimizer.momentum < 0.5 else FLAT_EDGE
    low, high = (1 - edge) * critical, (1 + edge) * critical
    yield course.growth(low) <= 0.01, f"at {low:.4g} the error grows by {course.growth(low):.2g}"
    grows = [course.growth(rate) for rate in (high, max(high, above or 0.0))]
    yield max(grows) > -0.01, f"at {high:.4g} the error grows by {max(grows):.2g} only"


def arrives(course: Course, epochs: float | None, within: bool = True):
    """Whether a course comes near its optimum and stays, in so many epochs."""
    if course.curve is None:
        yield True, "too long to follow"
        return
    told = course.arrives_as_run if course.is_thrown_off else course.arrives
    yield told is not None, "the changed run does not come to its optimum"
    if told is not None and epochs is not None:
        room = max(2.0, LATER * told)
        yield abs(told - epochs) <= room, f"the changed run takes {told} epochs"


def patched_rate(rate: float, constant: bool = True) -> dict:
    patch: dict = {"optimizer": {"learning_rate": float(rate)}}
    return patch | ({"schedule": {"key": "constant"}} if constant else {})


def needs(course: Course, epochs: float):
    """Whether it takes a course so many epochs to come near its optimum, however long it is.

    At a constant rate and full batch by powers of a step's matrix in each direction.
    """
    sgd, rate = course.spec.optimizer, course.spec.optimizer.learning_rate
    plain = sgd.key == "sgd" and course.per_epoch == 1 and not np.isnan(course.factor)
    if not plain or course.spec.schedule.key != "constant":
        most = int(min((1 + LATER) * epochs + 3, MAX_EPOCHS))
        longer = Course(course.spec.patched({"training": {"epochs": most}}), course.data)
        if longer.curve is not None:  # small batches may leave it again
            near_it = np.flatnonzero(longer.curve <= longer.optimal + NEAR * longer.way)
            told = int(near_it[0]) + 1 if len(near_it) else None
            fine = told is not None and abs(told - epochs) <= max(2.0, LATER * epochs)
            yield fine, f"it takes {told} epochs"
        return
    singular, directions = course.singular
    begun = np.where(singular > 0, singular * (directions @ (course.start - course.best)), 0.0)

    def left(count: int) -> float:
        steps = [step_of(rate * lam, sgd) for lam in course.curvatures]
        z = [np.linalg.matrix_power(m, count)[0, 0] * b for m, b in zip(steps, begun, strict=True)]
        return course.scale * float(np.square(z).sum())

    room = max(1, round(0.01 * epochs))
    ends = max(int(epochs) - room, 0), int(epochs) + room
    about = [int(count) for count in np.unique(np.linspace(*ends, 2001).round())]
    tried = about if sgd.momentum > 0 else about[-1:]  # momentum swings in and out
    yield any(left(count) <= NEAR * course.way for count in tried), "it takes more"
    sooner = left(max(int(epochs) - 1 - room, 0)) > NEAR * course.way
    yield sooner or sgd.momentum > 0 or epochs <= 1 + room, "it takes less"


def step_of(h: float, sgd) -> np.ndarray:
    """A step of SGD in a direction with rate × curvature h, on distance and velocity."""
    beta = sgd.momentum
    if sgd.nesterov and beta:  # w' = w + β(βv − h w) − h w, v' = βv − h w
        return np.array([[1 - h - beta * h, beta**2], [-h, beta]])
    return np.array([[1 - h, beta], [-h, beta]])


def roots(h: float, sgd) -> np.ndarray:
    """The same step's eigenvalues: what a swing is multiplied by."""
    return np.linalg.eigvals(step_of(h, sgd))


# --- the data ---


@SETTINGS.says(
    "{rows} of {all} training rows hold NaN or infinity, most of them in {name:text}: the loss is "
    "NaN as soon as a batch holds one of them."
)
def _not_finite(run: Truth, rows, all, name):
    data = run.data
    bad = ~np.isfinite(np.c_[data.x_raw_train, data.y_raw_train].astype(np.float32))
    yield bad.any(axis=1).sum() == rows and len(bad) == all, f"{bad.any(axis=1).sum()} rows"
    worst = [*data.features, data.target].index(name)
    yield bad.sum(axis=0)[worst] == bad.sum(axis=0).max(), "most are elsewhere"
    yield run.outcome == "diverged", f"the run has {run.outcome}"


@SETTINGS.says("{count} held-out values are NaN or infinite, so the validation loss is NaN.")
def _held_not_finite(run: Truth, count):
    held = np.c_[run.data.x_raw_val, run.data.y_raw_val]
    yield (~np.isfinite(held.astype(np.float32))).sum() == count, "another count"


@SETTINGS.says(
    "{name:text} is {value} in every row, so it only repeats the bias.",
    "{name:text} is {value} in every row, so it stands in for the bias.",
    "{name:text} is {value} in every row: it says nothing, but its square adds {square} to the "
    "curvature, and without it the rate would be stable.",
)
def _constant(run: Truth, name, value, square=None):
    column = run.x[:, run.data.features.index(name)]
    yield np.ptp(column) == 0 and near(value, column[0]), f"it is {column[0]:.4g}"
    if square is None:
        return
    yield near(square, 2 * column[0] ** 2), f"its square adds {2 * column[0] ** 2:.4g}"
    kept = [
        other for other in run.data.features if np.ptp(run.x[:, run.data.features.index(other)])
    ]
    yield stable(run, run.changed({"data": {"features": kept}})), "without it the error grows too"


def stable(run: Truth, course: Course) -> bool:
    """Whether the run's highest rate lets nothing grow in a changed run."""
    if course.limit is None:
        curve, height = course.curve, max(course.start_loss, course.baseline)
        return curve is None or bool(curve[-1] <= 2 * height)
    if course.per_epoch == 1:
        return run.rate <= course.limit * (1 + 1e-6)
    return course.growth(run.rate) <= 0.01


@SETTINGS.says(
    "The features are unscaled: {name:text} is about {size} where a standardized feature is 1, and "
    "the loss is {condition} × as steep along one direction as along another; {effect:text}.",
    "The features are unscaled: {name:text} is about {size} where a standardized feature is 1; "
    "{effect:text}.",
)
def _unscaled(run: Truth, name, size, effect, condition=None):
    yield condition is None or condition > 1, "1 × as steep is no difference"
    condition = 1.0 if condition is None else condition
    sizes = np.sqrt((run.x**2).mean(axis=0))
    place = run.data.features.index(name)
    varies = np.ptp(run.x, axis=0) > 0
    yield varies[place], "it is the same in every row"
    largest = sizes[varies].max()
    yield near(size, sizes[place]) and sizes[place] >= 0.9999 * largest, f"{sizes}"
    # a flattest direction that is all rounding has no number
    far = condition > 1e11
    yield far or near(condition, run.condition, rel=0.01), f"{run.condition:.4g} × as steep"
    yield run.condition > 1e10 if far else True, f"{run.condition:.4g} × as steep"
    yield run.spec.scaling.features != "standard", "they are standardized"
    told = EFFECTS.read(effect, run)
    yield not told.wrong, "; ".join(told.wrong)


EFFECTS = Book()


@EFFECTS.says("standardized, the same rate would be stable")
def _same_rate(run: Truth):
    yield stable(run, run.changed(STANDARD)), "it would not"


@EFFECTS.says(
    "standardized, the same run would be near its optimum in {epochs} epochs",
    "standardized, the same run would be near its optimum in {epochs} epoch",
)
def _same_run(run: Truth, epochs):
    yield from arrives(run.changed(STANDARD), epochs)


WITH_RATE = tuple(
    f"standardized{rate}, the loss would {settle}be near its optimum in {{epochs}} epoch{many}"
    for many in ("s", "")
    for settle in ("", "settle, and ")
    for rate in ("", " and with a rate of {rate}", " and with a constant rate of {constant}")
)


@EFFECTS.says(*WITH_RATE)
def _with_rate(run: Truth, epochs, rate=None, constant=None):
    patch = {} if rate is None else patched_rate(rate, constant=False)
    patch = patch if constant is None else patched_rate(constant)
    yield from arrives(run.changed(STANDARD | patch), epochs)


@EFFECTS.says(
    "standardized with the target, the loss would be near its optimum in {epochs} epochs",
    "standardized with the target, the loss would be near its optimum in {epochs} epoch",
)
def _with_the_target(run: Truth, epochs):
    alone = run.changed(STANDARD)
    yield alone.curve is None or alone.arrives is None, "the features alone would do"
    yield from arrives(run.changed({"scaling": dict.fromkeys(ALL, "standard")}), epochs)


@EFFECTS.says(
    *(
        "standardized, with a bias and a rate of {rate}, the loss would be near its optimum in "
        f"{{epochs}} epoch{many}"
        for many in ("s", "")
    )
)
def _with_bias(run: Truth, rate, epochs):
    yield not run.spec.model.use_bias, "it has a bias"
    yield from arrives(run.changed(STANDARD | WITH_BIAS | patched_rate(rate)), epochs)


@EFFECTS.says("once the program is right, and {effect:text}")
def _once_right(run: Truth, effect):
    told = EFFECTS.read(effect, run)
    yield not told.wrong, "; ".join(told.wrong)


@EFFECTS.says("a lower rate alone would be too slow, but {effect:text}")
def _lower_alone(run: Truth, effect):
    limit = run.limit
    for part in (2, 4, 8) if limit else ():
        slow = run.changed(patched_rate(limit / part))
        yield slow.curve is None or slow.arrives is None, f"at {limit / part:.3g} it arrives"
    told = EFFECTS.read(effect, run)
    yield not told.wrong, "; ".join(told.wrong)


@EFFECTS.says(
    "standardized, at its best rate, the loss would need {epochs} epochs",
    "standardized, at its best rate, the loss would need {epochs} epochs in place of {own}",
)
def _at_best_rate(run: Truth, epochs, own=None):
    course = run.changed(STANDARD)
    yield course.limit is not None, "its best rate is not known"
    yield from needs(run.changed(STANDARD | patched_rate(course.limit / 2)), epochs)
    if own is not None:
        yield from needs(run.changed(patched_rate(run.limit / 2)), own)


ROW = "({name:text} = {value}"


@SETTINGS.says(
    f"Row {{row}} {ROW}) alone makes {{share}}% of the largest curvature.",
    f"Row {{row}} {ROW}) alone makes {{share}}% of the largest curvature: without it the largest "
    "stable rate would be {other} in place of {critical}.",
    f"{{count}} of {{rows}} rows, first of all row {{row}} {ROW}), make {{share}}% of the largest "
    "curvature.",
    f"{{count}} of {{rows}} rows, first of all row {{row}} {ROW}), make {{share}}% of the largest "
    "curvature: without them the largest stable rate would be {other} in place of {critical}.",
)
def _influential(
    run: Truth, row, name, value, share, count=1, rows=None, other=None, critical=None
):
    yield rows is None or rows == run.n, f"of {run.n} rows"
    place = int(np.flatnonzero(run.data.train_rows == int(row) - 1)[0])
    raw = run.data.x_raw_train[place, run.data.features.index(name)]
    yield near(value, raw), f"it is {raw:.4g}"
    cell = run.table[name].iloc[int(row) - 1] if name in run.table else raw
    yield not isinstance(cell, float) or near(value, cell), f"the table has {cell}"
    along = (run.a @ run.singular[1][0]) ** 2
    order = np.argsort(-along)[: int(count)]
    far = np.argsort(-(run.x**2).sum(axis=1), kind="stable")[: int(count)]
    shares = [100 * along[chosen].sum() / along.sum() for chosen in (order, far)]
    yield any(rounded(share, one) for one in shares), f"{shares} %"
    if other is not None:
        yield from is_limit(run, run, critical, run.rate)
        rates = [_limit_without(run, chosen) for chosen in (order, far)]
        yield any(near(other, rate) for rate in rates), f"it would be {rates}"


def _limit_without(run: Truth, rows) -> float:
    """The full batch's largest stable rate without some rows."""
    left = np.delete(np.arange(run.n), rows)
    spread = np.linalg.svd(run.a[left])[1][0] ** 2
    batch = min(run.batch, len(left)) if run.spec.loss.reduction == "sum" else 1
    beta, sgd = run.spec.optimizer.momentum, run.spec.optimizer
    top = 2 * run.factor * batch / len(left) * spread
    return 2 * (1 + beta) / top / ((1 + 2 * beta) if sgd.nesterov and beta else 1)


CODE = (
    "{code} in {names:text} looks like a code for a missing value: it stands in {count} of {rows} "
    "rows, and no other number there is below {least}; without {those:text} "
)


@SETTINGS.says(
    f"{CODE}the largest stable rate would be {{other}} in place of {{critical}}.",
    f"{CODE}the best line explains {{mended}}% of the variance, with them {{own}}%.",
    f"{CODE}the best line explains {{mended}}% of the variance, with it {{own}}%.",
)
def _code(
    run: Truth,
    code, names, count, rows, least, those,
    other=None, critical=None, mended=None, own=None,
):  # fmt: skip
    raw = np.c_[run.data.x_raw_train, run.data.y_raw_train]
    named = re.split(r", | and ", re.sub(r" and [\d,]+ more$", "", names))
    every = [*run.data.features, run.data.target]
    holding = [j for j in range(raw.shape[1]) if (raw[:, j] == code).any()]
    yield {every.index(name) for name in named} <= {*holding}, f"it stands in columns {holding}"
    holds = (raw[:, holding] == code).any(axis=1)
    yield (count, rows) == (holds.sum(), run.n), f"in {holds.sum()} of {run.n} rows"
    yield those == ("that row" if count == 1 else "those rows"), "another number of rows"
    lowest = min(raw[raw[:, j] != code, j].min() for j in holding)
    yield near(least, lowest), f"the lowest other number is {lowest}"
    if other is not None:
        yield from is_limit(run, run, critical, run.rate)
        limit = _limit_without(run, np.flatnonzero(holds))
        yield near(other, limit), f"it would be {limit}"
    if mended is not None:
        a, y = run.a[~holds], run.y[~holds]
        rest = np.mean((a @ np.linalg.lstsq(a, y)[0] - y) ** 2)
        explained = 100 * (1 - rest / y.var()), 100 * f_test(run)[0]
        fine = (abs(mended - explained[0]) < 0.06, abs(own - explained[1]) < 0.06)
        yield all(fine), f"it explains {explained} %"


@SETTINGS.says(
    "Some features nearly repeat each other: along {direction:text} the loss is {condition} × less "
    "steep than along its steepest direction, even standardized, and {steps} steps are too few for "
    "that."
)
def _collinear(run: Truth, direction, condition, steps):
    course = run.changed(STANDARD)
    ratios = course.curvatures[0] / course.curvatures[course.curvatures > 0]
    yield any(near(condition, ratio, rel=0.02) for ratio in ratios), f"{ratios}"
    named = [part for name in run.data.features for part in [name] if name in direction]
    yield len(named) >= 1, "names no feature"
    yield steps == run.steps, f"{run.steps} steps"
    yield run.full[-1] > run.optimal + NEAR * run.way, "it came to its optimum"


@SETTINGS.says(
    "Of {names:text} one follows from the others, so the weights are not unique: others fit "
    "exactly as well.",
    "Of {names:text} one nearly follows from the others, so the weights hang on small differences: "
    "quite other ones fit almost as well.",
    "{names:text} nearly repeat each other, so the weights hang on small differences: quite other "
    "ones fit almost as well.",
    "{names:text} repeat each other, so the weights are not unique: others fit exactly as well.",
)
def _repeated(run: Truth, names):
    parts = re.split(r", | and ", names)
    known = [name for name in run.data.features if name in names]
    yield set(parts) <= {*run.data.features} or len(known) > 1, "other names"
    a = run.changed(STANDARD).a
    columns = [run.data.features.index(name) for name in known]
    left = [
        1 - np.corrcoef(a[:, j], a[:, other] @ np.linalg.lstsq(a[:, other], a[:, j])[0])[0, 1] ** 2
        for j in columns
        for other in [[k for k in range(a.shape[1]) if k != j]]
    ]
    yield min(left) < 1e-2, f"a part of {min(left):.2g} of them is their own"


@SETTINGS.says(
    "The features say nothing linear about {target:text}: the best line explains {r2}% of its "
    "variance, as chance alone would in {chance}% of cases, so the loss cannot fall much below the "
    "variance of y."
)
def _no_signal(run: Truth, target, r2, chance):
    own, p = f_test(run)
    yield target == run.data.target and rounded(r2, 100 * own, 1), f"R² = {own:.4f}"
    yield rounded(chance, 100 * p), f"p = {p:.4f}"
    yield run.optimal > 0.85 * run.baseline, f"{run.optimal:.4g} against {run.baseline:.4g}"


def f_test(run: Truth) -> tuple[float, float]:
    """R² of least squares and the probability of one as large by chance."""
    rest = float(np.mean((run.a @ run.best - run.y) ** 2))
    r2 = 1 - rest / float(run.y.var())
    rank = int((run.singular[0] > 0).sum()) - 1
    left = run.n - rank - 1
    return r2, float(stats.f.sf(r2 / rank / max((1 - r2) / left, 1e-300), rank, left))


@SETTINGS.says(
    *(
        f"{rows} prove{s} little: a line with {weights} can go through {points}, so that a loss "
        "near 0 says nothing of other rows."
        for weights in ("{weights} weights", "{weights} weight")
        for rows, s, points in (
            ("{rows} rows", "", "{points} points wherever they lie"),
            ("{rows} row", "s", "it wherever it lies"),
        )
    )
)
def _too_few(run: Truth, rows, weights, points=1):
    yield rows == points == run.n <= weights == run.a.shape[1], f"{run.n} rows"


@SETTINGS.says(
    "{rows} rows prove little: the best line explains {r2}% of the target's variance, but where "
    "there is no connection at all chance would do as much in {chance} % of such tables."
)
def _few(run: Truth, rows, r2, chance):
    own, p = f_test(run)
    yield rows == run.n and rounded(r2, 100 * own, 1), f"R² = {own:.4f}"
    yield near(chance, 100 * p, rel=1e-3), f"p = {p:.4f}"


# --- the settings ---

CONSTANT_RATE = "The learning rate {rate} is {ratio} × the largest stable one, {critical}"


def _limit_told(run: Truth, rate, ratio, critical):
    yield near(rate, run.rate), f"the rate is {run.rate:.4g}"
    yield near(ratio, run.rate / critical, rel=0.01), f"{run.rate / critical:.4g} ×"
    yield from is_limit(run, run, critical, run.rate)


@SETTINGS.says(
    f"{CONSTANT_RATE}.",
    f"{CONSTANT_RATE}, so every epoch multiplies the loss by {{growth}}.",
    f"{CONSTANT_RATE}, so a step multiplies the loss by about {{growth}} on average.",
    f"{CONSTANT_RATE}, so once the program is right every epoch would multiply the loss by "
    "{growth}.",
    f"{CONSTANT_RATE}, so once the program is right a step would multiply the loss by about "
    "{growth} on average.",
)
def _above(run: Truth, rate, ratio, critical, growth=None):
    yield from _limit_told(run, rate, ratio, critical)
    if growth is None:
        return
    if run.per_epoch == 1:
        sgd, lam = run.spec.optimizer, run.curvatures
        beta = sgd.momentum
        own = max(abs(root) ** 2 for one in lam if one > 0 for root in roots(run.rate * one, sgd))
        yield near(growth, own, rel=2e-3), f"by {own:.4g} (momentum {beta})"
    else:
        own = run.growth(run.rate)
        yield abs(np.log(growth) - own) <= 0.05 + 0.35 * own, f"by {np.exp(own):.4g}"


@SETTINGS.says(
    f"{CONSTANT_RATE}: too near to it for the loss to settle, so it jumps across the valley at "
    "every step.",
    *(
        f"{CONSTANT_RATE}{effect}"
        for many in ("s", "")
        for effect in (
            f", and the loss does not settle with batches of {{above}} row{many}.",
            ": too near to it for the loss to settle, so it jumps across the valley with "
            f"batches of {{batch}} row{many}.",
            ": that one holds in the long run, and this run of batches of "
            f"{{batch}} row{many} is thrown about before it.",
        )
    ),
)
def _near_limit(run: Truth, rate, ratio, critical, batch=None, above=None):
    yield from _limit_told(run, rate, ratio, critical)
    batch = above if batch is None else batch
    yield batch is None or batch == run.batch, f"batches of {run.batch}"
    yield (ratio <= 1) == (above is None), "it is above" if above is None else "it is not"
    yield not run.full[-1] < run.optimal + 1e-4 * run.way, "the loss has settled"


@SETTINGS.says(
    "The learning rate {rate} is too high for {title:word} here and drives the loss away.",
    "The learning rate {rate} is too high for {title:word} here and drives the loss away; at "
    "{lower} it would come down.",
)
def _drives_away(run: Truth, rate, title, lower=None):
    yield near(rate, run.rate) and title == run.spec.optimizer.title, f"{run.rate:.4g}"
    yield run.grew, "the loss has come down"
    if lower is not None:
        yield from comes_down(run, lower)


def comes_down(run: Truth, rate: float):
    """Whether at another, constant rate the loss ends lower than it began."""
    course = run.changed(patched_rate(rate))
    curve = course.curve
    yield curve is None or curve[-1] < course.start_loss, f"at {rate:.3g} it does not"


@SETTINGS.says(
    "The learning rate {rate} is too high for {title:word} here and keeps the loss from settling.",
    "The learning rate {rate} is too high for {title:word} here and keeps the loss from settling; "
    "at {lower} it would come down.",
)
def _keeps_restless(run: Truth, rate, title, lower=None):
    yield near(rate, run.rate) and title == run.spec.optimizer.title, f"{run.rate:.4g}"
    rises = np.diff(run.full[len(run.full) // 2 :]) > 0
    yield rises.any(), "the loss falls all the time"
    if lower is not None:
        course = run.changed(patched_rate(lower))
        yield from arrives(course, None)


@SETTINGS.says(
    "The learning rate {rate} is too high for {title:word} here: the loss ends at {last}, and at "
    "{lower} it would come down to {other}."
)
def _stands(run: Truth, rate, title, last, lower, other):
    yield near(rate, run.rate) and title == run.spec.optimizer.title, f"{run.rate:.4g}"
    yield near(last, run.full[-1]) and near(lower, run.rate / 10), f"{run.full[-1]:.4g}"
    curve = run.changed(patched_rate(run.rate / 10)).curve
    yield curve is None or near(other, curve[-1], rel=0.02), "at the lower rate it ends elsewhere"


TOO_LOW = (
    "The learning rate {rate} is too low: ",
    "The learning rate {rate} is only {ratio} × the largest stable one, {critical}: ",
)
BESIDE_A_BUG = ("", "once the {program:word} is right, ")


def _low(run: Truth, rate, ratio, critical, program=None):
    yield near(rate, run.rate), f"the rate is {run.rate:.4g}"
    if ratio is not None:
        yield near(ratio, run.rate / critical, rel=0.01), f"{run.rate / critical:.4g} ×"
        yield from is_limit(run, run, critical)
    if program is not None:
        yield run.curve is None or run.arrives is None, "the right program arrives as it is"
        return
    short = run.full[-1] > run.optimal + NEAR * run.way
    yield short, "the loss is at its optimum"


@SETTINGS.says(
    *(
        f"{low}{beside}{kept}at {{better}} the {same}run would reach its optimum in time."
        for low in TOO_LOW
        for beside in BESIDE_A_BUG
        for kept in ("", "kept ")
        for same in ("", "same ")
    )
)
def _in_time(run: Truth, rate, better, ratio=None, critical=None, program=None):
    yield from _low(run, rate, ratio, critical, program)
    yield better > rate, "that is no higher"
    kept, as_it_is = (run.changed(patched_rate(better, one)) for one in (True, False))
    one = kept if kept.arrives is not None else as_it_is
    yield from arrives(one, None)


@SETTINGS.says(
    "With a bias the learning rate {rate} is too low: kept at {better} the run would reach its "
    "optimum in time."
)
def _low_with_a_bias(run: Truth, rate, better):
    yield near(rate, run.rate) and better > rate, f"the rate is {run.rate:.4g}"
    yield not run.spec.model.use_bias, "it has a bias"
    yield run.changed(WITH_BIAS).arrives is None, "a bias alone would do"
    yield from arrives(run.changed(WITH_BIAS | patched_rate(better)), None)


@SETTINGS.says(
    *(
        f"{low}{beside}{kept}at {{better}} it would take {{epochs}} epochs{own}."
        for low in TOO_LOW
        for beside in BESIDE_A_BUG
        for kept in ("", "kept ")
        for own in ("", " in place of {own}")
    )
)
def _later(run: Truth, rate, better, epochs, ratio=None, critical=None, own=None, program=None):
    yield from _low(run, rate, ratio, critical, program)
    yield from needs(run.changed(patched_rate(better)), epochs)
    if own is not None:
        yield own >= 9.5 * epochs, "that is not much more"


@SETTINGS.says(
    *(f"{low}in {{steps}} steps the loss has come {{share}} of its way down." for low in TOO_LOW)
)
def _hardly(run: Truth, rate, steps, share, ratio=None, critical=None):
    yield from _low(run, rate, ratio, critical)
    yield steps == run.steps, f"{run.steps} steps"
    own = (run.before - run.full[-1]) / (run.before - run.optimal)
    yield near(share, max(own, 0.0), 2, rel=0.02), f"{own:.3g} of its way"


@SETTINGS.says(
    "The schedule's rate passes the largest stable one, {critical}, in epoch {epoch} and reaches "
    "{rate}, {ratio} × as much: from there {what:text} grows.",
    "The schedule's rate passes the largest stable one, {critical}, in epoch {epoch} and reaches "
    "{rate}, {ratio} × as much: only that its gradient has become exactly {zero} keeps the loss "
    "where it is.",
)
def _crosses(run: Truth, critical, epoch, rate, ratio, what=None, zero=None):
    if what is not None:
        yield what == "its steepest part" or (what == "the loss" and run.grew), "it has come down"
    else:
        yield zero == 0 == run.epochs[-1]["gradient_norm"], "the last gradient is not 0"
    highest = float(run.rates.max())
    yield near(rate, highest) and near(ratio, highest / critical, rel=0.01), f"{highest:.4g}"
    yield from is_limit(run, run, critical, highest)
    since = (int(epoch) - 1) * run.per_epoch
    yield run.rates[since : since + run.per_epoch].max() > 0.99 * critical, "not above it then"
    yield run.rates[0] <= critical * 1.01, "it begins above it"


LOWERED = (
    "The schedule has lowered the rate from {first} to {last} before the loss was down: kept at "
    "{kept}, the run would have reached its optimum."
)


@SETTINGS.says(
    LOWERED,
    LOWERED + " With a momentum of {momentum} the loss swings, and the schedule takes each way up "
    "for a plateau.",
)
def _lowered(run: Truth, first, last, kept, momentum=None):
    told = [from_event["learning_rate"] for from_event in run.epochs]
    yield near(first, run.first_rate) and near(last, told[-1]), f"{run.first_rate:.4g}"
    yield last < first and kept == first, "it was not lowered"
    yield from arrives(run.changed(patched_rate(run.first_rate)), None)
    if momentum is not None:
        yield near(momentum, run.spec.optimizer.momentum), f"{run.spec.optimizer.momentum}"
        yield (np.diff(np.r_[run.before, run.full]) > 0).any(), "the loss has never gone up"


@SETTINGS.says(
    "The schedule has lowered the rate from {first} to {last}, which would be too soon for "
    "standardized features too: they need a rate that is kept, at {kept}."
)
def _lowered_for_scaled_too(run: Truth, first, last, kept):
    told = [from_event["learning_rate"] for from_event in run.epochs]
    yield near(first, run.first_rate) and near(last, told[-1]), f"{run.first_rate:.4g}"
    yield last < first, "it was not lowered"
    scheduled = run.changed(STANDARD | patched_rate(kept, constant=False))
    yield scheduled.curve is None or scheduled.arrives is None, "it arrives with the schedule"
    yield from arrives(run.changed(STANDARD | patched_rate(kept)), None)


@SETTINGS.says(
    "The schedule has lowered the rate from {first} to {last}, which would be too soon at a higher "
    "rate too: it must be kept, at {kept}."
)
def _lowered_at_a_higher_rate_too(run: Truth, first, last, kept):
    told = [from_event["learning_rate"] for from_event in run.epochs]
    yield near(first, run.first_rate) and near(last, told[-1]), f"{run.first_rate:.4g}"
    yield last < first < kept, "it was not lowered, or that is no higher"
    scheduled = run.changed(patched_rate(kept, constant=False))
    yield scheduled.curve is None or scheduled.arrives is None, "it arrives with the schedule"
    yield from arrives(run.changed(patched_rate(kept)), None)


MOMENTUM = (
    "Momentum {momentum} adds up steps until they are {times} × as long as the rate {rate} alone "
    "makes them"
)
SWINGS = ": at {ratio} × the largest stable rate the loss still swings"
KEEPS = ", and keeps {keeps}% of its swing from step to step"
LESS = tuple(
    f"; {how} the same run would be near its optimum in {{epochs}} epoch{many}"
    for how in ("without momentum", "with a momentum of {lower}")
    for many in ("s", "")
)
WITH_LESS = tuple(each.replace("; ", "; with a bias, and ") for each in LESS)


@SETTINGS.says(
    *(
        f"{MOMENTUM}{swings}{less}."
        for swings in ("", SWINGS, SWINGS + KEEPS)
        for less in ("", *LESS)
    )
)
def _momentum(run: Truth, momentum, times, rate, ratio=None, keeps=None, lower=0.0, epochs=None):
    own = run.spec.optimizer.momentum
    yield near(momentum, own) and near(times, 1 / (1 - own)), f"{own}"
    yield near(rate, run.rate), f"{run.rate:.4g}"
    if ratio is not None:
        if run.limit is not None and run.per_epoch == 1:
            yield near(ratio, run.rate / run.limit, rel=2e-3), f"{run.rate / run.limit:.4g} ×"
        else:
            yield from is_limit(run, run, run.rate / ratio)
        rises = np.diff(np.r_[run.before, run.full]) > 0
        yield rises.any() or run.grew, "the loss never goes up"
    if keeps is not None:
        swing = max(
            abs(r) ** 2
            for lam in run.curvatures
            if lam > 0
            for r in roots(rate * lam, run.spec.optimizer)
        )
        yield rounded(keeps, 100 * swing, 1), f"it keeps {swing:.4f}"
    if epochs is not None:
        yield from arrives(run.changed({"optimizer": {"momentum": float(lower)}}), epochs)


@SETTINGS.says(
    *(
        f"{MOMENTUM}{swings}; {how} ten times the epochs would do, and with it they do not."
        for swings in ("", SWINGS, SWINGS + KEEPS)
        for how in ("without momentum", "with a momentum of {lower}")
    )
)
def _momentum_and_epochs(run: Truth, momentum, times, rate, ratio=None, keeps=None, lower=0.0):
    yield from _momentum(run, momentum, times, rate, ratio, keeps)
    longer = {"training": {"epochs": min(10 * run.spec.training.epochs, MAX_EPOCHS)}}
    yield from arrives(run.changed(longer | {"optimizer": {"momentum": float(lower)}}), None)
    same = run.changed(longer)
    yield same.curve is None or same.arrives is None, "ten times the epochs alone would do"


@SETTINGS.says(*(f"{MOMENTUM}{less}." for less in WITH_LESS))
def _momentum_beside_bias(run: Truth, momentum, times, rate, epochs, lower=0.0):
    yield from _momentum(run, momentum, times, rate)
    yield not run.spec.model.use_bias, "it has a bias"
    yield run.changed(WITH_BIAS).arrives is None, "a bias alone would do"
    yield from arrives(run.changed(WITH_BIAS | {"optimizer": {"momentum": float(lower)}}), epochs)


def without_rounding(run: Truth) -> float:
    """The mean squared residual of least squares, by no direction that only float32's rounding has
    made."""
    length = np.linalg.norm(run.a, axis=0)
    scaled = run.a[:, length > 0] / length[length > 0]
    left, lengths, _ = np.linalg.svd(scaled, full_matrices=False)
    left = left[:, lengths > 3e-7 * lengths[0]]
    return float(np.mean((run.y - left @ (left.T @ run.y)) ** 2))


NO_BIAS = (
    "The bias is switched off, so the line must pass through the origin: the mean squared error "
    "cannot fall below {without}, "
)


@SETTINGS.says(
    NO_BIAS + "with a bias it could reach {with_bias}.",
    NO_BIAS + "which is worse than the {variance} of predicting the mean; with a bias it could "
    "reach {with_bias}.",
)
def _no_bias(run: Truth, without, with_bias, variance=None):
    own = without_rounding(run)
    yield not run.spec.model.use_bias and near(without, own, rel=1e-3), f"{own:.4g}"
    other = np.c_[run.x, np.ones(run.n)]
    rest = float(np.mean((other @ np.linalg.lstsq(other, run.y, rcond=1e-14)[0] - run.y) ** 2))
    yield near(with_bias, rest, rel=1e-3) or max(with_bias, rest) < 1e-9 * own, f"{rest:.4g}"
    if variance is not None:
        yield near(variance, run.y.var()) and own > run.y.var() * 0.999, f"{run.y.var():.4g}"


@SETTINGS.says(
    "The bias is switched off, and the features stand in for it as they are; standardized they "
    "cannot: without a bias the mean squared error would not fall below {without}, with one it "
    "could reach {rest}."
)
def _no_bias_for_scaled(run: Truth, without, rest):
    yield not run.spec.model.use_bias, "it has a bias"
    yield from least_standardized(run, without, rest)


def least_standardized(run: Truth, without: float, rest: float):
    """Whether these are the least mean squared errors of standardized features, without and with a
    bias."""
    scaled = run.changed(STANDARD)
    own = float(np.mean((scaled.a @ scaled.best - run.y) ** 2))
    other = np.c_[scaled.x, np.ones(run.n)]
    best = float(np.mean((other @ np.linalg.lstsq(other, run.y, rcond=1e-14)[0] - run.y) ** 2))
    yield near(without, own, rel=1e-3), f"{own:.4g} without one"
    yield near(rest, best, rel=1e-3) or max(rest, best) < 1e-9 * own, f"{best:.4g} with one"


@SETTINGS.says(
    *(
        "The target is unscaled: it is about {size}, so a weight must go as far as {far}, and a "
        f"{step}; standardized"
        f"{beside}{with_rate}, the loss would be near its optimum in {{epochs}} epoch{many}."
        for many in ("s", "")
        for step in (
            "step of {title:word} is about as long as its rate, {rate}",
            "gradient is clipped to a length of {clip}",
        )
        for beside in ("", " with the {features:word}")
        for with_rate in ("", " and with a rate of {other}", " and with a constant rate of {kept}")
    )
)
def _target(
    run: Truth, size, far, epochs, title=None, rate=None, clip=None,
    other=None, kept=None, features=None,
):  # fmt: skip
    own = float(np.sqrt(np.mean(run.y**2)))
    yield near(size, own), f"it is {own:.4g}"
    yield near(far, np.abs(run.best).max(), rel=0.01), f"{np.abs(run.best).max():.4g}"
    if clip is None:
        yield title == run.spec.optimizer.title and near(rate, run.rate), f"{run.rate:.4g}"
    else:
        yield near(clip, run.spec.optimizer.clip_norm), f"{run.spec.optimizer.clip_norm}"
    patch: dict = {"scaling": {"target": "standard"}}
    if features is not None:
        alone = run.changed(patch)
        yield alone.curve is None or alone.arrives is None, "the target alone would do"
        patch["scaling"]["features"] = "standard"
    patch |= patched_rate(other, constant=False) if other is not None else {}
    patch |= patched_rate(kept) if kept is not None else {}
    yield from arrives(run.changed(patch), epochs)


PULLS = (
    "A weight decay of {decay} pulls every weight towards 0 at each step and keeps",
    "An L1 penalty of {l1} pulls every weight towards 0 at each step and keeps",
    "An L2 penalty of {l2} pulls every weight towards 0 at each step and keeps",
    "An L1 penalty of {l1} and an L2 penalty of {l2} pull every weight towards 0 at each step and "
    "keep",
)
PULLED = {
    "decay": "weight_decay",
    "l1": "l1_regularization_strength",
    "l2": "l2_regularization_strength",
}


@SETTINGS.says(
    *(
        f"{pulls} the loss at {{last}}, where its optimum is {{optimum}}; without, the same run "
        f"would be near it in {{epochs}} epoch{many}."
        for pulls in PULLS
        for many in ("s", "")
    )
)
def _pulled(run: Truth, last, optimum, epochs, **strengths):
    own = run.spec.optimizer.model_dump()
    for name, value in strengths.items():
        yield near(value, own[PULLED[name]]), f"{own[PULLED[name]]}"
    yield near(last, run.full[-1]), f"it is {run.full[-1]:.4g}"
    tiny = max(optimum, run.optimal) < 1e-9 * run.baseline
    yield tiny or near(optimum, run.optimal, rel=1e-3), f"it is {run.optimal:.4g}"
    off = {PULLED[name]: 0.0 for name in strengths}
    yield from arrives(run.changed({"optimizer": off}), epochs)


@SETTINGS.says(
    *(
        "Clipping shortens gradients, as long as {longest} here, to {limit}, so that the steps are "
        f"too short; without clipping the same run would be near its optimum in {{epochs}} {many}."
        for many in ("epochs", "epoch")
    )
)
def _clipped(run: Truth, longest, limit, epochs):
    yield near(limit, run.spec.optimizer.clip_norm), f"{run.spec.optimizer.clip_norm}"
    yield near(longest, longest_gradient(run)) and longest > limit, f"{longest_gradient(run):.4g}"
    yield from arrives(run.changed({"optimizer": {"clip_norm": None}}), epochs)


def longest_gradient(run: Truth) -> float:
    """Of the kernel or of the bias, in the probed steps."""
    parts = [np.array(part, float) for probe in run.probes for part in probe["gradients"].values()]
    return max(float(np.sqrt((part**2).sum())) for part in parts)


AFTER = "After {epochs} epochs the loss is {last} and its optimum is {optimum}"


def _ends_at(run: Truth, epochs, last, optimum):
    yield epochs == run.spec.training.epochs, f"{run.spec.training.epochs} epochs"
    yield near(last, run.full[-1]), f"it is {run.full[-1]:.4g}"
    tiny = max(optimum, run.optimal) < 1e-9 * run.baseline
    yield tiny or near(optimum, run.optimal, rel=1e-3), f"it is {run.optimal:.4g}"


@SETTINGS.says(
    f"{AFTER}: that takes about {{needed}} epochs.", f"{AFTER}, and it was still falling."
)
def _few_epochs(run: Truth, epochs, last, optimum, needed=None):
    yield from _ends_at(run, epochs, last, optimum)
    if needed is None:
        middle = run.full[(len(run.full) - 1) // 2] if len(run.full) > 1 else run.before
        yield run.full[-1] < middle, "it has not fallen since the middle"
        return
    yield needed > epochs, "that many were given"
    yield from needs(run, needed)


@SETTINGS.says(
    "After {epochs} epochs the loss is {last} and was still falling, and the best line without "
    "{key:word} leaves {line}."
)
def _falls_behind_an_activation(run: Truth, epochs, last, key, line):
    yield epochs == run.spec.training.epochs and key == run.spec.model.activation, f"{key}"
    yield near(last, run.full[-1]), f"it is {run.full[-1]:.4g}"
    yield near(line, run.optimal, rel=1e-3) and line < last, f"it leaves {run.optimal:.4g}"
    middle = run.full[(len(run.full) - 1) // 2] if len(run.full) > 1 else run.before
    yield run.full[-1] < middle, "it has not fallen since the middle"


@SETTINGS.says(
    f"{AFTER}: it came near it in epoch {{epoch}} and did not stay, and ten times the epochs would "
    "end there."
)
def _did_not_stay(run: Truth, epochs, last, optimum, epoch):
    yield from _ends_at(run, epochs, last, optimum)
    yield epoch <= epochs, "there is no such epoch"
    close = np.flatnonzero(run.full <= run.optimal + 1.1 * NEAR * run.way)
    yield len(close) and abs(close[0] + 1 - epoch) <= 1, f"it came near it in {close[:1] + 1}"
    yield run.full[-1] > run.optimal + NEAR * run.way, "it has stayed"
    longer = {"training": {"epochs": int(min(10 * epochs, MAX_EPOCHS))}}
    yield from arrives(run.changed(longer), None)


@SETTINGS.says("With a bias {epochs} epochs are too few: its optimum takes about {needed}.")
def _few_with_bias(run: Truth, epochs, needed):
    yield epochs == run.spec.training.epochs, f"{run.spec.training.epochs} epochs"
    yield not run.spec.model.use_bias, "it has a bias"
    yield needed > epochs, "that many were given"
    longer = {"training": {"epochs": int(max(10 * epochs, 2 * needed))}}
    yield from arrives(run.changed(WITH_BIAS | longer), needed)


@SETTINGS.says(
    "Once the program is right, {epochs} epochs are too few: its optimum takes about {needed}."
)
def _few_beside_a_bug(run: Truth, epochs, needed):
    yield epochs == run.spec.training.epochs, f"{run.spec.training.epochs} epochs"
    yield needed > epochs, "that many were given"
    yield from needs(run, needed)


@SETTINGS.says(
    "{epochs} epochs are too few at any rate: at {rate} the optimum takes about {needed}."
)
def _few_at_any_rate(run: Truth, epochs, rate, needed):
    yield epochs == run.spec.training.epochs, f"{run.spec.training.epochs} epochs"
    yield needed > epochs, "that many were given"
    longer = {"training": {"epochs": int(max(10 * epochs, 2 * needed))}}
    yield from arrives(run.changed(patched_rate(rate) | longer), needed)


OFF = "The loss is near its optimum, but {what:text} is {got} where least squares has {wanted}"
FLAT = (
    ": along it the loss is {flat} × less steep than along its steepest direction, so its steps "
    "are tiny, and the loss hardly shows it"
)


@SETTINGS.says(
    *(
        f"{OFF}{flat}{hardly}."
        for flat in ("", FLAT)
        for hardly in ("", "; it has hardly begun to move")
    )
)
def _off(run: Truth, what, got, wanted, flat=None):
    own, best = in_units(run, last_weights(run)), best_in_units(run)
    name = what.removeprefix("the weight of ")
    place = -1 if what == "the intercept" else run.data.features.index(name)
    yield near(got, own[place], rel=1e-3), f"it is {own[place]:.6g}"
    yield near(wanted, best[place], rel=2e-3), f"least squares has {best[place]:.6g}"
    later = np.median(run.full[len(run.full) // 2 :])  # of batches that keep it restless
    yield min(run.full[-1], later) <= run.optimal + 0.05 * run.way, "the loss is not near it"
    if flat is not None:
        parts = run.singular[1][:, place] ** 2
        own = run.curvatures[0] / float(parts @ run.curvatures)
        yield near(flat, own, rel=0.01), f"{own:.4g} × less steep"


def last_weights(run: Truth) -> np.ndarray:
    """Of the layer, at the run's end, the bias last."""
    told = run.epochs[-1]["weights"]
    if len(told) == run.a.shape[1]:
        return np.array(told, float)
    shot = run.shown(run.probes[-1])
    return np.r_[shot["weights_after:kernel"], shot.get("weights_after:bias", [])]


def in_units(run: Truth, weights: np.ndarray) -> np.ndarray:
    """A layer's weights as those of the table's own units, the intercept last: by the line's values
    at 0 and at 1."""
    corners = np.r_[np.zeros((1, run.d)), np.eye(run.d)]
    x, y = run.data.feature_scaling, run.data.target_scaling
    put = (corners - (0 if x.center is None else x.center)) / (1 if x.scale is None else x.scale)
    bias = weights[-1] if run.spec.model.use_bias else 0.0
    unit, middle = 1 if y.scale is None else y.scale[0], 0 if y.center is None else y.center[0]
    steps = (
        (put[1:] - put[0]) * weights[: run.d] * unit
    )  # each alone: beside a huge one none is lost
    return np.r_[steps.diagonal(), (put[0] @ weights[: run.d] + bias) * unit + middle]


def best_in_units(run: Truth) -> np.ndarray:
    """Those of least squares, without what only rounding has made of a 0."""
    line = in_units(run, run.best)
    reach = np.append(np.abs(run.data.x_raw_train).max(axis=0), 1.0)
    line[np.abs(line) * reach <= 1e-12 * np.abs(run.data.y_raw_train).max()] = 0.0
    return line


RANGES = {"relu": (0, np.inf), "sigmoid": (0, 1), "softplus": (0, np.inf), "tanh": (-1, 1)}


@SETTINGS.says(
    "{count} of {all} targets lie outside what {key:word} can give, {low} to {high}, so the mean "
    "squared error cannot fall below {least}.",
    "{count} of {all} targets lie outside what {key:word} can give, {low} and above, so the mean "
    "squared error cannot fall below {least}.",
    "{count} of {all} targets lie outside what {key:word} can give, {high} and below, so the mean "
    "squared error cannot fall below {least}.",
    "{count} of {all} targets lie outside what {key:word} can give, on one unit nothing but "
    "{only}, so the mean squared error cannot fall below {least}.",
)
def _unreachable(run: Truth, count, all, key, least, low=None, high=None, only=None):
    yield key == run.spec.model.activation and all == run.n, f"{run.spec.model.activation}"
    if only is not None:
        low = high = only
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    if key in RANGES:
        yield (low, high) == RANGES[key], f"{RANGES[key]}"
    clipped = np.clip(run.y, low, high)
    yield (clipped != run.y).sum() == count, f"{(clipped != run.y).sum()} targets"
    yield (
        near(least, np.mean((clipped - run.y) ** 2), rel=1e-3),
        f"{np.mean((clipped - run.y) ** 2):.4g}",
    )


@SETTINGS.says(
    "The outputs lie where {key:word} is flat: the gradient is 0 at step {step}, so that no weight "
    "will ever move again."
)
def _flat(run: Truth, key, step):
    shot = {probe["step"]: probe for probe in run.probes}[step]
    yield not any(np.any(part) for part in shot["gradients"].values()), "the gradient is not 0"


@SETTINGS.says(
    "{unreachable:text} At step {step} the gradient is 0 too, so that no weight will ever move "
    "again."
)
def _unreachable_and_flat(run: Truth, unreachable, step):
    told = SETTINGS.read(unreachable, run)
    yield told.template is not None and not told.wrong, f"{unreachable}: {told.wrong}"
    yield from _flat(run, run.spec.model.activation, step)
