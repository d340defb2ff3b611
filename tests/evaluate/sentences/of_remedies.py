"""What the list of remedies says, and how a run ended, checked again on the runs themselves."""

import numpy as np

from core.events import Event, from_number
from core.spec import Spec
from tests.evaluate.sentences.of_settings import f_test, in_units, is_limit, last_weights
from tests.evaluate.sentences.reading import Book, near, rounded
from tests.evaluate.sentences.truth import NEAR, Truth

ORDERS, LIMITS, ENDS = Book(), Book(), Book()


def title_holds(run: Truth, title: str, patch: dict) -> tuple[str, ...]:
    """What is wrong with a remedy's title: each of its orders must be in its patch, and each
    setting of the patch in its title."""
    whole = title[0].lower() + title[1:]
    parts = whole.replace(" and ", ", ").split(", ")
    said: set[str] = set()
    wrong: list[str] = []
    for part in parts:
        reading = ORDERS.read(part, run, patch, said)
        wrong += [f"{part}: {each}" for each in reading.wrong]
    changed = {
        f"{section}.{name}" if isinstance(values, dict) else section
        for section, values in patch.items()
        for name in (values if isinstance(values, dict) else {"": None})
    }
    missing = changed - said
    return (*wrong, *(f"{name} is not said" for name in sorted(missing)))


def value(patch: dict, path: str):
    for name in path.split("."):
        patch = patch.get(name) if isinstance(patch, dict) else None
    return patch


@ORDERS.says("use the corrected code")
def _code(run: Truth, patch, said):
    said.add("bug")
    yield "bug" in patch and patch["bug"] is None, "the bug stays"


@ORDERS.says("leave out rows with missing values", "fill missing values with the {mean:word}")
def _missing(run: Truth, patch, said, mean=None):
    said.add("data.missing")
    yield value(patch, "data.missing") == ("drop" if mean is None else mean), "it does not"


@ORDERS.says("use the linear activation")
def _linear(run: Truth, patch, said):
    said.add("model.activation")
    yield value(patch, "model.activation") == "linear", "it does not"


@ORDERS.says("switch the bias on")
def _bias(run: Truth, patch, said):
    said.add("model.use_bias")
    yield value(patch, "model.use_bias") is True and not run.spec.model.use_bias, "it is on"


@ORDERS.says("standardize the {part:word}")
def _standardize(run: Truth, patch, said, part):
    said.add(f"scaling.{part}")
    yield value(patch, f"scaling.{part}") == "standard", "it does not"
    yield getattr(run.spec.scaling, part) != "standard", "they are standardized"


@ORDERS.says("leave out the constant feature", "leave out the constant {features:word}")
def _columns(run: Truth, patch, said, features=None):
    said |= {"data.features", "model.initial_weights"}
    kept = set(value(patch, "data.features") or ())
    gone = [name for name in run.data.features if name not in kept]
    raw = run.data.x_raw_train[:, [run.data.features.index(name) for name in gone]]
    yield (len(gone) == 1) == (features is None), f"{len(gone)} features"
    yield len(gone) > 0 and not np.ptp(raw, axis=0).any(), "they vary"


@ORDERS.says("leave out row {row}", "leave out {count} rows")
def _rows(run: Truth, patch, said, row=None, count=1):
    said.add("data.exclude_rows")
    gone = set(value(patch, "data.exclude_rows") or ()) - {*run.spec.data.exclude_rows}
    yield len(gone) == count and (row is None or gone == {int(row)}), f"{gone}"


@ORDERS.says("keep the rate constant")
def _constant(run: Truth, patch, said):
    said |= {"schedule.key", "optimizer.learning_rate"}
    yield value(patch, "schedule.key") == "constant", "it does not"


@ORDERS.says("lower momentum to {momentum}", "switch momentum off")
def _momentum(run: Truth, patch, said, momentum=0.0):
    said.add("optimizer.momentum")
    yield value(patch, "optimizer.momentum") == momentum, "it does not"
    yield momentum < run.spec.optimizer.momentum, "that is not less"


@ORDERS.says("train for {epochs} epochs")
def _epochs(run: Truth, patch, said, epochs):
    said.add("training.epochs")
    yield value(patch, "training.epochs") == epochs > run.spec.training.epochs, "not more"


