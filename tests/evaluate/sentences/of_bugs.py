"""What findings of bugs say, checked again on the probes.

The reference of a stage is computed here from what the run's probes show and from its table.
"""

import numpy as np

from core.events import Event, from_number
from core.theory.updates import update_rule
from tests.evaluate.sentences.reading import Book, near
from tests.evaluate.sentences.truth import Truth

BUGS = Book()
TINY = 1e-3  # of a number of float32: by how much the two may differ


def close(told: float, true: float) -> bool:
    """Whether a number of four digits is the true one, in float32."""
    return near(told, true, 3, rel=TINY) or abs(told - true) < 1e-6


def activated(run: Truth, z: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return {
            "linear": lambda z: z,
            "relu": lambda z: np.maximum(z, 0),
            "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
            "softplus": lambda z: np.logaddexp(z, 0),
        }[run.spec.model.activation](z)


def fed(run: Truth, probe: Event) -> tuple[np.ndarray, np.ndarray]:
    """Features and targets of the whole batch: as shown where all of it is, else the table's."""
    shot = run.shown(probe)
    if len(shot["rows"]) == probe["batch_rows"]:
        return shot["x"], shot["y"]
    rows = list(run.batches(probe["epoch"]))[probe["step"] % run.per_epoch]
    return run.x[rows], run.y[rows]


def z_of(x: np.ndarray, shot: dict[str, np.ndarray]) -> np.ndarray:
    bias = shot.get("weights_before:bias", np.zeros(1))[0]
    return x @ shot["weights_before:kernel"] + bias


def outputs(run: Truth, probe: Event) -> np.ndarray:
    """Of the whole batch, as shown where all of it is."""
    shot = run.shown(probe)
    if len(shot["rows"]) == probe["batch_rows"]:
        return shot["outputs"]
    return activated(run, z_of(fed(run, probe)[0], shot))


def gradient(run: Truth, probe: Event) -> np.ndarray:
    """The derivative of a probe's loss, the bias last; by central differences of the loss."""
    shot, (x, y) = run.shown(probe), fed(run, probe)
    z = z_of(x, shot)
    size = 1e-6 * (1 + np.abs(z))
    slope = (activated(run, z + size) - activated(run, z - size)) / (2 * size)
    rows = len(y) if run.spec.loss.reduction == "mean" else 1
    outer = run.row_slopes(outputs(run, probe) - y) * slope / rows
    a = np.c_[x, np.ones(len(x))] if "weights_before:bias" in shot else x
    return outer @ a


def all_gradients(probe: Event) -> np.ndarray:
    told = probe["gradients"]
    names = [name for name in ("kernel", "bias") if name in told]
    return np.array([from_number(value) for name in names for value in told[name]])


def at(run: Truth, step: float) -> Event:
    return {probe["step"]: probe for probe in run.probes}[step]


def pairs(run: Truth):
    """Gradient told and derivative of every probe, weight by weight."""
    for probe in run.probes:
        yield from zip(all_gradients(probe), gradient(run, probe), strict=True)


def stands(run: Truth, told: float, wanted: float) -> bool:
    """Whether some weight has this gradient where the loss has that derivative."""
    return any(
        (close(told, one) or told == one) and close(wanted, other) for one, other in pairs(run)
    )


@BUGS.says(
    "Old gradients are never cleared: at step {step} the gradient is the sum of {count}, {told} "
    "where the loss's derivative is {wanted}."
)
def _accumulated(run: Truth, step, count, told, wanted):
    yield count == step + 1, f"of {step + 1:g}"
    yield stands(run, told, wanted), "no weight has these"
    shots = [probe for probe in run.probes if probe["step"] <= step]
    whole = sum(gradient(run, probe) for probe in shots)
    got = all_gradients(at(run, step))
    yield np.allclose(got, whole, rtol=1e-3, atol=1e-3 * np.abs(got).max()), "it is another sum"


@BUGS.says(
    "Every output is compared with all {rows} targets of its batch and not with its own: the loss "
    "is {told} where it should be {wanted}, and the best answer to it is the mean of y."
)
def _broadcast(run: Truth, rows, told, wanted):
    yield rows in {probe["batch_rows"] for probe in run.probes}, "other batches"
    pairs = [(from_number(p["loss"]), loss_of(run, p), table_of(run, p)) for p in run.probes]
    yield any(close(told, own) and close(wanted, right) for own, right, _ in pairs), f"{pairs[:3]}"
    fine = [abs(own - table) <= 1e-3 * table for own, _, table in pairs if np.isfinite(own)]
    yield all(fine), "the loss is not that of the table"


@BUGS.says(
    "Every output is compared with all {rows} targets of its batch and not with its own: the "
    "gradient is {told} where it should be {wanted}, and the best answer to it is the mean of y."
)
def _broadcast_by_gradient(run: Truth, rows, told, wanted):
    yield rows in {probe["batch_rows"] for probe in run.probes}, "other batches"
    yield stands(run, told, wanted), "no weight has these"
    for probe in run.probes:
        x, y = fed(run, probe)
        slopes = run.row_slopes(outputs(run, probe) - y.mean())
        slopes = slopes / (len(y) if run.spec.loss.reduction == "mean" else 1 / len(y))
        a = np.c_[x, np.ones(len(x))] if run.spec.model.use_bias else x
        rounded = 1e-6 * np.abs(y).max() / (1 if run.spec.loss.reduction == "sum" else len(y))
        room = (1e-4 * np.abs(slopes) + 4 * rounded) @ np.abs(a)
        off = np.abs(all_gradients(probe) - slopes @ a)
        yield (off <= room).all(), f"the gradient is {all_gradients(probe)}"


def loss_of(run: Truth, probe: Event) -> float:
    losses = run.row_losses(outputs(run, probe) - fed(run, probe)[1])
    return float(losses.mean() if run.spec.loss.reduction == "mean" else losses.sum())


def table_of(run: Truth, probe: Event) -> float:
    off = outputs(run, probe)[:, None] - fed(run, probe)[1]
    return float(np.mean(off**2))


@BUGS.says(
    "The layer multiplies x·w by a factor that has become {factor} at step {step} and should be 1: "
    "the loss is {square} × as curved by then."
)
def _compounding(run: Truth, factor, step, square):
    own = factor_of(run, at(run, step))
    yield close(factor, own), f"{own:.4g}"
    yield near(square, own**2, rel=2e-3), f"{own**2:.4g}"


@BUGS.says(
    "The layer multiplies x·w by {factor} where the factor should be 1, which makes the loss "
    "{square} × as curved as it should be."
)
def _misplaced(run: Truth, factor, square):
    own = [factor_of(run, probe) for probe in run.probes]
    own = [one for one in own if np.isfinite(one)]
    yield all(abs(factor - one) < 2e-3 * abs(one) for one in own), f"{own[:5]}"
    yield near(square, own[0] ** 2, rel=2e-3), f"{own[0] ** 2:.4g}"


def factor_of(run: Truth, probe: Event) -> float:
    """Outputs less the bias over x·w, by the row where that is largest."""
    shot = run.shown(probe)
    bias = shot.get("weights_before:bias", np.zeros(1))[0]
    product = shot["x"] @ shot["weights_before:kernel"]
    row = int(np.argmax(np.abs(product)))
    out = shot["outputs"][row]
    if run.spec.model.activation == "relu" and out <= 0:
        return np.nan
    inverse = {"sigmoid": lambda a: np.log(a / (1 - a)), "tanh": np.arctanh}
    with np.errstate(all="ignore"):
        out = inverse.get(run.spec.model.activation, lambda a: a)(out)
        return float((out - bias) / product[row])


@BUGS.says(
    "Every gradient is applied twice: a weight moved by {told} where one step of {title:word} "
    "moves it by {wanted}."
)
def _twice(run: Truth, told, title, wanted):
    moves = [pair for times in (1,) for pair in moved(run, times)]
    yield title == run.spec.optimizer.title, run.spec.optimizer.title
    yield any(close(told, own) and close(wanted, due) for own, due in moves), "no weight has"
    twice = [abs(own - due) <= 1e-2 * abs(due) + 1e-6 for own, due in moved(run, 2)]
    yield np.mean(twice) > 0.9, "two steps go elsewhere"


def moved(run: Truth, times: int):
    """What each weight moved by at the first steps, and what so many of the optimizer's do."""
    rule = None
    for step, probe in enumerate(run.probes):
        if probe["step"] != step:
            return
        parts = {key: weights(probe, key) for key in ("weights_before", "weights_after")}
        kernel = len(probe["weights_before"]["kernel"])
        rule = rule or update_rule(run.spec.optimizer, len(parts["weights_before"]), kernel)
        after = parts["weights_before"]
        for _ in range(times):
            after = rule(after, all_gradients(probe), from_number(probe["learning_rate"]))
        due, own = after - parts["weights_before"], parts["weights_after"] - parts["weights_before"]
        yield from zip(own, due, strict=True)


def weights(probe: Event, key: str) -> np.ndarray:
    names = [name for name in ("kernel", "bias") if name in probe[key]]
    return np.array([from_number(value) for name in names for value in probe[key][name]])


@BUGS.says(
    "The bias never learns: its gradient is 0 at all {count} probed steps, where the loss has one "
    "of {wanted}, so the line must pass through the origin."
)
def _dropped(run: Truth, count, wanted):
    yield count == len(run.probes), f"{len(run.probes)} probes"
    yield not any(np.any(probe["gradients"]["bias"]) for probe in run.probes), "it is not 0"
    yield any(close(wanted, gradient(run, probe)[-1]) for probe in run.probes), "another one"


@BUGS.says(
    "The weights never move: their gradient is 0 at all {count} probed steps, where the loss has "
    "one of {wanted}."
)
def _frozen(run: Truth, count, wanted):
    yield count == len(run.probes), f"{len(run.probes)} probes"
    yield not any(np.any(probe["gradients"]["kernel"]) for probe in run.probes), "it is not 0"
    own = [abs(value) for probe in run.probes for value in gradient(run, probe)]
    yield any(close(wanted, value) for value in own), "another one"


@BUGS.says(
    "The features drift: by epoch {epoch} every row of {name:text} is off by {offset}, where "
    "nothing should be added."
)
def _drift(run: Truth, epoch, name, offset):
    probe = [probe for probe in run.probes if probe["epoch"] == epoch - 1][-1]
    shot, place = run.shown(probe), run.data.features.index(name)
    off = shot["x"][:, place] - run.x[shot["rows"], place]
    yield near(offset, np.median(off), rel=1e-3), f"off by {np.median(off):.4g}"
    yield np.ptp(off) <= 1e-3 * abs(offset) + 1e-4, f"not every row: {off}"


@BUGS.says(
    "The features fed are disturbed at random, by {size} of their standard deviation where they "
    "should be the table's own."
)
def _noise(run: Truth, size):
    spread = np.ptp(run.x, axis=0) > 0
    off = [run.shown(probe)["x"] - run.x[run.shown(probe)["rows"]] for probe in run.probes]
    told = np.concatenate(off)[:, spread] / run.x.std(axis=0)[spread]
    own = float(np.sqrt(np.mean(told**2)))
    yield near(size, own, rel=1e-3), f"by {own:.4g}"


@BUGS.says(
    "The gradients have the wrong sign: {told} where the loss's derivative is {wanted}, so every "
    "step goes uphill."
)
def _ascent(run: Truth, told, wanted):
    yield stands(run, told, wanted), "no weight has these"
    yield told * wanted < 0, "they have one sign"


@BUGS.says(
    "Every output is rounded to a {kind:word}, which keeps {bits} bits where a float32 keeps 24: "
    "at step {step} an output of {told} where x·w + b is {wanted}."
)
def _half(run: Truth, kind, bits, step, told, wanted):
    yield (kind, bits) in (("float16", 11), ("bfloat16", 8)), "that many it does not keep"
    yield output_stands(run, step, told, wanted), "no output is"


def output_stands(run: Truth, step: float, told: float, wanted: float) -> bool:
    """Whether a probe shows such an output where its weights and features give that one."""
    shot = run.shown(at(run, step))
    right = activated(run, z_of(shot["x"], shot))
    return any(
        (close(told, one) or told == one or (np.isnan(told) and np.isnan(one)))
        and (close(wanted, other) or wanted == other)
        for one, other in zip(shot["outputs"], right, strict=True)
    )


STARTS_AT = "The weights start at up to {told}, where {what:word} gives {wanted} at most."


@BUGS.says(STARTS_AT)
def _large(run: Truth, told, what, wanted):
    kernel = np.abs(run.shown(run.probes[0])["weights_before:kernel"])
    right = np.abs(run.start[: run.d]).max()
    yield near(told, kernel.max()) and near(wanted, right), f"{kernel.max():.4g}, {right:.4g}"
    yield what in (run.spec.model.initializer, "initial_weights"), run.spec.model.initializer


@BUGS.says(
    "{cells} of {shown} cells shown hold the number {value} in place of the table's own, as if it "
    "had been measured."
)
def _sentinel(run: Truth, cells, shown, value):
    wrong, all_cells = set(), set()
    rounding = 4 * np.finfo(np.float32).eps * np.abs(run.data.x_raw_train).max(axis=0)
    for probe in run.probes:
        shot = run.shown(probe)
        raw = run.data.feature_scaling.inverse_transform(shot["x"])
        own = run.data.x_raw_train[shot["rows"]]
        for k, row in enumerate(shot["rows"]):
            for j in range(run.d):
                all_cells.add((row, j))
                off = abs(raw[k, j] - own[k, j])
                if off > 1e-4 * (1 + abs(own[k, j])) + rounding[j]:
                    wrong.add((row, j))
                    yield near(value, raw[k, j], 3, rel=2e-3), f"{raw[k, j]:.6g}"
    yield len(wrong) == cells and len(all_cells) == shown, f"{len(wrong)} of {len(all_cells)}"


@BUGS.says(
    "{count} of {shown} rows shown are fed features {factor} × as large as in the table, as if in "
    "another unit."
)
def _units(run: Truth, count, shown, factor):
    rows, wrong = set(), set()
    rounding = 4 * np.finfo(np.float32).eps * np.abs(run.data.x_raw_train).max(axis=0)
    for probe in run.probes:
        shot = run.shown(probe)
        raw = run.data.feature_scaling.inverse_transform(shot["x"])
        own = run.data.x_raw_train[shot["rows"]]
        for k, row in enumerate(shot["rows"]):
            rows.add(row)
            off = np.abs(raw[k] - own[k]) > 1e-4 * np.abs(own[k]) + rounding
            if off.any():
                wrong.add(row)
                best = int(np.argmax(np.abs(own[k])))
                yield near(factor, raw[k, best] / own[k, best], 3, rel=5e-3), "another factor"
    yield len(wrong) == count and len(rows) == shown, f"{len(wrong)} of {len(rows)}"


@BUGS.says(
    "The outputs are log(exp(z)) instead of z = x·w + b, which is infinite from {above} on and cut "
    "off below {below}."
)
def _overflow(run: Truth, above, below):
    for probe in run.probes:
        shot = run.shown(probe)
        z = z_of(shot["x"], shot)
        yield np.isposinf(shot["outputs"][z > 1.01 * above + 0.1]).all(), "it is finite above"
        inside = (z < 0.99 * above) & (z > 0.5 * below)
        fine = np.abs(shot["outputs"] - activated(run, z))[inside] <= 0.05 * (1 + abs(below))
        yield bool(fine.all()), "it departs between"


@BUGS.says(
    "The features are scaled again and again: by epoch {epoch} they are {factor} × those of the "
    "table, and the loss {square} × as curved."
)
def _repeated(run: Truth, epoch, factor, square):
    probe = [probe for probe in run.probes if probe["epoch"] == epoch - 1][-1]
    shot = run.shown(probe)
    own = run.x[shot["rows"]]
    best = np.unravel_index(np.argmax(np.abs(own)), own.shape)
    told = float(shot["x"][best] / own[best])
    yield near(factor, told, rel=1e-3), f"{told:.4g} ×"
    yield near(square, told**2, rel=2e-3), f"{told**2:.4g}"


@BUGS.says(
    "Every row is fed the target of the row {shift} place before it, where it should be its own.",
    "Every row is fed the target of the row {shift} places before it, where it should be its own.",
    "Every row is fed the target of the row {after} place after it, where it should be its own.",
    "Every row is fed the target of the row {after} places after it, where it should be its own.",
)
def _shifted(run: Truth, shift=None, after=None):
    back = -int(after) if shift is None else int(shift)
    for probe in run.probes:
        shot = run.shown(probe)
        yield (
            np.allclose(shot["y"], run.y[(shot["rows"] - back) % run.n], rtol=1e-5),
            "not that one",
        )


@BUGS.says(
    "{count} of {shown} rows shown are fed another row's target, so that features and targets have "
    "little to do with each other."
)
def _shuffled(run: Truth, count, shown):
    told: dict[int, bool] = {}
    for probe in run.probes:
        shot = run.shown(probe)
        off = np.abs(shot["y"] - run.y[shot["rows"]]) > 1e-6 * np.abs(run.y).max()
        told |= zip(shot["rows"].tolist(), off.tolist(), strict=True)
    yield sum(told.values()) == count and len(told) == shown, f"{sum(told.values())} of {len(told)}"


@BUGS.says(
    "The rows come sorted by {target:text} in every epoch: all {count} probed batches hold "
    "neighbours of that order."
)
def _sorted(run: Truth, target, count):
    yield target == run.data.target and count == len(run.probes), f"{len(run.probes)} probes"
    ranks = np.sort(run.y)
    for probe in run.probes:
        y = np.sort(run.y[run.shown(probe)["rows"]])
        first = np.searchsorted(ranks, y[0])
        ties = np.searchsorted(ranks, y[0], side="right")
        fits = [np.array_equal(ranks[k : k + len(y)], y) for k in range(first, ties)]
        yield any(fits), f"step {probe['step']} holds others"


@BUGS.says(
    "The loss is the sum over the batch, {told}, where it should be {wanted}: {rows} rows make it "
    "{times} × as steep and as curved as their mean.",
    "The loss is the sum over the batch, {told}, where it should be {wanted}: {rows} rows make it "
    "{times} × as steep and as curved as {part} of their mean.",
)
def _sum(run: Truth, told, wanted, rows, times, part=1.0):
    pairs = [(from_number(p["loss"]), loss_of(run, p), p["batch_rows"]) for p in run.probes]
    yield any(close(told, own) and close(wanted, right) for own, right, _ in pairs), f"{pairs[:3]}"
    yield rows in {count for *_, count in pairs} and part == run.factor, f"{run.factor}"
    yield (
        near(times, rows / part) and near(told / wanted, times, rel=2e-3),
        f"{told / wanted:.4g} ×",
    )


@BUGS.says(
    "The held-out rows are not scaled as the training rows are: their loss is {told} where these "
    "weights give {wanted}."
)
def _validation(run: Truth, told, wanted):
    yield validation_stands(run, told, wanted), "no epoch has these"


def validation_stands(run: Truth, told: float, wanted: float) -> bool:
    """Whether some epoch ends on that validation loss where its weights give this one."""
    x = run.data.feature_scaling.transform(run.data.x_raw_val).astype(float)
    y = run.data.target_scaling.transform(run.data.y_raw_val)[:, 0].astype(float)
    losses = {event["step"]: from_number(event["val_loss"]) for event in run.epochs}
    first = run.probes[0]
    pairs = [(from_number(run.started.get("val_loss")), weights(first, "weights_before"))]
    pairs += [
        (losses[p["step"]], weights(p, "weights_after")) for p in run.probes if p["step"] in losses
    ]
    for own, all_weights in pairs:
        bias = all_weights[-1] if run.spec.model.use_bias else 0.0
        right = held_loss(run, activated(run, x @ all_weights[: run.d] + bias) - y)
        if close(told, own) and close(wanted, right):
            return True
    return False


def held_loss(run: Truth, r: np.ndarray) -> float:
    losses = run.row_losses(r)
    if run.spec.loss.reduction == "mean":
        return float(losses.mean())
    parts = [losses[i : i + run.batch] for i in range(0, len(losses), run.batch)]
    return float(sum(part.sum() * len(part) for part in parts) / len(losses))


@BUGS.says(
    "The layer could not be called even once: its weight needs the shape ({features}, 1), a row "
    "for each of {count} features and a column for its single output."
)
def _shape(run: Truth, features, count):
    yield features == count == run.d, f"{run.d} features"
    yield not run.probes and not run.epochs and run.outcome == "failed", "it took steps"


@BUGS.says(
    "The weight of {first:text} multiplies {other:text}: {count} of {all} weights are given "
    "another feature than their own."
)
def _index(run: Truth, first, other, count, all):
    names = run.data.features
    yield all == run.d and {first, other} <= set(names) and 0 < count <= run.d, f"{run.d} weights"
    yield (
        any(
            _reads(run, read)
            for read in _readings(run, names.index(first), names.index(other), count)
        ),
        ("no such reading gives these outputs"),
    )


def _readings(run: Truth, first: int, other: int, count: float):
    """Ways to pick a column for each weight by a rule, with `first` given `other`."""
    own = np.arange(run.d)
    for k in range(-run.d + 1, run.d):
        yield from (
            read
            for read in (np.clip(own + k, 0, run.d - 1), (own + k) % run.d, (k - own) % run.d)
            if read[first] == other and (read != own).sum() == count
        )


def _reads(run: Truth, read: np.ndarray) -> bool:
    for probe in run.probes:
        shot = run.shown(probe)
        right = activated(run, z_of(shot["x"][:, read], shot))
        size = 1e-4 * np.abs(shot["x"][:, read]) @ np.abs(shot["weights_before:kernel"]) + 1e-4
        known = np.isfinite(shot["outputs"]) & (np.abs(right) < 1e30)
        if (np.abs(shot["outputs"] - right) > size)[known].any():
            return False
    return True


@BUGS.says("The program stopped with an error before its run was over: see the reason it gave.")
def _stopped(run: Truth):
    yield run.outcome == "failed" and run.ended["reason"], f"it has {run.outcome}"


DEPARTURES = Book()


@BUGS.says("The program departs from its spec in the {stage:word}: {text:text}.")
def _unknown(run: Truth, stage, text):
    told = DEPARTURES.read(text, run)
    yield not told.wrong, "; ".join(told.wrong)


@DEPARTURES.says("{what:word} fed at step {step} that are not those of the table")
def _fed(run: Truth, what, step):
    key, right = {"features": ("x", run.x), "targets": ("y", run.y)}[what]
    for probe in run.probes:
        if probe["step"] <= step:
            shot = run.shown(probe)
            same = np.allclose(shot[key], right[shot["rows"]], rtol=1e-6, atol=0, equal_nan=True)
            yield same == (probe["step"] < step), f"at step {probe['step']} they are: {same}"
    at(run, step)


@DEPARTURES.says("the rows of step {step} are not the ones whose turn it is")
def _order(run: Truth, step):
    probe = at(run, step)
    turn = list(run.batches(probe["epoch"]))[int(step) % run.per_epoch]
    rows = probe["rows"]
    yield not np.array_equal(turn[: len(rows)], rows), "they are"


@DEPARTURES.says("the layer has {told} weights where {wanted} are declared")
def _count(run: Truth, told, wanted):
    own = len(weights(run.probes[0], "weights_before"))
    yield told == own and wanted == run.a.shape[1], f"{own} and {run.a.shape[1]}"


@DEPARTURES.says("first weights of up to {told}, where {what:word} gives up to {wanted}")
def _first(run: Truth, told, what, wanted):
    own, right = np.abs(weights(run.probes[0], "weights_before")).max(), np.abs(run.start).max()
    yield near(told, own) and near(wanted, right), f"{own:.4g} and {right:.4g}"


@DEPARTURES.says("at step {step} an output of {told} where x·w + b is {wanted}")
def _output(run: Truth, step, told, wanted):
    yield output_stands(run, step, told, wanted), "no output is"


@DEPARTURES.says("at step {step} a loss of {told} where its residuals give {wanted}")
def _loss(run: Truth, step, told, wanted):
    probe = at(run, step)
    own, right = from_number(probe["loss"]), loss_of(run, probe)
    yield near(told, own) and close(wanted, right), f"{own:.5g} and {right:.5g}"


@DEPARTURES.says("at step {step} a gradient of {told} where the loss's derivative is {wanted}")
def _gradient(run: Truth, step, told, wanted):
    probe = at(run, step)
    own = zip(all_gradients(probe), gradient(run, probe), strict=True)
    fine = any((close(told, one) or told == one) and close(wanted, other) for one, other in own)
    yield fine, "no weight has these"


@DEPARTURES.says("between the steps {one} and {other} the weights have changed")
def _between(run: Truth, one, other):
    after, before = (
        weights(at(run, one), "weights_after"),
        weights(at(run, other), "weights_before"),
    )
    yield not np.array_equal(after, before, equal_nan=True), "they have not"


@DEPARTURES.says("at step {step} a weight moved by {told} where {title:word} moves it by {wanted}")
def _moved(run: Truth, step, told, title, wanted):
    yield title == run.spec.optimizer.title, run.spec.optimizer.title
    pairs = moved(run, 1) if step < len(run.probes) else _moved_at(run, at(run, step))
    yield any(close(told, own) and close(wanted, due) for own, due in pairs), "no weight has"


def _moved_at(run: Truth, probe: Event):
    rate = from_number(probe["learning_rate"])
    own = weights(probe, "weights_after") - weights(probe, "weights_before")
    return zip(own, -rate * all_gradients(probe), strict=True)


@DEPARTURES.says("at step {step} a rate of {told}, not {wanted}")
def _rate(run: Truth, step, told, wanted):
    own = from_number(at(run, step)["learning_rate"])
    yield near(told, own) and near(wanted, run.rates[int(step)]), f"{own:.5g}"


@DEPARTURES.says("a loss of all training rows of {told} where these weights give {wanted}")
def _full(run: Truth, told, wanted):
    losses = {event["step"]: from_number(event["full_loss"]) for event in run.epochs}
    pairs = [(run.before, weights(run.probes[0], "weights_before"))]
    pairs += [
        (losses[p["step"]], weights(p, "weights_after")) for p in run.probes if p["step"] in losses
    ]
    fine = False
    for own, all_weights in pairs:
        bias = all_weights[-1] if run.spec.model.use_bias else 0.0
        right = run.loss(activated(run, run.x @ all_weights[: run.d] + bias) - run.y)
        fine = fine or (close(told, own) and close(wanted, right))
    yield fine, "no epoch has these"


@DEPARTURES.says("a validation loss of {told} where these weights give {wanted}")
def _held(run: Truth, told, wanted):
    yield validation_stands(run, told, wanted), "no epoch has these"
