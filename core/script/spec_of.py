"""Puts together what a program says: the spec, its table, and what was not understood."""

from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np

from ..errors import InputError
from ..spec import Spec
from .budget import REFUSED, ExhaustedError, UnreadableError
from .datasets import ENDLESS
from .epochs import is_part
from .findings import Findings
from .hand_written import read_steps
from .read_data import PLACE, as_array, read_data
from .read_loop import read_loop
from .read_model import read_first_weights, read_loss, read_model
from .read_optimizer import read_callbacks, read_optimizer
from .read_sgd import read_sgd
from .result import Gap, NeededFile, ScriptReading
from .train_step import read_train_step
from .training import Training
from .values import Obj, Unknown

FOREIGN = {"torch": "PyTorch", "jax": "JAX", "mxnet": "MXNet", "paddle": "Paddle"}
FOREIGN_TEXT = (
    "The script is written with {}. Of such scripts only what NumPy and pandas do is read here. "
    "The doctor looks at any training step: `uphill_doctor.examine_step(step, X, y)`."
)
ALL = (
    "data.source", "scaling.features", "model.layer", "loss.key", "optimizer.key",
    "optimizer.learning_rate", "schedule.key", "training.epochs", "training.batch_size",
    "training.shuffle",
)  # fmt: skip
MOST_BESIDE = 4  # other calls of the same line that are looked at


def reading_of(machine: Any) -> ScriptReading:
    """What a machine that has run found."""
    found = Findings(machine.program)
    table, needs, partly = None, None, ""
    training = machine.trainings[-1] if machine.trainings else None
    if len(machine.trainings) > 1:
        found.note(machine.trainings[0].line, "several trainings: the last one is read")
    foreign = [name for key, name in FOREIGN.items() if key in machine.libraries]
    if training is None:
        partly = FOREIGN_TEXT.format(foreign[0]) if foreign else ""
        for knob in ALL:
            found.miss(knob, 0, "nothing that trains was found")
    else:
        try:
            table, needs, partly = _training(machine, found, training)
            for other in _others(machine, training):
                _beside(machine, found, table, training, other)
        except (ExhaustedError, *REFUSED) as error:
            why = str(error) if isinstance(error, ExhaustedError | UnreadableError) else ""
            for knob in ALL:
                if knob.partition(".")[2] not in found.patch.get(knob.partition(".")[0], {}):
                    found.miss(knob, training.line, why or "this training could not be told apart")
    lines = {gap.line for gap in found.gaps}
    for line, why in sorted(machine.gaps.items()):
        if line not in lines and why:
            found.note(line, why)
    gaps = tuple(sorted(found.gaps, key=lambda gap: gap.line))
    if training is None:
        gaps = tuple(gap for gap in gaps if gap.line)
    spec = _spec(found)
    said = tuple(sorted(found.said, key=lambda item: (item.line == 0, item.line)))
    marked = tuple(sorted(found.marked))
    faults, lines = machine.faults.all(), machine.program.lines
    files = tuple(file.name for file in machine.files if file.name)
    cells = machine.program.cells
    return ScriptReading(
        spec, table, needs, said, gaps, faults, partly, marked, lines, files, cells
    )


def _training(machine: Any, found: Findings, training: Training) -> tuple[Any, Any, str]:
    partly = ""
    line = training.line
    found.put("schedule.key", "constant", 0, "the rate stays the same")
    if training.kind == "steps":
        x, y = read_steps(machine, found, training)
    elif training.kind == "loop":
        x, y = read_loop(machine, found, training)
    else:
        x, y = training.x, training.y
        if isinstance(x, Obj) and x.kind == "Dataset":
            x, y = _dataset(found, training, x)
        elif y is None and isinstance(x, Obj | Unknown):
            why = Unknown(getattr(x, "line", line), "what gives the rows is not read here")
            training.options |= {"batch_size": why, "shuffle": why}
    table: dict[str, list[float]] | None = None
    needs: NeededFile | None = None
    rows = None
    if training.kind in ("steps", "loop") and x is None:
        found.miss("scaling.features", line, "the numbers that would be scaled are not known")
    else:
        table, needs, rows = read_data(machine, found, x, y, line)
    if machine.missing:
        found.put("data.missing", machine.missing, 0, "missing values become the mean")
    if training.kind == "fit":
        partly = _fit(machine, found, training, x, rows)
    elif training.kind == "sklearn":
        read_sgd(found, training)
    if training.kind in ("fit", "sklearn") and any(not loop.fresh for loop in training.loops):
        _in_loops(machine, found, training, x)
        if training.moves_rate:
            found.miss("optimizer.learning_rate", training.loops[0].line, "a rate of several")
    return table, needs, partly


def _others(machine: Any, training: Training) -> list[Training]:
    """What the same line trains otherwise: in other rounds of a loop, or when called again."""
    again = [t for t in machine.trainings[:-1] if t.line == training.line]
    again = [t for t in again if not any(t is other for other in training.others)]
    return [*training.others, *again[-MOST_BESIDE:]]