@ORDERS.says(
    "{way:word} the learning rate to {rate}",
    "{way:word} the learning rate to {rate} (half the largest stable one)",
    "{way:word} the learning rate to {half} (half the largest stable one)",
)
def _rate(run: Truth, patch, said, way, rate=None, half=None):
    said.add("optimizer.learning_rate")
    own, new = run.spec.optimizer.learning_rate, value(patch, "optimizer.learning_rate")
    yield near(rate if half is None else half, new), f"to {new}"
    yield way == ("lower" if new < own else "raise"), f"from {own}"
    if half is not None:
        yield from is_half(run, patch, new)


def is_half(run: Truth, patch: dict, rate: float):
    course = run.changed({key: values for key, values in patch.items() if key != "bug"})
    yield from is_limit(run, course, 2 * rate)


@ORDERS.says("use {name:word} with a rate of {rate}")
def _optimizer(run: Truth, patch, said, name, rate):
    said |= {"optimizer.key", "optimizer.learning_rate", "optimizer.momentum"}
    yield value(patch, "optimizer.key") == name.lower(), "another one"
    yield near(rate, value(patch, "optimizer.learning_rate")), "another rate"


COSTS = Book()
TAKES = "; all {planned} epochs {gives:text}"
TAKES_ONE = "; all {planned} epoch {gives:text}"
REACHES = (
    "near the optimum",
    "near the optimum after {epochs} epochs",
    "near the optimum after {epochs} epoch",
)
STABLE = (
    "no longer diverges",
    "no longer diverges; near the optimum after {epochs} epochs ({of} planned)",
    "no longer diverges; near the optimum after {epochs} epoch ({of} planned)",
)
COMES_DOWN = tuple(reach.replace("no longer diverges", "comes down") for reach in STABLE)
ENDINGS = ("", TAKES, TAKES_ONE)


def cost_holds(run: Truth, spec: Spec, events: list[Event], text: str) -> tuple[str, ...]:
    """What is wrong with what a remedy is said to give: against the run of its patch."""
    return COSTS.read(text, run, spec, events).wrong


def changed_run(run: Truth, spec: Spec, events: list[Event]) -> Truth:
    from core.data.prepare import prepare

    data = prepare(run.table, spec.data, spec.scaling, spec.training.seed)
    return Truth(spec, run.table, data, events)


@COSTS.says(*(reach + end for reach in REACHES for end in ENDINGS))
def _optimum(run: Truth, spec, events, epochs=None, planned=None, gives=None):
    other = changed_run(run, spec, events)
    close = np.flatnonzero(other.full <= other.optimal + NEAR * other.way * 1.001)
    if spec.model.activation == "linear":
        yield other.outcome == "completed" and len(close), "it does not come near it"
        yield other.full[-1] <= other.baseline * 1.02, "it ends above the mean"
    if epochs is not None and len(close):
        told = other.epochs[close[0]]["epoch"] + 1
        yield abs(told - epochs) <= max(1, 0.01 * told), f"after {told}"
    yield from gives_so(other, planned, gives)


@COSTS.says(*(reach + end for reach in STABLE for end in ENDINGS))
def _stable(run: Truth, spec, events, epochs=None, of=None, planned=None, gives=None):
    yield run.grew, "the run did not diverge"
    yield from _comes_down(run, spec, events, epochs, of, planned, gives)


@COSTS.says(*(reach + end for reach in COMES_DOWN for end in ENDINGS))
def _comes_down(run: Truth, spec, events, epochs=None, of=None, planned=None, gives=None):
    other = changed_run(run, spec, events)
    yield other.outcome == "completed" and not other.grew, "it goes up"
    yield of is None or of == spec.training.epochs, f"{spec.training.epochs} planned"
    yield from gives_so(other, planned, gives)


GIVES = Book()


def gives_so(other: Truth, planned, gives):
    if gives is not None:
        yield planned == other.spec.training.epochs, f"{other.spec.training.epochs} epochs"
        reading = GIVES.read(gives, other)
        yield not reading.wrong, "; ".join(reading.wrong)


@GIVES.says(
    "take {seconds} s",
    "take {seconds} s and leave an error of {error} (RMSE)",
    "leave an error of {error} (RMSE)",
)
def _gives(other: Truth, seconds=None, error=None):
    if seconds is not None:
        yield near(seconds, other.ended["seconds"], 2, rel=1e-2), f"{other.ended['seconds']} s"
    own = error_of(other)
    yield error is None or near(error, own, rel=0.01), f"an error of {own:.4g}"


@GIVES.says(
    *(f"{takes}leave no error beyond float32's rounding" for takes in ("", "take {seconds} s and "))
)
def _gives_none(other: Truth, seconds=None):
    yield from _gives(other, seconds)
    own, bits = error_of(other), float(np.finfo(np.float32).eps) * rounded_parts(other)
    yield own <= 20 * bits, f"an error of {own:.4g}, {own / bits:.3g} roundings"


