"""Puts together what a program says: the spec, its table, and what was not understood."""

from typing import Any

from ..errors import InputError
from ..spec import Spec
from .budget import REFUSED, ExhaustedError, UnreadableError
from .epochs import is_part
from .findings import Findings
from .hand_written import read_steps
from .read_data import PLACE, read_data
from .read_fit import read_dataset, read_fit, read_generator
from .read_loop import read_loop
from .read_sgd import read_sgd
from .result import NeededFile, ScriptReading
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
            if any(_goes_on(earlier, training) for earlier in machine.trainings[:-1]):
                found.miss("model.initializer", training.line, "the weights were trained before")
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
            x, y = read_dataset(found, training, x)
        elif y is None and (rows := read_generator(machine, training, x)) is not None:
            x, y = rows
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
        partly = read_fit(machine, found, training, x, rows)
    elif training.kind == "sklearn":
        read_sgd(found, training)
    rate = found.patch.get("optimizer", {}).get("learning_rate")
    for loop in training.loops:
        if any(rate == number for number in loop.numbers):
            found.miss("optimizer.learning_rate", loop.line, "a rate of several")
    if training.kind in ("fit", "sklearn") and any(not loop.fresh for loop in training.loops):
        _in_loops(machine, found, training, x)
        if training.moves_rate:
            found.miss("optimizer.learning_rate", training.loops[0].line, "a rate of several")
    return table, needs, partly


def _goes_on(earlier: Training, training: Training) -> bool:
    """Whether a hand-written training goes on with the weights that an earlier one has trained."""
    if earlier.kind != training.kind or earlier.line == training.line:
        return False
    if training.kind == "steps":
        return any(a is b for a in earlier.variables for b in training.variables)
    names = {*earlier.options.get("names", ())} & {*training.options.get("names", ())}
    start = training.options.get("start", 0)
    return bool(names) and any(loop.line <= start <= loop.end for loop in earlier.loops)


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
