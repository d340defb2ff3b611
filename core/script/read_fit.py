"""What `compile` and `fit` of a Keras model say."""

from math import ceil
from typing import Any

import numpy as np

from .budget import REFUSED, UnreadableError
from .datasets import ENDLESS
from .findings import Findings
from .read_callbacks import read_callbacks
from .read_data import as_array
from .read_loss import read_loss
from .read_model import read_first_weights, read_model
from .read_optimizer import read_optimizer
from .train_step import read_train_step
from .training import Training
from .values import Obj, Unknown


def read_dataset(found: Findings, training: Training, dataset: Obj) -> tuple[Any, Any]:
    """What a dataset goes over; and how, which `fit` is told by it."""
    parts = dataset.given["*"][0] if dataset.given.get("*") else None
    holds = dataset.holds
    training.options["batch_size"] = holds.get("batch") or Unknown(dataset.line, "no batches")
    shuffled = holds.get("shuffled", False)
    training.options["shuffle"] = shuffled if isinstance(shuffled, Unknown) else bool(shuffled)
    training.options["repeat"] = holds.get("repeat", 1)
    if "take" in holds and "steps_per_epoch" not in training.options:
        training.options["steps_per_epoch"] = holds["take"]
    if isinstance(parts, tuple) and len(parts) == 2:
        return parts
    return Unknown(dataset.line, "a dataset that is not of two arrays"), None


def read_generator(machine: Any, training: Training, given: Any) -> tuple[Any, Any] | None:
    """The rows of a generator that gives the same batches again each epoch; None for another."""
    batches = given.yielded if isinstance(given, Unknown) else None
    steps = training.options.get("steps_per_epoch")
    if not batches or not isinstance(steps, int) or not 0 < 2 * steps <= len(batches):
        return None
    try:
        first = [[np.asarray(machine.plain(part), float) for part in b] for b in batches[:steps]]
        again = [
            [np.asarray(machine.plain(p), float) for p in b] for b in batches[steps : 2 * steps]
        ]
    except REFUSED:
        return None
    same = all(
        len(a) == len(b) == 2 and all(np.array_equal(u, v) for u, v in zip(a, b, strict=True))
        for a, b in zip(first, again, strict=True)
    )
    sizes = [len(batch[0]) if batch[0].ndim else 0 for batch in first]
    if not same or not sizes[0] or len({*sizes[:-1], sizes[0]}) > 1 or sizes[-1] > sizes[0]:
        return None
    training.options |= {"batch_size": sizes[0], "shuffle": False}
    rows = [np.concatenate([batch[side] for batch in first]) for side in (0, 1)]
    for array in rows:
        machine.origins.inherit(array, machine.origins.arrays())
    return rows[0], rows[1]


def read_fit(machine: Any, found: Findings, training: Training, x: Any, rows: int | None) -> str:
    """Puts what `compile` and `fit` say."""
    line, options = training.line, training.options
    compiled = getattr(training.model, "holds", {}).get("compiled", {})
    at = compiled.get("line", line)
    lines, of_compile = options.get("lines", {}), compiled.get("lines", {})
    features = _known(machine, x)  # the model is read without them too
    partly = read_model(machine, found, training.model, features, line)
    read_first_weights(machine, found, options.get("weights_set"))
    read_optimizer(machine, found, training.optimizer, of_compile.get("optimizer", at))
    if not read_train_step(machine, found, training, features, _known(machine, training.y)):
        read_loss(machine, found, training.loss, of_compile.get("loss", at))
    epochs = _number(found, options, "epochs", 1, line)
    if isinstance(options.get("initial_epoch"), int) and epochs:
        epochs -= options["initial_epoch"]
    repeat = options.get("repeat", 1)
    if epochs and isinstance(repeat, int) and repeat > 0:
        epochs *= repeat
    if epochs is not None:
        words = f"{epochs:,} epochs" if "epochs" in options else "one epoch, Keras' default"
        place = lines.get("epochs", line) if "epochs" in options else 0
        found.put("training.epochs", epochs, place, words)
    if isinstance(repeat, Unknown):
        found.miss("training.epochs", line, repeat.why)
    batch = _number(found, options, "batch_size", 32, line)
    of_rows = getattr(options.get("batch_size"), "length_of", None)
    if isinstance(of_rows, Unknown) and of_rows in (training.x, training.y):
        found.marked.discard("training.batch_size")
        found.put("training.batch_size", None, lines.get("batch_size", line), "all rows at once")
    share = options.get("validation_split")
    if isinstance(share, float) and 0 < share < 1:
        _validation(found, share, lines.get("validation_split", line))
    held_out = found.patch.get("data", {}).get("validation_fraction", 0.0)
    trained = None if rows is None else int(rows * (1 - held_out) + 1e-9)
    if batch is not None:
        in_file = {file.rows for file in machine.files}
        whole = (rows is not None and batch == trained) or (rows is None and batch in in_file)
        words = (
            f"batches of {batch:,} rows"
            if "batch_size" in options
            else "batches of 32 rows, Keras' default"
        )
        found.put(
            "training.batch_size",
            None if whole else batch,
            lines.get("batch_size", line) if "batch_size" in options else 0,
            words,
        )
    shuffle = options.get("shuffle", True)
    if isinstance(shuffle, bool):
        words = "in a new order each epoch" if shuffle else "in the table's order"
        place = lines.get("shuffle", line) if "shuffle" in options else 0
        found.put("training.shuffle", shuffle, place, words)
    else:
        found.miss("training.shuffle", line, "the order of the rows is not known")
    for given, at in ((options, line), (compiled, compiled.get("line", line))):
        for name in ("sample_weight", "class_weight", "loss_weights"):
            if given.get(name) is not None:
                where = given.get("lines", {}).get(name, at)
                found.miss("loss.key", where, f"`{name}` has no setting here")
    steps = None
    if trained is not None and batch and not machine.files:  # whose rows only stand in
        steps = ceil(trained / batch)
    each = options.get("steps_per_epoch")
    if (each is not None and each != steps) or (each is None and repeat == ENDLESS):
        found.miss("training.epochs", line, "an epoch that is not one pass over the rows")
    if options.get("callbacks"):
        read_callbacks(machine, found, options["callbacks"], line, epochs, steps)
    return partly


def _known(machine: Any, value: Any) -> Any:
    """An array, where it is known; None else."""
    try:
        return as_array(machine, value)
    except UnreadableError:
        return None


def _number(
    found: Findings, options: dict[str, Any], name: str, default: int, line: int
) -> int | None:
    value = options.get(name, default)
    value = default if value is None else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, np.integer):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    why = getattr(value, "why", "") or f"`{name}` is not known"
    found.miss(f"training.{name}", getattr(value, "line", 0) or line, why)
    return None


def _validation(found: Findings, share: float, line: int) -> None:
    held_out = found.patch.get("data", {}).get("validation_fraction", 0.0)
    if held_out:
        share = round(1 - (1 - held_out) * (1 - share), 6)
        found.put("data.validation_fraction", share, line, "of what is left, again a part")
    else:
        words = f"the last {share:.0%} of the rows are held out; here as many at random"
        found.put("data.validation_fraction", share, line, words)