def error_of(run: Truth) -> float:
    """The root mean squared error of its last weights, in the table's units."""
    units = in_units(run, last_weights(run))
    off = run.data.x_raw_train @ units[:-1] + units[-1] - run.data.y_raw_train[:, 0]
    return float(np.sqrt(np.mean(off**2)))


def rounded_parts(run: Truth) -> float:
    """The largest number that the run adds up to an output or subtracts, in the table's units."""
    weights, scale = np.abs(last_weights(run)), run.data.target_scaling.scale
    sums = np.abs(run.a) @ weights
    unit = 1.0 if scale is None else float(scale[0])
    return float(max(sums.max(), np.abs(run.y).max())) * unit


TRIED = Book()


@TRIED.says("{outcome:word} at a loss of {loss}", "{outcome:word}")
def _attempt(run: Truth, events, outcome, loss=None):
    losses = [from_number(e["full_loss"]) for e in events if e["event"] == "epoch_ended"]
    yield outcome == events[-1]["outcome"], events[-1]["outcome"]
    yield loss is None or near(loss, losses[-1]), f"{losses[-1:]}"


@LIMITS.says(
    "None of the changes tried brings this run to its optimum: {limit:text}. Nearest: "
    "“{title:text}”, which leaves {left}% of the way.",
    "None of the changes tried brings this run to its optimum: {limit:text}.",
    "None of the changes looked at brings this run to its optimum: {limit:text}.",
)
def _none(run: Truth, search, limit, title=None, left=None):
    yield not any(r["reaches"] == "optimum" for r in search["remedies"]), "one does"
    reading = WHAT_LIMITS.read(limit, run)
    yield not reading.wrong, "; ".join(reading.wrong)
    if title is not None:
        ran = (*search["remedies"], *search["tried"])
        attempt = next((each for each in ran if each["title"] == title), None)
        yield attempt is not None, "nothing of that name was tried"
        course = run.changed({k: v for k, v in attempt["patch"].items() if k != "bug"})
        own = (from_number(attempt["final_loss"]) - course.optimal) / course.way
        yield rounded(left, 100 * max(own, 0)) or abs(left - 100 * own) < 2, f"{100 * own:.3g} %"