def _beside(machine: Any, found: Findings, table: Any, training: Training, other: Training) -> None:
    """Marks what the same line trains otherwise another time."""
    beside = Findings(machine.program)
    other_table = _training(machine, beside, other)[0]
    why = "it is not the same each time this line trains"
    for section, values in beside.patch.items():
        for name, value in values.items():
            if found.patch.get(section, {}).get(name) != value:
                knob = f"{section}.{name}".replace("initial_weights", "initializer")
                if knob not in found.marked:
                    found.miss(knob, training.line, why)
    if table != other_table and "data.source" not in found.marked:
        found.miss("data.source", training.line, why)


def _in_loops(machine: Any, found: Findings, training: Training, x: Any) -> None:
    """Puts the epochs of a `fit` that a loop calls: as many times more, on the same rows."""
    loops = [loop for loop in training.loops if not loop.fresh]
    loop, origin = loops[0], machine.origins.of(x)
    again = training.kind == "fit" or training.options.get("partial")
    each = found.patch.get("training", {}).get("epochs")
    part = (origin is not None and origin.partial) or is_part(machine, x)
    if part and not training.rows_held:
        found.miss("data.source", loop.line, "each round of the loop trains on other rows")
        found.miss("training.batch_size", loop.line, "each round trains on other rows")
    elif again and len(loops) == 1 and loop.count and each and not loop.anew:
        words = f"{loop.count:,} rounds of {each:,} epoch{'s'[: each > 1]}"
        found.put("training.epochs", loop.count * each, loop.line, words)
        if loop.ends:
            found.miss("training.epochs", loop.ends, "the loop may end here before")
        return None
    return found.miss("training.epochs", loop.line, "`fit` is called in a loop")


def _dataset(found: Findings, training: Training, dataset: Obj) -> tuple[Any, Any]:
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


def _fit(machine: Any, found: Findings, training: Training, x: Any, rows: int | None) -> str:
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
    for name in ("sample_weight", "class_weight"):
        if options.get(name) is not None:
            found.miss("loss.key", lines.get(name, line), f"`{name}` has no setting here")
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


def _spec(found: Findings) -> Spec:
    """The spec; a setting that no spec can have is missed, and left at its default."""
    patch: dict[str, Any] = {}
    base: dict[str, Any] = {
        "data": {"source": PLACE, "validation_fraction": 0.0},
        "scaling": {"features": "none", "target": "none"},
    }
    for section, values in {**base, **found.patch}.items():
        whole = {**base.get(section, {}), **values} if section != "bug" else values
        try:
            Spec().patched({**patch, section: whole})
            patch[section] = whole
        except InputError as error:
            found.miss(
                f"{section}.key" if section not in base else f"{section}.source", 0, str(error)
            )
            for name, value in whole.items() if isinstance(whole, dict) else ():
                tried = {**patch.get(section, {}), name: value}
                try:
                    Spec().patched({**patch, section: tried})
                    patch[section] = tried
                except InputError:
                    found.marked.add(f"{section}.{name}")
    return Spec().patched(patch)


def as_if_mended(reading: ScriptReading, mended: ScriptReading) -> ScriptReading:
    """What a program would say if each output were compared with its own target only."""
    fault = next(fault for fault in reading.faults if fault.key == "broadcast-loss")
    why = "read as if each output were compared with its own target"
    gap = Gap(fault.line, fault.text, why, "loss.key")
    said = tuple(replace(s, exact=s.exact and s.knob != "loss.key") for s in mended.said)
    marked = tuple(sorted({*mended.marked, "loss.key"}))
    gaps = tuple(sorted((*mended.gaps, gap), key=lambda item: item.line))
    return replace(mended, faults=reading.faults, said=said, marked=marked, gaps=gaps)


def with_doubt(reading: ScriptReading, other: ScriptReading) -> ScriptReading:
    """Marks what differs where other numbers stand in for those of a file, or of no seed."""
    first, second = reading.spec.model_dump(), other.spec.model_dump()
    marked = {
        f"{section}.{name}"
        for section, values in first.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if not isinstance(second[section], dict) or second[section].get(name) != value
    }
    if "model.initial_weights" in marked:
        marked = marked - {"model.initial_weights"} | {"model.initializer"}
    table, gaps = reading.table, list(reading.gaps)
    if table != other.table:
        marked.add("data.source")
        if reading.reads_files:
            table = None
            why = "numbers that the script computes from a file's columns are not followed"
            line = next((s.line for s in reading.said if s.knob == "data.source"), 0)
            gaps.append(Gap(line, "", why, "data.source"))
    said = tuple(
        replace(item, exact=False, says=f"{item.says}, which is not known beforehand")
        if item.knob.replace("initial_weights", "initializer") in marked
        else item
        for item in reading.said
    )
    marks = tuple(sorted(marked | set(reading.marked)))
    return replace(reading, said=said, marked=marks, table=table, gaps=tuple(gaps))