@LIMITS.says(
    "No setting would help: this run is at its optimum, and the features say no more about the "
    "target than chance would."
)
def _at_its_best(run: Truth, search):
    yield not search["remedies"] and not search["tried"], "something was tried"
    later = np.median(run.full[len(run.full) // 2 :])
    yield min(run.full[-1], later) <= run.optimal + 0.05 * run.way, "it is not at its optimum"
    yield from _no_signal(run)


WHAT_LIMITS = Book()


@WHAT_LIMITS.says("the training rows are not all finite")
def _rows_not_finite(run: Truth):
    yield not run.finite, "they are"


@WHAT_LIMITS.says(
    "the features say no more about the target than chance would, so that it is hardly better than "
    "the mean"
)
def _no_signal(run: Truth):
    r2, chance = f_test(run)
    yield chance > 0.01 and r2 < 0.1, f"R² = {r2:.3g}, p = {chance:.3g}"


@WHAT_LIMITS.says("no theory tells where a run with the activation {key:word} arrives")
def _no_theory(run: Truth, key):
    yield key == run.spec.model.activation, run.spec.model.activation


@WHAT_LIMITS.says(
    "no theory tells where a run with the activation {key:word} arrives; with the linear one, "
    "{limit:text}"
)
def _no_theory_and(run: Truth, key, limit):
    yield from _no_theory(run, key)
    reading = WHAT_LIMITS.read(limit, run)
    yield not reading.wrong, "; ".join(reading.wrong)


@WHAT_LIMITS.says(
    "even with standardized features the loss is {condition} × as steep along one direction as "
    "along another, and along the flattest one no rate gets far"
)
def _steep(run: Truth, condition):
    own = run.changed({"scaling": {"features": "standard"}}).condition
    yield near(condition, own, rel=0.02) or min(condition, own) > 1e11, f"{own:.4g} ×"


@WHAT_LIMITS.says("no rate, scaling or optimizer of those tried gets there in ten times the epochs")
def _nothing(run: Truth):
    yield True, ""


# --- how the run ended ---


@ENDS.says(
    "At step {step} (epoch {epoch}) the {stage:text} became infinite or not a number.",
    "At step {step} (epoch {epoch}) the {data:word} fed held a value that is infinite or not a "
    "number.",
)
def _not_finite(run: Truth, step, epoch, stage=None, data=None):
    stage = {"updated weights": "update"}.get(stage or data, stage or data)
    yield epoch == step // run.per_epoch + 1, f"epoch {step // run.per_epoch + 1:g}"
    before = [p for p in run.probes if p["step"] < step]
    fine = all(np.isfinite(from_number(probe["loss"])) for probe in before)
    yield fine, "an earlier loss is not finite"
    told = run.ended["non_finite"]
    yield (told["stage"], told["step"]) == (stage, step), f"{told}"
    shot = next(probe for probe in run.probes if probe["step"] == step)
    made = [name for name, values in made_at(shot).items() if not np.isfinite(values).all()]
    yield data or made[:1] == [stage], f"the first is {made[:1]}"
    yield data is None or not np.isfinite(made_at(shot)["loss"]).all(), "the loss is finite"
    last = [from_number(run.epochs[-1][each]) for each in ("loss", "full_loss")]
    yield not np.isfinite(last).all(), f"the last losses are {last}"


def made_at(shot: Event) -> dict[str, np.ndarray]:
    """What a step makes, in its order."""

    def numbers(values):
        return np.array([from_number(value) for each in values for value in each])

    return {
        "weights": numbers(shot["weights_before"].values()),
        "outputs": numbers([shot["outputs"]]),
        "loss": numbers([[shot["loss"]]]),
        "gradients": numbers(shot["gradients"].values()),
        "update": numbers(shot["weights_after"].values()),
    }


@ENDS.says(
    "The loss ended at {last}, {times} times its start, {start}.",
    "The loss ended at {last}, above its start, {start}.",
)
def _ended_high(run: Truth, last, start, times=None):
    yield near(last, run.full[-1]) and near(start, run.before), f"{run.before}, {run.full[-1]}"
    yield times is None or near(times, run.full[-1] / run.before), "as many times"
    yield (
        run.full[-1] > 2 * max(run.before, from_number(run.started["baseline_loss"])),
        "it did not",
    )


@ENDS.says("The layer cannot be built: {what:text}")
def _not_built(run: Truth, what):
    yield not run.probes and run.outcome == "failed", f"it has {run.outcome}"


@ENDS.says("The run could not go on. {what:text}")
def _could_not(run: Truth, what):
    yield run.outcome == "failed", f"it has {run.outcome}"


def equation_holds(run: Truth, text: str) -> tuple[str, ...]:
    """What is wrong with the line that a run has learnt."""
    key = run.spec.model.activation
    units = in_units(run, last_weights(run)) if key == "linear" else _inside(run)
    line = text.removeprefix(f"{run.data.target} = ")
    if key != "linear":
        line = line.removeprefix(f"{key}(").removesuffix(")")
    line = line if line[0] == "−" else "+" + line
    least = np.r_[np.zeros(run.d), 1e-12 * _added_up(run)]  # of the intercept: less is rounding
    names = [*run.data.features[:12], ""]
    for weight, name, unseen in zip(units, names, least, strict=False):
        sign, rest = line[0], line[1:].lstrip()
        number = rest.split(" ")[0]
        told = float(number.replace(",", "")) * (-1 if sign == "−" else 1)
        if not near(told, weight, rel=1e-3) and abs(told - weight) > unseen:
            return (f"{name or 'the intercept'} is {weight:.4g}, not {told:.4g}",)
        line = rest[len(number) :].removeprefix(f" · {name}").lstrip()
        if run.d > 12 and name == run.data.features[11]:
            return ()
    return () if not line else (f"more than the line: {line!r}",)


def _added_up(run: Truth) -> float:
    """The sum of the sizes of what an intercept is made of, in the target's units."""
    weights, x, y = np.abs(last_weights(run)), run.data.feature_scaling, run.data.target_scaling
    bias = weights[-1] if run.spec.model.use_bias else 0.0
    moved = 0.0 if x.center is None else weights[: run.d] @ np.abs(x.center / x.scale)
    unit, middle = 1.0 if y.scale is None else y.scale[0], 0.0 if y.center is None else y.center[0]
    return float(bias + moved) * float(unit) + abs(float(middle))


def _inside(run: Truth) -> np.ndarray:
    """The sum inside an activation, in the features' units and the target's as scaled."""
    weights, x = last_weights(run), run.data.feature_scaling
    kernel = weights[: run.d] / (1 if x.scale is None else x.scale)
    bias = weights[-1] if run.spec.model.use_bias else 0.0
    return np.r_[kernel, bias - (0 if x.center is None else kernel @ x.center)]
